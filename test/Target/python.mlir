// RUN: split-file %s %t
// RUN: catgrad-translate --catgrad-to-python %t/learner.mlir | FileCheck %s --check-prefix=LEARNER
// RUN: catgrad-translate --catgrad-to-python %t/literals.mlir | FileCheck %s --check-prefix=LITERALS
// RUN: catgrad-translate --catgrad-to-python --python-class=Maths %t/calls.mlir | FileCheck %s --check-prefix=CALLS
// RUN: catgrad-translate --catgrad-to-python %t/wires.mlir | FileCheck %s --check-prefix=WIRES

//--- learner.mlir
// A learner is a class. An argument `b` keeps its name, a keyword cannot.
func.func @model(%x: tensor<5x4xf32>) -> tensor<5x3xf32> {
  %w = catgrad.parameter "lambda" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>
  %b = catgrad.parameter "b" {init = #catgrad.zeros} : tensor<3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  %1 = catgrad.broadcast %b {dimensions = array<i64: 0>} : (tensor<3xf32>) -> tensor<5x3xf32>
  %2 = catgrad.add %0, %1 : tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}
catgrad.learner @two_layers model(@model) optimiser(#catgrad.sgd<rate = 0.5>) loss(#catgrad.mse)

// LEARNER:      class TwoLayers:
// LEARNER-NEXT:     """The learner @two_layers."""
// LEARNER-EMPTY:
// LEARNER-NEXT:     learner = "two_layers"
// LEARNER-EMPTY:
// LEARNER-NEXT:     def __init__(self, backend):
// LEARNER-NEXT:         """
// LEARNER-NEXT:         self.backend = backend
// LEARNER:          def init(self, seed):
// LEARNER:              ops = self.backend
// LEARNER-NEXT:         lambda_ = ops.normal(seed, 0, mean=0.0, std=0.01, shape=(4, 3), dtype="f32")
// LEARNER-NEXT:         b = ops.constant(0, shape=(3,), dtype="f32")
// LEARNER-NEXT:         return lambda_, b
// LEARNER:          def predict(self, lambda_, b, x0):
// LEARNER-NEXT:         """The results of the model.
// LEARNER-EMPTY:
// LEARNER-NEXT:         lambda_: f32[4, 3], parameter
// LEARNER-NEXT:         b: f32[3], parameter
// LEARNER-NEXT:         x0: f32[5, 4], input
// LEARNER-NEXT:         Returns y0: f32[5, 3]
// LEARNER-NEXT:         """
// LEARNER-NEXT:         ops = self.backend
// LEARNER-NEXT:         x1 = x0 @ lambda_
// LEARNER-NEXT:         x2 = ops.broadcast(b, dimensions=(0,), shape=(5, 3))
// LEARNER-NEXT:         x3 = x1 + x2
// LEARNER-NEXT:         return x3
// LEARNER:          def rev(self, lambda_, b, x0, dy0):
// LEARNER:          def rev_p(self, lambda_, b, x0, dy0):
// LEARNER:              return [[DW:x[0-9]+]], [[DB:x[0-9]+]]
// LEARNER:          def loss(self, lambda_, b, x0, label0):
// LEARNER:          def step(self, lambda_, b, x0, label0):
// LEARNER-NOT:  class

//--- literals.mlir
func.func @literals(%x: tensor<2x2xf32>, %p: tensor<2x2xi1>, %i: tensor<2xi32>) {
  %0 = catgrad.constant dense<0.1> : tensor<2x3xf32>
  %1 = catgrad.constant dense<[[1.0, -1.0e-40], [0x7F800000, 3.0]]> : tensor<2x2xf32>
  %2 = catgrad.constant dense<[true, false]> : tensor<2xi1>
  %3 = catgrad.constant dense<-128> : tensor<i32>
  %4 = catgrad.constant dense<[1.0, 0xFFC00000]> : tensor<2xf32>
  %5 = catgrad.constant dense<> : tensor<2x0xf32>
  %6 = catgrad.constant dense<0.1> : tensor<f64>
  %7 = catgrad.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %8 = catgrad.compare %x, %7 {predicate = #catgrad.predicate<le>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
  %9 = catgrad.cast %i : (tensor<2xi32>) -> tensor<2xf32>
  %10 = catgrad.add %p, %8 : tensor<2x2xi1>
  %11 = catgrad.multiply %p, %8 : tensor<2x2xi1>
  %12 = catgrad.negate %p : tensor<2x2xi1>
  %13 = catgrad.matmul %p, %8 : (tensor<2x2xi1>, tensor<2x2xi1>) -> tensor<2x2xi1>
  %14 = catgrad.reshape %x : (tensor<2x2xf32>) -> tensor<4xf32>
  %15 = catgrad.contract %x, %x {lhs_axes = array<i64>, rhs_axes = array<i64>} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2x2x2xf32>
  return
}

// LITERALS:      ops = self.backend
// LITERALS-NEXT: x0 = ops.constant(0.1, shape=(2, 3), dtype="f32")
// LITERALS-NEXT: x1 = ops.constant({{\[\[}}1.0, -1e-40], [float("inf"), 3.0]], shape=(2, 2), dtype="f32")
// LITERALS-NEXT: x2 = ops.constant([True, False], shape=(2,), dtype="i1")
// LITERALS-NEXT: x3 = ops.constant(-128, shape=(), dtype="i32")
// LITERALS-NEXT: x4 = ops.constant("0x0000803f0000c0ff", shape=(2,), dtype="f32")
// LITERALS-NEXT: x5 = ops.constant([], shape=(2, 0), dtype="f32")
// LITERALS-NEXT: x6 = ops.constant(0.1, shape=(), dtype="f64")
// LITERALS-NEXT: x7 = ops.transpose(a0, permutation=(1, 0))
// LITERALS-NEXT: x8 = ops.compare(a0, x7, predicate="le")
// LITERALS-NEXT: x9 = ops.cast(a2, dtype="f32")
// LITERALS-NEXT: x10 = a1 ^ x8
// LITERALS-NEXT: x11 = a1 & x8
// LITERALS-NEXT: x12 = ops.negate(a1)
// LITERALS-NEXT: x13 = ops.matmul(a1, x8)
// LITERALS-NEXT: x14 = ops.reshape(a0, shape=(4,))
// LITERALS-NEXT: x15 = ops.contract(a0, a0, lhs_axes=(), rhs_axes=())
// LITERALS-NEXT: return ()

//--- calls.mlir
func.func @twice(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0:2 = call @swap.fwd(%x, %x) : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  %1:2 = call @once(%0#1) : (tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %1#0, %0#0 : tensor<f32>, tensor<f32>
}
func.func @once(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  return %x, %x : tensor<f32>, tensor<f32>
}
func.func private @swap.fwd(%x: tensor<f32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  return %y, %x : tensor<f32>, tensor<f32>
}
func.func private @unused(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// CALLS:      class Maths:
// CALLS:          def twice(self, a0):
// CALLS-NOT:          ops =
// CALLS:              x0, x1 = self._swap_fwd(a0, a0)
// CALLS-NEXT:         x2, x3 = self.once(x1)
// CALLS-NEXT:         return x2, x0
// CALLS:          def once(self, a0):
// CALLS:          def _swap_fwd(self, a0, a1):
// CALLS:              return a1, a0
// CALLS-NOT:  unused

//--- wires.mlir
// The monogamous form is allowed, too.
func.func @square(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  catgrad.discard %y : tensor<f32>
  %a, %b = catgrad.copy %x : tensor<f32>
  %0 = catgrad.multiply %a, %b : tensor<f32>
  return %0 : tensor<f32>
}

// WIRES:      ops = self.backend
// WIRES-NEXT: ops.discard(a1)
// WIRES-NEXT: x0, x1 = ops.copy(a0)
// WIRES-NEXT: x2 = x0 * x1
// WIRES-NEXT: return x2
