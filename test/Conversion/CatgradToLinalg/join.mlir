// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @stack
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<3xf32>)
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<3x2xf32>
// CHECK: %[[FIRST:.*]] = tensor.insert_slice %[[X]] into %[[EMPTY]][0, 0] [3, 1] [1, 1] : tensor<3xf32> into tensor<3x2xf32>
// CHECK: tensor.insert_slice %[[Y]] into %[[FIRST]][0, 1] [3, 1] [1, 1] : tensor<3xf32> into tensor<3x2xf32>
func.func @stack(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3x2xf32> {
  %0 = catgrad.stack %x, %y {axis = 1} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// A part without elements is not inserted.
// CHECK-LABEL: func.func @concat
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xi1>, %[[Y:.*]]: tensor<2x0xi1>, %[[Z:.*]]: tensor<2x1xi1>)
// CHECK: %[[FIRST:.*]] = tensor.insert_slice %[[X]] into %{{.*}}[0, 0] [2, 3] [1, 1]
// CHECK-NOT: %[[Y]]
// CHECK: tensor.insert_slice %[[Z]] into %[[FIRST]][0, 3] [2, 1] [1, 1]
func.func @concat(%x: tensor<2x3xi1>, %y: tensor<2x0xi1>, %z: tensor<2x1xi1>) -> tensor<2x4xi1> {
  %0 = catgrad.concat %x, %y, %z {axis = 1} : (tensor<2x3xi1>, tensor<2x0xi1>, tensor<2x1xi1>) -> tensor<2x4xi1>
  return %0 : tensor<2x4xi1>
}

// CHECK-LABEL: func.func @nothing
// CHECK: tensor.empty() : tensor<0x3xf32>
// CHECK: tensor.empty() : tensor<2x0xf32>
func.func @nothing() -> (tensor<0x3xf32>, tensor<2x0xf32>) {
  %0 = catgrad.stack {axis = 0} : () -> tensor<0x3xf32>
  %1 = catgrad.concat {axis = 1} : () -> tensor<2x0xf32>
  return %0, %1 : tensor<0x3xf32>, tensor<2x0xf32>
}

// CHECK-LABEL: func.func @unstack
// CHECK-SAME: (%[[X:.*]]: tensor<3x2xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<3xf32>)
// CHECK: tensor.extract %[[X]][%{{.*}}, %c0{{.*}}]
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<3xf32>)
// CHECK: tensor.extract %[[X]][%{{.*}}, %c1{{.*}}]
func.func @unstack(%x: tensor<3x2xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0:2 = catgrad.unstack %x {axis = 1} : (tensor<3x2xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @split
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x3xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x1xf32>)
// CHECK: %[[J:.*]] = linalg.index 1
// CHECK: arith.addi %[[J]], %c3
func.func @split(%x: tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>) {
  %0:2 = catgrad.split %x {axis = 1, sizes = array<i64: 3, 1>} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>)
  return %0#0, %0#1 : tensor<2x3xf32>, tensor<2x1xf32>
}
