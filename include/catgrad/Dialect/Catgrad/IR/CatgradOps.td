//===- CatgradOps.td - All operations -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gathers the op families, optimisers and losses for TableGen.

#ifndef CATGRAD_OPS_TD
#define CATGRAD_OPS_TD

include "catgrad/Dialect/Catgrad/IR/ActivationOps.td"
include "catgrad/Dialect/Catgrad/IR/ContractionOps.td"
include "catgrad/Dialect/Catgrad/IR/ElementwiseOps.td"
include "catgrad/Dialect/Catgrad/IR/IndexingOps.td"
include "catgrad/Dialect/Catgrad/IR/JoinOps.td"
include "catgrad/Dialect/Catgrad/IR/Losses.td"
include "catgrad/Dialect/Catgrad/IR/MathOps.td"
include "catgrad/Dialect/Catgrad/IR/ModuleOps.td"
include "catgrad/Dialect/Catgrad/IR/NormalisationOps.td"
include "catgrad/Dialect/Catgrad/IR/Optimisers.td"
include "catgrad/Dialect/Catgrad/IR/OrderOps.td"
include "catgrad/Dialect/Catgrad/IR/ReductionOps.td"
include "catgrad/Dialect/Catgrad/IR/ShapeOps.td"
include "catgrad/Dialect/Catgrad/IR/StructuralOps.td"

#endif // CATGRAD_OPS_TD
