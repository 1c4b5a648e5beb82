// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that move elements, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @slice(
func.func @slice(%x: tensor<4x6xf32>, %i: tensor<i32>, %b: tensor<0x3xi1>) {
  // CHECK: catgrad.slice %{{.*}} {limits = array<i64: 2, 6>, starts = array<i64: 0, 1>, strides = array<i64: 1, 2>} : (tensor<4x6xf32>) -> tensor<2x3xf32>
  %0 = catgrad.slice %x {starts = array<i64: 0, 1>, limits = array<i64: 2, 6>, strides = array<i64: 1, 2>} : (tensor<4x6xf32>) -> tensor<2x3xf32>
  // CHECK: catgrad.slice %{{.*}} {limits = array<i64>, starts = array<i64>, strides = array<i64>} : (tensor<i32>) -> tensor<i32>
  %1 = catgrad.slice %i {starts = array<i64>, limits = array<i64>, strides = array<i64>} : (tensor<i32>) -> tensor<i32>
  // CHECK: catgrad.slice %{{.*}} : (tensor<0x3xi1>) -> tensor<0x0xi1>
  %2 = catgrad.slice %b {starts = array<i64: 0, 3>, limits = array<i64: 0, 3>, strides = array<i64: 7, 1>} : (tensor<0x3xi1>) -> tensor<0x0xi1>
  return
}

// CHECK-LABEL: func.func @pad(
func.func @pad(%x: tensor<2x3xf64>, %i: tensor<i32>, %b: tensor<0xi1>) {
  // CHECK: catgrad.pad %{{.*}} {high = array<i64: 2, 0>, interior = array<i64: 0, 1>, low = array<i64: 0, 1>} : (tensor<2x3xf64>) -> tensor<4x6xf64>
  %0 = catgrad.pad %x {low = array<i64: 0, 1>, high = array<i64: 2, 0>, interior = array<i64: 0, 1>} : (tensor<2x3xf64>) -> tensor<4x6xf64>
  // CHECK: catgrad.pad %{{.*}} : (tensor<i32>) -> tensor<i32>
  %1 = catgrad.pad %i {low = array<i64>, high = array<i64>, interior = array<i64>} : (tensor<i32>) -> tensor<i32>
  // CHECK: catgrad.pad %{{.*}} : (tensor<0xi1>) -> tensor<3xi1>
  %2 = catgrad.pad %b {low = array<i64: 1>, high = array<i64: 2>, interior = array<i64: 9>} : (tensor<0xi1>) -> tensor<3xi1>
  return
}

// CHECK-LABEL: func.func @reverse(
func.func @reverse(%x: tensor<2x3xf32>, %i: tensor<i32>) {
  // CHECK: catgrad.reverse %{{.*}} {dimensions = array<i64: 0, 1>} : tensor<2x3xf32>
  %0 = catgrad.reverse %x {dimensions = array<i64: 0, 1>} : tensor<2x3xf32>
  // CHECK: catgrad.reverse %{{.*}} {dimensions = array<i64>} : tensor<i32>
  %1 = catgrad.reverse %i {dimensions = array<i64>} : tensor<i32>
  return
}
