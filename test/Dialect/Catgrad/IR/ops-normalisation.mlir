// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Softmax and normalisation, read and printed.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @softmax(
func.func @softmax(%x: tensor<2x3xf32>, %y: tensor<4xf64>, %z: tensor<2x0xbf16>) -> tensor<2xf32> {
  // CHECK: catgrad.softmax %{{.*}} {axis = 1 : i64} : tensor<2x3xf32>
  %0 = catgrad.softmax %x {axis = 1} : tensor<2x3xf32>
  // CHECK: catgrad.softmax %{{.*}} {axis = 1 : i64} : tensor<2x0xbf16>
  %1 = catgrad.softmax %z {axis = 1} : tensor<2x0xbf16>
  // CHECK: catgrad.log_softmax %{{.*}} {axis = 0 : i64} : tensor<4xf64>
  %2 = catgrad.log_softmax %y {axis = 0} : tensor<4xf64>
  // CHECK: catgrad.logsumexp %{{.*}} {axis = 0 : i64} : (tensor<4xf64>) -> tensor<f64>
  %3 = catgrad.logsumexp %y {axis = 0} : (tensor<4xf64>) -> tensor<f64>
  // CHECK: catgrad.logsumexp %{{.*}} {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2xf32>
  %4 = catgrad.logsumexp %0 {axis = 1} : (tensor<2x3xf32>) -> tensor<2xf32>
  return %4 : tensor<2xf32>
}

// CHECK-LABEL: func.func @norms(
func.func @norms(%x: tensor<5x2x3xf16>, %row: tensor<3xf16>) -> tensor<5x2x3xf16> {
  // CHECK: catgrad.layer_norm %{{.*}}, %{{.*}}, %{{.*}} {eps = 1.000000e-05 : f64} : (tensor<5x2x3xf16>, tensor<3xf16>, tensor<3xf16>) -> tensor<5x2x3xf16>
  %0 = catgrad.layer_norm %x, %row, %row {eps = 1.0e-5}
      : (tensor<5x2x3xf16>, tensor<3xf16>, tensor<3xf16>) -> tensor<5x2x3xf16>
  // CHECK: catgrad.layer_norm %{{.*}}, %{{.*}}, %{{.*}} {eps = 1.000000e-01 : f64} : (tensor<3xf16>, tensor<3xf16>, tensor<3xf16>) -> tensor<3xf16>
  %1 = catgrad.layer_norm %row, %row, %row {eps = 0.1}
      : (tensor<3xf16>, tensor<3xf16>, tensor<3xf16>) -> tensor<3xf16>
  // CHECK: catgrad.rms_norm %{{.*}}, %{{.*}} {eps = 9.9999999999999995E-7 : f64} : (tensor<5x2x3xf16>, tensor<3xf16>) -> tensor<5x2x3xf16>
  %2 = catgrad.rms_norm %0, %1 {eps = 1.0e-6} : (tensor<5x2x3xf16>, tensor<3xf16>) -> tensor<5x2x3xf16>
  return %2 : tensor<5x2x3xf16>
}
