// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the operations that join tensors or take one apart, by
// itself, in free form, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// R[stack] = unstack.
// CHECK-LABEL: func.func @stack_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<3xf32>, %[[D:.*]]: tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// CHECK-NEXT:   %[[DX:.*]]:2 = catgrad.unstack %[[D]] {axis = 0 : i64} : (tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// CHECK-NEXT:   return %[[DX]]#0, %[[DX]]#1
func.func @stack(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.stack %x, %y {axis = 0} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @stack_rev of(@stack)

// R[unstack] = stack.
// CHECK-LABEL: func.func @unstack_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[D0:.*]]: tensor<3xf32>, %[[D1:.*]]: tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.stack %[[D0]], %[[D1]] {axis = 0 : i64} : (tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:   return %[[DX]]
func.func @unstack(%x: tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0:2 = catgrad.unstack %x {axis = 0} : (tensor<2x3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<3xf32>
}
catgrad.derive @unstack_rev of(@unstack)

// R[concat] = split.
// CHECK-LABEL: func.func @concat_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi1>, %[[Y:.*]]: tensor<2x1xi1>, %[[D:.*]]: tensor<2x4xi1>) -> (tensor<2x3xi1>, tensor<2x1xi1>)
// CHECK-NEXT:   %[[DX:.*]]:2 = catgrad.split %[[D]] {axis = 1 : i64, sizes = array<i64: 3, 1>} : (tensor<2x4xi1>) -> (tensor<2x3xi1>, tensor<2x1xi1>)
// CHECK-NEXT:   return %[[DX]]#0, %[[DX]]#1
func.func @concat(%x: tensor<2x3xi1>, %y: tensor<2x1xi1>) -> tensor<2x4xi1> {
  %0 = catgrad.concat %x, %y {axis = 1} : (tensor<2x3xi1>, tensor<2x1xi1>) -> tensor<2x4xi1>
  return %0 : tensor<2x4xi1>
}
catgrad.derive @concat_rev of(@concat)

// R[split] = concat.
// CHECK-LABEL: func.func @split_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xi32>, %[[D0:.*]]: tensor<2x3xi32>, %[[D1:.*]]: tensor<2x1xi32>) -> tensor<2x4xi32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.concat %[[D0]], %[[D1]] {axis = 1 : i64} : (tensor<2x3xi32>, tensor<2x1xi32>) -> tensor<2x4xi32>
// CHECK-NEXT:   return %[[DX]]
func.func @split(%x: tensor<2x4xi32>) -> (tensor<2x3xi32>, tensor<2x1xi32>) {
  %0:2 = catgrad.split %x {axis = 1, sizes = array<i64: 3, 1>} : (tensor<2x4xi32>) -> (tensor<2x3xi32>, tensor<2x1xi32>)
  return %0#0, %0#1 : tensor<2x3xi32>, tensor<2x1xi32>
}
catgrad.derive @split_rev of(@split)
