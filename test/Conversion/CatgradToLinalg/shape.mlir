// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @wires
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
// CHECK-NEXT: return %[[X]] : tensor<3xf32>
func.func @wires(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0, %1 = catgrad.copy %x : tensor<3xf32>
  catgrad.discard %1 : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @constants
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
// CHECK-DAG: linalg.fill ins(%[[ONE]] : f32) outs(%{{.*}} : tensor<2x3xf32>)
// CHECK-DAG: %[[TRUE:.*]] = arith.constant true
// CHECK-DAG: linalg.fill ins(%[[TRUE]] : i1) outs(%{{.*}} : tensor<i1>)
// CHECK-DAG: arith.constant dense<[1, 2, 3]> : tensor<3xi32>
// CHECK-DAG: tensor.empty() : tensor<2x0xf32>
func.func @constants() -> (tensor<2x3xf32>, tensor<i1>, tensor<3xi32>, tensor<2x0xf32>) {
  %0 = catgrad.constant dense<1.0> : tensor<2x3xf32>
  %1 = catgrad.constant dense<true> : tensor<i1>
  %2 = catgrad.constant dense<[1, 2, 3]> : tensor<3xi32>
  %3 = catgrad.constant dense<> : tensor<2x0xf32>
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<i1>, tensor<3xi32>, tensor<2x0xf32>
}

// CHECK-LABEL: func.func @broadcast
// CHECK: linalg.broadcast ins(%{{.*}} : tensor<3xf32>) outs(%{{.*}} : tensor<2x3x4xf32>) dimensions = [0, 2]
func.func @broadcast(%x: tensor<3xf32>) -> tensor<2x3x4xf32> {
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0, 2>} : (tensor<3xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @transpose
// CHECK: linalg.transpose ins(%{{.*}} : tensor<2x3x4xf32>) outs(%{{.*}} : tensor<4x2x3xf32>) permutation = [2, 0, 1]
func.func @transpose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %0 = catgrad.transpose %x {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}

// No axes: the identity.
// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
// CHECK-NEXT: return %[[X]] : tensor<2x3xf32>
func.func @identities(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = catgrad.broadcast %0 {dimensions = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = catgrad.transpose %1 {permutation = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = catgrad.reshape %2 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reshape
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<0x3xf32>, %[[Z:.*]]: tensor<1x1xf32>, %[[R:.*]]: tensor<f32>)
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
// CHECK: tensor.expand_shape %[[FLAT]] {{\[}}[0, 1]] output_shape [3, 2]
// CHECK: tensor.expand_shape %[[X]] {{\[}}[0, 1], [2]] output_shape [1, 2, 3]
// CHECK: %[[EMPTY:.*]] = tensor.collapse_shape %[[Y]] {{\[}}[0, 1]] : tensor<0x3xf32> into tensor<0xf32>
// CHECK: tensor.expand_shape %[[EMPTY]] {{\[}}[0, 1]] output_shape [3, 0]
// CHECK: tensor.collapse_shape %[[Z]] [] : tensor<1x1xf32> into tensor<f32>
// CHECK: tensor.expand_shape %[[R]] [] output_shape [1] : tensor<f32> into tensor<1xf32>
func.func @reshape(%x: tensor<2x3xf32>, %y: tensor<0x3xf32>, %z: tensor<1x1xf32>, %r: tensor<f32>)
    -> (tensor<3x2xf32>, tensor<1x2x3xf32>, tensor<3x0xf32>, tensor<f32>, tensor<1xf32>) {
  %0 = catgrad.reshape %x : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = catgrad.reshape %x : (tensor<2x3xf32>) -> tensor<1x2x3xf32>
  %2 = catgrad.reshape %y : (tensor<0x3xf32>) -> tensor<3x0xf32>
  %3 = catgrad.reshape %z : (tensor<1x1xf32>) -> tensor<f32>
  %4 = catgrad.reshape %r : (tensor<f32>) -> tensor<1xf32>
  return %0, %1, %2, %3, %4 : tensor<3x2xf32>, tensor<1x2x3xf32>, tensor<3x0xf32>, tensor<f32>, tensor<1xf32>
}

// CHECK-LABEL: func.func @call
// CHECK: call @transpose(%{{.*}}) : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
func.func @call(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %0 = call @transpose(%x) : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}

// A part is read where it lies.
// CHECK-LABEL: func.func @slice
// CHECK-SAME: (%[[X:.*]]: tensor<4x6xf32>)
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} outs(%{{.*}} : tensor<2x3xf32>)
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[DOUBLE:.*]] = arith.muli %[[J]], %{{.*}} : index
// CHECK: %[[K:.*]] = arith.addi %[[DOUBLE]], %{{.*}} : index
// CHECK: tensor.extract %[[X]][%[[I]], %[[K]]] : tensor<4x6xf32>
func.func @slice(%x: tensor<4x6xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.slice %x {starts = array<i64: 0, 1>, limits = array<i64: 2, 6>, strides = array<i64: 1, 2>} : (tensor<4x6xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reverse
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: %[[NEGATIVE:.*]] = arith.muli %[[J]], %c-1
// CHECK: %[[K:.*]] = arith.addi %[[NEGATIVE]], %c2
// CHECK: tensor.extract %{{.*}}[%{{.*}}, %[[K]]]
func.func @reverse(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = catgrad.reverse %x {dimensions = array<i64: 1>} : tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// CHECK-LABEL: func.func @pad
// CHECK: %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<4x6xf32>
// CHECK: tensor.insert_slice %{{.*}} into %[[ZEROS]][0, 1] [2, 3] [1, 2] : tensor<2x3xf32> into tensor<4x6xf32>
func.func @pad(%x: tensor<2x3xf32>) -> tensor<4x6xf32> {
  %0 = catgrad.pad %x {low = array<i64: 0, 1>, high = array<i64: 2, 0>, interior = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @pad_nothing
// CHECK-NOT: insert_slice
// CHECK: return %{{.*}} : tensor<3xf32>
func.func @pad_nothing(%x: tensor<0xf32>) -> tensor<3xf32> {
  %0 = catgrad.pad %x {low = array<i64: 1>, high = array<i64: 2>, interior = array<i64: 4>} : (tensor<0xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
