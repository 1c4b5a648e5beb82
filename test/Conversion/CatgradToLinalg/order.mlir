// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that use the order of numbers.
//
// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @maximum(
// CHECK:         arith.maximumf %[[X:.*]], %[[Y:.*]] : f32
func.func @maximum(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.maximum %x, %y : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @maximum_integer(
// CHECK:         arith.maxsi
func.func @maximum_integer(%x: tensor<3xi32>, %y: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.maximum %x, %y : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @maximum_bit(
// CHECK:         arith.ori
func.func @maximum_bit(%x: tensor<3xi1>, %y: tensor<3xi1>) -> tensor<3xi1> {
  %0 = catgrad.maximum %x, %y : tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @minimum(
// CHECK:         arith.minimumf %[[X:.*]], %[[Y:.*]] : f32
func.func @minimum(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.minimum %x, %y : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @minimum_integer(
// CHECK:         arith.minsi
func.func @minimum_integer(%x: tensor<3xi32>, %y: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.minimum %x, %y : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @minimum_bit(
// CHECK:         arith.andi
func.func @minimum_bit(%x: tensor<3xi1>, %y: tensor<3xi1>) -> tensor<3xi1> {
  %0 = catgrad.minimum %x, %y : tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @abs(
// CHECK:         math.absf
func.func @abs(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.abs %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// The least number gives itself, and no poison.
// CHECK-LABEL: func.func @abs_integer(
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK:         %[[N:.*]] = arith.subi %[[ZERO]], %[[X:.*]] : i32
// CHECK:         %[[C:.*]] = arith.cmpi slt, %[[X]], %{{.*}} : i32
// CHECK:         arith.select %[[C]], %[[N]], %[[X]] : i32
func.func @abs_integer(%x: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.abs %x : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// Zeros and NaN give themselves.
// CHECK-LABEL: func.func @sign(
// CHECK:         %[[P:.*]] = arith.cmpf ogt, %[[X:.*]], %{{.*}} : f32
// CHECK:         %[[N:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : f32
// CHECK:         %[[R:.*]] = arith.select %[[N]], %{{.*}}, %[[X]] : f32
// CHECK:         arith.select %[[P]], %{{.*}}, %[[R]] : f32
func.func @sign(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.sign %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @sign_integer(
// CHECK:         arith.cmpi sgt
// CHECK:         arith.cmpi slt
// CHECK:         arith.select
// CHECK:         arith.select
func.func @sign_integer(%x: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.sign %x : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @floor(
// CHECK:         math.floor
func.func @floor(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.floor %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @ceil(
// CHECK:         math.ceil
func.func @ceil(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.ceil %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
