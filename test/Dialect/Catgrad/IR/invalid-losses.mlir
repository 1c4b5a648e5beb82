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
