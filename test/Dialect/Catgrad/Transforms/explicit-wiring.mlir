// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies and discards for values that are used several times, or not at all.
// Explicit wiring is idempotent.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring | FileCheck %s
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-explicit-wiring | FileCheck %s

// One use each: nothing to do.
// CHECK-LABEL: func.func @linear(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>)
func.func @linear(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[V0:.*]] = catgrad.add %[[X]], %[[Y]]
  %0 = catgrad.add %x, %y : tensor<2xf32>
  // CHECK-NEXT: return %[[V0]]
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @twice_in_one_operation(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>)
func.func @twice_in_one_operation(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
  // CHECK-NEXT: %[[V0:.*]] = catgrad.multiply %[[A]], %[[B]]
  %0 = catgrad.multiply %x, %x : tensor<2xf32>
  // CHECK-NEXT: return %[[V0]]
  return %0 : tensor<2xf32>
}

// n uses are n - 1 copies, handed out in program order.
// CHECK-LABEL: func.func @four_uses(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>)
func.func @four_uses(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
  // CHECK-NEXT: %[[C:.*]], %[[D:.*]] = catgrad.copy %[[B]]
  // CHECK-NEXT: %[[E:.*]], %[[F:.*]] = catgrad.copy %[[D]]
  // CHECK-NEXT: %[[V0:.*]] = catgrad.negate %[[A]]
  %0 = catgrad.negate %x : tensor<2xf32>
  // CHECK-NEXT: %[[V1:.*]] = catgrad.subtract %[[V0]], %[[C]]
  %1 = catgrad.subtract %0, %x : tensor<2xf32>
  // CHECK-NEXT: %[[V2:.*]] = catgrad.add %[[E]], %[[V1]]
  %2 = catgrad.add %x, %1 : tensor<2xf32>
  // CHECK-NEXT: return %[[V2]], %[[F]]
  return %2, %x : tensor<2xf32>, tensor<2xf32>
}

// A result is wired right behind its operation, an argument at the beginning.
// CHECK-LABEL: func.func @result_used_twice_and_not_at_all(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>)
func.func @result_used_twice_and_not_at_all(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // CHECK-NEXT: catgrad.discard %[[Y]]
  // CHECK-NEXT: %[[V0:.*]] = catgrad.negate %[[X]]
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[V0]]
  %0 = catgrad.negate %x : tensor<2xf32>
  // CHECK-NEXT: %[[C:.*]] = catgrad.constant
  // CHECK-NEXT: catgrad.discard %[[C]]
  %1 = catgrad.constant dense<1.0> : tensor<2xf32>
  // CHECK-NEXT: return %[[A]], %[[B]]
  return %0, %0 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @calls(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>)
func.func @calls(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
  // CHECK-NEXT: %[[R:.*]]:2 = call @two(%[[A]], %[[B]])
  // CHECK-NEXT: catgrad.discard %[[R]]#1
  %0:2 = call @two(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // CHECK-NEXT: return %[[R]]#0
  return %0#0 : tensor<2xf32>
}

// CHECK: func.func private @two(
func.func private @two(tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)

// Values of any type, operations of any dialect.
// CHECK-LABEL: func.func @other_dialects(
// CHECK-SAME:    %[[I:.*]]: index)
func.func @other_dialects(%i: index) -> index {
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[I]] : index
  // CHECK-NEXT: %[[V0:.*]] = arith.addi %[[A]], %[[B]] : index
  %0 = arith.addi %i, %i : index
  // CHECK-NEXT: return %[[V0]]
  return %0 : index
}

// Wires that are there already stay.
// CHECK-LABEL: func.func @wired(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>)
func.func @wired(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
  // CHECK-NEXT: catgrad.discard %[[B]]
  // CHECK-NEXT: return %[[A]]
  %a, %b = catgrad.copy %x : tensor<2xf32>
  return %a : tensor<2xf32>
}

// What cannot be wired stays as it is.
// CHECK-LABEL: func.func @several_blocks(
func.func @several_blocks(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NOT: catgrad.copy
  cf.br ^next(%x, %x : tensor<2xf32>, tensor<2xf32>)
^next(%a: tensor<2xf32>, %b: tensor<2xf32>):
  return %a : tensor<2xf32>
}

// CHECK-LABEL: func.func @regions(
func.func @regions(%x: tensor<2xf32>, %c: i1) -> tensor<2xf32> {
  // CHECK-NOT: catgrad.copy
  %0 = scf.if %c -> tensor<2xf32> {
    %1 = catgrad.add %x, %x : tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  } else {
    scf.yield %x : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: module @nested
module @nested {
  // CHECK: func.func @inner(
  func.func @inner(%x: tensor<2xf32>) {
    // CHECK-NEXT: catgrad.discard
    return
  }
}
