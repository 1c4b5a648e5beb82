// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error in the numbers of losses.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected delta > 0 but got 0}}
#a = #catgrad.huber<delta = 0.0>

// -----

// expected-error @+1 {{expected delta > 0 but got -1}}
#a = #catgrad.huber<delta = -1.0>

// -----

// expected-error @+2 {{expected a finite number}}
// expected-error @+1 {{failed to parse Catgrad_HuberAttr parameter 'delta'}}
#a = #catgrad.huber<delta = 1.0e999>

// -----

// expected-error @+1 {{duplicate or unknown struct parameter name: beta}}
#a = #catgrad.huber<beta = 1.0>

// -----

// expected-error @+1 {{expected label_type i8, i16, i32 or i64 but got 'i1'}}
#a = #catgrad.sparse_softmax_cross_entropy<label_type = i1>

// -----

// expected-error @+1 {{expected label_type i8, i16, i32 or i64 but got 'f32'}}
#a = #catgrad.sparse_softmax_cross_entropy<label_type = f32>

// -----

// expected-error @+1 {{expected label_type i8, i16, i32 or i64 but got 'ui8'}}
#a = #catgrad.sparse_softmax_cross_entropy<label_type = ui8>

// -----

// expected-error @+1 {{expected label_type i8, i16, i32 or i64 but got 'tensor<2xi32>'}}
#a = #catgrad.sparse_softmax_cross_entropy<label_type = tensor<2xi32>>
