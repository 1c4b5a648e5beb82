// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every operation, read and printed, as text and as bytecode.
//
// RUN: catgrad-opt %s --verify-roundtrip | FileCheck %s
// RUN: catgrad-opt %s --emit-bytecode | catgrad-opt | FileCheck %s
// RUN: catgrad-opt %s --mlir-print-op-generic | catgrad-opt | FileCheck %s

//===----------------------------------------------------------------------===//
// Wires, constants and parameters
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @wires(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<i1>)
func.func @wires(%x: tensor<3xf32>, %y: tensor<i1>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[A:.*]], %[[B:.*]] = catgrad.copy %[[X]] : tensor<3xf32>
  %a, %b = catgrad.copy %x : tensor<3xf32>
  // CHECK: catgrad.discard %[[Y]] : tensor<i1>
  catgrad.discard %y : tensor<i1>
  // CHECK: return %[[B]], %[[A]]
  return %b, %a : tensor<3xf32>, tensor<3xf32>
}

// Wires carry values of any type.
// CHECK-LABEL: func.func @wires_of_any_type(
func.func @wires_of_any_type(%x: index, %y: memref<?xf16>) -> (index, index) {
  // CHECK: catgrad.copy %{{.*}} : index
  %a, %b = catgrad.copy %x : index
  // CHECK: catgrad.discard %{{.*}} : memref<?xf16>
  catgrad.discard %y : memref<?xf16>
  return %a, %b : index, index
}

// CHECK-LABEL: func.func @constants(
func.func @constants() {
  // CHECK: catgrad.constant dense<{{\[}}[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
  %0 = catgrad.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  // CHECK: catgrad.constant dense<-2.500000e+00> : tensor<f64>
  %1 = catgrad.constant dense<-2.5> : tensor<f64>
  // CHECK: catgrad.constant dense<-2147483648> : tensor<3xi32>
  %2 = catgrad.constant dense<-2147483648> : tensor<3xi32>
  // CHECK: catgrad.constant dense<[true, false]> : tensor<2xi1>
  %3 = catgrad.constant dense<[true, false]> : tensor<2xi1>
  // CHECK: catgrad.constant dense<> : tensor<0x3xf32>
  %4 = catgrad.constant dense<> : tensor<0x3xf32>
  // NaN and infinity are values like any other.
  // CHECK: catgrad.constant dense<[0x7FC00000, 0xFF800000]> : tensor<2xf32>
  %5 = catgrad.constant dense<[0x7FC00000, 0xFF800000]> : tensor<2xf32>
  // CHECK: catgrad.constant {some.attribute} dense<0> : tensor<i32>
  %6 = catgrad.constant {some.attribute} dense<0> : tensor<i32>
  return
}

// CHECK-LABEL: func.func @parameters(
func.func @parameters() {
  // CHECK: catgrad.parameter "w" {init = #catgrad.normal<mean = 0.000000e+00, std = 1.000000e-02>} : tensor<4x3xf32>
  %0 = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>
  // CHECK: catgrad.parameter "b.0" {init = #catgrad.zeros} : tensor<f64>
  %1 = catgrad.parameter "b.0" {init = #catgrad.zeros} : tensor<f64>
  // CHECK: catgrad.parameter "n" {init = #catgrad.constant<-7.000000e+00>} : tensor<2xi32>
  %2 = catgrad.parameter "n" {init = #catgrad.constant<-7.0>} : tensor<2xi32>
  // CHECK: catgrad.parameter "m" {init = #catgrad.constant<1.000000e+00>} : tensor<0xi1>
  %3 = catgrad.parameter "m" {init = #catgrad.constant<1.0>} : tensor<0xi1>
  return
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @elementwise_f32(
// CHECK-SAME:    %[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x3xf32>)
func.func @elementwise_f32(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // CHECK: catgrad.add %[[A]], %[[B]] : tensor<2x3xf32>
  %0 = catgrad.add %a, %b : tensor<2x3xf32>
  // CHECK: catgrad.subtract %[[B]], %[[A]] : tensor<2x3xf32>
  %1 = catgrad.subtract %b, %a : tensor<2x3xf32>
  // CHECK: catgrad.multiply %[[A]], %[[A]] : tensor<2x3xf32>
  %2 = catgrad.multiply %a, %a : tensor<2x3xf32>
  // CHECK: catgrad.negate %[[B]] : tensor<2x3xf32>
  %3 = catgrad.negate %b : tensor<2x3xf32>
  // CHECK: catgrad.sigmoid %[[A]] : tensor<2x3xf32>
  %4 = catgrad.sigmoid %a : tensor<2x3xf32>
  // CHECK: catgrad.relu %[[A]] : tensor<2x3xf32>
  %5 = catgrad.relu %a : tensor<2x3xf32>
  return
}

// CHECK-LABEL: func.func @elementwise_other_types(
func.func @elementwise_other_types(%d: tensor<f64>, %i: tensor<0x4xi32>, %b: tensor<2x1x2xi1>) {
  // CHECK: catgrad.sigmoid %{{.*}} : tensor<f64>
  %0 = catgrad.sigmoid %d : tensor<f64>
  // CHECK: catgrad.multiply %{{.*}}, %{{.*}} : tensor<f64>
  %1 = catgrad.multiply %d, %d : tensor<f64>
  // CHECK: catgrad.relu %{{.*}} : tensor<0x4xi32>
  %2 = catgrad.relu %i : tensor<0x4xi32>
  // CHECK: catgrad.negate %{{.*}} : tensor<0x4xi32>
  %3 = catgrad.negate %i : tensor<0x4xi32>
  // CHECK: catgrad.add %{{.*}}, %{{.*}} : tensor<2x1x2xi1>
  %4 = catgrad.add %b, %b : tensor<2x1x2xi1>
  // CHECK: catgrad.subtract %{{.*}}, %{{.*}} : tensor<2x1x2xi1>
  %5 = catgrad.subtract %b, %b : tensor<2x1x2xi1>
  // CHECK: catgrad.multiply %{{.*}}, %{{.*}} : tensor<2x1x2xi1>
  %6 = catgrad.multiply %b, %b : tensor<2x1x2xi1>
  return
}

// CHECK-LABEL: func.func @compare_every_predicate(
func.func @compare_every_predicate(%f: tensor<3xf32>, %d: tensor<f64>, %i: tensor<0xi32>, %b: tensor<2xi1>) {
  // CHECK: catgrad.compare %{{.*}}, %{{.*}} {predicate = #catgrad.predicate<eq>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %0 = catgrad.compare %f, %f {predicate = #catgrad.predicate<eq>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  // CHECK: predicate = #catgrad.predicate<ne>} : (tensor<f64>, tensor<f64>) -> tensor<i1>
  %1 = catgrad.compare %d, %d {predicate = #catgrad.predicate<ne>} : (tensor<f64>, tensor<f64>) -> tensor<i1>
  // CHECK: predicate = #catgrad.predicate<lt>} : (tensor<0xi32>, tensor<0xi32>) -> tensor<0xi1>
  %2 = catgrad.compare %i, %i {predicate = #catgrad.predicate<lt>} : (tensor<0xi32>, tensor<0xi32>) -> tensor<0xi1>
  // CHECK: predicate = #catgrad.predicate<le>} : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  %3 = catgrad.compare %b, %b {predicate = #catgrad.predicate<le>} : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  // CHECK: predicate = #catgrad.predicate<gt>}
  %4 = catgrad.compare %f, %f {predicate = #catgrad.predicate<gt>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  // CHECK: predicate = #catgrad.predicate<ge>}
  %5 = catgrad.compare %f, %f {predicate = #catgrad.predicate<ge>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return
}

// CHECK-LABEL: func.func @select(
// CHECK-SAME:    %[[C:.*]]: tensor<3xi1>, %[[A:.*]]: tensor<3xi32>, %[[B:.*]]: tensor<3xi32>)
func.func @select(%c: tensor<3xi1>, %a: tensor<3xi32>, %b: tensor<3xi32>) {
  // CHECK: catgrad.select %[[C]], %[[B]], %[[A]] : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %0 = catgrad.select %c, %b, %a : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  // CHECK: catgrad.select %[[C]], %[[C]], %[[C]] : (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  %1 = catgrad.select %c, %c, %c : (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return
}

// CHECK-LABEL: func.func @cast_between_all_types(
func.func @cast_between_all_types(%f: tensor<3xf32>, %d: tensor<f64>, %i: tensor<0x2xi32>, %b: tensor<1xi1>) {
  // CHECK: catgrad.cast %{{.*}} : (tensor<3xf32>) -> tensor<3xf64>
  %0 = catgrad.cast %f : (tensor<3xf32>) -> tensor<3xf64>
  // CHECK: catgrad.cast %{{.*}} : (tensor<3xf32>) -> tensor<3xi32>
  %1 = catgrad.cast %f : (tensor<3xf32>) -> tensor<3xi32>
  // CHECK: catgrad.cast %{{.*}} : (tensor<f64>) -> tensor<i1>
  %2 = catgrad.cast %d : (tensor<f64>) -> tensor<i1>
  // CHECK: catgrad.cast %{{.*}} : (tensor<0x2xi32>) -> tensor<0x2xf32>
  %3 = catgrad.cast %i : (tensor<0x2xi32>) -> tensor<0x2xf32>
  // CHECK: catgrad.cast %{{.*}} : (tensor<1xi1>) -> tensor<1xi32>
  %4 = catgrad.cast %b : (tensor<1xi1>) -> tensor<1xi32>
  // CHECK: catgrad.cast %{{.*}} : (tensor<1xi1>) -> tensor<1xi1>
  %5 = catgrad.cast %b : (tensor<1xi1>) -> tensor<1xi1>
  return
}

//===----------------------------------------------------------------------===//
// Shapes and sums
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @broadcast(
func.func @broadcast(%s: tensor<f64>, %v: tensor<3xf32>, %b: tensor<2x3xi1>, %z: tensor<0xi32>) {
  // CHECK: catgrad.broadcast %{{.*}} {dimensions = array<i64: 0, 1>} : (tensor<f64>) -> tensor<2x3xf64>
  %0 = catgrad.broadcast %s {dimensions = array<i64: 0, 1>} : (tensor<f64>) -> tensor<2x3xf64>
  // CHECK: catgrad.broadcast %{{.*}} {dimensions = array<i64: 0, 2>} : (tensor<3xf32>) -> tensor<4x3x5xf32>
  %1 = catgrad.broadcast %v {dimensions = array<i64: 0, 2>} : (tensor<3xf32>) -> tensor<4x3x5xf32>
  // CHECK: catgrad.broadcast %{{.*}} {dimensions = array<i64>} : (tensor<2x3xi1>) -> tensor<2x3xi1>
  %2 = catgrad.broadcast %b {dimensions = array<i64>} : (tensor<2x3xi1>) -> tensor<2x3xi1>
  // CHECK: catgrad.broadcast %{{.*}} {dimensions = array<i64: 1>} : (tensor<0xi32>) -> tensor<0x4xi32>
  %3 = catgrad.broadcast %z {dimensions = array<i64: 1>} : (tensor<0xi32>) -> tensor<0x4xi32>
  // CHECK: catgrad.broadcast %{{.*}} {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<0x3xf32>
  %4 = catgrad.broadcast %v {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<0x3xf32>
  return
}

// CHECK-LABEL: func.func @reduce_sum(
func.func @reduce_sum(%a: tensor<4x3x5xf32>, %z: tensor<0x3xi32>, %s: tensor<i1>) {
  // CHECK: catgrad.reduce_sum %{{.*}} {dimensions = array<i64: 0, 2>} : (tensor<4x3x5xf32>) -> tensor<3xf32>
  %0 = catgrad.reduce_sum %a {dimensions = array<i64: 0, 2>} : (tensor<4x3x5xf32>) -> tensor<3xf32>
  // CHECK: catgrad.reduce_sum %{{.*}} {dimensions = array<i64: 0, 1, 2>} : (tensor<4x3x5xf32>) -> tensor<f32>
  %1 = catgrad.reduce_sum %a {dimensions = array<i64: 0, 1, 2>} : (tensor<4x3x5xf32>) -> tensor<f32>
  // CHECK: catgrad.reduce_sum %{{.*}} {dimensions = array<i64: 0>} : (tensor<0x3xi32>) -> tensor<3xi32>
  %2 = catgrad.reduce_sum %z {dimensions = array<i64: 0>} : (tensor<0x3xi32>) -> tensor<3xi32>
  // CHECK: catgrad.reduce_sum %{{.*}} {dimensions = array<i64>} : (tensor<i1>) -> tensor<i1>
  %3 = catgrad.reduce_sum %s {dimensions = array<i64>} : (tensor<i1>) -> tensor<i1>
  return
}

// CHECK-LABEL: func.func @reshape(
func.func @reshape(%a: tensor<2x3xf32>, %s: tensor<f64>, %z: tensor<0x3xi32>) {
  // CHECK: catgrad.reshape %{{.*}} : (tensor<2x3xf32>) -> tensor<3x1x2xf32>
  %0 = catgrad.reshape %a : (tensor<2x3xf32>) -> tensor<3x1x2xf32>
  // CHECK: catgrad.reshape %{{.*}} : (tensor<f64>) -> tensor<1x1xf64>
  %1 = catgrad.reshape %s : (tensor<f64>) -> tensor<1x1xf64>
  // CHECK: catgrad.reshape %{{.*}} : (tensor<0x3xi32>) -> tensor<7x0xi32>
  %2 = catgrad.reshape %z : (tensor<0x3xi32>) -> tensor<7x0xi32>
  return
}

// CHECK-LABEL: func.func @transpose(
func.func @transpose(%a: tensor<2x3x4xf32>, %s: tensor<i1>, %z: tensor<0x3xi32>) {
  // CHECK: catgrad.transpose %{{.*}} {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %0 = catgrad.transpose %a {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  // CHECK: catgrad.transpose %{{.*}} {permutation = array<i64>} : (tensor<i1>) -> tensor<i1>
  %1 = catgrad.transpose %s {permutation = array<i64>} : (tensor<i1>) -> tensor<i1>
  // CHECK: catgrad.transpose %{{.*}} {permutation = array<i64: 1, 0>} : (tensor<0x3xi32>) -> tensor<3x0xi32>
  %2 = catgrad.transpose %z {permutation = array<i64: 1, 0>} : (tensor<0x3xi32>) -> tensor<3x0xi32>
  return
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @matmul(
func.func @matmul(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>,
                  %c: tensor<5x6x2x4xf64>, %d: tensor<5x6x4x3xf64>,
                  %e: tensor<2x0xi32>, %f: tensor<0x3xi32>, %g: tensor<1x1xi1>) {
  // CHECK: catgrad.matmul %{{.*}}, %{{.*}} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  %0 = catgrad.matmul %a, %b : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  // CHECK: catgrad.matmul %{{.*}}, %{{.*}} : (tensor<5x6x2x4xf64>, tensor<5x6x4x3xf64>) -> tensor<5x6x2x3xf64>
  %1 = catgrad.matmul %c, %d : (tensor<5x6x2x4xf64>, tensor<5x6x4x3xf64>) -> tensor<5x6x2x3xf64>
  // CHECK: catgrad.matmul %{{.*}}, %{{.*}} : (tensor<2x0xi32>, tensor<0x3xi32>) -> tensor<2x3xi32>
  %2 = catgrad.matmul %e, %f : (tensor<2x0xi32>, tensor<0x3xi32>) -> tensor<2x3xi32>
  // CHECK: catgrad.matmul %{{.*}}, %{{.*}} : (tensor<1x1xi1>, tensor<1x1xi1>) -> tensor<1x1xi1>
  %3 = catgrad.matmul %g, %g : (tensor<1x1xi1>, tensor<1x1xi1>) -> tensor<1x1xi1>
  return
}

// CHECK-LABEL: func.func @contract(
func.func @contract(%a: tensor<2x3x4xf32>, %b: tensor<4x5x2xf32>, %s: tensor<f64>, %z: tensor<0xi1>) {
  // CHECK: catgrad.contract %{{.*}}, %{{.*}} {lhs_axes = array<i64: 2, 0>, rhs_axes = array<i64: 0, 2>} : (tensor<2x3x4xf32>, tensor<4x5x2xf32>) -> tensor<3x5xf32>
  %0 = catgrad.contract %a, %b {lhs_axes = array<i64: 2, 0>, rhs_axes = array<i64: 0, 2>} : (tensor<2x3x4xf32>, tensor<4x5x2xf32>) -> tensor<3x5xf32>
  // No axes: the outer product.
  // CHECK: catgrad.contract %{{.*}}, %{{.*}} {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<f64>, tensor<f64>) -> tensor<f64>
  %1 = catgrad.contract %s, %s {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<f64>, tensor<f64>) -> tensor<f64>
  // CHECK: catgrad.contract %{{.*}}, %{{.*}} {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<0xi1>, tensor<0xi1>) -> tensor<i1>
  %2 = catgrad.contract %z, %z {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<0xi1>, tensor<0xi1>) -> tensor<i1>
  return
}

//===----------------------------------------------------------------------===//
// Learners and derivatives
//===----------------------------------------------------------------------===//

func.func @f(%x: tensor<2xf32>, %y: tensor<f64>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
func.func @update(%p: tensor<2xf32>, %d: tensor<2xf32>) -> tensor<2xf32> {
  return %p : tensor<2xf32>
}
func.func @value(%y: tensor<2xf32>, %label: tensor<2xf32>) -> tensor<f32> {
  %0 = catgrad.contract %y, %label {lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK: catgrad.derive @f_rev of(@f){{$}}
catgrad.derive @f_rev of(@f)
// CHECK: catgrad.derive @f_rev_x of(@f) wrt([0]){{$}}
catgrad.derive @f_rev_x of(@f) wrt([0])
// CHECK: catgrad.derive @f_rev_none of(@f) wrt([]){{$}}
catgrad.derive @f_rev_none of(@f) wrt([])
// CHECK: catgrad.derive "private" @f_rev_xy of(@f) wrt([0, 1]) {some.attribute}
catgrad.derive "private" @f_rev_xy of(@f) wrt([0, 1]) {some.attribute}
// CHECK: catgrad.derive @f_rev_rev of(@f_rev){{$}}
catgrad.derive @f_rev_rev of(@f_rev)

// CHECK: catgrad.learner @built_in model(@f) optimiser(#catgrad.sgd<rate = 1.000000e-02>) loss(#catgrad.mse){{$}}
catgrad.learner @built_in model(@f) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
// CHECK: catgrad.learner @mine model(@f) optimiser(@update) loss(@value){{$}}
catgrad.learner @mine model(@f) optimiser(@update) loss(@value)
// CHECK: catgrad.learner @own model(@f) optimiser(@update) loss(@update, value = @value) {report_loss}
catgrad.learner @own model(@f) optimiser(@update) loss(@update, value = @value) {report_loss}
