// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activation functions without a definition; expand-composites.mlir has the others.
//
// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @sigmoid
// CHECK: ^bb0(%[[X:.*]]: f64,
// CHECK: %[[ONE:.*]] = arith.constant 1.0
// CHECK: %[[NEGATED:.*]] = arith.negf %[[X]] : f64
// CHECK: %[[EXP:.*]] = math.exp %[[NEGATED]] : f64
// CHECK: %[[SUM:.*]] = arith.addf %[[EXP]], %[[ONE]] : f64
// CHECK: arith.divf %[[ONE]], %[[SUM]] : f64
func.func @sigmoid(%a: tensor<f64>) -> tensor<f64> {
  %0 = catgrad.sigmoid %a : tensor<f64>
  return %0 : tensor<f64>
}

// CHECK-LABEL: func.func @relu
// CHECK: arith.maximumf
// CHECK: arith.maxsi
func.func @relu(%a: tensor<3xf32>, %b: tensor<3xi32>) -> (tensor<3xf32>, tensor<3xi32>) {
  %0 = catgrad.relu %a : tensor<3xf32>
  %1 = catgrad.relu %b : tensor<3xi32>
  return %0, %1 : tensor<3xf32>, tensor<3xi32>
}
