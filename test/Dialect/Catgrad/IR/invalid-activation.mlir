// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of the activation functions.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @silu_integer(%x: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.silu' op expected element type f16, bf16, f32 or f64 but got 'i32'}}
  %0 = catgrad.silu %x : tensor<3xi32>
  return
}

// -----

func.func @silu_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.silu' op requires the same type for all operands and results}}
  %0 = "catgrad.silu"(%x) : (tensor<3xf32>) -> tensor<3xf64>
  return
}
