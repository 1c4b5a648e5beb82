func.func @f(%x: tensor<2x3x4xf32>, %y: tensor<4x3xf32>) -> tensor<2x5xf32> {
  %0 = catgrad.transpose %y {permutation = array<i64: 1, 0>} : (tensor<4x3xf32>) -> tensor<3x4xf32>
  %1 = catgrad.broadcast %0 {dimensions = array<i64: 0>} : (tensor<3x4xf32>) -> tensor<2x3x4xf32>
  %2 = catgrad.subtract %x, %1 : tensor<2x3x4xf32>
  %3 = catgrad.contract %2, %y {lhs_axes = array<i64: 1, 2>, rhs_axes = array<i64: 1, 0>} : (tensor<2x3x4xf32>, tensor<4x3xf32>) -> tensor<2xf32>
  %4 = catgrad.reshape %3 : (tensor<2xf32>) -> tensor<2x1xf32>
  %5 = catgrad.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0]]> : tensor<1x5xf32>
  %6 = catgrad.matmul %4, %5 : (tensor<2x1xf32>, tensor<1x5xf32>) -> tensor<2x5xf32>
  return %6 : tensor<2x5xf32>
}
catgrad.derive @f_rev of(@f)
catgrad.derive @f_rev_rev of(@f_rev)
