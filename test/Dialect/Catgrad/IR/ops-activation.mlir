// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activation functions, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @activations
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[I:.*]]: tensor<0x4xi16>, %[[H:.*]]: tensor<f16>
func.func @activations(%a: tensor<2x3xf32>, %i: tensor<0x4xi16>, %h: tensor<f16>) {
  // CHECK: catgrad.sigmoid %[[A]] : tensor<2x3xf32>
  %0 = catgrad.sigmoid %a : tensor<2x3xf32>
  // CHECK: catgrad.relu %[[I]] : tensor<0x4xi16>
  %1 = catgrad.relu %i : tensor<0x4xi16>
  // CHECK: catgrad.clamp %[[A]] {high = 6.000000e+00 : f64, low = -1.500000e+00 : f64} : tensor<2x3xf32>
  %2 = catgrad.clamp %a {low = -1.5 : f64, high = 6.0 : f64} : tensor<2x3xf32>
  // CHECK: catgrad.clamp %[[H]] {high = 0x7FF0000000000000 : f64, low = 0.000000e+00 : f64} : tensor<f16>
  %3 = catgrad.clamp %h {low = 0.0 : f64, high = 0x7FF0000000000000 : f64} : tensor<f16>
  // CHECK: catgrad.silu %[[A]] : tensor<2x3xf32>
  %4 = catgrad.silu %a : tensor<2x3xf32>
  // CHECK: catgrad.softplus %[[H]] : tensor<f16>
  %5 = catgrad.softplus %h : tensor<f16>
  // CHECK: catgrad.gelu %[[A]] : tensor<2x3xf32>
  %6 = catgrad.gelu %a : tensor<2x3xf32>
  // CHECK: catgrad.gelu %[[A]] : tensor<2x3xf32>
  %7 = catgrad.gelu %a {approximate = "none"} : tensor<2x3xf32>
  // CHECK: catgrad.gelu %[[A]] {approximate = "tanh"} : tensor<2x3xf32>
  %8 = catgrad.gelu %a {approximate = "tanh"} : tensor<2x3xf32>
  return
}
