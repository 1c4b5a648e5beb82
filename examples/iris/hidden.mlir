// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two dense layers, with 20 hidden units between them.
func.func @model(%x: tensor<150x4xf32> {catgrad.name = "x"}) -> tensor<150x3xf32> {
  // From the 4 measurements to the 20 hidden units ...
  %w1 = catgrad.parameter "w1" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x20xf32>
  %b1 = catgrad.parameter "b1" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<150x20xf32>
  %0 = catgrad.matmul %x, %w1 : (tensor<150x4xf32>, tensor<4x20xf32>) -> tensor<150x20xf32>
  %1 = catgrad.add %b1, %0 : tensor<150x20xf32>
  %h = catgrad.sigmoid %1 : tensor<150x20xf32>

  // ... and from the hidden units to the 3 scores.
  %w2 = catgrad.parameter "w2" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<20x3xf32>
  %b2 = catgrad.parameter "b2" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<150x3xf32>
  %2 = catgrad.matmul %h, %w2 : (tensor<150x20xf32>, tensor<20x3xf32>) -> tensor<150x3xf32>
  %3 = catgrad.add %b2, %2 : tensor<150x3xf32>
  %y = catgrad.sigmoid %3 : tensor<150x3xf32>
  return %y : tensor<150x3xf32>
}

catgrad.learner @hidden model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
