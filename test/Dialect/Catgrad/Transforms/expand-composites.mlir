// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Definitions, written out by the pass and by the lowering.
//
// RUN: catgrad-opt %s --catgrad-expand-composites | FileCheck %s
// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s --check-prefix=LINALG

// CHECK-LABEL: func.func @silu(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>)
// CHECK-NEXT:    %[[S:.*]] = catgrad.sigmoid %[[X]] : tensor<3xf32>
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[X]], %[[S]] : tensor<3xf32>
// CHECK-NEXT:    return %[[Y]]
// LINALG-LABEL: func.func @silu(
// LINALG:         math.exp
// LINALG:         arith.mulf
func.func @silu(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.silu %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
