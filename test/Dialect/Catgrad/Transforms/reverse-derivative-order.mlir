// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the operations that use the order of numbers, each by itself, in free form.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s

// R[maximum]((x, y), d): d to the greater one, half of it to each of equals.
// CHECK-LABEL: func.func @maximum_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[Y:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[D]], %[[C0]]
// CHECK:         %[[V3:.*]] = catgrad.compare %[[X]], %[[Y]] {predicate = #catgrad.predicate<eq>}
// CHECK:         %[[V4:.*]] = catgrad.select %[[V3]], %[[V2]], %[[D]]
// CHECK:         %[[V5:.*]] = catgrad.compare %[[X]], %[[Y]] {predicate = #catgrad.predicate<lt>}
// CHECK:         %[[V6:.*]] = catgrad.select %[[V5]], %[[C1]], %[[V4]]
// CHECK:         %[[V7:.*]] = catgrad.compare %[[Y]], %[[X]] {predicate = #catgrad.predicate<lt>}
// CHECK:         %[[V8:.*]] = catgrad.select %[[V7]], %[[C1]], %[[V4]]
// CHECK-NEXT:    return %[[V6]], %[[V8]]
func.func @maximum(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.maximum %x, %y : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @maximum_rev of(@maximum)

// R[minimum]((x, y), d): d to the lesser one, half of it to each of equals.
// CHECK-LABEL: func.func @minimum_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[Y:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<5.000000e-01> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[D]], %[[C0]]
// CHECK:         %[[V3:.*]] = catgrad.compare %[[X]], %[[Y]] {predicate = #catgrad.predicate<eq>}
// CHECK:         %[[V4:.*]] = catgrad.select %[[V3]], %[[V2]], %[[D]]
// CHECK:         %[[V5:.*]] = catgrad.compare %[[X]], %[[Y]] {predicate = #catgrad.predicate<gt>}
// CHECK:         %[[V6:.*]] = catgrad.select %[[V5]], %[[C1]], %[[V4]]
// CHECK:         %[[V7:.*]] = catgrad.compare %[[Y]], %[[X]] {predicate = #catgrad.predicate<gt>}
// CHECK:         %[[V8:.*]] = catgrad.select %[[V7]], %[[C1]], %[[V4]]
// CHECK-NEXT:    return %[[V6]], %[[V8]]
func.func @minimum(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.minimum %x, %y : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @minimum_rev of(@minimum)

// R[abs](x, d) = sign(x) * d, on integers too.
// CHECK-LABEL: func.func @abs_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>)
// CHECK:         %[[V0:.*]] = catgrad.sign %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK-NEXT:    return %[[V1]]
func.func @abs(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0 = catgrad.abs %x : tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @abs_rev of(@abs)

// Locally constant.
// CHECK-LABEL: func.func @sign_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    return %[[C0]]
func.func @sign(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.sign %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @sign_rev of(@sign)

// Locally constant.
// CHECK-LABEL: func.func @floor_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    return %[[C0]]
func.func @floor(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.floor %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @floor_rev of(@floor)

// Locally constant.
// CHECK-LABEL: func.func @ceil_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK-NEXT:    return %[[C0]]
func.func @ceil(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.ceil %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @ceil_rev of(@ceil)
