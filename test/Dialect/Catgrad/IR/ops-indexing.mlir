// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations on indices, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @iota(
func.func @iota() {
  // CHECK: catgrad.iota {axis = 1 : i64} : tensor<2x3xf32>
  %0 = catgrad.iota {axis = 1} : tensor<2x3xf32>
  // CHECK: catgrad.iota {axis = 0 : i64} : tensor<0xi1>
  %1 = catgrad.iota {axis = 0} : tensor<0xi1>
  return
}

// CHECK-LABEL: func.func @one_hot(
func.func @one_hot(%i: tensor<2xi32>) {
  // CHECK: catgrad.one_hot %{{.*}} {axis = 1 : i64} : (tensor<2xi32>) -> tensor<2x5xf64>
  %0 = catgrad.one_hot %i {axis = 1} : (tensor<2xi32>) -> tensor<2x5xf64>
  // CHECK: catgrad.one_hot %{{.*}} {axis = 0 : i64} : (tensor<2xi32>) -> tensor<0x2xi1>
  %1 = catgrad.one_hot %i {axis = 0} : (tensor<2xi32>) -> tensor<0x2xi1>
  return
}

// CHECK-LABEL: func.func @gather(
func.func @gather(%x: tensor<9x4xf32>, %i: tensor<2x3xi32>, %k: tensor<i32>, %e: tensor<0x4xi1>, %n: tensor<0xi32>) {
  // CHECK: catgrad.gather %{{.*}}, %{{.*}} {axis = 0 : i64} : (tensor<9x4xf32>, tensor<2x3xi32>) -> tensor<2x3x4xf32>
  %0 = catgrad.gather %x, %i {axis = 0} : (tensor<9x4xf32>, tensor<2x3xi32>) -> tensor<2x3x4xf32>
  // CHECK: catgrad.gather %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<9x4xf32>, tensor<i32>) -> tensor<9xf32>
  %1 = catgrad.gather %x, %k {axis = 1} : (tensor<9x4xf32>, tensor<i32>) -> tensor<9xf32>
  // CHECK: catgrad.gather %{{.*}}, %{{.*}} {axis = 0 : i64} : (tensor<0x4xi1>, tensor<0xi32>) -> tensor<0x4xi1>
  %2 = catgrad.gather %e, %n {axis = 0} : (tensor<0x4xi1>, tensor<0xi32>) -> tensor<0x4xi1>
  return
}

// CHECK-LABEL: func.func @scatter_add(
func.func @scatter_add(%x: tensor<2x3x4xf32>, %i: tensor<2x3xi32>, %y: tensor<9xi1>, %k: tensor<i32>) {
  // CHECK: catgrad.scatter_add %{{.*}}, %{{.*}} {axis = 0 : i64} : (tensor<2x3x4xf32>, tensor<2x3xi32>) -> tensor<9x4xf32>
  %0 = catgrad.scatter_add %x, %i {axis = 0} : (tensor<2x3x4xf32>, tensor<2x3xi32>) -> tensor<9x4xf32>
  // CHECK: catgrad.scatter_add %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<9xi1>, tensor<i32>) -> tensor<9x4xi1>
  %1 = catgrad.scatter_add %y, %k {axis = 1} : (tensor<9xi1>, tensor<i32>) -> tensor<9x4xi1>
  return
}
