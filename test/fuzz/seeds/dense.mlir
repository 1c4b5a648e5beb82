// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense layer: matrix, bias, sigmoid.
//
// As in the Python catgrad library's example, the bias has the shape of the
// whole batch: every flower has a bias of its own.
func.func @model(%x: tensor<150x4xf32> {catgrad.name = "x"}) -> tensor<150x3xf32> {
  // Parameters are numbered in the order in which they are written: w, b.
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>
  %b = catgrad.parameter "b" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<150x3xf32>

  %0 = catgrad.matmul %x, %w : (tensor<150x4xf32>, tensor<4x3xf32>) -> tensor<150x3xf32>
  %1 = catgrad.add %b, %0 : tensor<150x3xf32>
  %y = catgrad.sigmoid %1 : tensor<150x3xf32>
  return %y : tensor<150x3xf32>
}

catgrad.learner @dense model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
