// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of initial values and predicates.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected low <= high but got low = 1}}
#a = #catgrad.uniform<low = 1.0, high = 0.5>

// -----

// expected-error @+1 {{expected std >= 0 but got -1}}
#a = #catgrad.normal<mean = 0.0, std = -1.0>

// -----

// expected-error @+1 {{expected ','}}
#a = #catgrad.normal<mean = 0.0>

// -----

// expected-error @+1 {{duplicate or unknown struct parameter}}
#a = #catgrad.normal<mean = 0.0, deviation = 1.0>

// -----

// expected-error @+1 {{duplicate or unknown struct parameter}}
#a = #catgrad.uniform<low = 0.0, low = 1.0>

// -----

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

// Beyond the largest number is infinity.
// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_ConstantInitAttr parameter 'value'}}
#a = #catgrad.constant<1.0e999>

// -----

// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_UniformAttr parameter 'low'}}
#a = #catgrad.uniform<low = -1.0e309, high = 0.0>

// -----

// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_NormalAttr parameter 'std'}}
#a = #catgrad.normal<mean = 0.0, std = 1.0e400>

// -----

// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_SgdAttr parameter 'rate'}}
#a = #catgrad.sgd<rate = -1.0e999>

// -----

// The bits of infinity.
// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_ConstantInitAttr parameter 'value'}}
#a = #catgrad.constant<0x7FF0000000000000>

// -----

// The bits of NaN.
// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_SgdAttr parameter 'rate'}}
#a = #catgrad.sgd<rate = 0x7FF8000000000000>

// -----

// expected-error @+2 {{expected floating point literal}}
// expected-error @+1 {{failed to parse Catgrad_ConstantInitAttr parameter 'value'}}
#a = #catgrad.constant<nan>

// -----

// expected-error @+2 {{expected floating point literal}}
// expected-error @+1 {{failed to parse Catgrad_SgdAttr parameter 'rate'}}
#a = #catgrad.sgd<rate = "0.1">

// -----

// expected-error @+2 {{expected floating point literal}}
// expected-error @+1 {{failed to parse Catgrad_ConstantInitAttr parameter 'value'}}
#a = #catgrad.constant<dynamic>

// -----

//===----------------------------------------------------------------------===//
// Predicates, unknown attributes
//===----------------------------------------------------------------------===//

// expected-error @+2 {{expected one of [eq, ne, lt, le, gt, ge] for comparison predicate, got: greater}}
// expected-error @+1 {{failed to parse Catgrad_PredicateAttr parameter 'value'}}
#a = #catgrad.predicate<greater>

// -----

// expected-error @+1 {{unknown attribute `adaptive` in dialect `catgrad`}}
#a = #catgrad.adaptive
