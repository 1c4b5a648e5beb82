// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations without a derivative on integers: an error where one is needed.
//
// RUN: catgrad-opt %s --catgrad-derive --split-input-file --verify-diagnostics

// expected-note @+2 {{the path comes from input 0}}
// expected-note @+1 {{which is used several times}}
func.func @divide(%x: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error @+1 {{'catgrad.divide' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = catgrad.divide %x, %x : tensor<2xi32>
  return %0 : tensor<2xi32> // expected-note {{and ends in this 'func.return'}}
}
catgrad.derive @divide_rev of(@divide)

// -----

func.func @maximum(%x: tensor<2xi1>, %y: tensor<2xi1>) -> tensor<2xi1> { // expected-note {{the path comes from input 0}}
  // expected-error @+1 {{'catgrad.maximum' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = catgrad.maximum %x, %y : tensor<2xi1>
  return %0 : tensor<2xi1> // expected-note {{and ends in this 'func.return'}}
}
catgrad.derive @maximum_rev of(@maximum)

// -----

func.func @minimum(%x: tensor<2xi8>, %y: tensor<2xi8>) -> tensor<2xi8> { // expected-note {{the path comes from input 0}}
  // expected-error @+1 {{'catgrad.minimum' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = catgrad.minimum %x, %y : tensor<2xi8>
  return %0 : tensor<2xi8> // expected-note {{and ends in this 'func.return'}}
}
catgrad.derive @minimum_rev of(@minimum)

// -----

// Of the operands, the one without derivative is named, and the path to it.
func.func @power(%x: tensor<2xi32>, %y: tensor<2xi32>) -> tensor<2xi32> { // expected-note {{the path comes from input 1}}
  // expected-error @+1 {{'catgrad.power' has no reverse derivative with respect to operand 1, but lies on a path from an input asked for to a result}}
  %0 = catgrad.power %x, %y : tensor<2xi32>
  return %0 : tensor<2xi32> // expected-note {{and ends in this 'func.return'}}
}
catgrad.derive @power_rev of(@power)

// -----

// Nobody asks for the exponent's cotangent, and a result that does not depend on
// the quotient needs none.
func.func @fine(%x: tensor<2xi32>, %y: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.power %x, %y : tensor<2xi32>
  %1 = catgrad.divide %x, %y : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @fine_rev of(@fine) wrt([0])

// -----

// A path ends at an operand in which an operation is locally constant: a
// condition, an index.
func.func @ends(%x: tensor<2xi1>, %y: tensor<2xi1>, %a: tensor<2xi32>) -> (tensor<2xi1>, tensor<2xi32>) {
  %0 = catgrad.maximum %x, %y : tensor<2xi1>
  %1 = catgrad.select %0, %x, %y : (tensor<2xi1>, tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  %2 = catgrad.divide %a, %a : tensor<2xi32>
  %3 = catgrad.gather %a, %2 {axis = 0} : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %1, %3 : tensor<2xi1>, tensor<2xi32>
}
catgrad.derive @ends_rev of(@ends)
