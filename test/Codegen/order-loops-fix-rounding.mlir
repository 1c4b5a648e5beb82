// RUN: catgrad-opt %s --catgrad-order-loops=fix-rounding | FileCheck %s

// The loops are those without the option; nothing is left to choose about sums.
// CHECK-NOT: fastmath

// CHECK-LABEL: func.func @matmul_transposed
// CHECK:         iterator_types = ["parallel", "parallel", "reduction"]
// CHECK:       ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT:    %[[NEXT:.*]] = math.fma %[[X]], %[[Y]], %[[SUM]] : f32
// CHECK-NEXT:    linalg.yield %[[NEXT]]
func.func @matmul_transposed(%x: tensor<5x7xf32>, %y: tensor<3x7xf32>, %init: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>]
      ins(%x, %y : tensor<5x7xf32>, tensor<3x7xf32>) outs(%init : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @row_sum
// CHECK:         arith.addf %{{.*}}, %{{.*}} : f32
func.func @row_sum(%x: tensor<128x512xf32>, %init: tensor<128xf32>) -> tensor<128xf32> {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<128x512xf32>) outs(%init : tensor<128xf32>) dimensions = [1]
  return %0 : tensor<128xf32>
}

// A product that something else needs, too, stays for it.
// CHECK-LABEL: func.func @both
// CHECK:         %[[P:.*]] = arith.mulf %[[X:.*]], %[[Y:.*]] : f32
// CHECK-NEXT:    %[[Q:.*]] = math.fma %[[X]], %[[Y]], %[[SUM:.*]] : f32
// CHECK-NEXT:    arith.subf %[[Q]], %[[P]] : f32
func.func @both(%x: tensor<5xf32>, %y: tensor<5xf32>, %init: tensor<f32>) -> tensor<f32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(r) -> (r)>, affine_map<(r) -> (r)>, affine_map<(r) -> ()>], iterator_types = ["reduction"]}
      ins(%x, %y : tensor<5xf32>, tensor<5xf32>) outs(%init : tensor<f32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %c, %p : f32
    %r = arith.subf %q, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  return %0 : tensor<f32>
}
