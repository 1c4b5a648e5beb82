// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that use the order of numbers, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @order
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x3xf32>
func.func @order(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // CHECK: catgrad.maximum %[[A]], %[[B]] : tensor<2x3xf32>
  %0 = catgrad.maximum %a, %b : tensor<2x3xf32>
  // CHECK: catgrad.minimum %[[A]], %[[B]] : tensor<2x3xf32>
  %1 = catgrad.minimum %a, %b : tensor<2x3xf32>
  // CHECK: catgrad.abs %[[A]] : tensor<2x3xf32>
  %2 = catgrad.abs %a : tensor<2x3xf32>
  // CHECK: catgrad.sign %[[A]] : tensor<2x3xf32>
  %3 = catgrad.sign %a : tensor<2x3xf32>
  // CHECK: catgrad.floor %[[A]] : tensor<2x3xf32>
  %4 = catgrad.floor %a : tensor<2x3xf32>
  // CHECK: catgrad.ceil %[[A]] : tensor<2x3xf32>
  %5 = catgrad.ceil %a : tensor<2x3xf32>
  return
}

// CHECK-LABEL: func.func @types
func.func @types(%a: tensor<i1>, %b: tensor<0x4xi64>, %c: tensor<1xbf16>) {
  // CHECK: catgrad.maximum %{{.*}} : tensor<i1>
  %0 = catgrad.maximum %a, %a : tensor<i1>
  // CHECK: catgrad.minimum %{{.*}} : tensor<0x4xi64>
  %1 = catgrad.minimum %b, %b : tensor<0x4xi64>
  // CHECK: catgrad.abs %{{.*}} : tensor<0x4xi64>
  %2 = catgrad.abs %b : tensor<0x4xi64>
  // CHECK: catgrad.sign %{{.*}} : tensor<0x4xi64>
  %3 = catgrad.sign %b : tensor<0x4xi64>
  // CHECK: catgrad.floor %{{.*}} : tensor<1xbf16>
  %4 = catgrad.floor %c : tensor<1xbf16>
  return
}
