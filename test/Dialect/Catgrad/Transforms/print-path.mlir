// RUN: catgrad-opt %s --catgrad-print-path --split-input-file --verify-diagnostics
// The module comes out as it went in.
// RUN: catgrad-opt %s --split-input-file >%t.in
// RUN: catgrad-opt %s --catgrad-print-path --split-input-file 2>/dev/null | diff %t.in -

// Each way to lie on a path, and each way to lie on none.
func.func @f(%x: tensor<4xf32> {catgrad.name = "x"}, %y: tensor<4xf32>, %z: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32> {catgrad.name = "out"}) {
  // expected-remark @below {{@f_rev: 'catgrad.multiply' needs a derivative: it lies on a path from input 0 ('x'), input 1 to result 0, result 1 ('out') of @f}}
  %0 = catgrad.multiply %x, %y : tensor<4xf32>
  // expected-remark @below {{@f_rev: 'catgrad.sigmoid' needs no derivative: it depends on no input asked for}}
  %1 = catgrad.sigmoid %z : tensor<4xf32>
  // expected-remark @below {{@f_rev: 'catgrad.compare' needs no derivative: it is locally constant, so that its inputs get zero}}
  %2 = catgrad.compare %0, %z {predicate = #catgrad.predicate<gt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  // expected-remark @below {{@f_rev: 'math.isnan' needs no derivative: no result depends on it other than by locally constant operations}}
  %3 = math.isnan %0 : tensor<4xf32>
  // expected-remark @below {{@f_rev: 'catgrad.select' needs a derivative: it lies on a path from input 0 ('x'), input 1 to result 1 ('out') of @f}}
  %4 = catgrad.select %2, %0, %1 : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %4 : tensor<4xf32>, tensor<4xf32>
}
catgrad.derive @f_rev of(@f) wrt([0, 1])

// -----

// What catgrad-derive refuses is what has none but needs one.
func.func @f(%x: tensor<4xf32>) -> tensor<4xi1> {
  // expected-remark @below {{@f_rev: 'math.isnan' has no derivative, but needs one: it lies on a path from input 0 to result 0 of @f}}
  %0 = math.isnan %x : tensor<4xf32>
  return %0 : tensor<4xi1>
}
catgrad.derive @f_rev of(@f)

// -----

// Callees are explained for the operands that matter to the caller.
func.func private @g(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @below {{@f_rev: 'catgrad.negate' needs no derivative: it depends on no input}}
  %0 = catgrad.negate %b : tensor<4xf32>
  // expected-remark @below {{@f_rev: 'catgrad.add' needs a derivative: it lies on a path from input 0 to result 0 of @g}}
  %1 = catgrad.add %a, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}
// expected-remark @below {{@f_rev: @own brings its own forward and reverse}}
func.func private @own(tensor<4xf32>) -> tensor<4xf32> attributes {catgrad.forward = @own_fwd, catgrad.reverse = @own_rev}
func.func private @own_fwd(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func private @own_rev(%d: tensor<4xf32>) -> tensor<4xf32> {
  return %d : tensor<4xf32>
}
func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @below {{@f_rev: 'func.call' needs a derivative: it lies on a path from input 0 to result 0 of @f}}
  %0 = call @g(%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @below {{@f_rev: 'func.call' needs a derivative}}
  %1 = call @own(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f) wrt([0])
// expected-remark @below {{@f_rev_rev: @f_rev is no function yet; run catgrad-derive on it first}}
catgrad.derive @f_rev_rev of(@f_rev)

// -----

// A learner asks for its parameters; what an operation with regions captures
// counts.
func.func @model(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4xf32>
  // expected-remark @below {{learner @m: 'catgrad.sigmoid' needs no derivative: it depends on no input}}
  %0 = catgrad.sigmoid %x : tensor<4xf32>
  // expected-remark @below {{learner @m: 'scf.if' needs a derivative: it lies on a path from parameter 0 ('w') to result 0 of @model}}
  %1 = scf.if %c -> tensor<4xf32> {
    %2 = catgrad.multiply %0, %w : tensor<4xf32>
    scf.yield %2 : tensor<4xf32>
  } else {
    scf.yield %0 : tensor<4xf32>
  }
  return %1 : tensor<4xf32>
}
catgrad.learner @m model(@model) optimiser(#catgrad.sgd<rate = 0.1>) loss(#catgrad.mse)

// -----

// A path ends at a condition; of the operands of a power of integers one has no
// derivative.
func.func @f(%c: tensor<4xi1>, %d: tensor<4xi1>, %n: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  // expected-remark @below {{@f_rev: 'catgrad.maximum' needs no derivative: no result depends on it other than by locally constant operations}}
  %0 = catgrad.maximum %c, %d : tensor<4xi1>
  // expected-remark @below {{@f_rev: 'catgrad.select' needs a derivative: it lies on a path from input 2 to result 0 of @f}}
  %1 = catgrad.select %0, %n, %n : (tensor<4xi1>, tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  // expected-remark @below {{@f_rev: 'catgrad.power' has no derivative, but needs one: it lies on a path from input 2 to result 1 of @f}}
  %2 = catgrad.power %n, %n : tensor<4xi32>
  return %1, %2 : tensor<4xi32>, tensor<4xi32>
}
catgrad.derive @f_rev of(@f)
