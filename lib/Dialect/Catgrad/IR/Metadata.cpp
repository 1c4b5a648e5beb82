//===- Metadata.cpp - Checks of the attributes on functions -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file verifies the discardable attributes of the dialect: what they hold
// and where they stand. An unknown one is an error, because a misspelt name
// would silently lose what it says.

#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace catgrad;

using EmitError = function_ref<InFlightDiagnostic()>;

//===----------------------------------------------------------------------===//
// What an attribute holds
//===----------------------------------------------------------------------===//

static LogicalResult verifyText(NamedAttribute attribute, EmitError emitError) {
  auto text = dyn_cast<StringAttr>(attribute.getValue());
  if (text && !text.empty())
    return success();
  return emitError() << "expected '" << attribute.getName().getValue()
                     << "' to be a string that is not empty but got "
                     << attribute.getValue();
}

static LogicalResult verifyOneOf(NamedAttribute attribute,
                                 ArrayRef<StringRef> words,
                                 EmitError emitError) {
  auto text = dyn_cast<StringAttr>(attribute.getValue());
  if (text && llvm::is_contained(words, text.getValue()))
    return success();
  return emitError() << "expected '" << attribute.getName().getValue()
                     << "' to be one of " << llvm::join(words, ", ")
                     << " but got " << attribute.getValue();
}

static LogicalResult verifyNumber(NamedAttribute attribute,
                                  EmitError emitError) {
  auto number = dyn_cast<IntegerAttr>(attribute.getValue());
  if (number && number.getType().isSignlessInteger(64) && number.getInt() >= 0)
    return success();
  return emitError() << "expected '" << attribute.getName().getValue()
                     << "' to be an i64 that is not negative but got "
                     << attribute.getValue();
}

template <typename Attr>
static LogicalResult verifyIs(NamedAttribute attribute, StringRef what,
                              EmitError emitError) {
  if (isa<Attr>(attribute.getValue()))
    return success();
  return emitError() << "expected '" << attribute.getName().getValue()
                     << "' to be " << what << " but got "
                     << attribute.getValue();
}

static InFlightDiagnostic unknown(NamedAttribute attribute, StringRef where,
                                  EmitError emitError) {
  return emitError() << "unknown attribute '" << attribute.getName().getValue()
                     << "' on " << where;
}

//===----------------------------------------------------------------------===//
// On operations
//===----------------------------------------------------------------------===//

LogicalResult
CatgradDialect::verifyOperationAttribute(Operation *op,
                                         NamedAttribute attribute) {
  auto emitError = [&] { return op->emitOpError(); };
  StringRef name = attribute.getName();
  if (name == metadata::kScope) {
    if (!isa<CallOpInterface>(op))
      return emitError() << "expected '" << attribute.getName().getValue()
                         << "' on a call only";
    return verifyText(attribute, emitError);
  }

  LogicalResult result = success();
  if (name == metadata::kLearner)
    result = verifyText(attribute, emitError);
  else if (name == metadata::kKind)
    result = verifyOneOf(attribute,
                         {"init", "predict", "rev", "rev_p", "loss", "step"},
                         emitError);
  else if (name == metadata::kForward || name == metadata::kReverse)
    result = verifyIs<FlatSymbolRefAttr>(attribute, "the symbol of a function",
                                         emitError);
  else if (name == metadata::kDestinations)
    result =
        verifyIs<DenseI64ArrayAttr>(attribute, "an array of i64", emitError);
  else if (name == metadata::kWorkspaceBytes ||
           name == metadata::kParameterCopies)
    result = verifyNumber(attribute, emitError);
  else if (name == metadata::kKernel)
    result = verifyIs<UnitAttr>(attribute, "a unit", emitError);
  else
    return unknown(attribute, "an operation", emitError);
  if (succeeded(result) && !isa<FunctionOpInterface>(op))
    return emitError() << "expected '" << attribute.getName().getValue()
                       << "' on a function only";
  return result;
}

//===----------------------------------------------------------------------===//
// On arguments and results
//===----------------------------------------------------------------------===//

static LogicalResult verifyArgumentInit(NamedAttribute attribute, Type type,
                                        EmitError emitError) {
  if (!isa<ZerosAttr, ConstantInitAttr, UniformAttr, NormalAttr>(
          attribute.getValue()))
    return emitError() << "expected '" << attribute.getName().getValue()
                       << "' to be #catgrad.zeros, constant, uniform or normal "
                          "but got "
                       << attribute.getValue();
  // Once lowered, an argument is a buffer or a pointer, and i1 is kept as i8.
  if (!isa<TensorType>(type))
    return success();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.getElementType().isIntOrFloat())
    return emitError() << "expected '" << attribute.getName().getValue()
                       << "' on a ranked tensor of numbers but got " << type;
  return verifyInit(attribute.getValue(), type, emitError);
}

LogicalResult CatgradDialect::verifyRegionArgAttribute(
    Operation *op, unsigned, unsigned index, NamedAttribute attribute) {
  auto emitError = [&] {
    return op->emitOpError() << "argument #" << index << ": ";
  };
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return emitError() << "expected '" << attribute.getName().getValue()
                       << "' on an argument of a function only";
  StringRef name = attribute.getName();
  if (name == metadata::kName)
    return verifyText(attribute, emitError);
  if (name == metadata::kRole)
    return verifyOneOf(
        attribute,
        {"parameter", "state", "input", "label", "cotangent", "hyper"},
        emitError);
  if (name == metadata::kInit)
    return verifyArgumentInit(attribute, function.getArgumentTypes()[index],
                              emitError);
  if (name == metadata::kOutput)
    return verifyIs<UnitAttr>(attribute, "a unit", emitError);
  return unknown(attribute, "an argument", emitError);
}

LogicalResult CatgradDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned index, NamedAttribute attribute) {
  auto emitError = [&] {
    return op->emitOpError() << "result #" << index << ": ";
  };
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return emitError() << "expected '" << attribute.getName().getValue()
                       << "' on a result of a function only";
  StringRef name = attribute.getName();
  if (name == metadata::kName)
    return verifyText(attribute, emitError);
  if (name == metadata::kRole)
    return verifyOneOf(attribute,
                       {"parameter", "state", "result", "cotangent", "loss"},
                       emitError);
  if (name == metadata::kAlias) {
    if (failed(verifyNumber(attribute, emitError)))
      return failure();
    int64_t argument = cast<IntegerAttr>(attribute.getValue()).getInt();
    if (argument >= function.getNumArguments())
      return emitError() << "expected '" << attribute.getName().getValue()
                         << "' to be the index of an argument but got "
                         << argument;
    Type type = function.getResultTypes()[index],
         argumentType = function.getArgumentTypes()[argument];
    if (isa<TensorType>(type) && type != argumentType)
      return emitError() << "expected '" << attribute.getName().getValue()
                         << "' to name an argument of type " << type
                         << " but got " << argument << " of type "
                         << argumentType;
    return success();
  }
  return unknown(attribute, "a result", emitError);
}
