// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// linear.mlir followed by a sigmoid: each score is now between 0 and 1, like
// the labels, and the rate can be larger.
func.func @model(%x: tensor<150x4xf32> {catgrad.name = "x"}) -> tensor<150x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>

  %0 = catgrad.matmul %x, %w : (tensor<150x4xf32>, tensor<4x3xf32>) -> tensor<150x3xf32>
  %y = catgrad.sigmoid %0 : tensor<150x3xf32>
  return %y : tensor<150x3xf32>
}

catgrad.learner @simple model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
