// RUN: catgrad-opt %s --catgrad-print-kinds --split-input-file --verify-diagnostics
// The module comes out as it went in.
// RUN: catgrad-opt %s --split-input-file >%t.in
// RUN: catgrad-opt %s --catgrad-print-kinds --split-input-file 2>/dev/null | diff %t.in -

func.func @f(%x: tensor<4xf32>, %n: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<4xi32>) {
  // expected-remark @below {{'catgrad.multiply': rule}}
  %0 = catgrad.multiply %x, %x : tensor<4xf32>
  // expected-remark @below {{'catgrad.compare': locally constant}}
  %1 = catgrad.compare %0, %x {predicate = #catgrad.predicate<gt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  // The types decide.
  // expected-remark @below {{'catgrad.cast': locally constant}}
  %2 = catgrad.cast %n : (tensor<4xi32>) -> tensor<4xf32>
  // expected-remark @below {{'catgrad.cast': rule}}
  %3 = catgrad.cast %n : (tensor<4xi32>) -> tensor<4xi32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xi1>, tensor<4xf32>, tensor<4xi32>
}

// -----

// Where an operand is of another kind, it is mentioned.
func.func @operands(%c: tensor<4xi1>, %x: tensor<4xf32>, %n: tensor<4xi32>, %i: tensor<2xi32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<2xi32>, tensor<4xi32>) {
  // expected-remark @below {{'catgrad.select': rule, operand 0: locally constant}}
  %0 = catgrad.select %c, %x, %x : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark-re @below {{'catgrad.power': rule{{$}}}}
  %1 = catgrad.power %x, %x : tensor<4xf32>
  // expected-remark @below {{'catgrad.power': rule, operand 1: none}}
  %2 = catgrad.power %n, %n : tensor<4xi32>
  // expected-remark @below {{'catgrad.gather': rule, operand 1: locally constant}}
  %3 = catgrad.gather %n, %i {axis = 0} : (tensor<4xi32>, tensor<2xi32>) -> tensor<2xi32>
  // expected-remark @below {{'catgrad.scatter_add': rule, operand 1: locally constant}}
  %4 = catgrad.scatter_add %3, %i {axis = 0} : (tensor<2xi32>, tensor<2xi32>) -> tensor<4xi32>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<2xi32>, tensor<4xi32>
}

// -----

// Operations of other dialects have kinds, too; what has no interface is not mentioned.
func.func @upstream(%x: f32, %n: i32) -> (i1, i32) {
  // expected-remark @below {{'arith.cmpf': locally constant}}
  %0 = arith.cmpf olt, %x, %x : f32
  %1 = arith.divsi %n, %n : i32
  return %0, %1 : i1, i32
}
