// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every element type, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

// CHECK-LABEL: func.func @constants(
// CHECK-NEXT:    catgrad.constant dense<1.500000e+00> : tensor<2xf64>
// CHECK-NEXT:    catgrad.constant dense<1.500000e+00> : tensor<2xf32>
// CHECK-NEXT:    catgrad.constant dense<1.500000e+00> : tensor<2xbf16>
// CHECK-NEXT:    catgrad.constant dense<[0x7E00, 6.550400e+04]> : tensor<2xf16>
// CHECK-NEXT:    catgrad.constant dense<9223372036854775807> : tensor<2xi64>
// CHECK-NEXT:    catgrad.constant dense<-2147483648> : tensor<2xi32>
// CHECK-NEXT:    catgrad.constant dense<[-32768, 32767]> : tensor<2xi16>
// CHECK-NEXT:    catgrad.constant dense<-128> : tensor<2xi8>
// CHECK-NEXT:    catgrad.constant dense<true> : tensor<2xi1>
func.func @constants() {
  %0 = catgrad.constant dense<1.5> : tensor<2xf64>
  %1 = catgrad.constant dense<1.5> : tensor<2xf32>
  %2 = catgrad.constant dense<1.5> : tensor<2xbf16>
  %3 = catgrad.constant dense<[0x7E00, 65504.0]> : tensor<2xf16>
  %4 = catgrad.constant dense<9223372036854775807> : tensor<2xi64>
  %5 = catgrad.constant dense<-2147483648> : tensor<2xi32>
  %6 = catgrad.constant dense<[-32768, 32767]> : tensor<2xi16>
  %7 = catgrad.constant dense<-128> : tensor<2xi8>
  %8 = catgrad.constant dense<true> : tensor<2xi1>
  return
}

// CHECK-LABEL: func.func @parameters(
// CHECK-NEXT:    catgrad.parameter "a" {init = #catgrad.normal<mean = 0.000000e+00, std = 5.000000e-01>} : tensor<2xbf16>
// CHECK-NEXT:    catgrad.parameter "b" {init = #catgrad.constant<6.550400e+04>} : tensor<2xf16>
// CHECK-NEXT:    catgrad.parameter "c" {init = #catgrad.constant<-1.280000e+02>} : tensor<2xi8>
func.func @parameters() {
  %a = catgrad.parameter "a" {init = #catgrad.normal<mean = 0.0, std = 0.5>} : tensor<2xbf16>
  %b = catgrad.parameter "b" {init = #catgrad.constant<65504.0>} : tensor<2xf16>
  %c = catgrad.parameter "c" {init = #catgrad.constant<-128.0>} : tensor<2xi8>
  return
}
