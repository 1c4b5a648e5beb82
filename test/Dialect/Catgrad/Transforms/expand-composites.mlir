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

// Computed in f32, and rounded once.
// CHECK-LABEL: func.func @silu_f16(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf16>)
// CHECK-NEXT:    %[[W:.*]] = catgrad.cast %[[X]] : (tensor<3xf16>) -> tensor<3xf32>
// CHECK-NEXT:    %[[S:.*]] = catgrad.sigmoid %[[W]] : tensor<3xf32>
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[W]], %[[S]] : tensor<3xf32>
// CHECK-NEXT:    %[[R:.*]] = catgrad.cast %[[Y]] : (tensor<3xf32>) -> tensor<3xf16>
// CHECK-NEXT:    return %[[R]]
// LINALG-LABEL: func.func @silu_f16(
func.func @silu_f16(%x: tensor<3xf16>) -> tensor<3xf16> {
  %0 = catgrad.silu %x : tensor<3xf16>
  return %0 : tensor<3xf16>
}

// CHECK-LABEL: func.func @softplus(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf64>)
// CHECK-DAG:     %[[A:.*]] = catgrad.abs %[[X]]
// CHECK-DAG:     %[[N:.*]] = catgrad.negate %[[A]]
// CHECK-DAG:     %[[E:.*]] = catgrad.exp %[[N]]
// CHECK-DAG:     %[[L:.*]] = catgrad.log1p %[[E]]
// CHECK-DAG:     %[[ZERO:.*]] = catgrad.constant dense<0.0{{.*}}>
// CHECK-DAG:     %[[M:.*]] = catgrad.maximum %[[X]], %[[ZERO]]
// CHECK:         %[[R:.*]] = catgrad.add %[[M]], %[[L]]
// CHECK:         return %[[R]]
// LINALG-LABEL: func.func @softplus(
// LINALG-NOT:     catgrad.
func.func @softplus(%x: tensor<3xf64>) -> tensor<3xf64> {
  %0 = catgrad.softplus %x : tensor<3xf64>
  return %0 : tensor<3xf64>
}

// CHECK-LABEL: func.func @clamp(
// CHECK-SAME:    %[[X:.*]]: tensor<3xi8>)
// CHECK-DAG:     %[[LOW:.*]] = catgrad.constant dense<-1> : tensor<3xi8>
// CHECK-DAG:     %[[HIGH:.*]] = catgrad.constant dense<6> : tensor<3xi8>
// CHECK-DAG:     %[[ABOVE:.*]] = catgrad.compare %[[X]], %[[HIGH]] {predicate = #catgrad.predicate<ge>}
// CHECK-DAG:     %[[INNER:.*]] = catgrad.select %[[ABOVE]], %[[HIGH]], %[[X]]
// CHECK-DAG:     %[[BELOW:.*]] = catgrad.compare %[[X]], %[[LOW]] {predicate = #catgrad.predicate<le>}
// CHECK:         %[[R:.*]] = catgrad.select %[[BELOW]], %[[LOW]], %[[INNER]]
// CHECK:         return %[[R]]
// LINALG-LABEL: func.func @clamp(
// LINALG-NOT:     catgrad.
func.func @clamp(%x: tensor<3xi8>) -> tensor<3xi8> {
  %0 = catgrad.clamp %x {low = -1.0 : f64, high = 6.0 : f64} : tensor<3xi8>
  return %0 : tensor<3xi8>
}

// CHECK-LABEL: func.func @gelu(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf64>)
// CHECK-DAG:     %[[ROOT:.*]] = catgrad.constant dense<-0.707106{{.*}}>
// CHECK-DAG:     %[[HALF:.*]] = catgrad.constant dense<5.0{{.*}}e-01>
// CHECK-DAG:     %[[Z:.*]] = catgrad.multiply %[[X]], %[[ROOT]]
// CHECK-DAG:     %[[E:.*]] = catgrad.erfc %[[Z]]
// CHECK-DAG:     %[[P:.*]] = catgrad.multiply %[[E]], %[[HALF]]
// CHECK:         %[[R:.*]] = catgrad.multiply %[[X]], %[[P]]
// CHECK:         return %[[R]]
// LINALG-LABEL: func.func @gelu(
// LINALG:         math.erfc
func.func @gelu(%x: tensor<3xf64>) -> tensor<3xf64> {
  %0 = catgrad.gelu %x : tensor<3xf64>
  return %0 : tensor<3xf64>
}

// A definition that uses another one.
// CHECK-LABEL: func.func @gelu_tanh(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf64>)
// CHECK-NOT:     catgrad.clamp
// CHECK:         catgrad.select
// CHECK:         %[[BOUNDED:.*]] = catgrad.select
// CHECK:         %[[SQUARE:.*]] = catgrad.multiply %[[BOUNDED]], %[[BOUNDED]]
// CHECK:         %[[U:.*]] = catgrad.multiply %[[BOUNDED]], %{{.*}}
// CHECK:         %[[S:.*]] = catgrad.sigmoid %[[U]]
// CHECK:         %[[R:.*]] = catgrad.multiply %[[X]], %[[S]]
// CHECK:         return %[[R]]
// LINALG-LABEL: func.func @gelu_tanh(
// LINALG-NOT:     catgrad.
// LINALG:         return
func.func @gelu_tanh(%x: tensor<3xf64>) -> tensor<3xf64> {
  %0 = catgrad.gelu %x {approximate = "tanh"} : tensor<3xf64>
  return %0 : tensor<3xf64>
}
