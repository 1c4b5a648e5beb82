//===- Catgrad.cpp - The catgrad dialect -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file registers the dialect and checks its tensor types.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/FuncDerivative.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

#include "catgrad/Dialect/Catgrad/IR/CatgradDialect.cpp.inc"

/// Whether a call of the function brings parameters, which the call names.
static bool hasParameters(FunctionOpInterface function,
                          llvm::SmallPtrSetImpl<Operation *> &seen) {
  if (!seen.insert(function).second)
    return false;
  return function
      .walk([&](Operation *op) {
        bool found = isa<ParameterOp>(op);
        if (auto call = dyn_cast<CallOpInterface>(op))
          if (auto callee =
                  dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable()))
            found = hasParameters(callee, seen);
        return found ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {
/// What `inline` may do with a function's operations.
struct CatgradInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  /// A function that brings its own derivative must stay one. And parameters
  /// are named by the calls on the way to them: inlined, those of two calls
  /// would be one.
  bool isLegalToInline(Operation *op, Region *, bool,
                       IRMapping &) const override {
    auto function = op->getParentOfType<FunctionOpInterface>();
    if (!function)
      return true;
    if (function->hasAttr(metadata::kForward))
      return false;
    // It is enough to look once, at the first that is asked.
    Block &entry = function.getFunctionBody().front();
    auto first = llvm::find_if(entry, [&](Operation &other) {
      return other.getDialect() == getDialect();
    });
    llvm::SmallPtrSet<Operation *, 8> seen;
    return (first != entry.end() && &*first != op) ||
           !hasParameters(function, seen);
  }
};
} // namespace

void CatgradDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "catgrad/Dialect/Catgrad/IR/CatgradOps.cpp.inc"
      >();
  registerAttributes();
  addInterfaces<CatgradInliner>();
  // Calls have a derivative wherever the dialect is loaded; func is loaded
  // before, as a dependent dialect.
  attachFuncDerivative(*getContext());
}

Operation *CatgradDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

LogicalResult
catgrad::verifyTensorType(Type type,
                          function_ref<InFlightDiagnostic()> emitError) {
  auto fail = [&](auto &&...reason) {
    if (emitError)
      (emitError() << ... << reason);
    return failure();
  };
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return fail("expected a ranked tensor but got ", type);
  if (!tensor.hasStaticShape())
    return fail("dynamic shapes are not supported yet, but got ", type);
  Type element = tensor.getElementType();
  if (!contains(Elements::Any, element))
    return fail("expected element type ", getNames(Elements::Any), " but got ",
                element);
  if (tensor.getEncoding())
    return fail("expected a tensor without encoding but got ", type);
  uint64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  for (int64_t size : tensor.getShape()) {
    // A later zero would make the product zero, but no such tensor is meant.
    bool overflow = false;
    bytes = llvm::SaturatingMultiply<uint64_t>(bytes, size, &overflow);
    if (overflow || bytes > uint64_t(INT64_MAX))
      return fail("byte size of ", type, " overflows");
  }
  return success();
}

LogicalResult catgrad::verifyOrder(Operation *op) {
  Region *region = op->getParentRegion();
  if (!region || mayHaveSSADominance(*region))
    return success();
  for (Value operand : op->getOperands()) {
    Operation *definition = operand.getDefiningOp();
    if (definition && definition->getBlock() == op->getBlock() &&
        !definition->isBeforeInBlock(op))
      return op->emitOpError("expected operands that are defined before");
  }
  return success();
}

DenseElementsAttr catgrad::getSplat(Type type, double value) {
  auto tensor = cast<RankedTensorType>(type);
  if (auto integer = dyn_cast<IntegerType>(tensor.getElementType()))
    return DenseElementsAttr::get(
        tensor, APInt(integer.getWidth(), int64_t(value), /*isSigned=*/true,
                      /*implicitTrunc=*/true));
  auto element = cast<FloatType>(tensor.getElementType());
  APFloat number(value);
  bool losesInfo;
  number.convert(element.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return DenseElementsAttr::get(tensor, number);
}

#define GET_OP_CLASSES
#include "catgrad/Dialect/Catgrad/IR/CatgradOps.cpp.inc"
