// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error in the numbers of optimisers.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected '<'}}
#a = #catgrad.sgd

// -----

// expected-error @+1 {{struct is missing required parameter: rate}}
#a = #catgrad.sgd<momentum = 0.9>

// -----

// expected-error @+1 {{duplicate or unknown struct parameter name: speed}}
#a = #catgrad.sgd<rate = 0.1, speed = 0.9>

// -----

// expected-error @+1 {{duplicate or unknown struct parameter name: momentum}}
#a = #catgrad.sgd<rate = 0.1, momentum = 0.5, momentum = 0.9>

// -----

// Only the rate can be a run-time input.
// expected-error @+2 {{expected floating point literal}}
// expected-error @+1 {{failed to parse Catgrad_SgdAttr parameter 'momentum'}}
#a = #catgrad.sgd<rate = 0.1, momentum = dynamic>

// -----

// expected-error @+2 {{expected integer value}}
// expected-error @+1 {{failed to parse Catgrad_SgdAttr parameter 'nesterov'}}
#a = #catgrad.sgd<rate = 0.1, momentum = 0.9, nesterov = "yes">

// -----

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected rate >= 0 but got -1.000000e-01}}
#a = #catgrad.sgd<rate = -0.1>

// -----

// expected-error @+1 {{expected momentum >= 0 but got -5.000000e-01}}
#a = #catgrad.sgd<rate = 0.1, momentum = -0.5>

// -----

// expected-error @+1 {{expected weight_decay >= 0 but got -5.000000e-01}}
#a = #catgrad.sgd<rate = 0.1, weight_decay = -0.5>

// -----

// expected-error @+1 {{expected momentum > 0 with nesterov but got 0}}
#a = #catgrad.sgd<rate = 0.1, nesterov = true>
