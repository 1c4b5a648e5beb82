// RUN: catgrad-opt %s --catgrad-add-destinations --split-input-file --verify-diagnostics

// expected-error @below {{expected a body but got a declaration}}
func.func private @external(tensor<4xf32>) -> tensor<4xf32>

// -----

// expected-error @below {{expected a tensor of static shape as argument #0 but got 'tensor<?xf32>'}}
func.func @dynamic(%x: tensor<?xf32>) {
  return
}

// -----

// expected-error @below {{expected a tensor of static shape as result #0 but got 'f32'}}
func.func @scalar(%x: tensor<4xf32>) -> f32 {
  %0 = arith.constant 0.0 : f32
  return %0 : f32
}

// -----

// expected-error @below {{result #0: expected 'catgrad.alias' to name an argument of type 'tensor<4xf32>' but got 1 of type 'tensor<2xf32>'}}
func.func @alias_type(%x: tensor<4xf32>, %y: tensor<2xf32>) -> (tensor<4xf32> {catgrad.alias = 1 : i64}) {
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{expected one result with catgrad.alias = 0 but got several}}
func.func @alias_twice(%x: tensor<4xf32>) -> (tensor<4xf32> {catgrad.alias = 0 : i64}, tensor<4xf32> {catgrad.alias = 0 : i64}) {
  return %x, %x : tensor<4xf32>, tensor<4xf32>
}
