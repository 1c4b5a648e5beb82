// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every error of every operation. The attributes of functions, arguments and
// results are in invalid-metadata.mlir, other attributes in
// invalid-attributes.mlir.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Tensor types
//===----------------------------------------------------------------------===//

func.func @dynamic_shape(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{'catgrad.negate' op dynamic shapes are not supported yet, but got 'tensor<?x3xf32>'}}
  %0 = catgrad.negate %x : tensor<?x3xf32>
  return
}

// -----

func.func @dynamic_result(%x: tensor<6xf32>) {
  // expected-error @+1 {{dynamic shapes are not supported yet, but got 'tensor<?xf32>'}}
  %0 = catgrad.reshape %x : (tensor<6xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xf32>'}}
  %0 = catgrad.negate %x : tensor<*xf32>
  return
}

// -----

func.func @no_tensor(%x: f32) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'f32'}}
  %0 = catgrad.add %x, %x : f32
  return
}

// -----

func.func @memref(%x: memref<2xf32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'memref<2xf32>'}}
  %0 = catgrad.sigmoid %x : memref<2xf32>
  return
}

// -----

func.func @unranked_in_generic_form(%x: tensor<*xf32>) {
  // expected-error @+1 {{operand #0 must be static ranked tensor of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'tensor<*xf32>'}}
  %0 = "catgrad.negate"(%x) : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @scalar_in_generic_form(%x: f32) {
  // expected-error @+1 {{operand #0 must be static ranked tensor of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'f32'}}
  %0 = "catgrad.reduce_sum"(%x) {dimensions = array<i64: 0>} : (f32) -> f32
  return
}

// -----

func.func @f80(%x: tensor<2xf80>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'f80'}}
  %0 = catgrad.add %x, %x : tensor<2xf80>
  return
}

// -----

func.func @i24(%x: tensor<2xi24>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'i24'}}
  %0 = catgrad.multiply %x, %x : tensor<2xi24>
  return
}

// -----

func.func @unsigned(%x: tensor<2xui32>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'ui32'}}
  %0 = catgrad.add %x, %x : tensor<2xui32>
  return
}

// -----

func.func @index(%x: tensor<2xindex>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'index'}}
  %0 = catgrad.add %x, %x : tensor<2xindex>
  return
}

// -----

func.func @encoding(%x: tensor<2xf32, 1 : i32>) {
  // expected-error @+1 {{expected a tensor without encoding but got 'tensor<2xf32, 1 : i32>'}}
  %0 = catgrad.negate %x : tensor<2xf32, 1 : i32>
  return
}

// -----

func.func @byte_size(%x: tensor<3xf32>) {
  // expected-error @+1 {{byte size of 'tensor<4294967296x4294967296x3xf32>' overflows}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0, 1>} : (tensor<3xf32>) -> tensor<4294967296x4294967296x3xf32>
  return
}

// -----

// 2^61 elements of 4 bytes are one too many; of 1 byte they are not.
func.func @byte_size_by_element(%x: tensor<2305843009213693952xi1>) {
  %0 = catgrad.negate %x : tensor<2305843009213693952xi1>
  // expected-error @+1 {{byte size of 'tensor<2305843009213693952xf32>' overflows}}
  %1 = catgrad.cast %x : (tensor<2305843009213693952xi1>) -> tensor<2305843009213693952xf32>
  return
}

// -----

// The number of elements is zero, but no such tensor is meant.
func.func @byte_size_with_zero(%x: tensor<9223372036854775807x9223372036854775807x0xi1>) {
  // expected-error @+1 {{byte size of 'tensor<9223372036854775807x9223372036854775807x0xi1>' overflows}}
  %0 = catgrad.negate %x : tensor<9223372036854775807x9223372036854775807x0xi1>
  return
}

// -----

func.func @byte_size_of_constant() {
  // expected-error @+1 {{byte size of 'tensor<4294967296x4294967296xf32>' overflows}}
  %0 = catgrad.constant dense<0.0> : tensor<4294967296x4294967296xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Order: in a graph region, such as the body of a module, an operation could
// depend on itself
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'catgrad.negate' op expected operands that are defined before}}
%0 = catgrad.negate %0 : tensor<3xf32>

// -----

// expected-error @+1 {{'catgrad.copy' op expected operands that are defined before}}
%0, %1 = catgrad.copy %2 : tensor<3xf32>
%2 = catgrad.add %0, %1 : tensor<3xf32>

// -----

// expected-error @+1 {{'catgrad.discard' op expected operands that are defined before}}
catgrad.discard %0 : tensor<3xf32>
%0 = catgrad.constant dense<0.0> : tensor<3xf32>

// -----

//===----------------------------------------------------------------------===//
// Wires
//===----------------------------------------------------------------------===//

func.func @copy_of_another_type(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.copy' op failed to verify that all of {input, first, second} have same type}}
  %0, %1 = "catgrad.copy"(%x) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @copy_once(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.copy' op expected 2 results}}
  %0 = "catgrad.copy"(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @discard_two(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.discard' op requires a single operand}}
  "catgrad.discard"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> ()
  return
}

// -----

//===----------------------------------------------------------------------===//
// Constants and parameters
//===----------------------------------------------------------------------===//

func.func @constant_of_another_type() {
  // expected-error @+1 {{failed to verify that all of {value, result} have same type}}
  %0 = "catgrad.constant"() {value = dense<1.0> : tensor<2xf32>} : () -> tensor<3xf32>
  return
}

// -----

func.func @constant_vector() {
  // expected-error @+1 {{result #0 must be static ranked tensor of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'vector<2xf32>'}}
  %0 = catgrad.constant dense<1.0> : vector<2xf32>
  return
}

// -----

func.func @constant_number() {
  // expected-error @+1 {{invalid kind of attribute specified}}
  %0 = catgrad.constant 1.0 : f32
  return
}

// -----

func.func @constant_missing() {
  // expected-error @+1 {{'catgrad.constant' op requires attribute 'value'}}
  %0 = "catgrad.constant"() : () -> tensor<3xf32>
  return
}

// -----

func.func @constant_sparse() {
  // expected-error @+1 {{expected a dense value but got sparse}}
  %0 = catgrad.constant sparse<[[0]], [1.0]> : tensor<2xf32>
  return
}

// -----

func.func @constant_resource() {
  // expected-error @+1 {{expected a dense value but got dense_resource}}
  %0 = catgrad.constant dense_resource<r> : tensor<2xf32>
  return
}

// -----

func.func @constant_tf32() {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'tf32'}}
  %0 = catgrad.constant dense<1.0> : tensor<2xtf32>
  return
}

// -----

func.func @constant_strings() {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got '!quant.any<i8>'}}
  %0 = catgrad.constant dense<"a"> : tensor<2x!quant.any<i8>>
  return
}

// -----

func.func @parameter_without_name() {
  // expected-error @+1 {{'catgrad.parameter' op expected a name that is not empty}}
  %0 = catgrad.parameter "" {init = #catgrad.zeros} : tensor<3xf32>
  return
}

// -----

func.func @parameter_without_init() {
  // expected-error @+1 {{'catgrad.parameter' op requires attribute 'init'}}
  %0 = catgrad.parameter "w" : tensor<3xf32>
  return
}

// -----

func.func @parameter_init_of_another_kind() {
  // expected-error @+1 {{attribute 'init' failed to satisfy constraint: initial value (#catgrad.zeros, constant, uniform or normal)}}
  %0 = catgrad.parameter "w" {init = 1.0 : f32} : tensor<3xf32>
  return
}

// -----

func.func @parameter_init_by_optimiser() {
  // expected-error @+1 {{attribute 'init' failed to satisfy constraint: initial value}}
  %0 = catgrad.parameter "w" {init = #catgrad.mse} : tensor<3xf32>
  return
}

// -----

func.func @parameter_integer_normal() {
  // expected-error @+1 {{expected initial value #catgrad.zeros or #catgrad.constant for element type 'i32' but got #catgrad.normal<mean = 0.000000e+00, std = 1.000000e+00>}}
  %0 = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0>} : tensor<3xi32>
  return
}

// -----

func.func @parameter_bool_uniform() {
  // expected-error @+1 {{expected initial value #catgrad.zeros or #catgrad.constant for element type 'i1' but got #catgrad.uniform<low = 0.000000e+00, high = 1.000000e+00>}}
  %0 = catgrad.parameter "w" {init = #catgrad.uniform<low = 0.0, high = 1.0>} : tensor<3xi1>
  return
}

// -----

func.func @parameter_integer_fraction() {
  // expected-error @+1 {{expected an initial value that element type 'i32' can hold but got #catgrad.constant<5.000000e-01>}}
  %0 = catgrad.parameter "w" {init = #catgrad.constant<0.5>} : tensor<3xi32>
  return
}

// -----

// The largest and the smallest i32 are fine, one more is not.
func.func @parameter_integer_range() {
  %0 = catgrad.parameter "a" {init = #catgrad.constant<2147483647.0>} : tensor<3xi32>
  %1 = catgrad.parameter "b" {init = #catgrad.constant<-2147483648.0>} : tensor<3xi32>
  // expected-error @+1 {{expected an initial value that element type 'i32' can hold but got #catgrad.constant<0x41E0000000000000>}}
  %2 = catgrad.parameter "c" {init = #catgrad.constant<2147483648.0>} : tensor<3xi32>
  return
}

// -----

func.func @parameter_bool_range() {
  // expected-error @+1 {{expected an initial value that element type 'i1' can hold but got #catgrad.constant<-1.000000e+00>}}
  %0 = catgrad.parameter "w" {init = #catgrad.constant<-1.0>} : tensor<3xi1>
  return
}

// -----

func.func @parameter_dynamic() {
  // expected-error @+1 {{dynamic shapes are not supported yet, but got 'tensor<?xf32>'}}
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<?xf32>
  return
}

// -----

// Too large for a float, not for a double.
func.func @parameter_float_range() {
  %0 = catgrad.parameter "a" {init = #catgrad.constant<1.0e300>} : tensor<3xf64>
  // expected-error @+1 {{expected an initial value that element type 'f32' can hold but got #catgrad.constant<1.000000e+300>}}
  %1 = catgrad.parameter "b" {init = #catgrad.constant<1.0e300>} : tensor<3xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

func.func @add_shapes(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{'catgrad.add' op requires the same type for all operands and results}}
  %0 = "catgrad.add"(%x, %y) : (tensor<3xf32>, tensor<4xf32>) -> tensor<3xf32>
  return
}

// -----

// expected-note @+1 {{prior use here}}
func.func @subtract_shapes(%x: tensor<3xf32>, %y: tensor<1xf32>) {
  // Nothing broadcasts implicitly.
  // expected-error @+1 {{use of value '%y' expects different type than prior uses: 'tensor<3xf32>' vs 'tensor<1xf32>'}}
  %0 = catgrad.subtract %x, %y : tensor<3xf32>
  return
}

// -----

func.func @subtract_elements(%x: tensor<3xf32>, %y: tensor<3xf64>) {
  // expected-error @+1 {{'catgrad.subtract' op requires the same type for all operands and results}}
  %0 = "catgrad.subtract"(%x, %y) : (tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
  return
}

// -----

func.func @multiply_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.multiply' op requires the same type for all operands and results}}
  %0 = "catgrad.multiply"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return
}

// -----

func.func @multiply_one_operand(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.multiply' op expected 2 operands, but found 1}}
  %0 = "catgrad.multiply"(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @negate_result(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.negate' op requires the same type for all operands and results}}
  %0 = "catgrad.negate"(%x) : (tensor<3xf32>) -> tensor<3xi32>
  return
}

// -----

func.func @compare_operands(%x: tensor<3xf32>, %y: tensor<3xi32>) {
  // expected-error @+1 {{'catgrad.compare' op requires all operands to have the same type}}
  %0 = catgrad.compare %x, %y {predicate = #catgrad.predicate<eq>} : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xi1>
  return
}

// -----

func.func @compare_result_shape(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.compare' op requires the same shape for all operands and results}}
  %0 = catgrad.compare %x, %x {predicate = #catgrad.predicate<eq>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<4xi1>
  return
}

// -----

func.func @compare_result_element(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.compare' op expected element type i1 but got 'f32'}}
  %0 = catgrad.compare %x, %x {predicate = #catgrad.predicate<eq>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @compare_without_predicate(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.compare' op requires attribute 'predicate'}}
  %0 = catgrad.compare %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return
}

// -----

func.func @compare_with_another_predicate(%x: tensor<3xf32>) {
  // expected-error @+1 {{attribute 'predicate' failed to satisfy constraint: Predicate of a comparison: eq, ne, lt, le, gt or ge}}
  %0 = catgrad.compare %x, %x {predicate = "eq"} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return
}

// -----

func.func @select_condition(%c: tensor<3xi32>, %x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.select' op expected element type i1 but got 'i32'}}
  %0 = catgrad.select %c, %x, %x : (tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @select_condition_shape(%c: tensor<i1>, %x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.select' op requires the same shape for all operands and results}}
  %0 = catgrad.select %c, %x, %x : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @select_alternatives(%c: tensor<3xi1>, %x: tensor<3xf32>, %y: tensor<3xf64>) {
  // expected-error @+1 {{'catgrad.select' op failed to verify that all of {on_true, on_false, result} have same type}}
  %0 = catgrad.select %c, %x, %y : (tensor<3xi1>, tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
  return
}

// -----

func.func @cast_shape(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.cast' op requires the same shape for all operands and results}}
  %0 = catgrad.cast %x : (tensor<3xf32>) -> tensor<1x3xf64>
  return
}

// -----

func.func @cast_element(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'f8E4M3FN'}}
  %0 = catgrad.cast %x : (tensor<3xf32>) -> tensor<3xf8E4M3FN>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Shapes and sums
//===----------------------------------------------------------------------===//

func.func @broadcast_axis_too_large(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected dimensions within rank 2 but got 2}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 2>} : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_axis_negative(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected dimensions within rank 2 but got -1}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: -1>} : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_axes_order(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected dimensions in increasing order but got 0 after 2}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 2, 0>} : (tensor<3xf32>) -> tensor<2x3x2xf32>
  return
}

// -----

func.func @broadcast_axis_twice(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected dimensions in increasing order but got 0 after 0}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0, 0>} : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_shape(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected an operand of type 'tensor<2xf32>' but got 'tensor<3xf32>'}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 1>} : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// An axis of size 1 does not stretch.
func.func @broadcast_of_one(%x: tensor<1x3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected an operand of type 'tensor<2x3xf32>' but got 'tensor<1x3xf32>'}}
  %0 = catgrad.broadcast %x {dimensions = array<i64>} : (tensor<1x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_element(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op expected an operand of type 'tensor<3xf64>' but got 'tensor<3xf32>'}}
  %0 = catgrad.broadcast %x {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<2x3xf64>
  return
}

// -----

func.func @broadcast_without_dimensions(%x: tensor<3xf32>) {
  // expected-error @+1 {{'catgrad.broadcast' op requires attribute 'dimensions'}}
  %0 = catgrad.broadcast %x : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_dimensions_type(%x: tensor<3xf32>) {
  // expected-error @+1 {{attribute 'dimensions' failed to satisfy constraint: i64 dense array attribute}}
  %0 = catgrad.broadcast %x {dimensions = [0]} : (tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @reduce_sum_axis_too_large(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got 2}}
  // expected-error @+1 {{'catgrad.reduce_sum' op failed to infer returned types}}
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @reduce_sum_axis_negative(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected dimensions within rank 2 but got -9223372036854775808}}
  // expected-error @+1 {{'catgrad.reduce_sum' op failed to infer returned types}}
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: -9223372036854775808>} : (tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @reduce_sum_axes_order(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected dimensions in increasing order but got 0 after 1}}
  // expected-error @+1 {{'catgrad.reduce_sum' op failed to infer returned types}}
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @reduce_sum_result(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{'catgrad.reduce_sum' op failed to infer returned types}}
  // expected-error @+1 {{'catgrad.reduce_sum' op inferred type(s) 'tensor<3xf32>' are incompatible with return type(s) of operation 'tensor<2xf32>'}}
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @reduce_sum_element(%x: tensor<2x3xi1>) {
  // expected-error @+2 {{'catgrad.reduce_sum' op failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<3xi1>' are incompatible with return type(s) of operation 'tensor<3xi32>'}}
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0>} : (tensor<2x3xi1>) -> tensor<3xi32>
  return
}

// -----

func.func @reshape_count(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'catgrad.reshape' op expected a result of 6 elements but got 7}}
  %0 = catgrad.reshape %x : (tensor<2x3xf32>) -> tensor<7xf32>
  return
}

// -----

func.func @reshape_of_nothing(%x: tensor<0xf32>) {
  // expected-error @+1 {{'catgrad.reshape' op expected a result of 0 elements but got 1}}
  %0 = catgrad.reshape %x : (tensor<0xf32>) -> tensor<f32>
  return
}

// -----

func.func @reshape_element(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'catgrad.reshape' op expected a result of element type 'f32' but got 'i32'}}
  %0 = catgrad.reshape %x : (tensor<2x3xf32>) -> tensor<6xi32>
  return
}

// -----

func.func @transpose_short(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected a permutation of 2 axes but got [0]}}
  // expected-error @+1 {{'catgrad.transpose' op failed to infer returned types}}
  %0 = catgrad.transpose %x {permutation = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_twice(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected a permutation of 2 axes but got [0, 0]}}
  // expected-error @+1 {{'catgrad.transpose' op failed to infer returned types}}
  %0 = catgrad.transpose %x {permutation = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_out_of_range(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{expected a permutation of 2 axes but got [-1, 4611686018427387904]}}
  // expected-error @+1 {{'catgrad.transpose' op failed to infer returned types}}
  %0 = catgrad.transpose %x {permutation = array<i64: -1, 4611686018427387904>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @transpose_result(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{'catgrad.transpose' op failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<4x2x3xf32>' are incompatible with return type(s) of operation 'tensor<3x4x2xf32>'}}
  %0 = catgrad.transpose %x {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

func.func @matmul_elements(%x: tensor<2x3xf32>, %y: tensor<3x4xf64>) {
  // expected-error @+2 {{expected operands of one element type but got 'f32' and 'f64'}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %y : (tensor<2x3xf32>, tensor<3x4xf64>) -> tensor<2x4xf32>
  return
}

// -----

func.func @matmul_vectors(%x: tensor<3xf32>) {
  // expected-error @+2 {{expected operands of one rank, at least 2, but got 'tensor<3xf32>' and 'tensor<3xf32>'}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return
}

// -----

func.func @matmul_scalars(%x: tensor<f32>) {
  // expected-error @+2 {{expected operands of one rank, at least 2, but got 'tensor<f32>' and 'tensor<f32>'}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %x : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @matmul_ranks(%x: tensor<5x2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error @+2 {{expected operands of one rank, at least 2, but got 'tensor<5x2x3xf32>' and 'tensor<3x4xf32>'}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %y : (tensor<5x2x3xf32>, tensor<3x4xf32>) -> tensor<5x2x4xf32>
  return
}

// -----

func.func @matmul_batch(%x: tensor<5x2x3xf32>, %y: tensor<1x3x4xf32>) {
  // expected-error @+2 {{expected equal batch axes but got 'tensor<5x2x3xf32>' and 'tensor<1x3x4xf32>'}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %y : (tensor<5x2x3xf32>, tensor<1x3x4xf32>) -> tensor<5x2x4xf32>
  return
}

// -----

func.func @matmul_inner(%x: tensor<2x3xf32>, %y: tensor<4x3xf32>) {
  // expected-error @+2 {{expected the last axis of lhs to equal the last but one of rhs but got 3 and 4}}
  // expected-error @+1 {{'catgrad.matmul' op failed to infer returned types}}
  %0 = catgrad.matmul %x, %y : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_result(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error @+2 {{'catgrad.matmul' op failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<2x4xf32>' are incompatible with return type(s) of operation 'tensor<4x2xf32>'}}
  %0 = catgrad.matmul %x, %y : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @matmul_dynamic(%x: tensor<?x3xf32>, %y: tensor<3x4xf32>) {
  // expected-error @+1 {{dynamic shapes are not supported yet, but got 'tensor<?x3xf32>'}}
  %0 = catgrad.matmul %x, %y : (tensor<?x3xf32>, tensor<3x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @contract_elements(%x: tensor<3xf32>, %y: tensor<3xi1>) {
  // expected-error @+2 {{expected operands of one element type but got 'f32' and 'i1'}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<3xf32>, tensor<3xi1>) -> tensor<f32>
  return
}

// -----

func.func @contract_count(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+2 {{expected as many lhs_axes as rhs_axes but got 2 and 1}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0, 1>, rhs_axes = array<i64: 0>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @contract_lhs_axis(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+2 {{expected distinct axes within rank 2 but got [2]}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 2>, rhs_axes = array<i64: 0>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// The keys of an empty and an erased place in a hash set.
func.func @contract_rhs_axis(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+2 {{expected distinct axes within rank 2 but got [9223372036854775807, -9223372036854775808]}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0, 1>, rhs_axes = array<i64: 9223372036854775807, -9223372036854775808>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @contract_axis_twice(%x: tensor<2x2xf32>) {
  // expected-error @+2 {{expected distinct axes within rank 2 but got [1, 1]}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %x {lhs_axes = array<i64: 0, 1>, rhs_axes = array<i64: 1, 1>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<f32>
  return
}

// -----

func.func @contract_sizes(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+2 {{expected contracted axes of equal size but got 2 and 3}}
  // expected-error @+1 {{'catgrad.contract' op failed to infer returned types}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 1>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}

// -----

func.func @contract_result(%x: tensor<2x3xf32>, %y: tensor<4x3xf32>) {
  // expected-error @+2 {{'catgrad.contract' op failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<2x4xf32>' are incompatible with return type(s) of operation 'tensor<4x2xf32>'}}
  %0 = catgrad.contract %x, %y {lhs_axes = array<i64: 1>, rhs_axes = array<i64: 1>} : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @contract_without_axes(%x: tensor<2xf32>) {
  // expected-error @+1 {{'catgrad.contract' op requires attribute 'rhs_axes'}}
  %0 = catgrad.contract %x, %x {lhs_axes = array<i64: 0>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Derivatives
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'catgrad.derive' op expected 'of' to name a function, but there is no symbol @f}}
catgrad.derive @f_rev of(@f)

// -----

// expected-note @+1 {{declared here}}
func.func private @f(tensor<3xf32>) -> tensor<3xf32>
// expected-error @+1 {{'catgrad.derive' op expected 'of' to name a function with a body, but @f is external}}
catgrad.derive @f_rev of(@f)

// -----

// expected-note @+1 {{defined here}}
memref.global @f : memref<2xf32>
// expected-error @+1 {{'catgrad.derive' op expected 'of' to name a function, but @f is a memref.global}}
catgrad.derive @f_rev of(@f)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-note @+1 {{defined here}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
// expected-error @+1 {{'catgrad.derive' op expected 'of' to name a function, but @l is a catgrad.learner}}
catgrad.derive @f_rev of(@l)

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.derive' op expected 'wrt' to list inputs of @f but got 1}}
catgrad.derive @f_rev of(@f) wrt([0, 1])

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.derive' op expected 'wrt' to list inputs of @f but got -1}}
catgrad.derive @f_rev of(@f) wrt([-1])

// -----

func.func @f(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.derive' op expected 'wrt' in increasing order but got 0 after 1}}
catgrad.derive @f_rev of(@f) wrt([1, 0])

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.derive' op expected 'wrt' in increasing order but got 0 after 0}}
catgrad.derive @f_rev of(@f) wrt([0, 0])

// -----

// expected-note @+1 {{see existing symbol definition here}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{redefinition of symbol named 'f'}}
catgrad.derive @f of(@f)

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{symbol's parent must have the SymbolTable trait}}
  catgrad.derive @f_rev of(@f)
  return %x : tensor<3xf32>
}

// -----

// expected-error @+1 {{custom op 'catgrad.derive' expected valid '@'-identifier for symbol name}}
catgrad.derive of(@f)

// -----

//===----------------------------------------------------------------------===//
// Learners
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'catgrad.learner' op expected 'model' to name a function, but there is no symbol @m}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-note @+1 {{declared here}}
func.func private @m(tensor<3xf32>) -> tensor<3xf32>
// expected-error @+1 {{'catgrad.learner' op expected 'model' to name a function with a body, but @m is external}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// expected-note @+1 {{defined here}}
memref.global @m : memref<2xf32>
// expected-error @+1 {{'catgrad.learner' op expected 'model' to name a function, but @m is a memref.global}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected 'optimiser' to name a function, but there is no symbol @o}}
catgrad.learner @l model(@m) optimiser(@o) loss(#catgrad.mse)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected 'optimiser' to be an optimiser such as #catgrad.sgd, or a function, but got #catgrad.mse}}
catgrad.learner @l model(@m) optimiser(#catgrad.mse) loss(#catgrad.mse)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{expected 'optimiser' to be an optimiser such as #catgrad.sgd, or a function, but got @a::@b}}
catgrad.learner @l model(@m) optimiser(@a::@b) loss(#catgrad.mse)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected 'loss' to name a function, but there is no symbol @loss}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(@loss)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected 'value' to name a function, but there is no symbol @value}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(@m, value = @value)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected no 'value' beside #catgrad.mse, which has its own}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse, value = @m)

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
// expected-error @+1 {{'catgrad.learner' op expected 'loss' to be a loss such as #catgrad.mse, or a function, but got "mse"}}
catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss("mse")

// -----

func.func @m(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{symbol's parent must have the SymbolTable trait}}
  catgrad.learner @l model(@m) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
  return %x : tensor<3xf32>
}
