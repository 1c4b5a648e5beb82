// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integers cannot share a cotangent.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-reverse-derivative

// expected-note @+1 {{the path comes from input 0}}
func.func @reduce_max(%x: tensor<2xi32>) -> tensor<i32> {
  // expected-error @+1 {{'catgrad.reduce_max' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<2xi32>) -> tensor<i32>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<i32>
}
catgrad.derive @reduce_max_rev of(@reduce_max)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @reduce_min(%x: tensor<2xi1>) -> tensor<i1> {
  // expected-error @+1 {{'catgrad.reduce_min' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0>} : (tensor<2xi1>) -> tensor<i1>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<i1>
}
catgrad.derive @reduce_min_rev of(@reduce_min)
