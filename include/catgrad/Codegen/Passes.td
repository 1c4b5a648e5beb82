//===- Passes.td - Passes from linalg to kernels -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that prepare linalg on tensors for native code,
// in the order in which the pipelines run them.

#ifndef CATGRAD_CODEGEN_PASSES_TD
#define CATGRAD_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// On tensors
//===----------------------------------------------------------------------===//

def EmitInit : Pass<"catgrad-emit-init", "::mlir::ModuleOp"> {
  let summary = "Emit the function that draws the initial parameters";
  let description = [{
    For each function of kind `step` of a learner `N`, makes
    `@N_init(%seed: tensor<i64>) -> (parameters.., state..)`: parameters as their
    attribute `catgrad.init` says, state zeros.

    Random numbers come from Philox4x32-10 (Salmon et al., SC 2011) with the
    halves of the seed as key. Elements 2j and 2j + 1 of parameter number p, in
    row-major order, share the counter (j mod 2^32, j div 2^32, p, 0). Its four
    words r0..r3 give two numbers in (0, 1),
    `u1 = ((r0 >> 5) * 2^26 + (r1 >> 6) + 1/2) * 2^-53` and `u2` of r2 and r3
    likewise. `uniform` gives `low + (high - low) * u1` and the same of u2;
    `normal` gives `mean + std * sqrt(-2 ln u1) * cos(2 pi u2)`, and with sine
    for the odd element. All of it in f64, then rounded to the parameter's type.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"];
}

def OrderLoops : Pass<"catgrad-order-loops"> {
  let summary = "Give linalg operations loops in an order that vectorises";
  let description = [{
    Makes every named operation but `linalg.fill` a `linalg.generic`. In those
    that sum, the innermost loop becomes the one along which the fewest operands
    are strided: the columns in a matrix product, the summed axis in a sum of
    rows, the remaining axis in a sum of columns. Sums stand just outside it.

    A product that is added to a sum may contract to a fused multiply-add, and
    where the innermost loop sums, its additions may be reassociated: the order
    of summation is unspecified in the dialect. No other operation gets a
    fast-math flag.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def StoreI1AsI8 : Pass<"catgrad-store-i1-as-i8", "::mlir::ModuleOp"> {
  let summary = "Keep tensors of i1 as tensors of i8, one bit per byte";
  let description = [{
    A vector of i1 in memory is packed in LLVM and does not vectorise. The
    elements are 0 or 1; bodies of `linalg.generic` still compute on i1. To be
    run after `catgrad-order-loops`, on the free form of functions.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def FuseElementwise : Pass<"catgrad-fuse-elementwise"> {
  let summary = "Fuse elementwise operations into their only consumer";
  let description = [{
    Unlike the stock pass it never repeats work: the producer has one use, and
    the consumer reads each of its elements once. So a sigmoid goes into a sum,
    but not into a matrix product. Constants with equal elements become scalars
    in all their consumers.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// Destinations, workspace and kernels
//===----------------------------------------------------------------------===//

#endif // CATGRAD_CODEGEN_PASSES_TD
