// Limits are errors at a place in the source, from either tool.
// RUN: rm -rf %t && split-file %s %t
// RUN: not catgrad-opt %t/nesting.mlir --max-nesting=5 2>&1 | FileCheck %t/nesting.mlir
// RUN: not catgrad-compile %t/nesting.mlir --max-nesting=5 -o %t/a.so 2>&1 | FileCheck %t/nesting.mlir
// RUN: catgrad-opt %t/nesting.mlir --max-nesting=7 | FileCheck %t/nesting.mlir --check-prefix=FITS
// RUN: not catgrad-compile %t/nesting.mlir --max-ops=3 -o %t/a.so 2>&1 | FileCheck %t/nesting.mlir --check-prefix=OPS
// RUN: catgrad-compile %t/nesting.mlir --max-ops=4 --emit=catgrad -o - | FileCheck %t/nesting.mlir --check-prefix=FITS
// The same limit holds after each phase.
// RUN: not catgrad-compile %t/nesting.mlir --max-ops=4 --emit=linalg -o - 2>&1 | FileCheck %t/nesting.mlir --check-prefix=LATER
// RUN: not catgrad-opt %t/derives.mlir --catgrad-derive=max-ops=30 2>&1 | FileCheck %t/derives.mlir
// RUN: not catgrad-compile %t/derives.mlir --max-ops=30 -o %t/a.so 2>&1 | FileCheck %t/derives.mlir
// RUN: catgrad-opt %t/derives.mlir --catgrad-derive=max-ops=200 | FileCheck %t/derives.mlir --check-prefix=FITS
// RUN: not catgrad-opt %t/learner.mlir --catgrad-expand-learners=max-ops=20 2>&1 | FileCheck %t/learner.mlir
// RUN: catgrad-opt %t/stray.mlir --max-nesting=5 | FileCheck %t/stray.mlir
// RUN: not catgrad-compile %t/tensor.mlir -o %t/a.so 2>&1 | FileCheck %t/tensor.mlir
// RUN: not catgrad-compile %t/constant.mlir -o %t/a.so 2>&1 | FileCheck %t/constant.mlir
// RUN: not catgrad-compile %t/residuals.mlir -o %t/a.so 2>&1 | FileCheck %t/residuals.mlir
// RUN: catgrad-compile %t/residuals.mlir --emit=catgrad -o - | FileCheck %t/residuals.mlir --check-prefix=FITS
// RUN: not catgrad-compile %t/zeros.mlir -o %t/a.so 2>&1 | FileCheck %t/zeros.mlir
// RUN: catgrad-opt %t/stray.mlir --emit-bytecode -o %t/module.mlirbc
// RUN: not catgrad-compile %t/module.mlirbc -o %t/a.so 2>&1 | FileCheck %s --check-prefix=BYTECODE
// RUN: not ls %t/a.so

// BYTECODE: module.mlirbc:1:1: error: expected MLIR as text but got bytecode

//--- nesting.mlir
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // "strings (((((( [[[[[[ \" {{{{{{" and comments do not count: ((((((((((
  %0 = catgrad.add %x, %x {a.s = "((((((\"((((((", a.d = [[[[tuple<>]]]]} : tensor<2xf32>
  return %0 : tensor<2xf32>
}
// CHECK: nesting.mlir:3:61: error: expected brackets nested at most 5 deep
// FITS: catgrad.add
// OPS: nesting.mlir:4:3: error: expected at most 3 operations in the module
// LATER: error: expected at most 4 operations in the module

//--- derives.mlir
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = catgrad.sigmoid %x : tensor<f32>
  return %0 : tensor<f32>
}
catgrad.derive @f1 of(@f)
catgrad.derive @f2 of(@f1)
// CHECK: derives.mlir:6:1: error: expected derivatives of at most 30 operations in a module
// FITS: func.func @f2

//--- learner.mlir
func.func @f(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2x2xf32>
  %0 = catgrad.matmul %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
catgrad.learner @l model(@f) optimiser(#catgrad.sgd<rate = 0.1>) loss(#catgrad.mse)
// CHECK: learner.mlir:6:1: error: expected derivatives of at most 20 operations in a module

//--- tensor.mlir
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.broadcast %x {dimensions = array<i64: 1>} : (tensor<4xf32>) -> tensor<4x68719476737xf32>
  %1 = catgrad.reduce_sum %0 {dimensions = array<i64: 1>} : (tensor<4x68719476737xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
// CHECK: tensor.mlir:2:8: error: expected a tensor of at most 2^40 bytes but got 'tensor<4x68719476737xf32>'

//--- constant.mlir
func.func @f() -> tensor<1073741825xi8> {
  %0 = catgrad.constant dense<0> : tensor<1073741825xi8>
  return %0 : tensor<1073741825xi8>
}
// CHECK: constant.mlir:2:8: error: expected a constant of at most 2^30 bytes but got 'tensor<1073741825xi8>'

//--- residuals.mlir
// The module is small; its derivative keeps a value of each turn.
func.func @f(%x: tensor<64xf64>) -> tensor<64xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 4294967296 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<64xf64> {
    %0 = math.sin %a : tensor<64xf64>
    scf.yield %0 : tensor<64xf64>
  }
  return %r : tensor<64xf64>
}
catgrad.derive @g of(@f)
// CHECK: residuals.mlir:6:8: error: expected a tensor of at most 2^40 bytes but got 'tensor<4294967296x64xf64>'
// FITS: catgrad.derive

//--- zeros.mlir
// Where the loop does not run, its residuals are zeros.
func.func @f(%x: tensor<4xf64>, %c: tensor<i1>) -> tensor<4xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 2147483647 : index
  %p = tensor.extract %c[] : tensor<i1>
  %s = scf.if %p -> tensor<4xf64> {
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<4xf64> {
      %0 = math.sin %a : tensor<4xf64>
      scf.yield %0 : tensor<4xf64>
    }
    scf.yield %r : tensor<4xf64>
  } else {
    scf.yield %x : tensor<4xf64>
  }
  %t = math.sin %s : tensor<4xf64>
  return %t : tensor<4xf64>
}
catgrad.derive @g of(@f)
// CHECK: zeros.mlir:7:8: error: expected a constant of at most 2^30 bytes but got 'tensor<2147483647x4xf64>'

//--- stray.mlir
// Arrows and comparisons are no brackets, and operators of other expressions do
// not add up.
func.func private @a(memref<4xi32, affine_map<(d0) -> (d0 - 1)>>) -> (i1)
func.func private @b() -> i1 attributes {a.set = affine_set<(d0) : (d0 >= 0, d0 - 1 == 0)>}
func.func private @c() -> i1 attributes {a.x = -1, a.y = [-1, -1], a.z = dense<-1> : tensor<1xi8>}
// CHECK: func.func private @c
