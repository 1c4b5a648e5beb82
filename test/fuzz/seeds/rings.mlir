func.func @f(%x: tensor<17x3xi1>, %y: tensor<3x2xi1>, %n: tensor<17x2xi32>) -> (tensor<17x2xi1>, tensor<2xi32>) {
  %0 = catgrad.matmul %x, %y : (tensor<17x3xi1>, tensor<3x2xi1>) -> tensor<17x2xi1>
  %1 = catgrad.cast %0 : (tensor<17x2xi1>) -> tensor<17x2xi32>
  %2 = catgrad.multiply %1, %n : tensor<17x2xi32>
  %3 = catgrad.reduce_sum %2 {dimensions = array<i64: 0>} : (tensor<17x2xi32>) -> tensor<2xi32>
  return %0, %3 : tensor<17x2xi1>, tensor<2xi32>
}
catgrad.derive @f_rev of(@f)
