// RUN: catgrad-opt %s --catgrad-order-loops --split-input-file | FileCheck %s

// The columns are innermost, the sum just outside.
// CHECK-DAG: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$KN:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @matmul
// CHECK: linalg.fill
// CHECK: linalg.generic {indexing_maps = [#[[$MK]], #[[$KN]], #[[$MN]]], iterator_types = ["parallel", "reduction", "parallel"]}
// CHECK: arith.mulf {{.*}} fastmath<contract>
// CHECK: arith.addf {{.*}} fastmath<contract>
func.func @matmul(%x: tensor<5x7xf32>, %y: tensor<7x3xf32>) -> tensor<5x3xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x3xf32>) -> tensor<5x3xf32>
  %0 = linalg.matmul ins(%x, %y : tensor<5x7xf32>, tensor<7x3xf32>) outs(%init : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// A B^T: along the columns B would be strided; along the sum nothing is.
// CHECK-LABEL: func.func @matmul_transposed
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: arith.mulf {{.*}} fastmath<contract>
// CHECK: arith.addf {{.*}} fastmath<reassoc,contract>
func.func @matmul_transposed(%x: tensor<5x7xf32>, %y: tensor<3x7xf32>, %init: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = linalg.matmul indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>]
      ins(%x, %y : tensor<5x7xf32>, tensor<3x7xf32>) outs(%init : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// One column: along the sum both operands are contiguous.
// CHECK-LABEL: func.func @one_column
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
func.func @one_column(%x: tensor<5x7xf32>, %y: tensor<7x1xf32>, %init: tensor<5x1xf32>) -> tensor<5x1xf32> {
  %0 = linalg.matmul ins(%x, %y : tensor<5x7xf32>, tensor<7x1xf32>) outs(%init : tensor<5x1xf32>) -> tensor<5x1xf32>
  return %0 : tensor<5x1xf32>
}

// CHECK-LABEL: func.func @batch_matmul
// CHECK: iterator_types = ["parallel", "parallel", "reduction", "parallel"]
// CHECK: arith.muli %{{.*}}, %{{.*}} : i32
func.func @batch_matmul(%x: tensor<2x5x7xi32>, %y: tensor<2x7x3xi32>, %init: tensor<2x5x3xi32>) -> tensor<2x5x3xi32> {
  %0 = linalg.batch_matmul ins(%x, %y : tensor<2x5x7xi32>, tensor<2x7x3xi32>) outs(%init : tensor<2x5x3xi32>) -> tensor<2x5x3xi32>
  return %0 : tensor<2x5x3xi32>
}

// -----

// CHECK-LABEL: func.func @row_sum
// CHECK: iterator_types = ["parallel", "reduction"]
// CHECK: arith.addf {{.*}} fastmath<reassoc>
func.func @row_sum(%x: tensor<128x512xf32>, %init: tensor<128xf32>) -> tensor<128xf32> {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<128x512xf32>) outs(%init : tensor<128xf32>) dimensions = [1]
  return %0 : tensor<128xf32>
}

// CHECK-LABEL: func.func @column_sum
// CHECK: iterator_types = ["reduction", "parallel"]
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
func.func @column_sum(%x: tensor<128x512xf32>, %init: tensor<512xf32>) -> tensor<512xf32> {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<128x512xf32>) outs(%init : tensor<512xf32>) dimensions = [0]
  return %0 : tensor<512xf32>
}

// CHECK-LABEL: func.func @full_sum
// CHECK: iterator_types = ["reduction", "reduction"]
// CHECK: fastmath<reassoc>
func.func @full_sum(%x: tensor<128x512xf32>, %init: tensor<f32>) -> tensor<f32> {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<128x512xf32>) outs(%init : tensor<f32>) dimensions = [0, 1]
  return %0 : tensor<f32>
}

// Only sums get flags: with them sigmoid could become NaN.
// CHECK-LABEL: func.func @elementwise
// CHECK: linalg.generic
// CHECK-NOT: linalg.transpose
// CHECK-NOT: fastmath
// CHECK: return
func.func @elementwise(%x: tensor<4x3xf32>, %init: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%init : tensor<3x4xf32>) permutation = [1, 0]
  %1 = linalg.mul ins(%0, %0 : tensor<3x4xf32>, tensor<3x4xf32>) outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}
