// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters become leading arguments, in order of first occurrence in the text,
// callees expanded at the call. Factoring again changes nothing.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-factor-parameters | FileCheck %s
// RUN: catgrad-opt %s --split-input-file --catgrad-factor-parameters --catgrad-factor-parameters | FileCheck %s

// CHECK-LABEL: func.func @order(
// CHECK-SAME:    %[[B:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "b", catgrad.role = "parameter"},
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x2xf32> {catgrad.init = #catgrad.normal<mean = 0.000000e+00, std = 1.000000e+00>, catgrad.name = "a", catgrad.role = "parameter"},
// CHECK-SAME:    %[[X:[^:]*]]: tensor<1x3xf32> {catgrad.name = "x"}) -> tensor<1x2xf32>
// CHECK-NEXT:    %[[P:.*]] = catgrad.matmul %[[X]], %[[A]]
// CHECK-NEXT:    %[[R:.*]] = catgrad.broadcast %[[B]]
// CHECK-NEXT:    %[[S:.*]] = catgrad.add %[[P]], %[[R]]
// CHECK-NEXT:    return %[[S]]
func.func @order(%x: tensor<1x3xf32> {catgrad.name = "x"}) -> tensor<1x2xf32> {
  %b = catgrad.parameter "b" {init = #catgrad.zeros} : tensor<2xf32>
  %a = catgrad.parameter "a" {init = #catgrad.normal<mean = 0.0, std = 1.0>} : tensor<3x2xf32>
  %0 = catgrad.matmul %x, %a : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
  %1 = catgrad.broadcast %b {dimensions = array<i64: 0>} : (tensor<2xf32>) -> tensor<1x2xf32>
  %2 = catgrad.add %0, %1 : tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

// The same name, type and initial value: one parameter (weight tying).
// CHECK-LABEL: func.func @tied(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "w", catgrad.role = "parameter"}, %[[X:[^:]*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[S:.*]] = catgrad.add %[[W]], %[[X]]
// CHECK-NEXT:    %[[T:.*]] = catgrad.multiply %[[S]], %[[W]]
// CHECK-NEXT:    return %[[T]]
func.func @tied(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %1 = catgrad.add %0, %x : tensor<2xf32>
  %2 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %3 = catgrad.multiply %1, %2 : tensor<2xf32>
  return %3 : tensor<2xf32>
}

// -----

// An unused parameter is a parameter; a function without stays as it is.
// CHECK-LABEL: func.func @unused(
// CHECK-SAME:    %{{.*}}: tensor<i1> {catgrad.init = #catgrad.constant<1.000000e+00>, catgrad.name = "u", catgrad.role = "parameter"}) {
// CHECK-NEXT:    return
func.func @unused() {
  %0 = catgrad.parameter "u" {init = #catgrad.constant<1.0>} : tensor<i1>
  return
}

// CHECK-LABEL: func.func @without(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    return %[[X]]
func.func @without(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

// -----

// Callees, expanded at the call: a, then those of the callee in its scope, then b.
// The same callee in another scope has parameters of its own; in the same scope
// they are shared. Without scope the names are the callee's.
// CHECK-LABEL: func.func @caller(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "a", catgrad.role = "parameter"},
// CHECK-SAME:    %[[LW:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.constant<1.000000e+00>, catgrad.name = "left.w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[LB:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "left.b", catgrad.role = "parameter"},
// CHECK-SAME:    %[[B:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "b", catgrad.role = "parameter"},
// CHECK-SAME:    %[[RW:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.constant<1.000000e+00>, catgrad.name = "right.w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[RB:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "right.b", catgrad.role = "parameter"},
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {catgrad.init = #catgrad.constant<1.000000e+00>, catgrad.name = "w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[V0:.*]] = catgrad.multiply %[[X]], %[[A]]
// CHECK-NEXT:    %[[V1:.*]] = call @layer(%[[LW]], %[[LB]], %[[V0]]) {catgrad.scope = "left"}
// CHECK-NEXT:    %[[V2:.*]] = catgrad.multiply %[[V1]], %[[B]]
// CHECK-NEXT:    %[[V3:.*]] = call @layer(%[[RW]], %[[RB]], %[[V2]]) {catgrad.scope = "right"}
// CHECK-NEXT:    %[[V4:.*]] = call @layer(%[[LW]], %[[LB]], %[[V3]]) {catgrad.scope = "left"}
// The callee's b is the caller's.
// CHECK-NEXT:    %[[V5:.*]] = call @layer(%[[W]], %[[B]], %[[V4]]) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    return %[[V5]]
func.func @caller(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = catgrad.parameter "a" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %x, %a : tensor<2xf32>
  %1 = call @layer(%0) {catgrad.scope = "left"} : (tensor<2xf32>) -> tensor<2xf32>
  %b = catgrad.parameter "b" {init = #catgrad.zeros} : tensor<2xf32>
  %2 = catgrad.multiply %1, %b : tensor<2xf32>
  %3 = call @layer(%2) {catgrad.scope = "right"} : (tensor<2xf32>) -> tensor<2xf32>
  %4 = call @layer(%3) {catgrad.scope = "left"} : (tensor<2xf32>) -> tensor<2xf32>
  %5 = call @layer(%4) : (tensor<2xf32>) -> tensor<2xf32>
  return %5 : tensor<2xf32>
}

// CHECK-LABEL: func.func @layer(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w"{{[^}]*}}}, %[[B:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "b"{{[^}]*}}}, %[[X:[^:]*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[P:.*]] = catgrad.multiply %[[X]], %[[W]]
// CHECK-NEXT:    catgrad.add %[[P]], %[[B]]
func.func @layer(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.constant<1.0>} : tensor<2xf32>
  %0 = catgrad.multiply %x, %w : tensor<2xf32>
  %b = catgrad.parameter "b" {init = #catgrad.zeros} : tensor<2xf32>
  %1 = catgrad.add %0, %b : tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

// Scopes nest, through a function that has no parameter of its own.
// CHECK-LABEL: func.func @nested(
// CHECK-SAME:    {catgrad.init = #catgrad.zeros, catgrad.name = "outer.inner.w", catgrad.role = "parameter"}) -> tensor<f64>
// CHECK-LABEL: func.func @middle(
// CHECK-SAME:    {catgrad.init = #catgrad.zeros, catgrad.name = "inner.w", catgrad.role = "parameter"}) -> tensor<f64>
// CHECK-LABEL: func.func @inner(
// CHECK-SAME:    %[[W:.*]]: tensor<f64> {catgrad.init = #catgrad.zeros, catgrad.name = "w", catgrad.role = "parameter"}) -> tensor<f64>
// CHECK-NEXT:    return %[[W]]
func.func @nested() -> tensor<f64> {
  %0 = call @middle() {catgrad.scope = "outer"} : () -> tensor<f64>
  return %0 : tensor<f64>
}
func.func @middle() -> tensor<f64> {
  %0 = call @inner() {catgrad.scope = "inner"} : () -> tensor<f64>
  return %0 : tensor<f64>
}
func.func @inner() -> tensor<f64> {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<f64>
  return %0 : tensor<f64>
}

// -----

// Inside regions, too; a recursive function without parameters is none of our
// business.
// CHECK-LABEL: func.func @regions(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "w"{{[^}]*}}}, %[[C:[^:]*]]: i1)
// CHECK:         scf.yield %[[W]]
func.func @regions(%c: i1) -> tensor<2xf32> {
  %0 = scf.if %c -> tensor<2xf32> {
    %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
    scf.yield %w : tensor<2xf32>
  } else {
    %1 = func.call @recursive(%c) : (i1) -> tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
// CHECK-LABEL: func.func @recursive(
// CHECK-SAME:    %{{.*}}: i1) -> tensor<2xf32>
func.func @recursive(%c: i1) -> tensor<2xf32> {
  %0 = call @recursive(%c) : (i1) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// A nested module has symbols of its own: its @f is another one.
// CHECK-LABEL: func.func @f(
// CHECK-SAME:    catgrad.name = "w"
func.func @f() -> tensor<f64> {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<f64>
  return %0 : tensor<f64>
}
module {
  // CHECK-LABEL: func.func @calls_inner_f()
  // CHECK-NEXT:    call @f() : () -> tensor<f64>
  func.func @calls_inner_f() -> tensor<f64> {
    %0 = call @f() : () -> tensor<f64>
    return %0 : tensor<f64>
  }
  func.func private @f() -> tensor<f64>
}
