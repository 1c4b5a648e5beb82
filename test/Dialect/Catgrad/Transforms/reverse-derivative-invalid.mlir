// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each error of the reverse derivative. The inputs are in explicit wiring.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-reverse-derivative

//===----------------------------------------------------------------------===//
// Operations without derivative
//===----------------------------------------------------------------------===//

// On a path from an input to a result: an error at the operation, and notes that
// name the path.
// expected-note @+1 {{the path comes from input 1}}
func.func @on_a_path(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // expected-note @+1 {{through this 'catgrad.negate'}}
  %0 = catgrad.negate %y : tensor<2xf32>
  // expected-error @+1 {{'tosa.floor' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %1 = tosa.floor %0 : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{on to this 'catgrad.multiply'}}
  %2 = catgrad.multiply %x, %1 : tensor<2xf32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %2 : tensor<2xf32>
}
catgrad.derive @on_a_path_rev of(@on_a_path)

// -----

// Each of them is reported.
// expected-note @+2 {{the path comes from input 0}}
// expected-note @+1 {{the path comes from input 1}}
func.func @two(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // expected-error @+1 {{'tosa.floor' has no reverse derivative}}
  %0 = tosa.floor %x : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @+1 {{'tosa.ceil' has no reverse derivative}}
  %1 = tosa.ceil %y : (tensor<2xf32>) -> tensor<2xf32>
  // Twice the same note.
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}
catgrad.derive @two_rev of(@two)

// -----

// A path through a copy.
// expected-note @+1 {{the path comes from input 0}}
func.func @through_a_copy(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-note @+1 {{which is used several times}}
  %a, %b = catgrad.copy %x : tensor<2xf32>
  // expected-error @+1 {{'tosa.floor' has no reverse derivative}}
  %0 = tosa.floor %a : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{on to this 'catgrad.add'}}
  %1 = catgrad.add %0, %b : tensor<2xf32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %1 : tensor<2xf32>
}
catgrad.derive @through_a_copy_rev of(@through_a_copy)

// -----

// Off the path: it depends on no input asked for, its result is not used, or only
// a comparison uses it, which is locally constant. No error.
func.func @off_the_path(%x: tensor<2xf32>, %y: tensor<2xf32>, %z: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi1>) {
  %0 = tosa.floor %y : (tensor<2xf32>) -> tensor<2xf32>
  %1 = catgrad.multiply %x, %0 : tensor<2xf32>
  %a, %b = catgrad.copy %z : tensor<2xf32>
  %c, %d = catgrad.copy %b : tensor<2xf32>
  %2 = tosa.floor %a : (tensor<2xf32>) -> tensor<2xf32>
  catgrad.discard %2 : tensor<2xf32>
  %3 = tosa.floor %c : (tensor<2xf32>) -> tensor<2xf32>
  %4 = catgrad.constant dense<0.0> : tensor<2xf32>
  %5 = catgrad.compare %3, %4 {predicate = #catgrad.predicate<gt>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %1, %d, %5 : tensor<2xf32>, tensor<2xf32>, tensor<2xi1>
}
catgrad.derive @off_the_path_rev of(@off_the_path) wrt([0, 2])

// -----

// The same input, asked for.
// expected-note @+1 {{the path comes from input 1}}
func.func @asked_for(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'tosa.floor' has no reverse derivative}}
  %0 = tosa.floor %y : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{on to this 'catgrad.multiply'}}
  %1 = catgrad.multiply %x, %0 : tensor<2xf32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %1 : tensor<2xf32>
}
catgrad.derive @asked_for_rev_x of(@asked_for) wrt([0])
catgrad.derive @asked_for_rev_y of(@asked_for) wrt([1])

// -----

// In a callee, where it depends on what is asked for.
// expected-note @+1 {{the path comes from input 1}}
func.func @callee(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'tosa.floor' has no reverse derivative}}
  %0 = tosa.floor %y : (tensor<2xf32>) -> tensor<2xf32>
  // expected-note @+1 {{on to this 'catgrad.multiply'}}
  %1 = catgrad.multiply %x, %0 : tensor<2xf32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %1 : tensor<2xf32>
}
func.func @good(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @callee(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @bad(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @callee(%y, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @good_rev of(@good) wrt([0])
catgrad.derive @bad_rev of(@bad) wrt([0])

// -----

func.func @parameter(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'catgrad.parameter' op has no reverse derivative; run catgrad-factor-parameters first}}
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %x, %w : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @parameter_rev of(@parameter)

// -----

//===----------------------------------------------------------------------===//
// Types without zero or sum
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected a number or a static tensor of numbers, to make its zero cotangent, but got 'memref<2xf32>'}}
func.func @no_zero(%x: tensor<2xf32>, %m: memref<2xf32>) -> tensor<2xf32> {
  catgrad.discard %m : memref<2xf32>
  return %x : tensor<2xf32>
}
catgrad.derive @no_zero_rev of(@no_zero)

// -----

// expected-error @+1 {{expected a number or a static tensor of numbers, to make its zero cotangent, but got 'tensor<?xf32>'}}
func.func @dynamic(%x: tensor<2xf32>, %y: tensor<?xf32>) -> tensor<2xf32> {
  catgrad.discard %y : tensor<?xf32>
  return %x : tensor<2xf32>
}
catgrad.derive @dynamic_rev of(@dynamic)

// -----

func.func @no_sum(%m: memref<2xf32>) -> (memref<2xf32>, memref<2xf32>) {
  // expected-error @+1 {{expected numbers or tensors of numbers, to sum their cotangents, but got 'memref<2xf32>'}}
  %a, %b = catgrad.copy %m : memref<2xf32>
  return %a, %b : memref<2xf32>, memref<2xf32>
}
catgrad.derive @no_sum_rev of(@no_sum)

// -----

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

// expected-note @+1 {{of this function}}
func.func @recursive(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{recursive call: @recursive has no reverse derivative made ahead of time}}
  %0 = call @recursive(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @recursive_rev of(@recursive)

// -----

// Mutual recursion, and other inputs asked for at each turn.
// expected-note @+1 {{of this function}}
func.func @even(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0:2 = call @odd(%y, %x) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<2xf32>
}
func.func @odd(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // expected-error @+1 {{recursive call: @even has no reverse derivative made ahead of time}}
  %0:2 = call @even(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<2xf32>
}
func.func @start(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0:2 = call @even(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<2xf32>
}
catgrad.derive @start_rev of(@start) wrt([0])

// -----

// expected-note @+1 {{declared here}}
func.func private @external(tensor<2xf32>) -> tensor<2xf32>
func.func @calls_external(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{expected a function with a body, or one that names its own forward and reverse, but @external is external}}
  %0 = call @external(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @calls_external_rev of(@calls_external)

// -----

//===----------------------------------------------------------------------===//
// Derives
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{'catgrad.derive' op expected a function but got a cycle of derives}}
catgrad.derive @a of(@b)
catgrad.derive @b of(@c)
catgrad.derive @c of(@a)

// -----

// expected-error @+1 {{'catgrad.derive' op expected a function but got a cycle of derives}}
catgrad.derive @a of(@a)

// -----

// The inputs of a derivative are known when it has been made.
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @f_rev of(@f)
// expected-error @+1 {{'catgrad.derive' op expected 'wrt' to list inputs of @f_rev but got 2}}
catgrad.derive @f_rev_rev of(@f_rev) wrt([1, 2])

// -----

//===----------------------------------------------------------------------===//
// Wiring and bodies
//===----------------------------------------------------------------------===//

// expected-error @+2 {{expected exactly one use of argument 0 but got 2; run catgrad-explicit-wiring first}}
// expected-error @+1 {{expected exactly one use of argument 1 but got 0; run catgrad-explicit-wiring first}}
func.func @free(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.add %x, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @free_rev of(@free)

// -----

// The callee's wiring matters, too.
func.func @calls_free(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @free_result(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @free_result(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{expected exactly one use of result 1 of 'catgrad.copy' but got 0}}
  %a, %b = catgrad.copy %x : tensor<2xf32>
  return %a : tensor<2xf32>
}
catgrad.derive @calls_free_rev of(@calls_free)

// -----

// expected-error @+1 {{expected a body of one block but got 2; control flow is not supported yet}}
func.func @blocks(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^next
^next:
  return %x : tensor<2xf32>
}
catgrad.derive @blocks_rev of(@blocks)

// -----

// A terminator that does not return.
func.func @unreachable(%x: tensor<2xf32>) -> tensor<2xf32> {
  catgrad.discard %x : tensor<2xf32>
  // expected-error @+1 {{expected a terminator that gives the results of the function, 'tensor<2xf32>', but got 'ub.unreachable'}}
  ub.unreachable
}
catgrad.derive @unreachable_rev of(@unreachable)
