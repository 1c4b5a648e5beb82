// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivatives of scf.if and scf.for.
// The values are tested by test/Integration/test_upstream.py.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s


// CHECK-LABEL: func.func @if_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: i1, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64, %[[A3:[a-z0-9]+]]: f64)
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant false
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]]:2 = scf.if %[[A0]] -> (f64, f64) {
// CHECK-NEXT:      %[[V7:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[A2]] : f64
// CHECK-NEXT:      %[[V8:[a-z0-9_]+]] = math.exp %[[V7]] : f64
// CHECK-NEXT:      %[[V9:[a-z0-9_]+]] = arith.mulf %[[V8]], %[[A3]] : f64
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = arith.mulf %[[A2]], %[[V9]] : f64
// CHECK-NEXT:      %[[V11:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[V9]] : f64
// CHECK-NEXT:      scf.yield %[[V10]], %[[V11]] : f64, f64
// CHECK-NEXT:    } else {
// CHECK-NEXT:      scf.yield %[[V5]], %[[A3]] : f64, f64
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[V4]], %[[V6]]#0, %[[V6]]#1 : i1, f64, f64
func.func @if(%p: i1, %x: f64, %y: f64) -> f64 {
  %r = scf.if %p -> f64 {
    %0 = arith.mulf %x, %y : f64
    %1 = math.exp %0 : f64
    scf.yield %1 : f64
  } else {
    scf.yield %y : f64
  }
  return %r : f64
}
catgrad.derive @if_rev of(@if)

// CHECK-LABEL: func.func @for_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 2 : index
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V6:[a-z0-9_]+]] = arith.constant 1 : index
// CHECK:         %[[V7:[a-z0-9_]+]] = arith.constant 3 : index
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = tensor.empty() : tensor<3xf64>
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]]:2 = scf.for %[[V10:[a-z0-9_]+]] = %[[V5]] to %[[V7]] step %[[V6]] iter_args(%[[V11:[a-z0-9_]+]] = %[[A0]], %[[V12:[a-z0-9_]+]] = %[[V8]]) -> (f64, tensor<3xf64>) {
// CHECK-NEXT:      %[[V13:[a-z0-9_]+]] = arith.mulf %[[V11]], %[[A1]] : f64
// CHECK-NEXT:      %[[V14:[a-z0-9_]+]] = tensor.insert %[[V11]] into %[[V12]][%[[V10]]] : tensor<3xf64>
// CHECK-NEXT:      scf.yield %[[V13]], %[[V14]] : f64, tensor<3xf64>
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[V15:[a-z0-9_]+]]:2 = scf.for %[[V10]] = %[[V5]] to %[[V7]] step %[[V6]] iter_args(%[[V11]] = %[[A2]], %[[V12]] = %[[V4]]) -> (f64, f64) {
// CHECK-NEXT:      %[[V13]] = arith.subi %[[V3]], %[[V10]] : index
// CHECK-NEXT:      %[[V16:[a-z0-9_]+]] = tensor.extract %[[V9]]#1[%[[V13]]] : tensor<3xf64>
// CHECK-NEXT:      %[[V17:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[V11]] : f64
// CHECK-NEXT:      %[[V18:[a-z0-9_]+]] = arith.mulf %[[V16]], %[[V11]] : f64
// CHECK-NEXT:      %[[V19:[a-z0-9_]+]] = arith.addf %[[V12]], %[[V18]] : f64
// CHECK-NEXT:      scf.yield %[[V17]], %[[V19]] : f64, f64
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[V15]]#0, %[[V15]]#1 : f64, f64
func.func @for(%x: f64, %y: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> f64 {
    %0 = arith.mulf %v, %y : f64
    scf.yield %0 : f64
  }
  return %r : f64
}
catgrad.derive @for_rev of(@for)

// CHECK-LABEL: func.func @for_keeps_slices_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf64>, %[[A1:[a-z0-9]+]]: tensor<2xf64>, %[[A2:[a-z0-9]+]]: tensor<2xf64>)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 3 : index
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 1 : index
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant dense<0.000000e+00> : tensor<2xf64>
// CHECK:         %[[V6:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V7:[a-z0-9_]+]] = arith.constant 2 : index
// CHECK:         %[[V8:[a-z0-9_]+]] = arith.constant 6 : index
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = tensor.empty() : tensor<3x2xf64>
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]]:2 = scf.for %[[V11:[a-z0-9_]+]] = %[[V6]] to %[[V8]] step %[[V7]] iter_args(%[[V12:[a-z0-9_]+]] = %[[A0]], %[[V13:[a-z0-9_]+]] = %[[V9]]) -> (tensor<2xf64>, tensor<3x2xf64>) {
// CHECK-NEXT:      %[[V14:[a-z0-9_]+]] = arith.mulf %[[V12]], %[[A1]] : tensor<2xf64>
// CHECK-NEXT:      %[[V15:[a-z0-9_]+]] = arith.divui %[[V11]], %[[V7]] : index
// CHECK-NEXT:      %[[V16:[a-z0-9_]+]] = tensor.insert_slice %[[V12]] into %[[V13]][%[[V15]], 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<3x2xf64>
// CHECK-NEXT:      scf.yield %[[V14]], %[[V16]] : tensor<2xf64>, tensor<3x2xf64>
// CHECK-NEXT:    }
// CHECK-NEXT:    %[[V17:[a-z0-9_]+]]:2 = scf.for %[[V11]] = %[[V6]] to %[[V3]] step %[[V4]] iter_args(%[[V12]] = %[[A2]], %[[V13]] = %[[V5]]) -> (tensor<2xf64>, tensor<2xf64>) {
// CHECK-NEXT:      %[[V14]] = arith.subi %[[V7]], %[[V11]] : index
// CHECK-NEXT:      %[[V18:[a-z0-9_]+]] = tensor.extract_slice %[[V10]]#1[%[[V14]], 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
// CHECK-NEXT:      %[[V15]] = arith.mulf %[[A1]], %[[V12]] : tensor<2xf64>
// CHECK-NEXT:      %[[V19:[a-z0-9_]+]] = arith.mulf %[[V18]], %[[V12]] : tensor<2xf64>
// CHECK-NEXT:      %[[V20:[a-z0-9_]+]] = arith.addf %[[V13]], %[[V19]] : tensor<2xf64>
// CHECK-NEXT:      scf.yield %[[V15]], %[[V20]] : tensor<2xf64>, tensor<2xf64>
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[V17]]#0, %[[V17]]#1 : tensor<2xf64>, tensor<2xf64>
func.func @for_keeps_slices(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %r = scf.for %i = %c0 to %c6 step %c2 iter_args(%v = %x) -> tensor<2xf64> {
    %0 = arith.mulf %v, %y : tensor<2xf64>
    scf.yield %0 : tensor<2xf64>
  }
  return %r : tensor<2xf64>
}
catgrad.derive @for_keeps_slices_rev of(@for_keeps_slices)

// CHECK-LABEL: func.func @for_never_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[A2]], %[[V3]] : f64, f64
func.func @for_never(%x: f64, %y: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c3 to %c0 step %c1 iter_args(%v = %x) -> f64 {
    %0 = arith.mulf %v, %y : f64
    scf.yield %0 : f64
  }
  return %r : f64
}
catgrad.derive @for_never_rev of(@for_never)

// CHECK-LABEL: func.func @for_in_for_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK:         %[[V5:[a-z0-9_]+]] = arith.constant 1 : index
// CHECK:         %[[V6:[a-z0-9_]+]] = arith.constant 3 : index
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = scf.for %[[V8:[a-z0-9_]+]] = %[[V4]] to %[[V6]] step %[[V5]] iter_args(%[[V9:[a-z0-9_]+]] = %[[V3]]) -> (f64) {
// CHECK-NEXT:      %[[V10:[a-z0-9_]+]] = scf.for %[[V11:[a-z0-9_]+]] = %[[V4]] to %[[V6]] step %[[V5]] iter_args(%[[V12:[a-z0-9_]+]] = %[[V3]]) -> (f64) {
// CHECK-NEXT:        %[[V13:[a-z0-9_]+]] = arith.addf %[[V12]], %[[A2]] : f64
// CHECK-NEXT:        scf.yield %[[V13]] : f64
// CHECK-NEXT:      }
// CHECK-NEXT:      %[[V14:[a-z0-9_]+]] = arith.addf %[[V9]], %[[V10]] : f64
// CHECK-NEXT:      scf.yield %[[V14]] : f64
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[A2]], %[[V7]] : f64, f64
func.func @for_in_for(%x: f64, %y: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> f64 {
    %0 = scf.for %j = %c0 to %c3 step %c1 iter_args(%w = %v) -> f64 {
      %1 = arith.addf %w, %y : f64
      scf.yield %1 : f64
    }
    scf.yield %0 : f64
  }
  return %r : f64
}
catgrad.derive @for_in_for_rev of(@for_in_for)
