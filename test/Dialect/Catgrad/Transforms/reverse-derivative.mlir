// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functor: wires are kept, forward parts come in order, reverse parts in
// reverse order. Form in, form out: the result is in explicit wiring.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative --catgrad-verify-wiring | FileCheck %s

// R[id](x, d) = d. The function itself stays; the derivative stands where the
// derive stood.
// CHECK-LABEL: func.func @identity(
// CHECK-LABEL: func.func @identity_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    catgrad.discard %[[X]]
// CHECK-NEXT:    return %[[D]]
func.func @identity(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @identity_rev of(@identity)

// Inputs keep their names; cotangents have none.
// CHECK-LABEL: func.func @named_rev(
// CHECK-SAME:    %{{.*}}: tensor<2xf32> {catgrad.name = "x"}, %{{.*}}: tensor<2xf32>) -> tensor<2xf32>
func.func @named(%x: tensor<2xf32> {catgrad.name = "x"}) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @named_rev of(@named)

// A value of another type than a tensor is a wire, too.
// CHECK-LABEL: func.func @any_type_rev(
// CHECK-SAME:    %[[X:.*]]: index, %[[D:.*]]: index) -> index
// CHECK-NEXT:    catgrad.discard %[[X]]
// CHECK-NEXT:    return %[[D]]
func.func @any_type(%x: index) -> index {
  return %x : index
}
catgrad.derive @any_type_rev of(@any_type)

// R[f ; g](x, d) = R[f](x, R[g](f(x), d)), here of sigmoid ; relu: forward parts
// in order, reverse parts in reverse order. Sigmoid keeps its output and relu its
// input, one value; what relu gives is not needed.
// CHECK-LABEL: func.func @composition_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK:         %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         %[[R:.*]] = catgrad.relu
// CHECK-NEXT:    catgrad.discard %[[R]]
// CHECK:         %[[POSITIVE:.*]] = catgrad.compare
// CHECK:         %[[DS:.*]] = catgrad.select %[[POSITIVE]], %[[D]],
// CHECK:         %[[SLOPE:.*]] = catgrad.multiply
// CHECK:         %[[DX:.*]] = catgrad.multiply %[[SLOPE]], %[[DS]]
// CHECK-NEXT:    return %[[DX]]
func.func @composition(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  %1 = catgrad.relu %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @composition_rev of(@composition)

// R[f x g] = R[f] x R[g], the wires in order.
// CHECK-LABEL: func.func @product_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2x3xi1>, %[[DX:.*]]: tensor<2xf32>, %[[DY:.*]]: tensor<3x2xi1>) -> (tensor<2xf32>, tensor<2x3xi1>)
// CHECK:         %[[T:.*]] = catgrad.transpose %[[DY]]
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[DX]]
// CHECK-NEXT:    return %[[N]], %[[T]]
func.func @product(%x: tensor<2xf32>, %y: tensor<2x3xi1>) -> (tensor<2xf32>, tensor<3x2xi1>) {
  %0 = catgrad.negate %x : tensor<2xf32>
  %1 = catgrad.transpose %y {permutation = array<i64: 1, 0>} : (tensor<2x3xi1>) -> tensor<3x2xi1>
  return %0, %1 : tensor<2xf32>, tensor<3x2xi1>
}
catgrad.derive @product_rev of(@product)

// R[swap] = swap.
// CHECK-LABEL: func.func @swap_rev(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<3xf32>, %[[DY:[^:]*]]: tensor<3xf32>, %[[DX:[^:]*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<3xf32>)
// CHECK-NEXT:    catgrad.discard %[[X]]
// CHECK-NEXT:    catgrad.discard %[[Y]]
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @swap(%x: tensor<2xf32>, %y: tensor<3xf32>) -> (tensor<3xf32>, tensor<2xf32>) {
  return %y, %x : tensor<3xf32>, tensor<2xf32>
}
catgrad.derive @swap_rev of(@swap)

// R[copy] = add: a value that is used twice sums its cotangents.
// CHECK-LABEL: func.func @copy_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>, %[[E:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    catgrad.discard %[[X]]
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[D]], %[[E]]
// CHECK-NEXT:    return %[[SUM]]
func.func @copy(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  return %x, %x : tensor<2xf32>, tensor<2xf32>
}
catgrad.derive @copy_rev of(@copy)

// R[discard] = 0: an input that is not used.
// CHECK-LABEL: func.func @discard_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<3xi1>, %[[D:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<3xi1>)
// CHECK:         %[[ZERO:.*]] = catgrad.constant dense<false> : tensor<3xi1>
// CHECK-NEXT:    return %[[D]], %[[ZERO]]
func.func @discard(%x: tensor<2xf32>, %y: tensor<3xi1>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
catgrad.derive @discard_rev of(@discard)

// R[constant] = discard: a constant function.
// CHECK-LABEL: func.func @constant_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<f64>) -> tensor<2xf32>
// CHECK-DAG:     catgrad.discard %[[X]]
// CHECK-DAG:     catgrad.discard %[[D]]
// CHECK:         %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-NEXT:    return %[[ZERO]]
func.func @constant(%x: tensor<2xf32>) -> tensor<f64> {
  %0 = catgrad.constant dense<1.0> : tensor<f64>
  return %0 : tensor<f64>
}
catgrad.derive @constant_rev of(@constant)

// A zero adds nothing: x is used by a comparison, whose cotangent is zero, and by
// the sum; no sum with zero remains.
// CHECK-LABEL: func.func @zero_adds_nothing_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xi1>, %[[E:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NOT:     catgrad.add
// CHECK:         %[[N:.*]] = catgrad.negate %[[E]]
// CHECK-NOT:     catgrad.add
// CHECK:         return %[[N]]
func.func @zero_adds_nothing(%x: tensor<2xf32>) -> (tensor<2xi1>, tensor<2xf32>) {
  %0 = catgrad.constant dense<0.0> : tensor<2xf32>
  %1 = catgrad.compare %x, %0 {predicate = #catgrad.predicate<gt>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  %2 = catgrad.negate %x : tensor<2xf32>
  return %1, %2 : tensor<2xi1>, tensor<2xf32>
}
catgrad.derive @zero_adds_nothing_rev of(@zero_adds_nothing)

// No results: every cotangent is zero. No inputs: nothing is returned.
// CHECK-LABEL: func.func @to_nothing_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK:         %[[ZERO:.*]] = catgrad.constant dense<0> : tensor<2xi32>
// CHECK-NEXT:    return %[[ZERO]]
func.func @to_nothing(%x: tensor<2xi32>) {
  return
}
catgrad.derive @to_nothing_rev of(@to_nothing)

// CHECK-LABEL: func.func @from_nothing_rev(
// CHECK-SAME:    %[[D:.*]]: tensor<2xi32>) {
// CHECK:         catgrad.discard %[[D]]
// CHECK:         return{{$}}
func.func @from_nothing() -> tensor<2xi32> {
  %0 = catgrad.constant dense<1> : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @from_nothing_rev of(@from_nothing)

//===----------------------------------------------------------------------===//
// Some of the inputs
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @multiply(
// CHECK-LABEL: func.func @multiply_wrt_0(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[X1:.*]], %[[X2:.*]] = catgrad.copy %[[X]]
// CHECK-NEXT:    %[[Y1:.*]], %[[Y2:.*]] = catgrad.copy %[[Y]]
// CHECK-NEXT:    %[[D1:.*]], %[[D2:.*]] = catgrad.copy %[[D]]
// CHECK:         %[[DX:.*]] = catgrad.multiply %[[Y2]], %[[D1]]
// CHECK:         %[[DY:.*]] = catgrad.multiply %[[X2]], %[[D2]]
// CHECK-NEXT:    catgrad.discard %[[DY]]
// CHECK-NEXT:    return %[[DX]]
// CHECK-LABEL: func.func @multiply_wrt_1(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[X1:.*]], %[[X2:.*]] = catgrad.copy %[[X]]
// CHECK-NEXT:    %[[Y1:.*]], %[[Y2:.*]] = catgrad.copy %[[Y]]
// CHECK-NEXT:    %[[D1:.*]], %[[D2:.*]] = catgrad.copy %[[D]]
// CHECK:         %[[DX:.*]] = catgrad.multiply %[[Y2]], %[[D1]]
// CHECK-NEXT:    catgrad.discard %[[DX]]
// CHECK-NEXT:    %[[DY:.*]] = catgrad.multiply %[[X2]], %[[D2]]
// CHECK-NEXT:    return %[[DY]]
// CHECK-LABEL: func.func @multiply_wrt_none(
// CHECK-SAME:    tensor<2xf32>, %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>) {
// CHECK:         return{{$}}
func.func @multiply(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.multiply %x, %y : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @multiply_wrt_0 of(@multiply) wrt([0])
catgrad.derive @multiply_wrt_1 of(@multiply) wrt([1])
catgrad.derive @multiply_wrt_none of(@multiply) wrt([])

// An operation that no input asked for reaches has no reverse part.
// CHECK-LABEL: func.func @partly_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK:         catgrad.sigmoid %[[Y]]
// CHECK-NOT:     catgrad.subtract
// CHECK-NOT:     catgrad.sigmoid
// CHECK:         return %[[D]]
func.func @partly(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %y : tensor<2xf32>
  %1 = catgrad.add %x, %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @partly_rev of(@partly) wrt([0])

//===----------------------------------------------------------------------===//
// Derivatives of derivatives, visibility
//===----------------------------------------------------------------------===//

// The order of the derives does not matter. R[R[f]] takes the inputs of R[f],
// those of f and a cotangent, and a cotangent of its result.
// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<3xf32>, %{{.*}}: tensor<2xf32>) -> (tensor<2xf32>, tensor<3xf32>)
// CHECK-LABEL: func.func private @once(
// CHECK-SAME:    %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<3xf32>) -> tensor<2xf32>
// CHECK-LABEL: func.func @f(
catgrad.derive @twice of(@once)
catgrad.derive "private" @once of(@f)
func.func @f(%x: tensor<2xf32>) -> tensor<3xf32> {
  %0 = catgrad.contract %x, %x {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  %1 = catgrad.broadcast %0 {dimensions = array<i64: 0>} : (tensor<f32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// A derive asks for inputs of a derivative: here for the cotangent.
// CHECK-LABEL: func.func @linear_in_cotangent(
// CHECK-SAME:    %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<3xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<3xf32>
catgrad.derive @linear_in_cotangent of(@once) wrt([1])

// The function need not be a func.func.
// CHECK-LABEL: func.func @ml_program_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK:         %[[N:.*]] = catgrad.negate %[[D]]
// CHECK-NEXT:    return %[[N]]
ml_program.func @ml_program(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.negate %x : tensor<2xf32>
  ml_program.return %0 : tensor<2xf32>
}
catgrad.derive @ml_program_rev of(@ml_program)

// CHECK-NOT: catgrad.derive
