// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s
// RUN: catgrad-opt %s --pass-pipeline='builtin.module(catgrad-derive{residuals=inputs})' | FileCheck %s

// CHECK-LABEL: func.func @f_rev(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4xf32>, %[[D:[a-z0-9]+]]: tensor<4xf32>)
// CHECK-NOT:     catgrad.copy
// CHECK:         return %{{.*}} : tensor<4xf32>
// CHECK-NOT:   catgrad.derive
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.multiply %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
