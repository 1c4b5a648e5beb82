// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the activation functions, each by itself, in free form.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s

// R[clamp](x, d) = d inside of the bounds, 0 at them and beyond.
// CHECK-LABEL: func.func @clamp_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<6.000000e+00> : tensor<2xf64>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<-1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V3:.*]] = catgrad.compare %[[X]], %[[C1]] {predicate = #catgrad.predicate<ge>}
// CHECK:         %[[V4:.*]] = catgrad.select %[[V3]], %[[C0]], %[[D]]
// CHECK:         %[[V5:.*]] = catgrad.compare %[[X]], %[[C2]] {predicate = #catgrad.predicate<le>}
// CHECK:         %[[V6:.*]] = catgrad.select %[[V5]], %[[C0]], %[[V4]]
// CHECK-NEXT:    return %[[V6]]
func.func @clamp(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.clamp %x {low = -1.0 : f64, high = 6.0 : f64} : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @clamp_rev of(@clamp)

// The same on integers.
// CHECK-LABEL: func.func @clamp_integer_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi8>, %[[D:.*]]: tensor<2xi8>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0> : tensor<2xi8>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<6> : tensor<2xi8>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<-1> : tensor<2xi8>
// CHECK:         %[[V3:.*]] = catgrad.compare %[[X]], %[[C1]] {predicate = #catgrad.predicate<ge>}
// CHECK:         %[[V4:.*]] = catgrad.select %[[V3]], %[[C0]], %[[D]]
// CHECK:         %[[V5:.*]] = catgrad.compare %[[X]], %[[C2]] {predicate = #catgrad.predicate<le>}
// CHECK:         %[[V6:.*]] = catgrad.select %[[V5]], %[[C0]], %[[V4]]
// CHECK-NEXT:    return %[[V6]]
func.func @clamp_integer(%x: tensor<2xi8>) -> tensor<2xi8> {
  %0 = catgrad.clamp %x {low = -1.0 : f64, high = 6.0 : f64} : tensor<2xi8>
  return %0 : tensor<2xi8>
}
catgrad.derive @clamp_integer_rev of(@clamp_integer)

// R[silu](x, d) = (s + x * s * (1 - s)) * d with s = sigmoid(x).
// CHECK-LABEL: func.func @silu_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[X]], %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.subtract %[[C0]], %[[V1]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V2]], %[[V3]]
// CHECK:         %[[V5:.*]] = catgrad.add %[[V1]], %[[V4]]
// CHECK:         %[[V6:.*]] = catgrad.multiply %[[V5]], %[[D]]
// CHECK-NEXT:    return %[[V6]]
func.func @silu(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.silu %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @silu_rev of(@silu)

// R[softplus](x, d) = sigmoid(x) * d.
// CHECK-LABEL: func.func @softplus_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK-NEXT:    return %[[V1]]
func.func @softplus(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.softplus %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @softplus_rev of(@softplus)

// R[gelu](x, d) = (P(x) + x * p(x)) * d with the distribution P and the density p.
// CHECK-LABEL: func.func @gelu_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0.3989422804014327> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<-5.000000e-01> : tensor<2xf64>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf64>
// CHECK-DAG:     %[[C3:.*]] = catgrad.constant dense<-0.70710678118654757> : tensor<2xf64>
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[X]], %[[C3]]
// CHECK:         %[[V5:.*]] = catgrad.erfc %[[V4]]
// CHECK:         %[[V6:.*]] = catgrad.multiply %[[V5]], %[[C2]]
// CHECK:         %[[V7:.*]] = catgrad.multiply %[[X]], %[[X]]
// CHECK:         %[[V8:.*]] = catgrad.multiply %[[V7]], %[[C1]]
// CHECK:         %[[V9:.*]] = catgrad.exp %[[V8]]
// CHECK:         %[[V10:.*]] = catgrad.multiply %[[V9]], %[[C0]]
// CHECK:         %[[V11:.*]] = catgrad.multiply %[[X]], %[[V10]]
// CHECK:         %[[V12:.*]] = catgrad.add %[[V6]], %[[V11]]
// CHECK:         %[[V13:.*]] = catgrad.multiply %[[V12]], %[[D]]
// CHECK-NEXT:    return %[[V13]]
func.func @gelu(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.gelu %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @gelu_rev of(@gelu)

// R[gelu](x, d) = (s + s * (1 - s) * x * u') * d with s = sigmoid(u), x in u clamped.
// CHECK-LABEL: func.func @gelu_tanh_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<0.21406444881780076> : tensor<2xf64>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<1.5957691216057308> : tensor<2xf64>
// CHECK-DAG:     %[[C3:.*]] = catgrad.constant dense<0.071354816272600249> : tensor<2xf64>
// CHECK:         %[[V4:.*]] = catgrad.clamp %[[X]] {high = 3.000000e+01 : f64, low = -3.000000e+01 : f64}
// CHECK:         %[[V5:.*]] = catgrad.multiply %[[V4]], %[[V4]]
// CHECK:         %[[V6:.*]] = catgrad.multiply %[[V5]], %[[C3]]
// CHECK:         %[[V7:.*]] = catgrad.add %[[V6]], %[[C2]]
// CHECK:         %[[V8:.*]] = catgrad.multiply %[[V4]], %[[V7]]
// CHECK:         %[[V9:.*]] = catgrad.sigmoid %[[V8]]
// CHECK:         %[[V10:.*]] = catgrad.multiply %[[V5]], %[[C1]]
// CHECK:         %[[V11:.*]] = catgrad.add %[[V10]], %[[C2]]
// CHECK:         %[[V12:.*]] = catgrad.subtract %[[C0]], %[[V9]]
// CHECK:         %[[V13:.*]] = catgrad.multiply %[[V9]], %[[V12]]
// CHECK:         %[[V14:.*]] = catgrad.multiply %[[V13]], %[[V4]]
// CHECK:         %[[V15:.*]] = catgrad.multiply %[[V14]], %[[V11]]
// CHECK:         %[[V16:.*]] = catgrad.add %[[V9]], %[[V15]]
// CHECK:         %[[V17:.*]] = catgrad.multiply %[[V16]], %[[D]]
// CHECK-NEXT:    return %[[V17]]
func.func @gelu_tanh(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.gelu %x {approximate = "tanh"} : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @gelu_tanh_rev of(@gelu_tanh)
