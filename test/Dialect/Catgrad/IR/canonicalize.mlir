// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every folder, on integers, on Z/2 and on floats, and what must not fold.
//
// RUN: catgrad-opt %s --canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @add_zero(
// CHECK-SAME:    %[[I:.*]]: tensor<2xi32>, %[[B:.*]]: tensor<2xi1>, %[[F:.*]]: tensor<2xf32>)
func.func @add_zero(%i: tensor<2xi32>, %b: tensor<2xi1>, %f: tensor<2xf32>)
    -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi1>, tensor<2xf32>) {
  %zi = catgrad.constant dense<0> : tensor<2xi32>
  %zb = catgrad.constant dense<false> : tensor<2xi1>
  %zf = catgrad.constant dense<-0.0> : tensor<2xf32>
  %0 = catgrad.add %i, %zi : tensor<2xi32>
  %1 = catgrad.add %zi, %i : tensor<2xi32>
  %2 = catgrad.add %b, %zb : tensor<2xi1>
  %3 = catgrad.add %f, %zf : tensor<2xf32>
  // CHECK-NEXT: return %[[I]], %[[I]], %[[B]], %[[F]]
  return %0, %1, %2, %3 : tensor<2xi32>, tensor<2xi32>, tensor<2xi1>, tensor<2xf32>
}

// -0.0 + 0.0 is 0.0, so 0.0 is not neutral.
// CHECK-LABEL: func.func @add_positive_zero_is_not_neutral(
// CHECK-SAME:    %[[F:.*]]: tensor<2xf32>)
func.func @add_positive_zero_is_not_neutral(%f: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00>
  %z = catgrad.constant dense<0.0> : tensor<2xf32>
  // CHECK: %[[SUM:.*]] = catgrad.add %[[F]], %[[ZERO]]
  %0 = catgrad.add %f, %z : tensor<2xf32>
  // CHECK: return %[[SUM]]
  return %0 : tensor<2xf32>
}

// Only a splat is neutral, and x + x stays, on Z/2 too.
// CHECK-LABEL: func.func @add_that_stays(
// CHECK-SAME:    %[[I:.*]]: tensor<2xi32>, %[[B:.*]]: tensor<2xi1>)
func.func @add_that_stays(%i: tensor<2xi32>, %b: tensor<2xi1>) -> (tensor<2xi32>, tensor<2xi1>) {
  // CHECK: %[[C:.*]] = catgrad.constant dense<[0, 1]>
  %c = catgrad.constant dense<[0, 1]> : tensor<2xi32>
  // CHECK: %[[S:.*]] = catgrad.add %[[I]], %[[C]]
  %0 = catgrad.add %i, %c : tensor<2xi32>
  // CHECK: %[[T:.*]] = catgrad.add %[[B]], %[[B]]
  %1 = catgrad.add %b, %b : tensor<2xi1>
  // CHECK: return %[[S]], %[[T]]
  return %0, %1 : tensor<2xi32>, tensor<2xi1>
}

// The order of a float sum, and of its operands, is kept; a constant moves to
// the right.
// CHECK-LABEL: func.func @add_order(
// CHECK-SAME:    %[[A:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<2xf32>)
func.func @add_order(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[C:.*]] = catgrad.constant dense<1.000000e+00>
  %c = catgrad.constant dense<1.0> : tensor<2xf32>
  // CHECK: %[[V0:.*]] = catgrad.add %[[A]], %[[C]]
  %0 = catgrad.add %c, %a : tensor<2xf32>
  // CHECK: %[[V1:.*]] = catgrad.add %[[V0]], %[[C]]
  %1 = catgrad.add %0, %c : tensor<2xf32>
  // CHECK: %[[V2:.*]] = catgrad.add %[[B]], %[[V1]]
  %2 = catgrad.add %b, %1 : tensor<2xf32>
  // CHECK: return %[[V2]]
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: func.func @add_splats()
func.func @add_splats() -> (tensor<2xi32>, tensor<2xi1>, tensor<2xf32>) {
  // Arithmetic wraps around; 1 + 1 = 0 on Z/2.
  // CHECK-DAG: %[[I:.*]] = catgrad.constant dense<-2147483648> : tensor<2xi32>
  // CHECK-DAG: %[[B:.*]] = catgrad.constant dense<false> : tensor<2xi1>
  // CHECK-DAG: %[[F:.*]] = catgrad.constant dense<3.500000e+00> : tensor<2xf32>
  %i = catgrad.constant dense<2147483647> : tensor<2xi32>
  %j = catgrad.constant dense<1> : tensor<2xi32>
  %b = catgrad.constant dense<true> : tensor<2xi1>
  %f = catgrad.constant dense<1.5> : tensor<2xf32>
  %g = catgrad.constant dense<2.0> : tensor<2xf32>
  %0 = catgrad.add %i, %j : tensor<2xi32>
  %1 = catgrad.add %b, %b : tensor<2xi1>
  %2 = catgrad.add %f, %g : tensor<2xf32>
  // CHECK: return %[[I]], %[[B]], %[[F]]
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi1>, tensor<2xf32>
}

// Constants of many elements are not copied at compile time.
// CHECK-LABEL: func.func @add_dense()
func.func @add_dense() -> tensor<2xi32> {
  // CHECK: %[[I:.*]] = catgrad.constant dense<[1, 2]>
  %i = catgrad.constant dense<[1, 2]> : tensor<2xi32>
  // CHECK: %[[SUM:.*]] = catgrad.add %[[I]], %[[I]]
  %0 = catgrad.add %i, %i : tensor<2xi32>
  // CHECK: return %[[SUM]]
  return %0 : tensor<2xi32>
}

// CHECK-LABEL: func.func @subtract(
// CHECK-SAME:    %[[I:.*]]: tensor<2xi32>, %[[B:.*]]: tensor<2xi1>)
func.func @subtract(%i: tensor<2xi32>, %b: tensor<2xi1>)
    -> (tensor<2xi32>, tensor<2xi1>, tensor<2xi32>, tensor<2xi1>) {
  // CHECK-DAG: %[[ZI:.*]] = catgrad.constant dense<0> : tensor<2xi32>
  // CHECK-DAG: %[[ZB:.*]] = catgrad.constant dense<false> : tensor<2xi1>
  %zi = catgrad.constant dense<0> : tensor<2xi32>
  %zb = catgrad.constant dense<false> : tensor<2xi1>
  %0 = catgrad.subtract %i, %zi : tensor<2xi32>
  %1 = catgrad.subtract %b, %zb : tensor<2xi1>
  %2 = catgrad.subtract %i, %i : tensor<2xi32>
  %3 = catgrad.subtract %b, %b : tensor<2xi1>
  // CHECK: return %[[I]], %[[B]], %[[ZI]], %[[ZB]]
  return %0, %1, %2, %3 : tensor<2xi32>, tensor<2xi1>, tensor<2xi32>, tensor<2xi1>
}

// Infinity minus infinity is NaN; 0.0 - x is not -x for zeros; 0 - x keeps its
// operands in order.
// CHECK-LABEL: func.func @subtract_that_stays(
// CHECK-SAME:    %[[F:.*]]: tensor<2xf32>, %[[I:.*]]: tensor<2xi32>)
func.func @subtract_that_stays(%f: tensor<2xf32>, %i: tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi32>) {
  // CHECK-DAG: %[[ZF:.*]] = catgrad.constant dense<0.000000e+00>
  // CHECK-DAG: %[[ZI:.*]] = catgrad.constant dense<0>
  %zf = catgrad.constant dense<0.0> : tensor<2xf32>
  %zi = catgrad.constant dense<0> : tensor<2xi32>
  // CHECK: %[[V0:.*]] = catgrad.subtract %[[F]], %[[F]]
  %0 = catgrad.subtract %f, %f : tensor<2xf32>
  // CHECK: %[[V1:.*]] = catgrad.subtract %[[ZF]], %[[F]]
  %1 = catgrad.subtract %zf, %f : tensor<2xf32>
  // CHECK: %[[V2:.*]] = catgrad.subtract %[[ZI]], %[[I]]
  %2 = catgrad.subtract %zi, %i : tensor<2xi32>
  // CHECK: return %[[V0]], %[[V1]], %[[V2]]
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xi32>
}

// CHECK-LABEL: func.func @subtract_splats()
func.func @subtract_splats() -> (tensor<2xi32>, tensor<2xi1>, tensor<2xf64>) {
  // CHECK-DAG: %[[I:.*]] = catgrad.constant dense<2147483647> : tensor<2xi32>
  // CHECK-DAG: %[[B:.*]] = catgrad.constant dense<true> : tensor<2xi1>
  // CHECK-DAG: %[[F:.*]] = catgrad.constant dense<-1.000000e+00> : tensor<2xf64>
  %i = catgrad.constant dense<-2147483648> : tensor<2xi32>
  %j = catgrad.constant dense<1> : tensor<2xi32>
  %b = catgrad.constant dense<false> : tensor<2xi1>
  %c = catgrad.constant dense<true> : tensor<2xi1>
  %f = catgrad.constant dense<1.0> : tensor<2xf64>
  %g = catgrad.constant dense<2.0> : tensor<2xf64>
  %0 = catgrad.subtract %i, %j : tensor<2xi32>
  %1 = catgrad.subtract %b, %c : tensor<2xi1>
  %2 = catgrad.subtract %f, %g : tensor<2xf64>
  // CHECK: return %[[I]], %[[B]], %[[F]]
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi1>, tensor<2xf64>
}

//===----------------------------------------------------------------------===//
// Negatives
//===----------------------------------------------------------------------===//

// On Z/2 every element is its own negative; two negatives cancel in any ring.
// CHECK-LABEL: func.func @negate(
// CHECK-SAME:    %[[B:.*]]: tensor<2xi1>, %[[I:.*]]: tensor<2xi32>, %[[F:.*]]: tensor<2xf32>)
func.func @negate(%b: tensor<2xi1>, %i: tensor<2xi32>, %f: tensor<2xf32>)
    -> (tensor<2xi1>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = catgrad.negate %b : tensor<2xi1>
  %1 = catgrad.negate %i : tensor<2xi32>
  %2 = catgrad.negate %1 : tensor<2xi32>
  // CHECK-NEXT: %[[N:.*]] = catgrad.negate %[[F]] : tensor<2xf32>
  %3 = catgrad.negate %f : tensor<2xf32>
  %4 = catgrad.negate %3 : tensor<2xf32>
  // CHECK-NEXT: return %[[B]], %[[I]], %[[F]], %[[N]]
  return %0, %2, %4, %3 : tensor<2xi1>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @negate_splats()
func.func @negate_splats() -> (tensor<2xi32>, tensor<2xf32>) {
  // The smallest integer is its own negative; the negative of 0.0 is -0.0.
  // CHECK-DAG: %[[I:.*]] = catgrad.constant dense<-2147483648> : tensor<2xi32>
  // CHECK-DAG: %[[F:.*]] = catgrad.constant dense<-0.000000e+00> : tensor<2xf32>
  %i = catgrad.constant dense<-2147483648> : tensor<2xi32>
  %f = catgrad.constant dense<0.0> : tensor<2xf32>
  %0 = catgrad.negate %i : tensor<2xi32>
  %1 = catgrad.negate %f : tensor<2xf32>
  // CHECK: return %[[I]], %[[F]]
  return %0, %1 : tensor<2xi32>, tensor<2xf32>
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @multiply_one(
// CHECK-SAME:    %[[I:.*]]: tensor<2xi32>, %[[B:.*]]: tensor<2xi1>, %[[F:.*]]: tensor<2xf32>)
func.func @multiply_one(%i: tensor<2xi32>, %b: tensor<2xi1>, %f: tensor<2xf32>)
    -> (tensor<2xi32>, tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) {
  %oi = catgrad.constant dense<1> : tensor<2xi32>
  %ob = catgrad.constant dense<true> : tensor<2xi1>
  %of = catgrad.constant dense<1.0> : tensor<2xf32>
  %0 = catgrad.multiply %i, %oi : tensor<2xi32>
  %1 = catgrad.multiply %b, %ob : tensor<2xi1>
  %2 = catgrad.multiply %f, %of : tensor<2xf32>
  %3 = catgrad.multiply %of, %f : tensor<2xf32>
  // CHECK-NEXT: return %[[I]], %[[B]], %[[F]], %[[F]]
  return %0, %1, %2, %3 : tensor<2xi32>, tensor<2xi1>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @multiply_zero(
func.func @multiply_zero(%i: tensor<2xi32>, %b: tensor<2xi1>) -> (tensor<2xi32>, tensor<2xi1>) {
  // CHECK-DAG: %[[I:.*]] = catgrad.constant dense<0> : tensor<2xi32>
  // CHECK-DAG: %[[B:.*]] = catgrad.constant dense<false> : tensor<2xi1>
  %zi = catgrad.constant dense<0> : tensor<2xi32>
  %zb = catgrad.constant dense<false> : tensor<2xi1>
  %0 = catgrad.multiply %i, %zi : tensor<2xi32>
  %1 = catgrad.multiply %zb, %b : tensor<2xi1>
  // CHECK: return %[[I]], %[[B]]
  return %0, %1 : tensor<2xi32>, tensor<2xi1>
}

// NaN times 0.0 is NaN, -1.0 times 0.0 is -0.0; x * x stays on Z/2, x * -1 is
// not rewritten.
// CHECK-LABEL: func.func @multiply_that_stays(
// CHECK-SAME:    %[[F:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<2xi1>, %[[I:.*]]: tensor<2xi32>)
func.func @multiply_that_stays(%f: tensor<2xf32>, %b: tensor<2xi1>, %i: tensor<2xi32>)
    -> (tensor<2xf32>, tensor<2xi1>, tensor<2xi32>) {
  // CHECK-DAG: %[[Z:.*]] = catgrad.constant dense<0.000000e+00>
  // CHECK-DAG: %[[M:.*]] = catgrad.constant dense<-1>
  %z = catgrad.constant dense<0.0> : tensor<2xf32>
  %m = catgrad.constant dense<-1> : tensor<2xi32>
  // CHECK: %[[V0:.*]] = catgrad.multiply %[[F]], %[[Z]]
  %0 = catgrad.multiply %f, %z : tensor<2xf32>
  // CHECK: %[[V1:.*]] = catgrad.multiply %[[B]], %[[B]]
  %1 = catgrad.multiply %b, %b : tensor<2xi1>
  // CHECK: %[[V2:.*]] = catgrad.multiply %[[I]], %[[M]]
  %2 = catgrad.multiply %i, %m : tensor<2xi32>
  // CHECK: return %[[V0]], %[[V1]], %[[V2]]
  return %0, %1, %2 : tensor<2xf32>, tensor<2xi1>, tensor<2xi32>
}

// CHECK-LABEL: func.func @multiply_splats()
func.func @multiply_splats() -> (tensor<2xi32>, tensor<2xi1>, tensor<f64>) {
  // 65536 * 65536 = 2^32 = 0; 1 * 1 = 1 on Z/2.
  // CHECK-DAG: %[[I:.*]] = catgrad.constant dense<0> : tensor<2xi32>
  // CHECK-DAG: %[[B:.*]] = catgrad.constant dense<true> : tensor<2xi1>
  // CHECK-DAG: %[[F:.*]] = catgrad.constant dense<-6.000000e+00> : tensor<f64>
  %i = catgrad.constant dense<65536> : tensor<2xi32>
  %b = catgrad.constant dense<true> : tensor<2xi1>
  %f = catgrad.constant dense<2.0> : tensor<f64>
  %g = catgrad.constant dense<-3.0> : tensor<f64>
  %0 = catgrad.multiply %i, %i : tensor<2xi32>
  %1 = catgrad.multiply %b, %b : tensor<2xi1>
  %2 = catgrad.multiply %f, %g : tensor<f64>
  // CHECK: return %[[I]], %[[B]], %[[F]]
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi1>, tensor<f64>
}

//===----------------------------------------------------------------------===//
// Select and cast
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @select(
// CHECK-SAME:    %[[C:.*]]: tensor<2xi1>, %[[A:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<2xf32>)
func.func @select(%c: tensor<2xi1>, %a: tensor<2xf32>, %b: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %t = catgrad.constant dense<true> : tensor<2xi1>
  %f = catgrad.constant dense<false> : tensor<2xi1>
  %0 = catgrad.select %c, %a, %a : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = catgrad.select %t, %a, %b : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = catgrad.select %f, %a, %b : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // CHECK-NEXT: return %[[A]], %[[A]], %[[B]]
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @select_that_stays(
// CHECK-SAME:    %[[A:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<2xf32>)
func.func @select_that_stays(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[C:.*]] = catgrad.constant dense<[true, false]>
  %c = catgrad.constant dense<[true, false]> : tensor<2xi1>
  // CHECK: %[[V0:.*]] = catgrad.select %[[C]], %[[A]], %[[B]]
  %0 = catgrad.select %c, %a, %b : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  // CHECK: return %[[V0]]
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @cast(
// CHECK-SAME:    %[[F:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf64>)
func.func @cast(%f: tensor<2xf32>, %d: tensor<2xf64>) -> (tensor<2xf32>, tensor<2xf64>) {
  %0 = catgrad.cast %f : (tensor<2xf32>) -> tensor<2xf32>
  // There and back again rounds.
  // CHECK-NEXT: %[[R:.*]] = catgrad.cast %[[D]] : (tensor<2xf64>) -> tensor<2xf32>
  %1 = catgrad.cast %d : (tensor<2xf64>) -> tensor<2xf32>
  // CHECK-NEXT: %[[S:.*]] = catgrad.cast %[[R]] : (tensor<2xf32>) -> tensor<2xf64>
  %2 = catgrad.cast %1 : (tensor<2xf32>) -> tensor<2xf64>
  // CHECK-NEXT: return %[[F]], %[[S]]
  return %0, %2 : tensor<2xf32>, tensor<2xf64>
}

// A comparison of a value with itself is not constant: NaN differs from itself.
// CHECK-LABEL: func.func @compare_that_stays(
// CHECK-SAME:    %[[F:.*]]: tensor<2xf32>)
func.func @compare_that_stays(%f: tensor<2xf32>) -> tensor<2xi1> {
  // CHECK-NEXT: %[[V0:.*]] = catgrad.compare %[[F]], %[[F]]
  %0 = catgrad.compare %f, %f {predicate = #catgrad.predicate<eq>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  // CHECK-NEXT: return %[[V0]]
  return %0 : tensor<2xi1>
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @nothing_to_move(
// CHECK-SAME:    %[[A:.*]]: tensor<2x3xf32>)
func.func @nothing_to_move(%a: tensor<2x3xf32>)
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = catgrad.broadcast %a {dimensions = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = catgrad.reduce_sum %a {dimensions = array<i64>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = catgrad.reshape %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = catgrad.transpose %a {permutation = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[A]], %[[A]], %[[A]], %[[A]]
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reshape_of_reshape(
// CHECK-SAME:    %[[A:.*]]: tensor<2x3xi1>)
func.func @reshape_of_reshape(%a: tensor<2x3xi1>) -> (tensor<3x2xi1>, tensor<2x3xi1>) {
  // CHECK-NEXT: %[[R:.*]] = catgrad.reshape %[[A]] : (tensor<2x3xi1>) -> tensor<3x2xi1>
  %0 = catgrad.reshape %a : (tensor<2x3xi1>) -> tensor<6xi1>
  %1 = catgrad.reshape %0 : (tensor<6xi1>) -> tensor<3x2xi1>
  %2 = catgrad.reshape %1 : (tensor<3x2xi1>) -> tensor<2x3xi1>
  // CHECK-NEXT: return %[[R]], %[[A]]
  return %1, %2 : tensor<3x2xi1>, tensor<2x3xi1>
}

// Axis i of the result is axis p[i] of the operand: (2, 0, 1) after (1, 2, 0) is
// (0, 1, 2), and after (0, 2, 1) it is (1, 0, 2).
// CHECK-LABEL: func.func @transpose_of_transpose(
// CHECK-SAME:    %[[A:.*]]: tensor<2x3x4xf32>)
func.func @transpose_of_transpose(%a: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<3x2x4xf32>) {
  %0 = catgrad.transpose %a {permutation = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  %1 = catgrad.transpose %0 {permutation = array<i64: 2, 0, 1>} : (tensor<3x4x2xf32>) -> tensor<2x3x4xf32>
  %2 = catgrad.transpose %a {permutation = array<i64: 0, 2, 1>} : (tensor<2x3x4xf32>) -> tensor<2x4x3xf32>
  // CHECK-NEXT: %[[T:.*]] = catgrad.transpose %[[A]] {permutation = array<i64: 1, 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %3 = catgrad.transpose %2 {permutation = array<i64: 2, 0, 1>} : (tensor<2x4x3xf32>) -> tensor<3x2x4xf32>
  // CHECK-NEXT: return %[[A]], %[[T]]
  return %1, %3 : tensor<2x3x4xf32>, tensor<3x2x4xf32>
}

// CHECK-LABEL: func.func @moved_splats()
func.func @moved_splats() -> (tensor<2x3xf32>, tensor<6xi32>, tensor<3x2xi1>, tensor<0x3xf32>) {
  // CHECK-DAG: %[[A:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2x3xf32>
  // CHECK-DAG: %[[B:.*]] = catgrad.constant dense<7> : tensor<6xi32>
  // CHECK-DAG: %[[C:.*]] = catgrad.constant dense<true> : tensor<3x2xi1>
  // CHECK-DAG: %[[D:.*]] = catgrad.constant dense<1.000000e+00> : tensor<0x3xf32>
  %a = catgrad.constant dense<1.0> : tensor<3xf32>
  %b = catgrad.constant dense<7> : tensor<2x3xi32>
  %c = catgrad.constant dense<true> : tensor<2x3xi1>
  %0 = catgrad.broadcast %a {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
  %1 = catgrad.reshape %b : (tensor<2x3xi32>) -> tensor<6xi32>
  %2 = catgrad.transpose %c {permutation = array<i64: 1, 0>} : (tensor<2x3xi1>) -> tensor<3x2xi1>
  %3 = catgrad.broadcast %a {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<0x3xf32>
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]]
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<6xi32>, tensor<3x2xi1>, tensor<0x3xf32>
}

// Other constants stay as small as they are; a sum of a splat would round.
// CHECK-LABEL: func.func @shapes_that_stay()
func.func @shapes_that_stay() -> (tensor<2x2xf32>, tensor<2x1xf32>, tensor<f32>) {
  // CHECK-DAG: %[[D:.*]] = catgrad.constant dense<[1.000000e+00, 2.000000e+00]>
  // CHECK-DAG: %[[S:.*]] = catgrad.constant dense<1.000000e-01> : tensor<2xf32>
  %d = catgrad.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = catgrad.constant dense<0.1> : tensor<2xf32>
  // CHECK: %[[V0:.*]] = catgrad.broadcast %[[D]]
  %0 = catgrad.broadcast %d {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<2x2xf32>
  // CHECK: %[[V1:.*]] = catgrad.reshape %[[D]]
  %1 = catgrad.reshape %d : (tensor<2xf32>) -> tensor<2x1xf32>
  // CHECK: %[[V2:.*]] = catgrad.reduce_sum %[[S]]
  %2 = catgrad.reduce_sum %s {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<f32>
  // CHECK: return %[[V0]], %[[V1]], %[[V2]]
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x1xf32>, tensor<f32>
}

// A constant without elements holds no number to fold with.
// CHECK-LABEL: func.func @no_elements()
func.func @no_elements() -> (tensor<0xf32>, tensor<2x0xf32>) {
  // CHECK: %[[E:.*]] = catgrad.constant dense<> : tensor<0xf32>
  %e = catgrad.constant dense<> : tensor<0xf32>
  // CHECK: %[[V0:.*]] = catgrad.add %[[E]], %[[E]]
  %0 = catgrad.add %e, %e : tensor<0xf32>
  // CHECK: %[[V1:.*]] = catgrad.broadcast %[[E]]
  %1 = catgrad.broadcast %e {dimensions = array<i64: 0>} : (tensor<0xf32>) -> tensor<2x0xf32>
  // CHECK: return %[[V0]], %[[V1]]
  return %0, %1 : tensor<0xf32>, tensor<2x0xf32>
}

//===----------------------------------------------------------------------===//
// Wires and parameters: canonicalisation leaves them alone
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @wires(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>)
func.func @wires(%x: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>) {
  // CHECK: %[[Z:.*]] = catgrad.constant dense<0>
  %z = catgrad.constant dense<0> : tensor<2xi32>
  // CHECK: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]]
  %a, %b = catgrad.copy %x : tensor<2xi32>
  // CHECK: catgrad.discard %[[Z]]
  catgrad.discard %z : tensor<2xi32>
  // CHECK: return %[[A]], %[[B]]
  return %a, %b : tensor<2xi32>, tensor<2xi32>
}

// A copy that nobody uses is dead; a discard is not.
// CHECK-LABEL: func.func @dead_copy(
func.func @dead_copy(%x: tensor<2xi32>) {
  // CHECK-NOT: catgrad.copy
  // CHECK: catgrad.discard
  // CHECK-NEXT: return
  %a, %b = catgrad.copy %x : tensor<2xi32>
  catgrad.discard %x : tensor<2xi32>
  return
}

// CHECK-LABEL: func.func @unused_parameter()
func.func @unused_parameter() {
  // CHECK: catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  // CHECK: catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %v = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return
}

// Everything else without uses is dead.
// CHECK-LABEL: func.func @dead(
func.func @dead(%x: tensor<2x2xf32>) {
  // CHECK-NEXT: return
  %0 = catgrad.matmul %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = catgrad.sigmoid %0 : tensor<2x2xf32>
  %2 = catgrad.relu %1 : tensor<2x2xf32>
  %3 = catgrad.contract %2, %2 {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2x2x2xf32>
  %4 = catgrad.compare %2, %2 {predicate = #catgrad.predicate<lt>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
  return
}

// Splats are folded in their own type: floats round once, integers wrap around.
// CHECK-LABEL: func.func @splats_of_small_types()
// CHECK-DAG:     %[[F16:.*]] = catgrad.constant dense<1.000980e+00> : tensor<2xf16>
// CHECK-DAG:     %[[BF16:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xbf16>
// CHECK-DAG:     %[[I8:.*]] = catgrad.constant dense<-56> : tensor<2xi8>
// CHECK-DAG:     %[[I64:.*]] = catgrad.constant dense<-9223372036854775808> : tensor<2xi64>
// CHECK:         return %[[F16]], %[[BF16]], %[[I8]], %[[I64]]
func.func @splats_of_small_types() -> (tensor<2xf16>, tensor<2xbf16>, tensor<2xi8>, tensor<2xi64>) {
  %0 = catgrad.constant dense<1.0> : tensor<2xf16>
  %1 = catgrad.constant dense<6.0e-4> : tensor<2xf16>
  %2 = catgrad.add %0, %1 : tensor<2xf16>
  %3 = catgrad.constant dense<1.0> : tensor<2xbf16>
  %4 = catgrad.constant dense<6.0e-4> : tensor<2xbf16>
  %5 = catgrad.add %3, %4 : tensor<2xbf16>
  %6 = catgrad.constant dense<100> : tensor<2xi8>
  %7 = catgrad.add %6, %6 : tensor<2xi8>
  %8 = catgrad.constant dense<9223372036854775807> : tensor<2xi64>
  %9 = catgrad.constant dense<1> : tensor<2xi64>
  %10 = catgrad.add %8, %9 : tensor<2xi64>
  return %2, %5, %7, %10 : tensor<2xf16>, tensor<2xbf16>, tensor<2xi8>, tensor<2xi64>
}
