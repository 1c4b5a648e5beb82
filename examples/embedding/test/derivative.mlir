// RUN: tiny-opt %s --catgrad-derive | FileCheck %s

// The external model: sigmoid(x) * d.
// CHECK-LABEL: func.func @softplus_rev
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[S]], %[[D]]
// CHECK-NEXT:    return %[[DX]]
func.func @softplus(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tiny.softplus %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @softplus_rev of(@softplus)

// The interface in the definition of the operation: a linear map.
// CHECK-LABEL: func.func @scale_rev
// CHECK-SAME:    (%{{.*}}: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[DX:.*]] = tiny.scale %[[D]] {factor = 3.000000e+00 : f64}
// CHECK-NEXT:    return %[[DX]]
func.func @scale(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tiny.scale %x {factor = 3.0} : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @scale_rev of(@scale)

// The rule by symbol is taken, not the body.
// CHECK-LABEL: func.func @round_rev
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
// CHECK:         %[[DX:.*]] = call @round_reverse(%[[D]])
// CHECK-NEXT:    return %[[DX]]
func.func @round(%x: tensor<4xf32>) -> tensor<4xf32>
    attributes {catgrad.forward = @round_forward, catgrad.reverse = @round_reverse} {
  %0 = tiny.round %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @round_forward(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tiny.round %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @round_reverse(%dy: tensor<4xf32>) -> tensor<4xf32> {
  return %dy : tensor<4xf32>
}
catgrad.derive @round_rev of(@round)
