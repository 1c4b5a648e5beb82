// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of quotients, powers and complements, each by itself, in free form.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s

// R[divide]((x, y), d) = (d / y, -(q * (d / y))) with q the result.
// CHECK-LABEL: func.func @divide_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[Y:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.divide %[[X]], %[[Y]]
// CHECK:         %[[V1:.*]] = catgrad.divide %[[D]], %[[Y]]
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[V0]], %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.negate %[[V2]]
// CHECK-NEXT:    return %[[V1]], %[[V3]]
func.func @divide(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.divide %x, %y : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @divide_rev of(@divide)

// By a constant it is linear.
// CHECK-LABEL: func.func @divide_by_constant_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<2.000000e+00> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.divide %[[D]], %[[C0]]
// CHECK-NEXT:    return %[[V1]]
func.func @divide_by_constant(%x: tensor<2xf64>) -> tensor<2xf64> {
  %c = catgrad.constant dense<2.0> : tensor<2xf64>
  %0 = catgrad.divide %x, %c : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @divide_by_constant_rev of(@divide_by_constant)

// R[power]((x, y), d) = (y * power(x, y - 1) * d, p * log(x) * d) with p the result. Where y
// is 0, the power is not that of a tiny x to the -1; the logarithm is not that of 0.
// CHECK-LABEL: func.func @power_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[Y:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<2.2250738585072014E-308> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK:         %[[V3:.*]] = catgrad.power %[[X]], %[[Y]]
// CHECK:         %[[V4:.*]] = catgrad.abs %[[X]]
// CHECK:         %[[V5:.*]] = catgrad.compare %[[V4]], %[[C0]] {predicate = #catgrad.predicate<lt>}
// CHECK:         %[[V6:.*]] = catgrad.compare %[[Y]], %[[C2]] {predicate = #catgrad.predicate<eq>}
// CHECK:         %[[V7:.*]] = catgrad.multiply %[[V5]], %[[V6]]
// CHECK:         %[[V8:.*]] = catgrad.select %[[V7]], %[[C1]], %[[Y]]
// CHECK:         %[[V9:.*]] = catgrad.subtract %[[V8]], %[[C1]]
// CHECK:         %[[V10:.*]] = catgrad.power %[[X]], %[[V9]]
// CHECK:         %[[V11:.*]] = catgrad.multiply %[[Y]], %[[V10]]
// CHECK:         %[[V12:.*]] = catgrad.multiply %[[V11]], %[[D]]
// CHECK:         %[[V13:.*]] = catgrad.compare %[[X]], %[[C2]] {predicate = #catgrad.predicate<eq>}
// CHECK:         %[[V14:.*]] = catgrad.select %[[V13]], %[[C1]], %[[X]]
// CHECK:         %[[V15:.*]] = catgrad.log %[[V14]]
// CHECK:         %[[V16:.*]] = catgrad.multiply %[[V3]], %[[V15]]
// CHECK:         %[[V17:.*]] = catgrad.select %[[V13]], %[[C2]], %[[V16]]
// CHECK:         %[[V18:.*]] = catgrad.multiply %[[V17]], %[[D]]
// CHECK-NEXT:    return %[[V12]], %[[V18]]
func.func @power(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.power %x, %y : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @power_rev of(@power)

// To a constant on integers.
// CHECK-LABEL: func.func @power_by_constant_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<3> : tensor<2xi32>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<2> : tensor<2xi32>
// CHECK:         %[[V2:.*]] = catgrad.power %[[X]], %[[C1]]
// CHECK:         %[[V3:.*]] = catgrad.multiply %[[V2]], %[[C0]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V3]], %[[D]]
// CHECK-NEXT:    return %[[V4]]
func.func @power_by_constant(%x: tensor<2xi32>) -> tensor<2xi32> {
  %c = catgrad.constant dense<3> : tensor<2xi32>
  %0 = catgrad.power %x, %c : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @power_by_constant_rev of(@power_by_constant)

// R[invert](x, d) = -d.
// CHECK-LABEL: func.func @invert_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>)
// CHECK:         %[[V0:.*]] = catgrad.negate %[[D]]
// CHECK-NEXT:    return %[[V0]]
func.func @invert(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.invert %x : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @invert_rev of(@invert)

// The same on i1, where -d is d.
// CHECK-LABEL: func.func @invert_bit_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi1>, %[[D:.*]]: tensor<2xi1>)
// CHECK-NEXT:    return %[[D]]
func.func @invert_bit(%x: tensor<2xi1>) -> tensor<2xi1> {
  %0 = catgrad.invert %x : tensor<2xi1>
  return %0 : tensor<2xi1>
}
catgrad.derive @invert_bit_rev of(@invert_bit)
