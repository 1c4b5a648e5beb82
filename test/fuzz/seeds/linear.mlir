// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The smallest classifier of iris flowers: one matrix.
//
// A model is an ordinary function. It takes all 150 flowers at once, four
// measurements each, and returns three scores for every flower, one for each
// species. The largest score is the answer.
func.func @model(%x: tensor<150x4xf32> {catgrad.name = "x"}) -> tensor<150x3xf32> {
  // A parameter is what training changes. "w" is its name in the header and in
  // the C program; it starts as small random numbers.
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>

  %y = catgrad.matmul %x, %w : (tensor<150x4xf32>, tensor<4x3xf32>) -> tensor<150x3xf32>
  return %y : tensor<150x3xf32>
}

// A learner says how the model is trained. From this line the compiler makes
// linear_init, linear_predict, linear_loss, linear_step and the derivatives
// linear_rev and linear_rev_p.
//
// The gradient is summed over all 150 flowers, not averaged, and nothing bounds
// the scores, so the rate is small: a larger one overshoots.
catgrad.learner @linear model(@model) optimiser(#catgrad.sgd<rate = 1.0e-4>) loss(#catgrad.mse)
