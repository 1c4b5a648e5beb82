// RUN: catgrad-opt %s --convert-catgrad-to-linalg --split-input-file --verify-diagnostics

func.func @parameter() -> tensor<3xf32> {
  // expected-error @below {{cannot be lowered to linalg; run catgrad-factor-parameters first}}
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<3xf32>
  return %w : tensor<3xf32>
}
// expected-error @below {{cannot be lowered to linalg; run catgrad-expand-learners first}}
catgrad.learner @l model(@parameter) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @below {{cannot be lowered to linalg; run catgrad-reverse-derivative first}}
catgrad.derive @f_rev of(@f)
