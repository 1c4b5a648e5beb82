//===- CatgradDialect.td - The catgrad dialect -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the dialect itself.

#ifndef CATGRAD_DIALECT_TD
#define CATGRAD_DIALECT_TD

include "mlir/IR/OpBase.td"

def Catgrad_Dialect : Dialect {
  let name = "catgrad";
  let summary = "Differentiable array programs as open hypergraphs";
  let description = [{
    The operations of this dialect are the hyperedges of open hypergraphs over
    tensors: an SSA value is a node, a function is an arrow. Every operation is
    an *optic*: a forward part that may keep a residual, and a reverse part
    (`DerivativeOpInterface`). The reverse derivative of a function is obtained
    by replacing each operation with its optic and keeping the wires; it is a
    functor (Cruttwell et al., arXiv:2103.01931; Wilson and Zanasi,
    arXiv:2305.01041), applied ahead of time by `catgrad-derive`.

    Shapes are static and explicit; nothing broadcasts implicitly. Element types
    are `f64`, `f32`, `f16` (IEEE 754) and `bf16`; `i64`, `i32`, `i16` and `i8`,
    the rings Z/2^n, where arithmetic wraps around; and `i1`, the field Z/2,
    where addition is xor and multiplication is and. Every operation on `f16` or
    `bf16` computes in f32 and rounds its result once, so that what it gives does
    not depend on what it is fused with; a sum (`reduce_sum`, `matmul`,
    `contract`) is accumulated in f32 and rounded at its end.
  }];
  let cppNamespace = "::catgrad";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  // The attributes of Metadata.h, checked in Metadata.cpp.
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let dependentDialects = ["::mlir::func::FuncDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

#endif // CATGRAD_DIALECT_TD
