func.func private @layer(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.uniform<low = -1.0, high = 1.0>} : tensor<3x3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<2x3xf32>, tensor<3x3xf32>) -> tensor<2x3xf32>
  %1 = catgrad.relu %0 : tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
func.func @model(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = call @layer(%x) {catgrad.scope = "a"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = call @layer(%0) {catgrad.scope = "b"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
catgrad.learner @net model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse) {report_loss}
