// RUN: catgrad-opt %s --catgrad-store-i1-as-i8 --split-input-file --verify-diagnostics | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func private @callee(tensor<16xi8>) -> tensor<16xi8>
func.func private @callee(tensor<16xi1>) -> tensor<16xi1>

// Bytes outside, bits inside.
// CHECK-LABEL: func.func @generic
// CHECK-SAME: (%[[X:.*]]: tensor<16xi8>, %[[Y:.*]]: tensor<16xf32>) -> (tensor<16xi8> {catgrad.name = "r"}, tensor<16xf32>)
// CHECK: %[[INIT:.*]] = tensor.empty() : tensor<16xi8>
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[Y]] : tensor<16xi8>, tensor<16xf32>) outs(%[[INIT]], %{{.*}} : tensor<16xi8>, tensor<16xf32>)
// CHECK: ^bb0(%[[IN:.*]]: i8, %[[F:.*]]: f32, %{{.*}}: i8, %{{.*}}: f32):
// CHECK: %[[BIT:.*]] = arith.trunci %[[IN]] : i8 to i1
// CHECK: %[[NOT:.*]] = arith.xori %[[BIT]], %{{.*}} : i1
// CHECK: %[[BYTE:.*]] = arith.extui %[[NOT]] : i1 to i8
// CHECK: linalg.yield %[[BYTE]], %[[F]] : i8, f32
// CHECK: call @callee(%{{.*}}) : (tensor<16xi8>) -> tensor<16xi8>
func.func @generic(%x: tensor<16xi1>, %y: tensor<16xf32>) -> (tensor<16xi1> {catgrad.name = "r"}, tensor<16xf32>) {
  %e = tensor.empty() : tensor<16xi1>
  %f = tensor.empty() : tensor<16xf32>
  %0:2 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<16xi1>, tensor<16xf32>) outs(%e, %f : tensor<16xi1>, tensor<16xf32>) {
  ^bb0(%in: i1, %in_f: f32, %out: i1, %out_f: f32):
    %true = arith.constant true
    %not = arith.xori %in, %true : i1
    linalg.yield %not, %in_f : i1, f32
  } -> (tensor<16xi1>, tensor<16xf32>)
  %1 = call @callee(%0#0) : (tensor<16xi1>) -> tensor<16xi1>
  return %1, %0#1 : tensor<16xi1>, tensor<16xf32>
}

// CHECK-LABEL: func.func @constants
// CHECK: %[[TRUE:.*]] = arith.constant true
// CHECK: %[[ONE:.*]] = arith.extui %[[TRUE]] : i1 to i8
// CHECK: linalg.fill ins(%[[ONE]] : i8) outs(%{{.*}} : tensor<2x2xi8>) -> tensor<2x2xi8>
// CHECK: tensor.collapse_shape %{{.*}} : tensor<2x2xi8> into tensor<4xi8>
// CHECK: arith.constant dense<[1, 0, 1]> : tensor<3xi8>
// CHECK: arith.constant dense<1> : tensor<3xi8>
func.func @constants() -> (tensor<4xi1>, tensor<3xi1>, tensor<3xi1>) {
  %true = arith.constant true
  %e = tensor.empty() : tensor<2x2xi1>
  %0 = linalg.fill ins(%true : i1) outs(%e : tensor<2x2xi1>) -> tensor<2x2xi1>
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x2xi1> into tensor<4xi1>
  %2 = arith.constant dense<[true, false, true]> : tensor<3xi1>
  %3 = arith.constant dense<true> : tensor<3xi1>
  return %1, %2, %3 : tensor<4xi1>, tensor<3xi1>, tensor<3xi1>
}

// CHECK-LABEL: func.func @elements(
// CHECK-SAME: %[[X:.*]]: tensor<3xi8>, %{{.*}}: index) -> tensor<3xi8>
// CHECK: %[[BYTE:.*]] = tensor.extract %[[X]]
// CHECK: %[[BIT:.*]] = arith.trunci %[[BYTE]] : i8 to i1
// CHECK: scf.for {{.*}} iter_args(%[[V:.*]] = %[[X]]) -> (tensor<3xi8>)
// CHECK: %[[R:.*]] = scf.if %[[BIT]] -> (tensor<3xi8>)
// CHECK: %[[NEW:.*]] = arith.extui %[[BIT]] : i1 to i8
// CHECK: tensor.insert %[[NEW]] into %[[V]]
// CHECK: %[[SPLAT:.*]] = arith.extui %[[BIT]] : i1 to i8
// CHECK: tensor.splat %[[SPLAT]] : tensor<3xi8>
func.func @elements(%x: tensor<3xi1>, %n: index) -> tensor<3xi1> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %bit = tensor.extract %x[%c0] : tensor<3xi1>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> tensor<3xi1> {
    %0 = scf.if %bit -> tensor<3xi1> {
      %1 = tensor.insert %bit into %v[%c1] : tensor<3xi1>
      scf.yield %1 : tensor<3xi1>
    } else {
      %1 = tensor.splat %bit : tensor<3xi1>
      scf.yield %1 : tensor<3xi1>
    }
    scf.yield %0 : tensor<3xi1>
  }
  return %r : tensor<3xi1>
}

// -----

func.func @named(%x: tensor<2x3xi1>, %init: tensor<3x2xi1>) -> tensor<3x2xi1> {
  // expected-error @below {{cannot hold its i1 elements as bytes; run catgrad-order-loops first}}
  %0 = linalg.transpose ins(%x : tensor<2x3xi1>) outs(%init : tensor<3x2xi1>) permutation = [1, 0]
  return %0 : tensor<3x2xi1>
}
