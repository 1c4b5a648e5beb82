// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of every operation, by itself, as the user sees it: in
// free form, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

// R[copy] = add.
// CHECK-LABEL: func.func @copy_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>, %[[E:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[D]], %[[E]]
// CHECK-NEXT:    return %[[SUM]]
func.func @copy(%x: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>) {
  %a, %b = catgrad.copy %x : tensor<2xi32>
  return %a, %b : tensor<2xi32>, tensor<2xi32>
}
catgrad.derive @copy_rev of(@copy)

// R[discard] = constant 0.
// CHECK-LABEL: func.func @discard_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[ZERO:.*]] = catgrad.constant dense<0>
// CHECK-NEXT:    return %[[ZERO]]
func.func @discard(%x: tensor<2xi32>) {
  catgrad.discard %x : tensor<2xi32>
  return
}
catgrad.derive @discard_rev of(@discard)

// R[constant] = discard.
// CHECK-LABEL: func.func @constant_rev(
// CHECK-SAME:    %[[D:.*]]: tensor<2xi32>) {
// CHECK-NEXT:    return{{$}}
func.func @constant() -> tensor<2xi32> {
  %0 = catgrad.constant dense<7> : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @constant_rev of(@constant)

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

// R[add] = copy.
// CHECK-LABEL: func.func @add_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    return %[[D]], %[[D]]
func.func @add(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.add %x, %y : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @add_rev of(@add)

// R[subtract] = copy ; (id x negate).
// CHECK-LABEL: func.func @subtract_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[D]]
// CHECK-NEXT:    return %[[D]], %[[N]]
func.func @subtract(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.subtract %x, %y : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @subtract_rev of(@subtract)

// On Z/2 the negative goes.
// CHECK-LABEL: func.func @subtract_i1_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[Y:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xi1>) -> (tensor<2xi1>, tensor<2xi1>)
// CHECK-NEXT:    return %[[D]], %[[D]]
func.func @subtract_i1(%x: tensor<2xi1>, %y: tensor<2xi1>) -> tensor<2xi1> {
  %0 = catgrad.subtract %x, %y : tensor<2xi1>
  return %0 : tensor<2xi1>
}
catgrad.derive @subtract_i1_rev of(@subtract_i1)

// R[negate] = negate.
// CHECK-LABEL: func.func @negate_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[D]]
// CHECK-NEXT:    return %[[N]]
func.func @negate(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.negate %x : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @negate_rev of(@negate)

// R[multiply]((x, y), d) = (y * d, x * d), in any ring.
// CHECK-LABEL: func.func @multiply_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[Y:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xi1>) -> (tensor<2xi1>, tensor<2xi1>)
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[Y]], %[[D]]
// CHECK-NEXT:    %[[DY:.*]] = catgrad.multiply %[[X]], %[[D]]
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @multiply(%x: tensor<2xi1>, %y: tensor<2xi1>) -> tensor<2xi1> {
  %0 = catgrad.multiply %x, %y : tensor<2xi1>
  return %0 : tensor<2xi1>
}
catgrad.derive @multiply_rev of(@multiply)

// What only an input that is not asked for needs is not computed.
// CHECK-LABEL: func.func @multiply_rev_x(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[Y:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xi1>) -> tensor<2xi1>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[Y]], %[[D]]
// CHECK-NEXT:    return %[[DX]]
catgrad.derive @multiply_rev_x of(@multiply) wrt([0])

// R[sigmoid](x, d) = s * (1 - s) * d with s the output.
// CHECK-LABEL: func.func @sigmoid_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>) -> tensor<2xf64>
// CHECK-DAG:     %[[ONE:.*]] = catgrad.constant dense<1.000000e+00>
// CHECK-DAG:     %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         %[[COMPLEMENT:.*]] = catgrad.subtract %[[ONE]], %[[S]]
// CHECK-NEXT:    %[[SLOPE:.*]] = catgrad.multiply %[[S]], %[[COMPLEMENT]]
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[SLOPE]], %[[D]]
// CHECK-NEXT:    return %[[DX]]
func.func @sigmoid(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.sigmoid %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @sigmoid_rev of(@sigmoid)

// R[relu](x, d) = d where x > 0, else 0.
// CHECK-LABEL: func.func @relu_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[ZERO:.*]] = catgrad.constant dense<0>
// CHECK-NEXT:    %[[POSITIVE:.*]] = catgrad.compare %[[X]], %[[ZERO]] {predicate = #catgrad.predicate<gt>}
// CHECK-NEXT:    %[[DX:.*]] = catgrad.select %[[POSITIVE]], %[[D]], %[[ZERO]]
// CHECK-NEXT:    return %[[DX]]
func.func @relu(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.relu %x : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @relu_rev of(@relu)

// A comparison is locally constant.
// CHECK-LABEL: func.func @compare_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xi1>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-NEXT:    return %[[ZERO]], %[[ZERO]]
func.func @compare(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xi1> {
  %0 = catgrad.compare %x, %y {predicate = #catgrad.predicate<le>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  return %0 : tensor<2xi1>
}
catgrad.derive @compare_rev of(@compare)

// R[select](c, d) = (0, select(c, d, 0), select(c, 0, d)).
// CHECK-LABEL: func.func @select_rev(
// CHECK-SAME:    %[[C:.*]]: tensor<2xi1>, %[[X:.*]]: tensor<2xi32>, %[[Y:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>) -> (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>)
// CHECK-DAG:     %[[FALSE:.*]] = catgrad.constant dense<false> : tensor<2xi1>
// CHECK-DAG:     %[[ZERO:.*]] = catgrad.constant dense<0> : tensor<2xi32>
// CHECK:         %[[DX:.*]] = catgrad.select %[[C]], %[[D]], %[[ZERO]]
// CHECK-NEXT:    %[[DY:.*]] = catgrad.select %[[C]], %[[ZERO]], %[[D]]
// CHECK-NEXT:    return %[[FALSE]], %[[DX]], %[[DY]]
func.func @select(%c: tensor<2xi1>, %x: tensor<2xi32>, %y: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.select %c, %x, %y : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @select_rev of(@select)

// Between floats, R[cast] = cast back.
// CHECK-LABEL: func.func @cast_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf64>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.cast %[[D]] : (tensor<2xf32>) -> tensor<2xf64>
// CHECK-NEXT:    return %[[DX]]
func.func @cast(%x: tensor<2xf64>) -> tensor<2xf32> {
  %0 = catgrad.cast %x : (tensor<2xf64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @cast_rev of(@cast)

// To and from integers it is locally constant.
// CHECK-LABEL: func.func @cast_to_integer_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xi32>) -> tensor<2xf64>
// CHECK-NEXT:    %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    return %[[ZERO]]
func.func @cast_to_integer(%x: tensor<2xf64>) -> tensor<2xi32> {
  %0 = catgrad.cast %x : (tensor<2xf64>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @cast_to_integer_rev of(@cast_to_integer)

// CHECK-LABEL: func.func @cast_from_integer_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xi1>
// CHECK-NEXT:    %[[ZERO:.*]] = catgrad.constant dense<false> : tensor<2xi1>
// CHECK-NEXT:    return %[[ZERO]]
func.func @cast_from_integer(%x: tensor<2xi1>) -> tensor<2xf32> {
  %0 = catgrad.cast %x : (tensor<2xi1>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @cast_from_integer_rev of(@cast_from_integer)

//===----------------------------------------------------------------------===//
// Shapes and sums
//===----------------------------------------------------------------------===//

// R[broadcast] = reduce_sum, and conversely, with the same dimensions.
// CHECK-LABEL: func.func @broadcast_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>, %[[D:.*]]: tensor<2x3x4xf32>) -> tensor<3xf32>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.reduce_sum %[[D]] {dimensions = array<i64: 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
// CHECK-NEXT:    return %[[DX]]
func.func @broadcast(%x: tensor<3xf32>) -> tensor<2x3x4xf32> {
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0, 2>} : (tensor<3xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
catgrad.derive @broadcast_rev of(@broadcast)

// CHECK-LABEL: func.func @reduce_sum_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4xi1>, %[[D:.*]]: tensor<3xi1>) -> tensor<2x3x4xi1>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.broadcast %[[D]] {dimensions = array<i64: 0, 2>} : (tensor<3xi1>) -> tensor<2x3x4xi1>
// CHECK-NEXT:    return %[[DX]]
func.func @reduce_sum(%x: tensor<2x3x4xi1>) -> tensor<3xi1> {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0, 2>} : (tensor<2x3x4xi1>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}
catgrad.derive @reduce_sum_rev of(@reduce_sum)

// R[reshape] = reshape back.
// CHECK-LABEL: func.func @reshape_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x6xi32>, %[[D:.*]]: tensor<3x4xi32>) -> tensor<2x6xi32>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.reshape %[[D]] : (tensor<3x4xi32>) -> tensor<2x6xi32>
// CHECK-NEXT:    return %[[DX]]
func.func @reshape(%x: tensor<2x6xi32>) -> tensor<3x4xi32> {
  %0 = catgrad.reshape %x : (tensor<2x6xi32>) -> tensor<3x4xi32>
  return %0 : tensor<3x4xi32>
}
catgrad.derive @reshape_rev of(@reshape)

// R[transpose by p] = transpose by the inverse of p. Axis i of the result is axis
// p[i] of the operand; the inverse of (2, 0, 1) is (1, 2, 0).
// CHECK-LABEL: func.func @transpose_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4xf32>, %[[D:.*]]: tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.transpose %[[D]] {permutation = array<i64: 1, 2, 0>} : (tensor<4x2x3xf32>) -> tensor<2x3x4xf32>
// CHECK-NEXT:    return %[[DX]]
func.func @transpose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %0 = catgrad.transpose %x {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}
catgrad.derive @transpose_rev of(@transpose)

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

// R[matmul]((X, Y), D) = (D Y^T, X^T D).
// CHECK-LABEL: func.func @matmul_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<5x2x3xf32>, %[[Y:.*]]: tensor<5x3x4xf32>, %[[D:.*]]: tensor<5x2x4xf32>) -> (tensor<5x2x3xf32>, tensor<5x3x4xf32>)
// CHECK-NEXT:    %[[YT:.*]] = catgrad.transpose %[[Y]] {permutation = array<i64: 0, 2, 1>}
// CHECK-NEXT:    %[[DX:.*]] = catgrad.matmul %[[D]], %[[YT]] : (tensor<5x2x4xf32>, tensor<5x4x3xf32>) -> tensor<5x2x3xf32>
// CHECK-NEXT:    %[[XT:.*]] = catgrad.transpose %[[X]] {permutation = array<i64: 0, 2, 1>}
// CHECK-NEXT:    %[[DY:.*]] = catgrad.matmul %[[XT]], %[[D]] : (tensor<5x3x2xf32>, tensor<5x2x4xf32>) -> tensor<5x3x4xf32>
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @matmul(%x: tensor<5x2x3xf32>, %y: tensor<5x3x4xf32>) -> tensor<5x2x4xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<5x2x3xf32>, tensor<5x3x4xf32>) -> tensor<5x2x4xf32>
  return %0 : tensor<5x2x4xf32>
}
catgrad.derive @matmul_rev of(@matmul)

// One axis, as in a matrix product: x' = d . y^T, y' = x^T . d.
// CHECK-LABEL: func.func @contract_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi1>, %[[Y:.*]]: tensor<3x4xi1>, %[[D:.*]]: tensor<2x4xi1>) -> (tensor<2x3xi1>, tensor<3x4xi1>)
// CHECK-NEXT:    %[[DX:.*]] = catgrad.contract %[[D]], %[[Y]] {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 1>} : (tensor<2x4xi1>, tensor<3x4xi1>) -> tensor<2x3xi1>
// CHECK-NEXT:    %[[DY:.*]] = catgrad.contract %[[X]], %[[D]] {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<2x3xi1>, tensor<2x4xi1>) -> tensor<3x4xi1>
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @contract(%x: tensor<2x3xi1>, %y: tensor<3x4xi1>) -> tensor<2x4xi1> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 0>} : (tensor<2x3xi1>, tensor<3x4xi1>) -> tensor<2x4xi1>
  return %0 : tensor<2x4xi1>
}
catgrad.derive @contract_rev of(@contract)

// Two axes in crossed order, all sizes different: x is (a b c d), y is (d e b),
// d is (a c e). d . y over e is (a c d b), moved to (a b c d); x . d over a and c
// is (b d e), moved to (d e b).
// CHECK-LABEL: func.func @contract_crossed_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4x5xf32>, %[[Y:.*]]: tensor<5x6x3xf32>, %[[D:.*]]: tensor<2x4x6xf32>) -> (tensor<2x3x4x5xf32>, tensor<5x6x3xf32>)
// CHECK-NEXT:    %[[ACDB:.*]] = catgrad.contract %[[D]], %[[Y]] {lhs_axes = array<i64: 2>, rhs_axes = array<i64: 1>} : (tensor<2x4x6xf32>, tensor<5x6x3xf32>) -> tensor<2x4x5x3xf32>
// CHECK-NEXT:    %[[DX:.*]] = catgrad.transpose %[[ACDB]] {permutation = array<i64: 0, 3, 1, 2>} : (tensor<2x4x5x3xf32>) -> tensor<2x3x4x5xf32>
// CHECK-NEXT:    %[[BDE:.*]] = catgrad.contract %[[X]], %[[D]] {lhs_axes = array<i64: 0, 2>, rhs_axes = array<i64: 0, 1>} : (tensor<2x3x4x5xf32>, tensor<2x4x6xf32>) -> tensor<3x5x6xf32>
// CHECK-NEXT:    %[[DY:.*]] = catgrad.transpose %[[BDE]] {permutation = array<i64: 1, 2, 0>} : (tensor<3x5x6xf32>) -> tensor<5x6x3xf32>
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @contract_crossed(%x: tensor<2x3x4x5xf32>, %y: tensor<5x6x3xf32>) -> tensor<2x4x6xf32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 1, 3>, rhs_axes = array<i64: 2, 0>} : (tensor<2x3x4x5xf32>, tensor<5x6x3xf32>) -> tensor<2x4x6xf32>
  return %0 : tensor<2x4x6xf32>
}
catgrad.derive @contract_crossed_rev of(@contract_crossed)

// The outer product: each cotangent sums over the axes of the other operand.
// CHECK-LABEL: func.func @contract_outer_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<3xf32>, %[[D:.*]]: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<3xf32>)
// CHECK-NEXT:    %[[DX:.*]] = catgrad.contract %[[D]], %[[Y]] {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 0>}
// CHECK-NEXT:    %[[DY:.*]] = catgrad.contract %[[X]], %[[D]] {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>}
// CHECK-NEXT:    return %[[DX]], %[[DY]]
func.func @contract_outer(%x: tensor<2xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<2xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @contract_outer_rev of(@contract_outer)

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

// A call of @multiply becomes a call of its forward and of its reverse function.
// The reverse needs x and y, which the caller has; the product is not needed.
// CHECK-LABEL: func.func @call_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[Y:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xi1>) -> (tensor<2xi1>, tensor<2xi1>)
// CHECK-NEXT:    call @multiply.fwd(%[[X]], %[[Y]])
// CHECK-NEXT:    %[[R:.*]]:2 = call @multiply.rev(%[[X]], %[[Y]], %[[D]])
// CHECK-NEXT:    return %[[R]]#0, %[[R]]#1
func.func @call(%x: tensor<2xi1>, %y: tensor<2xi1>) -> tensor<2xi1> {
  %0 = call @multiply(%x, %y) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  return %0 : tensor<2xi1>
}
catgrad.derive @call_rev of(@call)
