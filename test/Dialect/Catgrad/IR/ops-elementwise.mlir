// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quotients, powers and complements, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @elementwise
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[I:.*]]: tensor<i8>, %[[B:.*]]: tensor<0xi1>
func.func @elementwise(%a: tensor<2x3xf32>, %i: tensor<i8>, %b: tensor<0xi1>) {
  // CHECK: catgrad.divide %[[A]], %[[A]] : tensor<2x3xf32>
  %0 = catgrad.divide %a, %a : tensor<2x3xf32>
  // CHECK: catgrad.power %[[A]], %[[A]] : tensor<2x3xf32>
  %1 = catgrad.power %a, %a : tensor<2x3xf32>
  // CHECK: catgrad.divide %[[I]], %[[I]] : tensor<i8>
  %2 = catgrad.divide %i, %i : tensor<i8>
  // CHECK: catgrad.power %[[I]], %[[I]] : tensor<i8>
  %3 = catgrad.power %i, %i : tensor<i8>
  // CHECK: catgrad.invert %[[I]] : tensor<i8>
  %4 = catgrad.invert %i : tensor<i8>
  // CHECK: catgrad.invert %[[B]] : tensor<0xi1>
  %5 = catgrad.invert %b : tensor<0xi1>
  return
}
