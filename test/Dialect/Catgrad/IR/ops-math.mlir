// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elementary functions, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @functions
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>
func.func @functions(%a: tensor<2x3xf32>) {
  // CHECK: catgrad.exp %[[A]] : tensor<2x3xf32>
  %0 = catgrad.exp %a : tensor<2x3xf32>
  // CHECK: catgrad.expm1 %[[A]] : tensor<2x3xf32>
  %1 = catgrad.expm1 %a : tensor<2x3xf32>
  // CHECK: catgrad.log %[[A]] : tensor<2x3xf32>
  %2 = catgrad.log %a : tensor<2x3xf32>
  // CHECK: catgrad.log1p %[[A]] : tensor<2x3xf32>
  %3 = catgrad.log1p %a : tensor<2x3xf32>
  // CHECK: catgrad.sqrt %[[A]] : tensor<2x3xf32>
  %4 = catgrad.sqrt %a : tensor<2x3xf32>
  // CHECK: catgrad.rsqrt %[[A]] : tensor<2x3xf32>
  %5 = catgrad.rsqrt %a : tensor<2x3xf32>
  // CHECK: catgrad.sin %[[A]] : tensor<2x3xf32>
  %6 = catgrad.sin %a : tensor<2x3xf32>
  // CHECK: catgrad.cos %[[A]] : tensor<2x3xf32>
  %7 = catgrad.cos %a : tensor<2x3xf32>
  // CHECK: catgrad.tan %[[A]] : tensor<2x3xf32>
  %8 = catgrad.tan %a : tensor<2x3xf32>
  // CHECK: catgrad.atan %[[A]] : tensor<2x3xf32>
  %9 = catgrad.atan %a : tensor<2x3xf32>
  // CHECK: catgrad.tanh %[[A]] : tensor<2x3xf32>
  %10 = catgrad.tanh %a : tensor<2x3xf32>
  // CHECK: catgrad.erf %[[A]] : tensor<2x3xf32>
  %11 = catgrad.erf %a : tensor<2x3xf32>
  // CHECK: catgrad.erfc %[[A]] : tensor<2x3xf32>
  %12 = catgrad.erfc %a : tensor<2x3xf32>
  return
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%a: tensor<f64>, %b: tensor<0x4xf16>, %c: tensor<1xbf16>) {
  // CHECK: catgrad.log %{{.*}} : tensor<f64>
  %0 = catgrad.log %a : tensor<f64>
  // CHECK: catgrad.erf %{{.*}} : tensor<0x4xf16>
  %1 = catgrad.erf %b : tensor<0x4xf16>
  // CHECK: catgrad.tanh %{{.*}} : tensor<1xbf16>
  %2 = catgrad.tanh %c : tensor<1xbf16>
  return
}
