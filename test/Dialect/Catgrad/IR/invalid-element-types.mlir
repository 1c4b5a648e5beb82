// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an element type cannot hold, and element types that an operation does not take.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

func.func @f8(%x: tensor<2xf8E5M2>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'f8E5M2'}}
  %0 = catgrad.negate %x : tensor<2xf8E5M2>
  return
}

// -----

func.func @signed(%x: tensor<2xsi8>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'si8'}}
  %0 = catgrad.negate %x : tensor<2xsi8>
  return
}

// -----

func.func @sigmoid(%x: tensor<2xi8>) {
  // expected-error @+1 {{'catgrad.sigmoid' op expected element type f16, bf16, f32 or f64 but got 'i8'}}
  %0 = catgrad.sigmoid %x : tensor<2xi8>
  return
}

// -----

func.func @select(%c: tensor<2xi8>, %x: tensor<2xf16>) {
  // expected-error @+1 {{'catgrad.select' op expected element type i1 but got 'i8'}}
  %0 = catgrad.select %c, %x, %x : (tensor<2xi8>, tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
  return
}

// -----

func.func @init_f16() {
  // expected-error @+1 {{expected an initial value that element type 'f16' can hold but got #catgrad.constant<6.552000e+04>}}
  %0 = catgrad.parameter "p" {init = #catgrad.constant<65520.0>} : tensor<2xf16>
  return
}

// -----

func.func @init_i8() {
  // expected-error @+1 {{expected an initial value that element type 'i8' can hold but got #catgrad.constant<1.280000e+02>}}
  %0 = catgrad.parameter "p" {init = #catgrad.constant<128.0>} : tensor<2xi8>
  return
}

// -----

// 2^63: one more than the largest, which f64 cannot tell from it.
func.func @init_i64() {
  // expected-error @+1 {{expected an initial value that element type 'i64' can hold but got #catgrad.constant<9.2233720368547758E+18>}}
  %0 = catgrad.parameter "p" {init = #catgrad.constant<9.223372036854775808e18>} : tensor<2xi64>
  return
}

// -----

func.func @drawn_i64() {
  // expected-error @+1 {{expected initial value #catgrad.zeros or #catgrad.constant for element type 'i64' but got #catgrad.uniform}}
  %0 = catgrad.parameter "p" {init = #catgrad.uniform<low = 0.0, high = 1.0>} : tensor<2xi64>
  return
}
