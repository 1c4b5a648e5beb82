//===- LearnerInterfaces.td - Optimisers and losses -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file defines the attribute interfaces of optimisers and losses. Both are
// learner lenses: their forward part is the identity.

#ifndef CATGRAD_LEARNER_INTERFACES_TD
#define CATGRAD_LEARNER_INTERFACES_TD

include "mlir/IR/OpBase.td"

def OptimiserAttrInterface : AttrInterface<"OptimiserAttrInterface"> {
  let description = [{
    An optimiser acts on the whole parameter list: its reverse part is
    `(state, p1..pn, p'1..p'n, hyper..) -> (p1..pn, state)`.
  }];
  let cppNamespace = "::catgrad";
  let methods = [
    InterfaceMethod<[{
        Appends the state for parameters of the given names and types: shared
        scalars first, then each slot for all parameters in order. It starts as
        zeros.
      }], "void", "getState",
      (ins "::mlir::ArrayRef<::catgrad::NamedType>":$parameters,
           "::llvm::SmallVectorImpl<::catgrad::NamedType> &":$state),
      [{}], [{}]>,
    InterfaceMethod<[{
        Appends the run-time inputs, rank-0 tensors, such as a dynamic rate.
      }], "void", "getHyper",
      (ins "::mlir::ArrayRef<::catgrad::NamedType>":$parameters,
           "::llvm::SmallVectorImpl<::catgrad::NamedType> &":$hyper),
      [{}], [{}]>,
    InterfaceMethod<[{
        Emits the forward part, which the model sees: the identity, unless the
        optimiser looks ahead.
      }], "::llvm::LogicalResult", "buildForward",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$state, "::mlir::ValueRange":$parameters,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$results), [{}],
      [{ ::llvm::append_range(results, parameters); return ::mlir::success(); }]>,
    InterfaceMethod<[{
        Emits the reverse part, the update.
      }], "::llvm::LogicalResult", "buildReverse",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$state, "::mlir::ValueRange":$parameters,
           "::mlir::ValueRange":$cotangents, "::mlir::ValueRange":$hyper,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$newParameters,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$newState)>
  ];
}

def LossAttrInterface : AttrInterface<"LossAttrInterface"> {
  let description = [{
    A loss is the lens `(y.., label..) -> y'..`, the gradient of its value
    `(y.., label..) -> scalar`.
  }];
  let cppNamespace = "::catgrad";
  let methods = [
    InterfaceMethod<[{
        Appends the types of the labels for results of the given types, or
        reports at `loc` why there are none.
      }], "::llvm::LogicalResult", "getLabelTypes",
      (ins "::mlir::Location":$loc, "::mlir::TypeRange":$results,
           "::llvm::SmallVectorImpl<::mlir::Type> &":$labels)>,
    InterfaceMethod<[{
        Emits the reverse part: a cotangent for each result.
      }], "::llvm::LogicalResult", "buildReverse",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$results, "::mlir::ValueRange":$labels,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$cotangents)>,
    InterfaceMethod<[{
        Emits the value: a rank-0 tensor. Null on failure.
      }], "::mlir::Value", "buildValue",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$results, "::mlir::ValueRange":$labels)>
  ];
}

#endif // CATGRAD_LEARNER_INTERFACES_TD
