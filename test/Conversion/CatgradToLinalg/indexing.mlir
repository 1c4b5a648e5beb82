// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @iota
// CHECK: %[[I:.*]] = linalg.index 1
// CHECK: %[[N:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK: arith.sitofp %[[N]] : i64 to f32
// CHECK: %[[K:.*]] = linalg.index 0
// CHECK: arith.index_cast %[[K]] : index to i32
func.func @iota() -> (tensor<2x3xf32>, tensor<4xi32>) {
  %0 = catgrad.iota {axis = 1} : tensor<2x3xf32>
  %1 = catgrad.iota {axis = 0} : tensor<4xi32>
  return %0, %1 : tensor<2x3xf32>, tensor<4xi32>
}

// CHECK-LABEL: func.func @one_hot
// CHECK: ^bb0(%[[IN:.*]]: i32, %{{.*}}: f32)
// CHECK: %[[HOT:.*]] = arith.index_cast %[[IN]] : i32 to index
// CHECK: %[[HERE:.*]] = linalg.index 1
// CHECK: %[[IS:.*]] = arith.cmpi eq, %[[HOT]], %[[HERE]]
// CHECK: arith.select %[[IS]], %{{.*}}, %{{.*}} : f32
func.func @one_hot(%i: tensor<2xi32>) -> tensor<2x3xf32> {
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xi32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// Clamped to 0..8.
// CHECK-LABEL: func.func @gather
// CHECK-SAME: (%[[X:.*]]: tensor<9x4xf32>, %[[I:.*]]: tensor<2xi32>)
// CHECK: linalg.generic {{.*}} ins(%[[I]] : tensor<2xi32>) outs(%{{.*}} : tensor<2x4xf32>)
// CHECK: %[[NOT_BELOW:.*]] = arith.maxsi %{{.*}}, %c0
// CHECK: %[[K:.*]] = arith.minsi %[[NOT_BELOW]], %c8
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: tensor.extract %[[X]][%[[K]], %[[J]]] : tensor<9x4xf32>
func.func @gather(%x: tensor<9x4xf32>, %i: tensor<2xi32>) -> tensor<2x4xf32> {
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<9x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @scatter_add
// CHECK: linalg.fill {{.*}} -> tensor<1x9x4xf32>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: scf.for
// CHECK: arith.addf
// CHECK: tensor.insert
func.func @scatter_add(%x: tensor<2x4xf32>, %i: tensor<2xi32>) -> tensor<9x4xf32> {
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<9x4xf32>
  return %0 : tensor<9x4xf32>
}

// The field Z/2.
// CHECK-LABEL: func.func @scatter_add_i1
// CHECK-NOT: arith.addi
// CHECK: arith.xori
func.func @scatter_add_i1(%x: tensor<2xi1>, %i: tensor<2xi32>) -> tensor<9xi1> {
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2xi1>, tensor<2xi32>) -> tensor<9xi1>
  return %0 : tensor<9xi1>
}
