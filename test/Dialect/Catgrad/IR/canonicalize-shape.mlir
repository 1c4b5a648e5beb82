// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds of operations along axes. Only what is exact.
//
// RUN: catgrad-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identities(
// CHECK-SAME:    %[[X:.*]]: tensor<1x3xf32>)
// CHECK-NEXT:    return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @identities(%x: tensor<1x3xf32>) -> (tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>) {
  %0 = catgrad.slice %x {starts = array<i64: 0, 0>, limits = array<i64: 1, 3>, strides = array<i64: 4, 1>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %1 = catgrad.pad %x {low = array<i64: 0, 0>, high = array<i64: 0, 0>, interior = array<i64: 5, 0>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  // One element has no other order.
  %2 = catgrad.reverse %x {dimensions = array<i64: 0>} : tensor<1x3xf32>
  %3 = catgrad.reduce_max %x {dimensions = array<i64>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %4 = catgrad.reduce_min %x {dimensions = array<i64>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %5 = catgrad.reduce_prod %x {dimensions = array<i64>} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x3xf32>
}

// CHECK-LABEL: func.func @reverse_twice(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi1>)
// CHECK-NEXT:    return %[[X]]
func.func @reverse_twice(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = catgrad.reverse %x {dimensions = array<i64: 0, 1>} : tensor<2x3xi1>
  %1 = catgrad.reverse %0 {dimensions = array<i64: 0, 1>} : tensor<2x3xi1>
  return %1 : tensor<2x3xi1>
}

// Other axes are another permutation.
// CHECK-LABEL: func.func @reverse_otherwise(
// CHECK-COUNT-2: catgrad.reverse
func.func @reverse_otherwise(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = catgrad.reverse %x {dimensions = array<i64: 0>} : tensor<2x3xi1>
  %1 = catgrad.reverse %0 {dimensions = array<i64: 1>} : tensor<2x3xi1>
  return %1 : tensor<2x3xi1>
}

// Equal elements stay equal.
// CHECK-LABEL: func.func @splats(
// CHECK-DAG:     %[[PART:.*]] = catgrad.constant dense<2> : tensor<2xi32>
// CHECK-DAG:     %[[WHOLE:.*]] = catgrad.constant dense<2> : tensor<5xi32>
// CHECK:         return %[[PART]], %[[WHOLE]]
func.func @splats() -> (tensor<2xi32>, tensor<5xi32>) {
  %c = catgrad.constant dense<2> : tensor<5xi32>
  %0 = catgrad.slice %c {starts = array<i64: 1>, limits = array<i64: 5>, strides = array<i64: 2>} : (tensor<5xi32>) -> tensor<2xi32>
  %1 = catgrad.reverse %c {dimensions = array<i64: 0>} : tensor<5xi32>
  return %0, %1 : tensor<2xi32>, tensor<5xi32>
}

// Padding is zero, whatever the elements are.
// CHECK-LABEL: func.func @padded_splat(
// CHECK:         catgrad.pad
func.func @padded_splat() -> tensor<3xi32> {
  %c = catgrad.constant dense<2> : tensor<2xi32>
  %0 = catgrad.pad %c {low = array<i64: 1>, high = array<i64: 0>, interior = array<i64: 0>} : (tensor<2xi32>) -> tensor<3xi32>
  return %0 : tensor<3xi32>
}
