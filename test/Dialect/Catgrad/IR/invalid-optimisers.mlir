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

// -----

// expected-error @+1 {{expected rate >= 0 but got -5.000000e-01}}
#a = #catgrad.adam<rate = -0.5>

// -----

// expected-error @+1 {{expected 0 <= beta1 < 1 but got 1.000000e+00}}
#a = #catgrad.adam<rate = 0.1, beta1 = 1.0>

// -----

// expected-error @+1 {{expected 0 <= beta1 < 1 but got -5.000000e-01}}
#a = #catgrad.adam<rate = 0.1, beta1 = -0.5>

// -----

// expected-error @+1 {{expected 0 <= beta2 < 1 but got 1.000000e+00}}
#a = #catgrad.adam<rate = 0.1, beta2 = 1.0>

// -----

// expected-error @+1 {{expected 0 <= beta2 < 1 but got -5.000000e-01}}
#a = #catgrad.adam<rate = 0.1, beta2 = -0.5>

// -----

// expected-error @+1 {{expected eps >= 0 but got -5.000000e-01}}
#a = #catgrad.adam<rate = 0.1, eps = -0.5>

// -----

// expected-error @+1 {{expected rate >= 0 but got -5.000000e-01}}
#a = #catgrad.adamw<rate = -0.5>

// -----

// expected-error @+1 {{expected 0 <= beta1 < 1 but got 1.000000e+00}}
#a = #catgrad.adamw<rate = 0.1, beta1 = 1.0>

// -----

// expected-error @+1 {{expected 0 <= beta1 < 1 but got -5.000000e-01}}
#a = #catgrad.adamw<rate = 0.1, beta1 = -0.5>

// -----

// expected-error @+1 {{expected 0 <= beta2 < 1 but got 1.000000e+00}}
#a = #catgrad.adamw<rate = 0.1, beta2 = 1.0>

// -----

// expected-error @+1 {{expected 0 <= beta2 < 1 but got -5.000000e-01}}
#a = #catgrad.adamw<rate = 0.1, beta2 = -0.5>

// -----

// expected-error @+1 {{expected eps >= 0 but got -5.000000e-01}}
#a = #catgrad.adamw<rate = 0.1, eps = -0.5>

// -----

// expected-error @+1 {{expected weight_decay >= 0 but got -5.000000e-01}}
#a = #catgrad.adamw<rate = 0.1, weight_decay = -0.5>

// -----

// expected-error @+1 {{expected rate >= 0 but got -5.000000e-01}}
#a = #catgrad.adagrad<rate = -0.5>

// -----

// expected-error @+1 {{expected decay >= 0 but got -5.000000e-01}}
#a = #catgrad.adagrad<rate = 0.1, decay = -0.5>

// -----

// expected-error @+1 {{expected eps >= 0 but got -5.000000e-01}}
#a = #catgrad.adagrad<rate = 0.1, eps = -0.5>

// -----

// expected-error @+1 {{expected rate >= 0 but got -5.000000e-01}}
#a = #catgrad.rmsprop<rate = -0.5>

// -----

// expected-error @+1 {{expected 0 <= alpha < 1 but got 1.000000e+00}}
#a = #catgrad.rmsprop<rate = 0.1, alpha = 1.0>

// -----

// expected-error @+1 {{expected 0 <= alpha < 1 but got -5.000000e-01}}
#a = #catgrad.rmsprop<rate = 0.1, alpha = -0.5>

// -----

// expected-error @+1 {{expected eps >= 0 but got -5.000000e-01}}
#a = #catgrad.rmsprop<rate = 0.1, eps = -0.5>

// -----

//===----------------------------------------------------------------------===//
// Clipping
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected max_norm > 0 but got 0}}
#a = #catgrad.clip<max_norm = 0.0, optimiser = #catgrad.sgd<rate = 0.1>>

// -----

// expected-error @+1 {{expected max_norm > 0 but got -1}}
#a = #catgrad.clip<max_norm = -1.0, optimiser = #catgrad.sgd<rate = 0.1>>

// -----

// expected-error @+1 {{expected an optimiser but got #catgrad.mse}}
#a = #catgrad.clip<max_norm = 1.0, optimiser = #catgrad.mse>

// -----

// expected-error @+1 {{expected an optimiser but got 1 : i64}}
#a = #catgrad.clip<max_norm = 1.0, optimiser = 1>

// -----

// expected-error @+1 {{expected ','}}
#a = #catgrad.clip<max_norm = 1.0>
