// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of every activation function, by itself, in free form.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s

// R[silu](x, d) = (s + x * s * (1 - s)) * d with s = sigmoid(x).
// CHECK-LABEL: func.func @silu_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[ONE:.*]] = catgrad.constant dense<1.0{{.*}}>
// CHECK-DAG:     %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK-DAG:     %[[C:.*]] = catgrad.subtract %[[ONE]], %[[S]]
// CHECK-DAG:     %[[Y:.*]] = catgrad.multiply %[[X]], %[[S]]
// CHECK:         %[[B:.*]] = catgrad.multiply %[[Y]], %[[C]]
// CHECK:         %[[SLOPE:.*]] = catgrad.add %[[S]], %[[B]]
// CHECK:         %[[R:.*]] = catgrad.multiply %[[SLOPE]], %[[D]]
// CHECK-NEXT:    return %[[R]]
func.func @silu(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.silu %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @silu_rev of(@silu)
