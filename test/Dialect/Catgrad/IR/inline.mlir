// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR's inliner: values of the dialect are pure, and go anywhere.
//
// RUN: catgrad-opt %s --inline | FileCheck %s
// RUN: catgrad-opt %s --catgrad-factor-parameters --inline | FileCheck %s --check-prefix=FACTORED

// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[X]], %[[X]]
// CHECK-NEXT:    %[[Z:.*]] = catgrad.multiply %[[Y]], %[[Y]]
// CHECK-NEXT:    return %[[Z]]
func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @square(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @square(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
// CHECK-NOT: @square(
func.func private @square(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.multiply %x, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// In explicit wiring, too; discards are kept.
// CHECK-LABEL: func.func @wired(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
// CHECK-NEXT:    catgrad.discard %[[Y]]
// CHECK-NEXT:    %[[Z:.*]] = catgrad.multiply %[[A]], %[[B]]
// CHECK-NEXT:    return %[[Z]]
func.func @wired(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @first_square(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func private @first_square(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0:2 = catgrad.copy %x : tensor<2xf32>
  catgrad.discard %y : tensor<2xf32>
  %1 = catgrad.multiply %0#0, %0#1 : tensor<2xf32>
  return %1 : tensor<2xf32>
}

// Into the regions of other dialects.
// CHECK-LABEL: func.func @in_a_loop(
// CHECK:         scf.for
// CHECK-NEXT:      catgrad.multiply
// CHECK-NEXT:      scf.yield
func.func @in_a_loop(%x: tensor<2xf32>, %n: index) -> tensor<2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> (tensor<2xf32>) {
    %1 = func.call @square(%y) : (tensor<2xf32>) -> tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}

// What a derivative names stays. A function with a derivative of its own is not
// inlined: the derivative of its operations would take that one's place.
// CHECK-LABEL: func.func @own(
// CHECK:         call @floor(
func.func @own(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @floor(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
// CHECK: func.func private @floor(
func.func private @floor(%x: tensor<2xf32>) -> tensor<2xf32>
    attributes {catgrad.forward = @floor, catgrad.reverse = @straight_through} {
  %0 = catgrad.floor %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
// CHECK: func.func private @straight_through(
func.func private @straight_through(%d: tensor<2xf32>) -> tensor<2xf32> {
  return %d : tensor<2xf32>
}

// Two calls are two parameters. Once these are arguments, nothing is in the way.
// CHECK-LABEL: func.func @layers(
// CHECK-COUNT-2: call @layer(
// FACTORED-LABEL: func.func @layers(
// FACTORED-SAME:    catgrad.name = "a.w"{{.*}}catgrad.name = "b.w"
// FACTORED-NOT:     call
// FACTORED-COUNT-2: catgrad.multiply
// FACTORED-NEXT:    return
func.func @layers(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @layer(%x) {catgrad.scope = "a"} : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @layer(%0) {catgrad.scope = "b"} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
// CHECK: func.func private @layer(
// FACTORED-NOT: @layer(
func.func private @layer(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %x, %w : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Nor is the way to them inlined.
// CHECK-LABEL: func.func @blocks(
// CHECK-COUNT-2: call @block(
// FACTORED-LABEL: func.func @blocks(
// FACTORED-SAME:    catgrad.name = "c.d.w"{{.*}}catgrad.name = "e.d.w"
// FACTORED-NOT:     call
// FACTORED:         return
func.func @blocks(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @block(%x) {catgrad.scope = "c"} : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @block(%0) {catgrad.scope = "e"} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
// CHECK: func.func private @block(
// CHECK: call @layer(
func.func private @block(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  %1 = call @layer(%0) {catgrad.scope = "d"} : (tensor<2xf32>) -> tensor<2xf32>
  %2 = catgrad.relu %1 : tensor<2xf32>
  return %2 : tensor<2xf32>
}
