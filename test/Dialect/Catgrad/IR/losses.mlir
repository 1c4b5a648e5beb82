// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every loss, read and printed: what is the default is not printed.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func private @losses()
func.func private @losses() attributes {
  // CHECK-SAME: a00 = #catgrad.mse,
  a00 = #catgrad.mse,
  // CHECK-SAME: a01 = #catgrad.mse_mean,
  a01 = #catgrad.mse_mean,
  // CHECK-SAME: a02 = #catgrad.huber,
  a02 = #catgrad.huber,
  // CHECK-SAME: a03 = #catgrad.huber,
  a03 = #catgrad.huber<delta = 1.0>,
  // CHECK-SAME: a04 = #catgrad.huber<delta = 5.000000e-01>,
  a04 = #catgrad.huber<delta = 0.5>,
  // CHECK-SAME: a05 = #catgrad.mae,
  a05 = #catgrad.mae,
  // CHECK-SAME: a06 = #catgrad.softmax_cross_entropy,
  a06 = #catgrad.softmax_cross_entropy,
  // CHECK-SAME: a07 = #catgrad.sparse_softmax_cross_entropy,
  a07 = #catgrad.sparse_softmax_cross_entropy,
  // CHECK-SAME: a08 = #catgrad.sparse_softmax_cross_entropy,
  a08 = #catgrad.sparse_softmax_cross_entropy<label_type = i64>,
  // CHECK-SAME: a09 = #catgrad.sparse_softmax_cross_entropy<label_type = i8>,
  a09 = #catgrad.sparse_softmax_cross_entropy<label_type = i8>,
  // CHECK-SAME: a10 = #catgrad.binary_cross_entropy_with_logits
  a10 = #catgrad.binary_cross_entropy_with_logits
}
