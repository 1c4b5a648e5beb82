// Limits are errors at a place in the source, from either tool.
// RUN: split-file %s %t
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

//--- stray.mlir
// Arrows and comparisons are no brackets, and operators of other expressions do
// not add up.
func.func private @a(memref<4xi32, affine_map<(d0) -> (d0 - 1)>>) -> (i1)
func.func private @b() -> i1 attributes {a.set = affine_set<(d0) : (d0 >= 0, d0 - 1 == 0)>}
func.func private @c() -> i1 attributes {a.x = -1, a.y = [-1, -1], a.z = dense<-1> : tensor<1xi8>}
// CHECK: func.func private @c
