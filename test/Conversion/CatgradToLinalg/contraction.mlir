// RUN: catgrad-opt %s --convert-catgrad-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @matmul
// CHECK: %[[ZERO:.*]] = linalg.fill ins(%{{.*}} : f32)
// CHECK: %[[R:.*]] = linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<5x7xf32>, tensor<7x3xf32>) outs(%[[ZERO]] : tensor<5x3xf32>)
// CHECK: return %[[R]]
func.func @matmul(%x: tensor<5x7xf32>, %y: tensor<7x3xf32>) -> tensor<5x3xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<5x7xf32>, tensor<7x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

// The reverse of matmul: the transposes of the operands become indexing.
// CHECK-DAG: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[$KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-LABEL: func.func @transposed_operands
// CHECK-SAME: (%[[X:.*]]: tensor<5x7xf64>, %[[Y:.*]]: tensor<7x3xf64>, %[[D:.*]]: tensor<5x3xf64>)
// CHECK-NOT: transpose
// CHECK: linalg.matmul indexing_maps = [#[[$MK]], #[[$NK]], #[[$MN]]] ins(%[[D]], %[[Y]] :
// CHECK-NOT: transpose
// CHECK: linalg.matmul indexing_maps = [#[[$KM]], #[[$KN]], #[[$MN]]] ins(%[[X]], %[[D]] :
// CHECK-NOT: transpose
func.func @transposed_operands(%x: tensor<5x7xf64>, %y: tensor<7x3xf64>, %d: tensor<5x3xf64>) -> (tensor<5x7xf64>, tensor<7x3xf64>) {
  %yt = catgrad.transpose %y {permutation = array<i64: 1, 0>} : (tensor<7x3xf64>) -> tensor<3x7xf64>
  %xt = catgrad.transpose %x {permutation = array<i64: 1, 0>} : (tensor<5x7xf64>) -> tensor<7x5xf64>
  %0 = catgrad.matmul %d, %yt : (tensor<5x3xf64>, tensor<3x7xf64>) -> tensor<5x7xf64>
  %1 = catgrad.matmul %xt, %d : (tensor<7x5xf64>, tensor<5x3xf64>) -> tensor<7x3xf64>
  return %0, %1 : tensor<5x7xf64>, tensor<7x3xf64>
}

// -----

// (X Y)^T = Y^T X^T, if nobody else uses X Y.
// CHECK-DAG: #[[$KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-LABEL: func.func @transposed_result
// CHECK-SAME: (%[[X:.*]]: tensor<5x7xi32>, %[[Y:.*]]: tensor<7x3xi32>)
// CHECK-NOT: transpose
// CHECK: linalg.matmul indexing_maps = [#[[$KM]], #[[$NK]], #{{.*}}] ins(%[[Y]], %[[X]] : {{.*}}) outs(%{{.*}} : tensor<3x5xi32>)
// CHECK-NOT: transpose
func.func @transposed_result(%x: tensor<5x7xi32>, %y: tensor<7x3xi32>) -> tensor<3x5xi32> {
  %0 = catgrad.matmul %x, %y : (tensor<5x7xi32>, tensor<7x3xi32>) -> tensor<5x3xi32>
  %1 = catgrad.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<5x3xi32>) -> tensor<3x5xi32>
  return %1 : tensor<3x5xi32>
}

// CHECK-LABEL: func.func @transposed_and_used
// CHECK: %[[R:.*]] = linalg.matmul
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[R]] :
// CHECK: return %[[R]], %[[T]]
func.func @transposed_and_used(%x: tensor<5x7xi32>, %y: tensor<7x3xi32>) -> (tensor<5x3xi32>, tensor<3x5xi32>) {
  %0 = catgrad.matmul %x, %y : (tensor<5x7xi32>, tensor<7x3xi32>) -> tensor<5x3xi32>
  %1 = catgrad.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<5x3xi32>) -> tensor<3x5xi32>
  return %0, %1 : tensor<5x3xi32>, tensor<3x5xi32>
}

// -----

// CHECK-DAG: #[[$BNK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @batch
// CHECK: linalg.batch_matmul indexing_maps = [#{{.*}}, #[[$BNK]], #{{.*}}]
// CHECK-NOT: transpose
// CHECK: return
func.func @batch(%x: tensor<2x5x7xf32>, %y: tensor<2x3x7xf32>) -> tensor<2x5x3xf32> {
  %0 = catgrad.transpose %y {permutation = array<i64: 0, 2, 1>} : (tensor<2x3x7xf32>) -> tensor<2x7x3xf32>
  %1 = catgrad.matmul %x, %0 : (tensor<2x5x7xf32>, tensor<2x7x3xf32>) -> tensor<2x5x3xf32>
  return %1 : tensor<2x5x3xf32>
}

// A batch axis that is not the first is beyond batch_matmul.
// CHECK-LABEL: func.func @batch_inside
// CHECK: linalg.contract
// CHECK-NOT: transpose
// CHECK: return
func.func @batch_inside(%x: tensor<5x2x7xf32>, %y: tensor<2x7x3xf32>) -> tensor<2x5x3xf32> {
  %0 = catgrad.transpose %x {permutation = array<i64: 1, 0, 2>} : (tensor<5x2x7xf32>) -> tensor<2x5x7xf32>
  %1 = catgrad.matmul %0, %y : (tensor<2x5x7xf32>, tensor<2x7x3xf32>) -> tensor<2x5x3xf32>
  return %1 : tensor<2x5x3xf32>
}

// CHECK-LABEL: func.func @two_batch_axes
// CHECK: linalg.contract
func.func @two_batch_axes(%x: tensor<2x4x5x7xf32>, %y: tensor<2x4x7x3xf32>) -> tensor<2x4x5x3xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<2x4x5x7xf32>, tensor<2x4x7x3xf32>) -> tensor<2x4x5x3xf32>
  return %0 : tensor<2x4x5x3xf32>
}

// -----

// CHECK-DAG: #[[$LHS:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0, d3)>
// CHECK-DAG: #[[$RHS:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d1, d2)>
// CHECK-DAG: #[[$OUT:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0)>
// CHECK-LABEL: func.func @contract
// CHECK: linalg.contract indexing_maps = [#[[$LHS]], #[[$RHS]], #[[$OUT]]]
func.func @contract(%x: tensor<2x3x4xf32>, %y: tensor<4x5x2xf32>) -> tensor<5x3xf32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0, 2>, rhs_axes = array<i64: 2, 0>} : (tensor<2x3x4xf32>, tensor<4x5x2xf32>) -> tensor<3x5xf32>
  %1 = catgrad.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<3x5xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @contract_is_matmul
// CHECK: linalg.matmul
func.func @contract_is_matmul(%x: tensor<2x3xf32>, %y: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 1>} : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// No axis is summed: no accumulator, no fill.
// CHECK-LABEL: func.func @outer_product
// CHECK-NOT: linalg.fill
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK: arith.mulf
// CHECK-NOT: arith.addf
// CHECK: return
func.func @outer_product(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<3x4xf32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<3xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @dot
// CHECK: linalg.contract {{.*}} -> tensor<f32>
func.func @dot(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<f32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// On i1 linalg.matmul would be an or of ands.
// CHECK-LABEL: func.func @bits
// CHECK-NOT: linalg.matmul
// CHECK: linalg.generic
// CHECK: %[[AND:.*]] = arith.andi
// CHECK: arith.xori %{{.*}}, %[[AND]]
func.func @bits(%x: tensor<3x18xi1>, %y: tensor<18x16xi1>) -> tensor<3x16xi1> {
  %0 = catgrad.matmul %x, %y : (tensor<3x18xi1>, tensor<18x16xi1>) -> tensor<3x16xi1>
  return %0 : tensor<3x16xi1>
}
