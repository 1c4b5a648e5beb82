// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds of operations on numbers: exact ones only.
//
// RUN: catgrad-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @by_one
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[I:.*]]: tensor<2xi8>)
// CHECK-NEXT:    return %[[X]], %[[X]], %[[I]], %[[I]]
func.func @by_one(%x: tensor<2xf32>, %i: tensor<2xi8>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi8>, tensor<2xi8>) {
  %one = catgrad.constant dense<1.0> : tensor<2xf32>
  %unit = catgrad.constant dense<1> : tensor<2xi8>
  %0 = catgrad.divide %x, %one : tensor<2xf32>
  %1 = catgrad.power %x, %one : tensor<2xf32>
  %2 = catgrad.divide %i, %unit : tensor<2xi8>
  %3 = catgrad.power %i, %unit : tensor<2xi8>
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xi8>, tensor<2xi8>
}

// CHECK-LABEL: func.func @invert_twice
// CHECK-SAME:    %[[X:.*]]: tensor<2xi8>
// CHECK-NEXT:    return %[[X]]
func.func @invert_twice(%x: tensor<2xi8>) -> tensor<2xi8> {
  %0 = catgrad.invert %x : tensor<2xi8>
  %1 = catgrad.invert %0 : tensor<2xi8>
  return %1 : tensor<2xi8>
}

// A quotient is truncated, 0 for a divisor of 0, and wraps around.
// CHECK-LABEL: func.func @quotients
// CHECK-DAG:     %[[A:.*]] = catgrad.constant dense<-3> : tensor<2xi8>
// CHECK-DAG:     %[[B:.*]] = catgrad.constant dense<0> : tensor<2xi8>
// CHECK-DAG:     %[[C:.*]] = catgrad.constant dense<-128> : tensor<2xi8>
// CHECK-DAG:     %[[D:.*]] = catgrad.constant dense<-3.500000e+00> : tensor<2xf32>
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[D]]
func.func @quotients() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32>) {
  %seven = catgrad.constant dense<-7> : tensor<2xi8>
  %two = catgrad.constant dense<2> : tensor<2xi8>
  %zero = catgrad.constant dense<0> : tensor<2xi8>
  %least = catgrad.constant dense<-128> : tensor<2xi8>
  %minus = catgrad.constant dense<-1> : tensor<2xi8>
  %f = catgrad.constant dense<-7.0> : tensor<2xf32>
  %g = catgrad.constant dense<2.0> : tensor<2xf32>
  %0 = catgrad.divide %seven, %two : tensor<2xi8>
  %1 = catgrad.divide %seven, %zero : tensor<2xi8>
  %2 = catgrad.divide %least, %minus : tensor<2xi8>
  %3 = catgrad.divide %f, %g : tensor<2xf32>
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32>
}

// CHECK-LABEL: func.func @extrema
// CHECK-DAG:     %[[A:.*]] = catgrad.constant dense<2> : tensor<2xi8>
// CHECK-DAG:     %[[B:.*]] = catgrad.constant dense<-7> : tensor<2xi8>
// CHECK-DAG:     %[[C:.*]] = catgrad.constant dense<true> : tensor<2xi1>
// CHECK-DAG:     %[[D:.*]] = catgrad.constant dense<false> : tensor<2xi1>
// CHECK-DAG:     %[[E:.*]] = catgrad.constant dense<-0.000000e+00> : tensor<2xf32>
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[D]], %[[E]]
func.func @extrema() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi1>, tensor<2xi1>, tensor<2xf32>) {
  %seven = catgrad.constant dense<-7> : tensor<2xi8>
  %two = catgrad.constant dense<2> : tensor<2xi8>
  %true = catgrad.constant dense<true> : tensor<2xi1>
  %false = catgrad.constant dense<false> : tensor<2xi1>
  %zero = catgrad.constant dense<0.0> : tensor<2xf32>
  %minus = catgrad.constant dense<-0.0> : tensor<2xf32>
  %0 = catgrad.maximum %seven, %two : tensor<2xi8>
  %1 = catgrad.minimum %seven, %two : tensor<2xi8>
  %2 = catgrad.maximum %true, %false : tensor<2xi1>
  %3 = catgrad.minimum %true, %false : tensor<2xi1>
  %4 = catgrad.minimum %zero, %minus : tensor<2xf32>
  return %0, %1, %2, %3, %4 : tensor<2xi8>, tensor<2xi8>, tensor<2xi1>, tensor<2xi1>, tensor<2xf32>
}

// CHECK-LABEL: func.func @order
// CHECK-DAG:     %[[A:.*]] = catgrad.constant dense<-128> : tensor<2xi8>
// CHECK-DAG:     %[[B:.*]] = catgrad.constant dense<-1> : tensor<2xi8>
// CHECK-DAG:     %[[C:.*]] = catgrad.constant dense<2.500000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[D:.*]] = catgrad.constant dense<-1.000000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[E:.*]] = catgrad.constant dense<-3.000000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[F:.*]] = catgrad.constant dense<-2.000000e+00> : tensor<2xf32>
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[D]], %[[E]], %[[F]]
func.func @order() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %least = catgrad.constant dense<-128> : tensor<2xi8>
  %f = catgrad.constant dense<-2.5> : tensor<2xf32>
  %0 = catgrad.abs %least : tensor<2xi8>
  %1 = catgrad.sign %least : tensor<2xi8>
  %2 = catgrad.abs %f : tensor<2xf32>
  %3 = catgrad.sign %f : tensor<2xf32>
  %4 = catgrad.floor %f : tensor<2xf32>
  %5 = catgrad.ceil %f : tensor<2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<2xi8>, tensor<2xi8>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// A zero and NaN are their own sign; invert gives all the other bits.
// CHECK-LABEL: func.func @sign_of_zero
// CHECK-DAG:     %[[A:.*]] = catgrad.constant dense<-0.000000e+00> : tensor<f32>
// CHECK-DAG:     %[[B:.*]] = catgrad.constant dense<0x7FC00000> : tensor<f32>
// CHECK-DAG:     %[[C:.*]] = catgrad.constant dense<-1> : tensor<i16>
// CHECK:         return %[[A]], %[[B]], %[[C]]
func.func @sign_of_zero() -> (tensor<f32>, tensor<f32>, tensor<i16>) {
  %zero = catgrad.constant dense<-0.0> : tensor<f32>
  %nan = catgrad.constant dense<0x7FC00000> : tensor<f32>
  %i = catgrad.constant dense<0> : tensor<i16>
  %0 = catgrad.sign %zero : tensor<f32>
  %1 = catgrad.sign %nan : tensor<f32>
  %2 = catgrad.invert %i : tensor<i16>
  return %0, %1, %2 : tensor<f32>, tensor<f32>, tensor<i16>
}
