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
  // CHECK-SAME: a02 = #catgrad.sgd<rate = 0.000000e+00, momentum = 9.000000e-01, nesterov = true, weight_decay = 1.000000e-02>
  a02 = #catgrad.sgd<weight_decay = 1.0e-2, nesterov = true, momentum = 0.9, rate = 0.0>
}
