// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the operations that move elements, by
// itself, in free form, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// R[slice] = pad. Of six elements 1, 3 and 5 were taken: nothing is behind the last.
// CHECK-LABEL: func.func @slice_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<4x6xf32>, %[[D:.*]]: tensor<2x3xf32>) -> tensor<4x6xf32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.pad %[[D]] {high = array<i64: 2, 0>, interior = array<i64: 0, 1>, low = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<4x6xf32>
// CHECK-NEXT:   return %[[DX]]
func.func @slice(%x: tensor<4x6xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.slice %x {starts = array<i64: 0, 1>, limits = array<i64: 2, 6>, strides = array<i64: 1, 2>} : (tensor<4x6xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @slice_rev of(@slice)

// Nothing was taken: all of it is padding.
// CHECK-LABEL: func.func @slice_nothing_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<5xf32>, %[[D:.*]]: tensor<0xf32>) -> tensor<5xf32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.pad %[[D]] {high = array<i64: 2>, interior = array<i64: 0>, low = array<i64: 3>} : (tensor<0xf32>) -> tensor<5xf32>
// CHECK-NEXT:   return %[[DX]]
func.func @slice_nothing(%x: tensor<5xf32>) -> tensor<0xf32> {
  %0 = catgrad.slice %x {starts = array<i64: 3>, limits = array<i64: 3>, strides = array<i64: 1>} : (tensor<5xf32>) -> tensor<0xf32>
  return %0 : tensor<0xf32>
}
catgrad.derive @slice_nothing_rev of(@slice_nothing)

// R[pad] = slice.
// CHECK-LABEL: func.func @pad_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi1>, %[[D:.*]]: tensor<4x6xi1>) -> tensor<2x3xi1>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.slice %[[D]] {limits = array<i64: 2, 6>, starts = array<i64: 0, 1>, strides = array<i64: 1, 2>} : (tensor<4x6xi1>) -> tensor<2x3xi1>
// CHECK-NEXT:   return %[[DX]]
func.func @pad(%x: tensor<2x3xi1>) -> tensor<4x6xi1> {
  %0 = catgrad.pad %x {low = array<i64: 0, 1>, high = array<i64: 2, 0>, interior = array<i64: 0, 1>} : (tensor<2x3xi1>) -> tensor<4x6xi1>
  return %0 : tensor<4x6xi1>
}
catgrad.derive @pad_rev of(@pad)

// R[reverse] = reverse.
// CHECK-LABEL: func.func @reverse_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi32>, %[[D:.*]]: tensor<2x3xi32>) -> tensor<2x3xi32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.reverse %[[D]] {dimensions = array<i64: 1>} : tensor<2x3xi32>
// CHECK-NEXT:   return %[[DX]]
func.func @reverse(%x: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = catgrad.reverse %x {dimensions = array<i64: 1>} : tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}
catgrad.derive @reverse_rev of(@reverse)
