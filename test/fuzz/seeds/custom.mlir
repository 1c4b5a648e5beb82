func.func private @fwd(%x: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>) {
  %0 = catgrad.sigmoid %x : tensor<4xf64>
  return %0, %0 : tensor<4xf64>, tensor<4xf64>
}
func.func private @rev(%s: tensor<4xf64>, %d: tensor<4xf64>) -> tensor<4xf64> {
  %0 = catgrad.multiply %s, %d : tensor<4xf64>
  return %0 : tensor<4xf64>
}
func.func private @own(%x: tensor<4xf64>) -> tensor<4xf64> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  %0 = catgrad.sigmoid %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}
func.func @f(%x: tensor<4xf64>, %c: tensor<4xi1>) -> tensor<4xf64> {
  %0 = call @own(%x) : (tensor<4xf64>) -> tensor<4xf64>
  %1 = catgrad.select %c, %0, %x : (tensor<4xi1>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %1 : tensor<4xf64>
}
catgrad.derive @f_rev of(@f) wrt([0])
