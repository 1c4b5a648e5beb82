func.func @f(%x: tensor<3xf64>, %b: tensor<i1>) -> tensor<3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %p = tensor.extract %b[] : tensor<i1>
  %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%v = %x) -> tensor<3xf64> {
    %1 = scf.if %p -> tensor<3xf64> {
      %2 = math.sin %v : tensor<3xf64>
      scf.yield %2 : tensor<3xf64>
    } else {
      %2 = arith.mulf %v, %x : tensor<3xf64>
      scf.yield %2 : tensor<3xf64>
    }
    scf.yield %1 : tensor<3xf64>
  }
  return %0 : tensor<3xf64>
}
catgrad.derive @f_rev of(@f) wrt([0])
