// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the attributes on functions, arguments, results and calls.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'func.func' op expected 'catgrad.learner' to be a string that is not empty but got ""}}
func.func private @f() attributes {catgrad.learner = ""}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.kind' to be one of init, predict, rev, rev_p, loss, step but got "train"}}
func.func private @f() attributes {catgrad.kind = "train"}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.kind' to be one of init, predict, rev, rev_p, loss, step but got 1 : i64}}
func.func private @f() attributes {catgrad.kind = 1}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.forward' to be the symbol of a function but got "fwd"}}
func.func private @f() attributes {catgrad.forward = "fwd"}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.reverse' to be the symbol of a function but got @a::@b}}
func.func private @f() attributes {catgrad.reverse = @a::@b}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.workspace_bytes' to be an i64 that is not negative but got -1 : i64}}
func.func private @f() attributes {catgrad.workspace_bytes = -1 : i64}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.workspace_bytes' to be an i64 that is not negative but got 8 : i32}}
func.func private @f() attributes {catgrad.workspace_bytes = 8 : i32}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.parameter_copies' to be an i64 that is not negative but got unit}}
func.func private @f() attributes {catgrad.parameter_copies}

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.destinations' to be an array of i64 but got [0]}}
func.func private @f() attributes {catgrad.destinations = [0]}

// -----

// A misspelt name would lose what it says.
// expected-error @+1 {{'func.func' op unknown attribute 'catgrad.foward' on an operation}}
func.func private @f() attributes {catgrad.foward = @fwd}

// -----

func.func private @g()
func.func @f() {
  // expected-error @+1 {{'func.call' op unknown attribute 'catgrad.scop' on an operation}}
  call @g() {catgrad.scop = "a"} : () -> ()
  return
}

// -----

func.func private @g()
func.func @f() {
  // expected-error @+1 {{'func.call' op expected 'catgrad.scope' to be a string that is not empty but got ""}}
  call @g() {catgrad.scope = ""} : () -> ()
  return
}

// -----

func.func private @g()
func.func @f() {
  // expected-error @+1 {{'func.call' op expected 'catgrad.scope' to be a string that is not empty but got 1 : i64}}
  call @g() {catgrad.scope = 1} : () -> ()
  return
}

// -----

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'catgrad.negate' op expected 'catgrad.scope' on a call only}}
  %0 = catgrad.negate %x {catgrad.scope = "a"} : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func private @g()
func.func @f() {
  // expected-error @+1 {{'func.call' op expected 'catgrad.forward' on a function only}}
  call @g() {catgrad.forward = @g} : () -> ()
  return
}

// -----

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'func.func' op argument #1: expected 'catgrad.name' to be a string that is not empty but got 3 : i64}}
func.func private @f(tensor<2xf32>, tensor<2xf32> {catgrad.name = 3})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.name' to be a string that is not empty but got ""}}
func.func private @f(tensor<2xf32> {catgrad.name = ""})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.role' to be one of parameter, state, input, label, cotangent, hyper but got "weight"}}
func.func private @f(tensor<2xf32> {catgrad.role = "weight"})

// -----

// A role of results.
// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.role' to be one of parameter, state, input, label, cotangent, hyper but got "loss"}}
func.func private @f(tensor<2xf32> {catgrad.role = "loss"})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.init' to be #catgrad.zeros, constant, uniform or normal but got #catgrad.mse}}
func.func private @f(tensor<2xf32> {catgrad.init = #catgrad.mse})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected initial value #catgrad.zeros or #catgrad.constant for element type 'i1' but got #catgrad.normal}}
func.func private @f(tensor<2xi1> {catgrad.init = #catgrad.normal<mean = 0.0, std = 1.0>})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.init' on a ranked tensor of numbers but got 'tensor<*xf32>'}}
func.func private @f(tensor<*xf32> {catgrad.init = #catgrad.zeros})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.init' on a ranked tensor of numbers but got 'tensor<2xindex>'}}
func.func private @f(tensor<2xindex> {catgrad.init = #catgrad.zeros})

// -----

// expected-error @+1 {{'func.func' op argument #0: expected 'catgrad.output' to be a unit but got true}}
func.func private @f(tensor<2xf32> {catgrad.output = true})

// -----

// expected-error @+1 {{'func.func' op argument #0: unknown attribute 'catgrad.nmae' on an argument}}
func.func private @f(tensor<2xf32> {catgrad.nmae = "x"})

// -----

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'func.func' op result #1: expected 'catgrad.name' to be a string that is not empty but got unit}}
func.func private @f() -> (tensor<2xf32>, tensor<2xf32> {catgrad.name})

// -----

// expected-error @+1 {{'func.func' op result #0: expected 'catgrad.role' to be one of parameter, state, result, cotangent, loss but got "input"}}
func.func private @f() -> (tensor<2xf32> {catgrad.role = "input"})

// -----

// expected-error @+1 {{'func.func' op result #0: expected 'catgrad.alias' to be an i64 that is not negative but got "w"}}
func.func private @f(tensor<2xf32>) -> (tensor<2xf32> {catgrad.alias = "w"})

// -----

// expected-error @+1 {{'func.func' op result #0: expected 'catgrad.alias' to be the index of an argument but got 1}}
func.func private @f(tensor<2xf32>) -> (tensor<2xf32> {catgrad.alias = 1 : i64})

// -----

// expected-error @+1 {{'func.func' op result #0: expected 'catgrad.alias' to name an argument of type 'tensor<2xf32>' but got 0 of type 'tensor<3xf32>'}}
func.func private @f(tensor<3xf32>) -> (tensor<2xf32> {catgrad.alias = 0 : i64})

// -----

// expected-error @+1 {{'func.func' op result #0: unknown attribute 'catgrad.init' on a result}}
func.func private @f() -> (tensor<2xf32> {catgrad.init = #catgrad.zeros})
