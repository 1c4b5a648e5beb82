// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activation functions, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @activations
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>
func.func @activations(%a: tensor<2x3xf32>) {
  // CHECK: catgrad.silu %[[A]] : tensor<2x3xf32>
  %0 = catgrad.silu %a : tensor<2x3xf32>
  return
}
