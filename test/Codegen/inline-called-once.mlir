// RUN: catgrad-opt %s --catgrad-inline-called-once | FileCheck %s

// Only a private function with exactly one call disappears.

// CHECK-LABEL: func.func @main
// CHECK-SAME:    (%[[X:.*]]: tensor<f32>, %[[Y:.*]]: tensor<f32>)
func.func @main(%x: tensor<f32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK-NEXT: %[[A:.*]] = arith.addf %[[X]], %[[Y]]
  // CHECK-NEXT: %[[B:.*]] = arith.mulf %[[A]], %[[A]]
  %0:2 = call @once(%x, %y) : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  // CHECK-NEXT: %[[C:.*]] = call @twice(%[[B]])
  // CHECK-NEXT: call @twice(%[[C]])
  %1 = call @twice(%0#0) : (tensor<f32>) -> tensor<f32>
  %2 = call @twice(%1) : (tensor<f32>) -> tensor<f32>
  // The second result of the callee was its argument.
  // CHECK-NEXT: call @public(%[[Y]])
  %3 = call @public(%0#1) : (tensor<f32>) -> tensor<f32>
  return %2, %3 : tensor<f32>, tensor<f32>
}

// CHECK-NOT: @once
// CHECK-NOT: @inner
func.func private @once(%a: tensor<f32>, %b: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = arith.addf %a, %b : tensor<f32>
  %1 = call @inner(%0) : (tensor<f32>) -> tensor<f32>
  return %1, %b : tensor<f32>, tensor<f32>
}
func.func private @inner(%a: tensor<f32>) -> tensor<f32> {
  %0 = arith.mulf %a, %a : tensor<f32>
  return %0 : tensor<f32>
}

// CHECK: func.func private @twice
func.func private @twice(%a: tensor<f32>) -> tensor<f32> {
  return %a : tensor<f32>
}

// CHECK: func.func @public
func.func @public(%a: tensor<f32>) -> tensor<f32> {
  return %a : tensor<f32>
}

// CHECK: func.func private @recursive
// CHECK:   call @recursive
func.func private @recursive(%a: tensor<f32>) -> tensor<f32> {
  %0 = call @recursive(%a) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
