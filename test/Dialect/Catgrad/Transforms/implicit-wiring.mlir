// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies and discards go, and nothing else: no operation is merged or erased.
//
// RUN: catgrad-opt %s --catgrad-implicit-wiring | FileCheck %s

// CHECK-LABEL: func.func @wires(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>)
func.func @wires(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %a, %b = catgrad.copy %x : tensor<2xf32>
  %c, %d = catgrad.copy %b : tensor<2xf32>
  catgrad.discard %y : tensor<2xf32>
  // CHECK-NEXT: %[[V0:.*]] = catgrad.multiply %[[X]], %[[X]]
  %0 = catgrad.multiply %a, %c : tensor<2xf32>
  // CHECK-NEXT: return %[[V0]], %[[X]]
  return %0, %d : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @nothing_else(
func.func @nothing_else() {
  // CHECK-NEXT: catgrad.constant dense<1.000000e+00> : tensor<2xf32>
  %0 = catgrad.constant dense<1.0> : tensor<2xf32>
  // CHECK-NEXT: catgrad.constant dense<1.000000e+00> : tensor<2xf32>
  %1 = catgrad.constant dense<1.0> : tensor<2xf32>
  catgrad.discard %1 : tensor<2xf32>
  // CHECK-NEXT: return
  return
}

// Inside regions and in several blocks, too.
// CHECK-LABEL: func.func @everywhere(
// CHECK-SAME:    %[[X:.*]]: index, %[[C:.*]]: i1)
func.func @everywhere(%x: index, %c: i1) -> index {
  // CHECK-NOT: catgrad
  %0 = scf.if %c -> index {
    // CHECK: scf.yield %[[X]]
    %a, %b = catgrad.copy %x : index
    catgrad.discard %b : index
    scf.yield %a : index
  } else {
    scf.yield %x : index
  }
  cf.br ^next
^next:
  // CHECK: %[[V1:.*]] = arith.addi %[[X]], %[[X]]
  %p, %q = catgrad.copy %x : index
  %1 = arith.addi %p, %q : index
  // CHECK: return %[[V1]]
  return %1 : index
}
