// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of each operation of tensor that has one.
// The values are tested by test/Integration/test_upstream.py.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s


// CHECK-LABEL: func.func @expand_shape_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<6xf64>, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = tensor.collapse_shape %[[A1]] {{\[\[}}0, 1]] : tensor<2x3xf64> into tensor<6xf64>
// CHECK-NEXT:    return %[[V2]] : tensor<6xf64>
func.func @expand_shape(%x: tensor<6xf64>) -> tensor<2x3xf64> {
  %r = tensor.expand_shape %x [[0, 1]] output_shape [2, 3] : tensor<6xf64> into tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
catgrad.derive @expand_shape_rev of(@expand_shape)

// CHECK-LABEL: func.func @collapse_shape_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: tensor<6xf64>)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = tensor.expand_shape %[[A1]] {{\[\[}}0, 1]] output_shape [2, 3] : tensor<6xf64> into tensor<2x3xf64>
// CHECK-NEXT:    return %[[V2]] : tensor<2x3xf64>
func.func @collapse_shape(%x: tensor<2x3xf64>) -> tensor<6xf64> {
  %r = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf64> into tensor<6xf64>
  return %r : tensor<6xf64>
}
catgrad.derive @collapse_shape_rev of(@collapse_shape)

// CHECK-LABEL: func.func @extract_slice_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<4x5xf64>, %[[A1:[a-z0-9]+]]: index, %[[A2:[a-z0-9]+]]: tensor<2x2xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<4x5xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.insert_slice %[[A2]] into %[[V4]][%[[A1]], 0] [2, 2] [1, 3] : tensor<2x2xf64> into tensor<4x5xf64>
// CHECK-NEXT:    return %[[V5]], %[[V3]] : tensor<4x5xf64>, index
func.func @extract_slice(%x: tensor<4x5xf64>, %i: index) -> tensor<2x2xf64> {
  %r = tensor.extract_slice %x[%i, 0] [2, 2] [1, 3] : tensor<4x5xf64> to tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}
catgrad.derive @extract_slice_rev of(@extract_slice)

// CHECK-LABEL: func.func @insert_slice_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf64>, %[[A1:[a-z0-9]+]]: tensor<3x2xf64>, %[[A2:[a-z0-9]+]]: index, %[[A3:[a-z0-9]+]]: tensor<3x2xf64>)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = tensor.extract_slice %[[A3]][%[[A2]], 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = tensor.insert_slice %[[V5]] into %[[A3]][%[[A2]], 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<3x2xf64>
// CHECK-NEXT:    return %[[V6]], %[[V7]], %[[V4]] : tensor<2xf64>, tensor<3x2xf64>, index
func.func @insert_slice(%x: tensor<2xf64>, %y: tensor<3x2xf64>, %i: index) -> tensor<3x2xf64> {
  %r = tensor.insert_slice %x into %y[%i, 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<3x2xf64>
  return %r : tensor<3x2xf64>
}
catgrad.derive @insert_slice_rev of(@insert_slice)

// CHECK-LABEL: func.func @extract_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2x3xf64>, %[[A1:[a-z0-9]+]]: index, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2x3xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.insert %[[A2]] into %[[V4]][%[[A1]], %[[A1]]] : tensor<2x3xf64>
// CHECK-NEXT:    return %[[V5]], %[[V3]] : tensor<2x3xf64>, index
func.func @extract(%x: tensor<2x3xf64>, %i: index) -> f64 {
  %r = tensor.extract %x[%i, %i] : tensor<2x3xf64>
  return %r : f64
}
catgrad.derive @extract_rev of(@extract)

// CHECK-LABEL: func.func @insert_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: tensor<2x3xf64>, %[[A2:[a-z0-9]+]]: index, %[[A3:[a-z0-9]+]]: tensor<2x3xf64>)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = tensor.extract %[[A3]][%[[A2]], %[[A2]]] : tensor<2x3xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = tensor.insert %[[V5]] into %[[A3]][%[[A2]], %[[A2]]] : tensor<2x3xf64>
// CHECK-NEXT:    return %[[V6]], %[[V7]], %[[V4]] : f64, tensor<2x3xf64>, index
func.func @insert(%n: f64, %x: tensor<2x3xf64>, %i: index) -> tensor<2x3xf64> {
  %r = tensor.insert %n into %x[%i, %i] : tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
catgrad.derive @insert_rev of(@insert)

// CHECK-LABEL: func.func @splat_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: tensor<2xf64>)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = tensor.empty() : tensor<f64>
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = linalg.fill ins(%[[V2]] : f64) outs(%[[V3]] : tensor<f64>) -> tensor<f64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = linalg.reduce ins(%[[A1]] : tensor<2xf64>) outs(%[[V4]] : tensor<f64>) dimensions = [0] 
// CHECK-NEXT:      (%[[V6:[a-z0-9_]+]]: f64, %[[V7:[a-z0-9_]+]]: f64) {
// CHECK-NEXT:        %[[V8:[a-z0-9_]+]] = arith.addf %[[V6]], %[[V7]] : f64
// CHECK-NEXT:        linalg.yield %[[V8]] : f64
// CHECK-NEXT:      }
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = tensor.extract %[[V5]][] : tensor<f64>
// CHECK-NEXT:    return %[[V9]] : f64
func.func @splat(%n: f64) -> tensor<2xf64> {
  %r = tensor.splat %n : tensor<2xf64>
  return %r : tensor<2xf64>
}
catgrad.derive @splat_rev of(@splat)

// CHECK-LABEL: func.func @empty_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: tensor<2xf64>)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @empty(%n: f64) -> tensor<2xf64> {
  %e = tensor.empty() : tensor<2xf64>
  %r = tensor.insert_slice %e into %e[0] [2] [1] : tensor<2xf64> into tensor<2xf64>
  return %r : tensor<2xf64>
}
catgrad.derive @empty_rev of(@empty)

// CHECK-LABEL: func.func @pad_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf64>, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: tensor<5xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = tensor.extract_slice %[[A2]][1] [2] [1] : tensor<5xf64> to tensor<2xf64>
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = tensor.insert_slice %[[V4]] into %[[A2]][1] [2] [1] : tensor<2xf64> into tensor<5xf64>
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = tensor.empty() : tensor<f64>
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = linalg.fill ins(%[[V3]] : f64) outs(%[[V7]] : tensor<f64>) -> tensor<f64>
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = linalg.reduce ins(%[[V6]] : tensor<5xf64>) outs(%[[V8]] : tensor<f64>) dimensions = [0] 
// CHECK-NEXT:      (%[[V10:[a-z0-9_]+]]: f64, %[[V11:[a-z0-9_]+]]: f64) {
// CHECK-NEXT:        %[[V12:[a-z0-9_]+]] = arith.addf %[[V10]], %[[V11]] : f64
// CHECK-NEXT:        linalg.yield %[[V12]] : f64
// CHECK-NEXT:      }
// CHECK-NEXT:    %[[V13:[a-z0-9_]+]] = tensor.extract %[[V9]][] : tensor<f64>
// CHECK-NEXT:    return %[[V5]], %[[V13]] : tensor<2xf64>, f64
func.func @pad(%x: tensor<2xf64>, %n: f64) -> tensor<5xf64> {
  %r = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %n : f64
  } : tensor<2xf64> to tensor<5xf64>
  return %r : tensor<5xf64>
}
catgrad.derive @pad_rev of(@pad)
