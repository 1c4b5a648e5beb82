// A small network in two dialects, trained by an optimiser of our own.

// Rounding has no derivative of any use. The straight-through estimator gives
// this function one by symbol: forward it rounds, in reverse it is the identity.
func.func private @quantise(%x: tensor<8x3xf32>) -> tensor<8x3xf32>
    attributes {catgrad.forward = @quantise_forward, catgrad.reverse = @quantise_reverse} {
  %0 = tiny.round %x : tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}
func.func private @quantise_forward(%x: tensor<8x3xf32>) -> tensor<8x3xf32> {
  %0 = tiny.round %x : tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}
func.func private @quantise_reverse(%dy: tensor<8x3xf32>) -> tensor<8x3xf32> {
  return %dy : tensor<8x3xf32>
}

func.func @model(%x: tensor<8x4xf32>) -> tensor<8x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0>} : tensor<4x3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<8x4xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
  %1 = tiny.softplus %0 : tensor<8x3xf32>
  %2 = tiny.scale %1 {factor = 4.0} : tensor<8x3xf32>
  %3 = func.call @quantise(%2) : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %3 : tensor<8x3xf32>
}

catgrad.learner @tiny model(@model) optimiser(#tiny.sign_sgd<1.0e-2>) loss(#catgrad.mse)
