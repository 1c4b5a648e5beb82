// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that join tensors or take one apart, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @stack(
func.func @stack(%x: tensor<3xf32>, %b: tensor<i1>) {
  // CHECK: catgrad.stack %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  %0 = catgrad.stack %x, %x {axis = 1} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  // CHECK: catgrad.stack %{{.*}} {axis = 0 : i64} : (tensor<i1>) -> tensor<1xi1>
  %1 = catgrad.stack %b {axis = 0} : (tensor<i1>) -> tensor<1xi1>
  // CHECK: catgrad.stack {{ *}}{axis = 0 : i64} : () -> tensor<0x3xi32>
  %2 = catgrad.stack {axis = 0} : () -> tensor<0x3xi32>
  return
}

// CHECK-LABEL: func.func @unstack(
func.func @unstack(%x: tensor<3x2xf32>, %b: tensor<0x3xi1>) {
  // CHECK: %{{.*}}:2 = catgrad.unstack %{{.*}} {axis = 1 : i64} : (tensor<3x2xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  %0:2 = catgrad.unstack %x {axis = 1} : (tensor<3x2xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  // CHECK: catgrad.unstack %{{.*}} {axis = 0 : i64} : (tensor<0x3xi1>) -> ()
  catgrad.unstack %b {axis = 0} : (tensor<0x3xi1>) -> ()
  return
}

// CHECK-LABEL: func.func @concat(
func.func @concat(%x: tensor<2x3xf32>, %y: tensor<2x0xf32>) {
  // CHECK: catgrad.concat %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x0xf32>) -> tensor<2x3xf32>
  %0 = catgrad.concat %x, %y {axis = 1} : (tensor<2x3xf32>, tensor<2x0xf32>) -> tensor<2x3xf32>
  // CHECK: catgrad.concat {{ *}}{axis = 0 : i64} : () -> tensor<0xi32>
  %1 = catgrad.concat {axis = 0} : () -> tensor<0xi32>
  return
}

// CHECK-LABEL: func.func @split(
func.func @split(%x: tensor<2x4xf32>, %b: tensor<0xi1>) {
  // CHECK: %{{.*}}:2 = catgrad.split %{{.*}} {axis = 1 : i64, sizes = array<i64: 3, 1>} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>)
  %0:2 = catgrad.split %x {axis = 1, sizes = array<i64: 3, 1>} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>)
  // CHECK: catgrad.split %{{.*}} {axis = 0 : i64, sizes = array<i64>} : (tensor<0xi1>) -> ()
  catgrad.split %b {axis = 0, sizes = array<i64>} : (tensor<0xi1>) -> ()
  return
}
