// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivatives of structured operations: one rule for all of them.
// The values are tested by test/Integration/test_upstream.py.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s


// CHECK-LABEL: func.func @matmul_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<3x4xf64>, %[[A2:[a-z0-9]+]]: tensor<2x4xf64>, %[[A3:[a-z0-9]+]]: tensor<2x4xf64>)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.empty() : tensor<2x3xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = linalg.fill ins(%[[V4]] : f64) outs(%[[V5]] : tensor<2x3xf64>) -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "reduction", "parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<2x3xf64>, tensor<3x4xf64>, tensor<2x4xf64>) outs(%[[V6]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64, %[[V10:[a-z0-9_]+]]: f64, %[[V11:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V12:[a-z0-9_]+]] = arith.mulf %[[V9]], %[[V10]] : f64
// CHECK-NEXT:      %[[V13:[a-z0-9_]+]] = arith.addf %[[V11]], %[[V12]] : f64
// CHECK-NEXT:      linalg.yield %[[V13]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V14:[a-z0-9_]+]] = tensor.empty() : tensor<3x4xf64>
// CHECK-NEXT:    %[[V15:[a-z0-9_]+]] = linalg.fill ins(%[[V4]] : f64) outs(%[[V14]] : tensor<3x4xf64>) -> tensor<3x4xf64>
// CHECK-NEXT:    %[[V16:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["reduction", "parallel", "parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<2x3xf64>, tensor<3x4xf64>, tensor<2x4xf64>) outs(%[[V15]] : tensor<3x4xf64>) {
// CHECK-NEXT:    ^bb0(%[[V8]]: f64, %[[V9]]: f64, %[[V10]]: f64, %[[V11]]: f64):
// CHECK-NEXT:      %[[V12]] = arith.mulf %[[V8]], %[[V10]] : f64
// CHECK-NEXT:      %[[V13]] = arith.addf %[[V11]], %[[V12]] : f64
// CHECK-NEXT:      linalg.yield %[[V13]] : f64
// CHECK-NEXT:    } -> tensor<3x4xf64>
// CHECK-NEXT:    return %[[V7]], %[[V16]], %[[A3]] : tensor<2x3xf64>, tensor<3x4xf64>, tensor<2x4xf64>
func.func @matmul(%x: tensor<2x3xf64>, %y: tensor<3x4xf64>, %z: tensor<2x4xf64>) -> tensor<2x4xf64> {
  %r = linalg.matmul ins(%x, %y : tensor<2x3xf64>, tensor<3x4xf64>) outs(%z : tensor<2x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}
catgrad.derive @matmul_rev of(@matmul)

// CHECK-LABEL: func.func @dot_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<3xf64>, %[[A1:[a-z0-9]+]]: tensor<3xf64>, %[[A2:[a-z0-9]+]]: tensor<f64>, %[[A3:[a-z0-9]+]]: tensor<f64>)
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = tensor.empty() : tensor<3xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<3xf64>, tensor<3xf64>, tensor<f64>) outs(%[[V4]] : tensor<3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V6:[a-z0-9_]+]]: f64, %[[V7:[a-z0-9_]+]]: f64, %[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = arith.mulf %[[V7]], %[[V8]] : f64
// CHECK-NEXT:      linalg.yield %[[V10]] : f64
// CHECK-NEXT:    } -> tensor<3xf64>
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<3xf64>, tensor<3xf64>, tensor<f64>) outs(%[[V4]] : tensor<3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V6]]: f64, %[[V7]]: f64, %[[V8]]: f64, %[[V9]]: f64):
// CHECK-NEXT:      %[[V10]] = arith.mulf %[[V6]], %[[V8]] : f64
// CHECK-NEXT:      linalg.yield %[[V10]] : f64
// CHECK-NEXT:    } -> tensor<3xf64>
// CHECK-NEXT:    return %[[V5]], %[[V11]], %[[A3]] : tensor<3xf64>, tensor<3xf64>, tensor<f64>
func.func @dot(%x: tensor<3xf64>, %y: tensor<3xf64>, %z: tensor<f64>) -> tensor<f64> {
  %r = linalg.dot ins(%x, %y : tensor<3xf64>, tensor<3xf64>) outs(%z : tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}
catgrad.derive @dot_rev of(@dot)

// CHECK-LABEL: func.func @mul_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>, %[[A2:[a-z0-9]+]]: tensor<2x3xf64>, %[[A3:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.empty() : tensor<2x3xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) outs(%[[V5]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V7:[a-z0-9_]+]]: f64, %[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64, %[[V10:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V11:[a-z0-9_]+]] = arith.mulf %[[V8]], %[[V9]] : f64
// CHECK-NEXT:      linalg.yield %[[V11]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "parallel"]} ins(%[[A0]], %[[A1]], %[[A3]] : tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) outs(%[[V5]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V7]]: f64, %[[V8]]: f64, %[[V9]]: f64, %[[V10]]: f64):
// CHECK-NEXT:      %[[V11]] = arith.mulf %[[V7]], %[[V9]] : f64
// CHECK-NEXT:      linalg.yield %[[V11]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    return %[[V6]], %[[V12]], %[[V4]] : tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>
func.func @mul(%x: tensor<2x3xf64>, %y: tensor<2x3xf64>, %z: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = linalg.mul ins(%x, %y : tensor<2x3xf64>, tensor<2x3xf64>) outs(%z : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
catgrad.derive @mul_rev of(@mul)

// CHECK-LABEL: func.func @exp_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>, %[[A2:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = tensor.empty() : tensor<2x3xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "parallel"]} ins(%[[A0]], %[[A2]] : tensor<2x3xf64>, tensor<2x3xf64>) outs(%[[V4]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V6:[a-z0-9_]+]]: f64, %[[V7:[a-z0-9_]+]]: f64, %[[V8:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V9:[a-z0-9_]+]] = math.exp %[[V6]] : f64
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = arith.mulf %[[V9]], %[[V7]] : f64
// CHECK-NEXT:      linalg.yield %[[V10]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    return %[[V5]], %[[V3]] : tensor<2x3xf64>, tensor<2x3xf64>
func.func @exp(%x: tensor<2x3xf64>, %z: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = linalg.exp ins(%x : tensor<2x3xf64>) outs(%z : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
catgrad.derive @exp_rev of(@exp)

// CHECK-LABEL: func.func @transpose_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<3x2xf64>, %[[A2:[a-z0-9]+]]: tensor<3x2xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<3x2xf64>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = tensor.empty() : tensor<2x3xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "parallel"]} ins(%[[A2]] : tensor<3x2xf64>) outs(%[[V4]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V6:[a-z0-9_]+]]: f64, %[[V7:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      linalg.yield %[[V6]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    return %[[V5]], %[[V3]] : tensor<2x3xf64>, tensor<3x2xf64>
func.func @transpose(%x: tensor<2x3xf64>, %z: tensor<3x2xf64>) -> tensor<3x2xf64> {
  %r = linalg.transpose ins(%x : tensor<2x3xf64>) outs(%z : tensor<3x2xf64>) permutation = [1, 0]
  return %r : tensor<3x2xf64>
}
catgrad.derive @transpose_rev of(@transpose)

// CHECK-LABEL: func.func @broadcast_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<3xf64>, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>, %[[A2:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.empty() : tensor<3xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = linalg.fill ins(%[[V4]] : f64) outs(%[[V5]] : tensor<3xf64>) -> tensor<3xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["reduction", "parallel"]} ins(%[[A2]] : tensor<2x3xf64>) outs(%[[V6]] : tensor<3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = arith.addf %[[V9]], %[[V8]] : f64
// CHECK-NEXT:      linalg.yield %[[V10]] : f64
// CHECK-NEXT:    } -> tensor<3xf64>
// CHECK-NEXT:    return %[[V7]], %[[V3]] : tensor<3xf64>, tensor<2x3xf64>
func.func @broadcast(%x: tensor<3xf64>, %z: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = linalg.broadcast ins(%x : tensor<3xf64>) outs(%z : tensor<2x3xf64>) dimensions = [0]
  return %r : tensor<2x3xf64>
}
catgrad.derive @broadcast_rev of(@broadcast)

// CHECK-LABEL: func.func @reduce_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<3xf64>, %[[A2:[a-z0-9]+]]: tensor<3xf64>)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = tensor.empty() : tensor<2x3xf64>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel", "parallel"]} ins(%[[A2]] : tensor<3xf64>) outs(%[[V3]] : tensor<2x3xf64>) {
// CHECK-NEXT:    ^bb0(%[[V5:[a-z0-9_]+]]: f64, %[[V6:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      linalg.yield %[[V5]] : f64
// CHECK-NEXT:    } -> tensor<2x3xf64>
// CHECK-NEXT:    return %[[V4]], %[[A2]] : tensor<2x3xf64>, tensor<3xf64>
func.func @reduce(%x: tensor<2x3xf64>, %z: tensor<3xf64>) -> tensor<3xf64> {
  %r = linalg.reduce { arith.addf } ins(%x : tensor<2x3xf64>) outs(%z : tensor<3xf64>) dimensions = [0]
  return %r : tensor<3xf64>
}
catgrad.derive @reduce_rev of(@reduce)

// CHECK-LABEL: func.func @fill_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>, %[[A2:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.empty() : tensor<f64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = linalg.fill ins(%[[V4]] : f64) outs(%[[V5]] : tensor<f64>) -> tensor<f64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["reduction", "reduction"]} ins(%[[A2]] : tensor<2x3xf64>) outs(%[[V6]] : tensor<f64>) {
// CHECK-NEXT:    ^bb0(%[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = arith.addf %[[V9]], %[[V8]] : f64
// CHECK-NEXT:      linalg.yield %[[V10]] : f64
// CHECK-NEXT:    } -> tensor<f64>
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = tensor.extract %[[V7]][] : tensor<f64>
// CHECK-NEXT:    return %[[V11]], %[[V3]] : f64, tensor<2x3xf64>
func.func @fill(%x: f64, %z: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = linalg.fill ins(%x : f64) outs(%z : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
catgrad.derive @fill_rev of(@fill)

// CHECK-LABEL: func.func @generic_captures_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf64>, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: tensor<2xf64>, %[[A3:[a-z0-9]+]]: tensor<2xf64>)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = tensor.empty() : tensor<2xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel"]} ins(%[[A0]], %[[A3]] : tensor<2xf64>, tensor<2xf64>) outs(%[[V6]] : tensor<2xf64>) {
// CHECK-NEXT:    ^bb0(%[[V8:[a-z0-9_]+]]: f64, %[[V9:[a-z0-9_]+]]: f64, %[[V10:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V11:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[V9]] : f64
// CHECK-NEXT:      linalg.yield %[[V11]] : f64
// CHECK-NEXT:    } -> tensor<2xf64>
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = tensor.empty() : tensor<f64>
// CHECK-NEXT:    %[[V13:[a-z0-9_]+]] = linalg.fill ins(%[[V4]] : f64) outs(%[[V12]] : tensor<f64>) -> tensor<f64>
// CHECK-NEXT:    %[[V14:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["reduction"]} ins(%[[A0]], %[[A3]] : tensor<2xf64>, tensor<2xf64>) outs(%[[V13]] : tensor<f64>) {
// CHECK-NEXT:    ^bb0(%[[V8]]: f64, %[[V9]]: f64, %[[V10]]: f64):
// CHECK-NEXT:      %[[V11]] = arith.mulf %[[V8]], %[[V9]] : f64
// CHECK-NEXT:      %[[V15:[a-z0-9_]+]] = arith.addf %[[V10]], %[[V11]] : f64
// CHECK-NEXT:      linalg.yield %[[V15]] : f64
// CHECK-NEXT:    } -> tensor<f64>
// CHECK-NEXT:    %[[V16:[a-z0-9_]+]] = tensor.extract %[[V14]][] : tensor<f64>
// CHECK-NEXT:    return %[[V7]], %[[V16]], %[[V5]] : tensor<2xf64>, f64, tensor<2xf64>
func.func @generic_captures(%x: tensor<2xf64>, %n: f64, %z: tensor<2xf64>) -> tensor<2xf64> {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<2xf64>) outs(%z : tensor<2xf64>) {
  ^bb0(%a: f64, %o: f64):
    %0 = arith.mulf %a, %n : f64
    linalg.yield %0 : f64
  } -> tensor<2xf64>
  return %r : tensor<2xf64>
}
catgrad.derive @generic_captures_rev of(@generic_captures)

// CHECK-LABEL: func.func @generic_reads_outs_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf64>, %[[A1:[a-z0-9]+]]: tensor<2xf64>, %[[A2:[a-z0-9]+]]: tensor<2xf64>)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = tensor.empty() : tensor<2xf64>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel"]} ins(%[[A0]], %[[A1]], %[[A2]] : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) outs(%[[V3]] : tensor<2xf64>) {
// CHECK-NEXT:    ^bb0(%[[V5:[a-z0-9_]+]]: f64, %[[V6:[a-z0-9_]+]]: f64, %[[V7:[a-z0-9_]+]]: f64, %[[V8:[a-z0-9_]+]]: f64):
// CHECK-NEXT:      %[[V9:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[V7]] : f64
// CHECK-NEXT:      linalg.yield %[[V9]] : f64
// CHECK-NEXT:    } -> tensor<2xf64>
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = linalg.generic {indexing_maps = [#{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}, #{{map[0-9]*}}], iterator_types = ["parallel"]} ins(%[[A0]], %[[A1]], %[[A2]] : tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) outs(%[[V3]] : tensor<2xf64>) {
// CHECK-NEXT:    ^bb0(%[[V5]]: f64, %[[V6]]: f64, %[[V7]]: f64, %[[V8]]: f64):
// CHECK-NEXT:      %[[V9]] = arith.mulf %[[V5]], %[[V7]] : f64
// CHECK-NEXT:      linalg.yield %[[V9]] : f64
// CHECK-NEXT:    } -> tensor<2xf64>
// CHECK-NEXT:    return %[[V4]], %[[V10]] : tensor<2xf64>, tensor<2xf64>
func.func @generic_reads_outs(%x: tensor<2xf64>, %z: tensor<2xf64>) -> tensor<2xf64> {
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<2xf64>) outs(%z : tensor<2xf64>) {
  ^bb0(%a: f64, %o: f64):
    %0 = arith.mulf %a, %o : f64
    linalg.yield %0 : f64
  } -> tensor<2xf64>
  return %r : tensor<2xf64>
}
catgrad.derive @generic_reads_outs_rev of(@generic_reads_outs)
