// RUN: catgrad-translate --catgrad-to-python --split-input-file --verify-diagnostics %s

func.func @f(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{only operations of the catgrad dialect have one, but got 'math.exp'}}
  %0 = math.exp %x : tensor<f32>
  return %0 : tensor<f32>
}

// -----

// expected-error @below {{expected one block but got 2: control flow has no form in Python}}
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  cf.br ^end
^end:
  return %x : tensor<f32>
}

// -----

func.func private @g(tensor<f32>) -> tensor<f32>
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{function '@g' has no body to translate}}
  %0 = call @g(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// A learner that cannot be expanded is an error of the expansion.
// expected-error @below {{there is no symbol @nothing}}
catgrad.learner @l model(@nothing) optimiser(#catgrad.sgd<rate = 0.5>) loss(#catgrad.mse)
