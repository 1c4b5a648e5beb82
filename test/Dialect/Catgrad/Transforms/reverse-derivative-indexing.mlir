// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the operations on indices, by
// itself, in free form, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// R[iota] = discard.
// CHECK-LABEL: func.func @iota_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D0:.*]]: tensor<2xi32>, %[[D1:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:   return %[[D0]]
func.func @iota(%x: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>) {
  %0 = catgrad.iota {axis = 0} : tensor<2xi32>
  return %x, %0 : tensor<2xi32>, tensor<2xi32>
}
catgrad.derive @iota_rev of(@iota)

// Unit vectors are locally constant in the indices.
// CHECK-LABEL: func.func @one_hot_rev(
// CHECK-SAME:    %[[I:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2x3xf32>) -> tensor<2xi32>
// CHECK-NEXT:   %[[ZERO:.*]] = catgrad.constant dense<0> : tensor<2xi32>
// CHECK-NEXT:   return %[[ZERO]]
func.func @one_hot(%i: tensor<2xi32>) -> tensor<2x3xf32> {
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xi32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @one_hot_rev of(@one_hot)

// R[gather](i, d) = (scatter_add(d, i), 0).
// CHECK-LABEL: func.func @gather_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<9x4xf32>, %[[I:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2x4xf32>) -> (tensor<9x4xf32>, tensor<2xi32>)
// CHECK-NEXT:   %[[ZERO:.*]] = catgrad.constant dense<0> : tensor<2xi32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.scatter_add %[[D]], %[[I]] {axis = 0 : i64} : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<9x4xf32>
// CHECK-NEXT:   return %[[DX]], %[[ZERO]]
func.func @gather(%x: tensor<9x4xf32>, %i: tensor<2xi32>) -> tensor<2x4xf32> {
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<9x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
catgrad.derive @gather_rev of(@gather)

// R[scatter_add](i, d) = (gather(d, i), 0).
// CHECK-LABEL: func.func @scatter_add_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x4xi1>, %[[I:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<9x4xi1>) -> (tensor<2x4xi1>, tensor<2xi32>)
// CHECK-NEXT:   %[[ZERO:.*]] = catgrad.constant dense<0> : tensor<2xi32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.gather %[[D]], %[[I]] {axis = 0 : i64} : (tensor<9x4xi1>, tensor<2xi32>) -> tensor<2x4xi1>
// CHECK-NEXT:   return %[[DX]], %[[ZERO]]
func.func @scatter_add(%x: tensor<2x4xi1>, %i: tensor<2xi32>) -> tensor<9x4xi1> {
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2x4xi1>, tensor<2xi32>) -> tensor<9x4xi1>
  return %0 : tensor<9x4xi1>
}
catgrad.derive @scatter_add_rev of(@scatter_add)
