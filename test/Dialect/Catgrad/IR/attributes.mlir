// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every attribute, read and printed, as text and as bytecode. Numbers read back
// as the same bits.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s

//===----------------------------------------------------------------------===//
// Attributes by themselves
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func private @attributes()
func.func private @attributes() attributes {
  // CHECK-SAME: a00 = #catgrad.zeros,
  a00 = #catgrad.zeros,
  // CHECK-SAME: a01 = #catgrad.constant<1.000000e+00>,
  a01 = #catgrad.constant<1.0>,
  // CHECK-SAME: a02 = #catgrad.uniform<low = -5.000000e-01, high = 5.000000e-01>,
  a02 = #catgrad.uniform<low = -0.5, high = 0.5>,
  // Equal bounds: every element is that number.
  // CHECK-SAME: a03 = #catgrad.uniform<low = 2.000000e+00, high = 2.000000e+00>,
  a03 = #catgrad.uniform<low = 2.0, high = 2.0>,
  // CHECK-SAME: a04 = #catgrad.normal<mean = -1.000000e+00, std = 0.000000e+00>,
  a04 = #catgrad.normal<mean = -1.0, std = 0.0>,
  // Keys in any order.
  // CHECK-SAME: a05 = #catgrad.normal<mean = 1.000000e+00, std = 2.000000e+00>,
  a05 = #catgrad.normal<std = 2.0, mean = 1.0>,
  // CHECK-SAME: a06 = #catgrad.sgd<rate = 1.000000e-04>,
  a06 = #catgrad.sgd<rate = 1.0e-4>,
  // CHECK-SAME: a07 = #catgrad.sgd<rate = dynamic>,
  a07 = #catgrad.sgd<rate = dynamic>,
  // CHECK-SAME: a08 = #catgrad.mse,
  a08 = #catgrad.mse,
  // CHECK-SAME: a09 = #catgrad.predicate<ge>,
  a09 = #catgrad.predicate<ge>,
  // The largest, the smallest and the smallest normal number, minus zero, and
  // numbers that six digits do not tell apart.
  // CHECK-SAME: a10 = #catgrad.constant<1.7976931348623157E+308>,
  a10 = #catgrad.constant<1.7976931348623157e308>,
  // CHECK-SAME: a11 = #catgrad.constant<4.940660e-324>,
  a11 = #catgrad.constant<4.9e-324>,
  // CHECK-SAME: a12 = #catgrad.constant<-0.000000e+00>,
  a12 = #catgrad.constant<-0.0>,
  // CHECK-SAME: a13 = #catgrad.constant<1.000000e-01>,
  a13 = #catgrad.constant<0.1>,
  // CHECK-SAME: a14 = #catgrad.constant<0.10000000000000002>,
  a14 = #catgrad.constant<0.10000000000000002>,
  // No decimal number of few digits: the bits.
  // CHECK-SAME: a15 = #catgrad.constant<0x41E0000000000000>
  a15 = #catgrad.constant<2147483648.0>
}

//===----------------------------------------------------------------------===//
// Attributes of functions, arguments, results and calls
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @metadata(
// CHECK-SAME:    tensor<2xf32> {catgrad.init = #catgrad.zeros, catgrad.name = "w", catgrad.role = "parameter"}
// CHECK-SAME:    tensor<2xf32> {catgrad.name = "m.w", catgrad.role = "state"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "input"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "label"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "cotangent"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "hyper"}
// CHECK-SAME:    tensor<f32> {catgrad.output}
// CHECK-SAME:    -> (tensor<2xf32> {catgrad.alias = 0 : i64, catgrad.name = "w_out", catgrad.role = "parameter"}
// CHECK-SAME:    tensor<2xf32> {catgrad.role = "state"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "result"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "cotangent"}
// CHECK-SAME:    tensor<f32> {catgrad.role = "loss"})
// CHECK-SAME:    catgrad.destinations = array<i64: 0, 1>
// CHECK-SAME:    catgrad.kind = "step", catgrad.learner = "iris"
// CHECK-SAME:    catgrad.parameter_copies = 0 : i64, catgrad.workspace_bytes = 4096 : i64
func.func @metadata(
    %w: tensor<2xf32> {catgrad.name = "w", catgrad.role = "parameter", catgrad.init = #catgrad.zeros},
    %m: tensor<2xf32> {catgrad.name = "m.w", catgrad.role = "state"},
    %x: tensor<f32> {catgrad.role = "input"},
    %label: tensor<f32> {catgrad.role = "label"},
    %dy: tensor<f32> {catgrad.role = "cotangent"},
    %rate: tensor<f32> {catgrad.role = "hyper"},
    %out: tensor<f32> {catgrad.output})
    -> (tensor<2xf32> {catgrad.name = "w_out", catgrad.role = "parameter", catgrad.alias = 0 : i64},
        tensor<2xf32> {catgrad.role = "state"},
        tensor<f32> {catgrad.role = "result"},
        tensor<f32> {catgrad.role = "cotangent"},
        tensor<f32> {catgrad.role = "loss"})
    attributes {catgrad.learner = "iris", catgrad.kind = "step", catgrad.workspace_bytes = 4096 : i64,
                catgrad.parameter_copies = 0 : i64, catgrad.destinations = array<i64: 0, 1>} {
  return %w, %m, %x, %dy, %label
      : tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>
}

// CHECK: func.func private @kinds(i32 {catgrad.init = #catgrad.constant<2.000000e+00>})
// CHECK-SAME: catgrad.forward = @g, catgrad.kind = "predict", catgrad.reverse = @h
func.func private @kinds(i32 {catgrad.init = #catgrad.constant<2.0>})
    attributes {catgrad.kind = "predict", catgrad.forward = @g, catgrad.reverse = @h}

// CHECK-LABEL: func.func @call(
func.func @call(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: call @callee(%{{.*}}) {catgrad.scope = "layer1"} : (tensor<2xf32>)
  %0 = call @callee(%x) {catgrad.scope = "layer1"} : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func private @callee(tensor<2xf32>) -> tensor<2xf32>
