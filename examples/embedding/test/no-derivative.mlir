// RUN: tiny-opt %s --catgrad-derive --verify-diagnostics

// expected-note @below {{the path comes from input 0}}
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'tiny.round' has no reverse derivative, but lies on a path from an input asked for to a result}}
  %0 = tiny.round %x : tensor<4xf32>
  // expected-note @below {{and ends in this 'func.return'}}
  return %0 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
