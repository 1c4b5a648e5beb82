// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each error of a function's own forward and reverse, at the function that does
// not fit, with a note at the one that names it.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-reverse-derivative

// expected-error @+1 {{'func.func' op expected 'catgrad.forward' to name a function}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.reverse = @rev} {
  return %x : tensor<2xf32>
}
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.reverse' to name a function}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd} {
  return %x : tensor<2xf32>
}
func.func private @fwd(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.forward' to name a function, but there is no function fwd}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @f} {
  return %x : tensor<2xf32>
}
catgrad.derive @f_rev of(@f)

// -----

// expected-error @+1 {{'func.func' op expected 'catgrad.reverse' to name a function, but there is no function g}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @f, catgrad.reverse = @g} {
  return %x : tensor<2xf32>
}
memref.global @g : memref<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// expected-note @+1 {{because @f names it here}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{'func.func' op expected the inputs 'tensor<2xf32>' but got 'tensor<3xf32>'}}
func.func private @fwd(tensor<3xf32>) -> tensor<2xf32>
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// expected-note @+1 {{because @f names it here}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  return %x : tensor<2xf32>
}
// expected-error @+1 {{'func.func' op expected results that begin with 'tensor<2xf32>' but got 'tensor<3xf32>', 'tensor<2xf32>'}}
func.func private @fwd(tensor<2xf32>) -> (tensor<3xf32>, tensor<2xf32>)
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// Fewer results than the function has.
// expected-note @+1 {{because @f names it here}}
func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  return %x, %x : tensor<2xf32>, tensor<2xf32>
}
// expected-error @+1 {{'func.func' op expected results that begin with 'tensor<2xf32>', 'tensor<2xf32>' but got 'tensor<2xf32>'}}
func.func private @fwd(tensor<2xf32>) -> tensor<2xf32>
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// The residuals come before the cotangents.
// expected-note @+1 {{because @f names it here}}
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  return %x : tensor<2xf32>
}
func.func private @fwd(tensor<2xf32>) -> (tensor<2xf32>, tensor<i1>)
// expected-error @+1 {{'func.func' op expected the inputs (residuals, cotangents) 'tensor<i1>', 'tensor<2xf32>' but got 'tensor<2xf32>', 'tensor<i1>'}}
func.func private @rev(tensor<2xf32>, tensor<i1>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f)

// -----

// A cotangent for each input, not only for the one asked for.
// expected-note @+1 {{because @f names it here}}
func.func @f(%x: tensor<2xf32>, %y: tensor<i1>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  return %x : tensor<2xf32>
}
func.func private @fwd(tensor<2xf32>, tensor<i1>) -> tensor<2xf32>
// expected-error @+1 {{'func.func' op expected the results 'tensor<2xf32>', 'tensor<i1>' but got 'tensor<2xf32>'}}
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
catgrad.derive @f_rev of(@f) wrt([0])

// -----

// Called, the error is the same.
// expected-note @+1 {{because @f names it here}}
func.func private @f(tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev}
func.func private @fwd(tensor<2xf32>) -> tensor<2xf32>
// expected-error @+1 {{'func.func' op expected the results 'tensor<2xf32>' but got }}
func.func private @rev(tensor<2xf32>)
func.func @g(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @g_rev of(@g)
