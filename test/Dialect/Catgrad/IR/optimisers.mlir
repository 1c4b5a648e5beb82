// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every optimiser, read and printed: what is the default is not printed.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func private @optimisers()
func.func private @optimisers() attributes {
  // CHECK-SAME: a00 = #catgrad.sgd<rate = 1.000000e-04>,
  a00 = #catgrad.sgd<rate = 1.0e-4>,
  // CHECK-SAME: a01 = #catgrad.sgd<rate = dynamic>,
  a01 = #catgrad.sgd<rate = dynamic, momentum = 0.0, nesterov = false, weight_decay = 0.0>,
  // Keys in any order.
  // CHECK-SAME: a02 = #catgrad.sgd<rate = 0.000000e+00, momentum = 9.000000e-01, nesterov = true, weight_decay = 1.000000e-02>,
  a02 = #catgrad.sgd<weight_decay = 1.0e-2, nesterov = true, momentum = 0.9, rate = 0.0>,
  // CHECK-SAME: a03 = #catgrad.adam<rate = 1.000000e-03>,
  a03 = #catgrad.adam<rate = 1.0e-3, beta1 = 0.9, beta2 = 0.999, eps = 1.0e-8>,
  // CHECK-SAME: a04 = #catgrad.adam<rate = dynamic, beta1 = 0.000000e+00, beta2 = 5.000000e-01, eps = 1.000000e+00>,
  a04 = #catgrad.adam<rate = dynamic, beta1 = 0.0, beta2 = 0.5, eps = 1.0>,
  // CHECK-SAME: a05 = #catgrad.adamw<rate = 1.000000e-03>,
  a05 = #catgrad.adamw<rate = 1.0e-3, weight_decay = 1.0e-2>,
  // CHECK-SAME: a06 = #catgrad.adamw<rate = 1.000000e-03, weight_decay = 0.000000e+00>,
  a06 = #catgrad.adamw<rate = 1.0e-3, weight_decay = 0.0>,
  // CHECK-SAME: a07 = #catgrad.adagrad<rate = 5.000000e-01>,
  a07 = #catgrad.adagrad<rate = 0.5, decay = 0.0, eps = 1.0e-10>,
  // CHECK-SAME: a08 = #catgrad.adagrad<rate = 5.000000e-01, decay = 1.000000e-01>,
  a08 = #catgrad.adagrad<rate = 0.5, decay = 0.1>,
  // CHECK-SAME: a09 = #catgrad.rmsprop<rate = 5.000000e-01>,
  a09 = #catgrad.rmsprop<rate = 0.5, alpha = 0.99, eps = 1.0e-8>,
  // CHECK-SAME: a10 = #catgrad.rmsprop<rate = dynamic, alpha = 9.000000e-01>,
  a10 = #catgrad.rmsprop<rate = dynamic, alpha = 0.9>,
  // CHECK-SAME: a11 = #catgrad.clip<max_norm = 1.000000e+00, optimiser = #catgrad.adamw<rate = 1.000000e-03>>,
  a11 = #catgrad.clip<max_norm = 1.0, optimiser = #catgrad.adamw<rate = 1.0e-3>>,
  // Clipping of what is clipped.
  // CHECK-SAME: a12 = #catgrad.clip<max_norm = 2.000000e+00, optimiser = #catgrad.clip<max_norm = 1.000000e+00, optimiser = #catgrad.sgd<rate = dynamic>>>
  a12 = #catgrad.clip<max_norm = 2.0, optimiser = #catgrad.clip<max_norm = 1.0, optimiser = #catgrad.sgd<rate = dynamic>>>
}
