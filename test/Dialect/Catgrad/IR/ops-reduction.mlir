// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that combine the elements along axes, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @reductions(
func.func @reductions(%x: tensor<2x3xf32>, %i: tensor<0x4xi32>, %b: tensor<i1>) {
  // CHECK: catgrad.reduce_max %{{.*}} {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
  // CHECK: catgrad.reduce_min %{{.*}} {dimensions = array<i64: 0, 1>} : (tensor<0x4xi32>) -> tensor<i32>
  %1 = catgrad.reduce_min %i {dimensions = array<i64: 0, 1>} : (tensor<0x4xi32>) -> tensor<i32>
  // CHECK: catgrad.reduce_prod %{{.*}} {dimensions = array<i64>} : (tensor<i1>) -> tensor<i1>
  %2 = catgrad.reduce_prod %b {dimensions = array<i64>} : (tensor<i1>) -> tensor<i1>
  return
}

// CHECK-LABEL: func.func @scans(
func.func @scans(%x: tensor<2x3xf32>, %b: tensor<0xi1>) {
  // CHECK: catgrad.cumsum %{{.*}} {axis = 1 : i64} : tensor<2x3xf32>
  %0 = catgrad.cumsum %x {axis = 1} : tensor<2x3xf32>
  // CHECK: catgrad.cumsum %{{.*}} {axis = 0 : i64, exclusive, reverse} : tensor<0xi1>
  %1 = catgrad.cumsum %b {axis = 0, exclusive, reverse} : tensor<0xi1>
  // CHECK: catgrad.argmax %{{.*}} {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xi32>
  %2 = catgrad.argmax %x {axis = 1} : (tensor<2x3xf32>) -> tensor<2xi32>
  return
}
