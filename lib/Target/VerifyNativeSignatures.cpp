//===- VerifyNativeSignatures.cpp - What can become native code -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks that a module's functions fit the native calling convention:
// pointers to tensors whose sizes are known now.

#include "catgrad/Target/VerifyNativeSignatures.h"

#include "catgrad/Target/Manifest.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace catgrad;

/// The bytes of a tensor in memory (i1 takes one), or nothing on overflow.
static std::optional<int64_t> getBytes(RankedTensorType tensor) {
  // A zero anywhere makes the size zero, whatever the other sizes are.
  if (llvm::is_contained(tensor.getShape(), 0))
    return 0;
  int64_t bytes = (tensor.getElementType().getIntOrFloatBitWidth() + 7) / 8;
  for (int64_t size : tensor.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return std::nullopt;
  return bytes;
}

/// Checks one argument or result. Errors start with what it is: "argument #0".
static LogicalResult verifyType(Type type, bool isPublic,
                                function_ref<InFlightDiagnostic()> emitError) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor) {
    if (isa<UnrankedTensorType>(type))
      return emitError() << "has the type " << type
                         << ": dynamic shapes are not supported yet";
    // A private function may take what it likes: only its callers see it.
    if (!isPublic)
      return success();
    return emitError() << "has the type " << type
                       << ": native code takes tensors only";
  }
  if (!tensor.hasStaticShape())
    return emitError() << "has the type " << type
                       << ": dynamic shapes are not supported yet";
  if (tensor.getEncoding())
    return emitError() << "has the type " << type
                       << ": native code takes no tensor with an encoding";
  if (getDtype(tensor.getElementType()).empty())
    return emitError()
           << "has the type " << type
           << ": expected an element type f16, bf16, f32, f64, i1, i8, "
              "i16, i32 or i64 but got "
           << tensor.getElementType();
  if (!getBytes(tensor))
    return emitError() << "has the type " << type
                       << ": its size in bytes overflows 63 bits";
  return success();
}

static LogicalResult verifyFunction(func::FuncOp function) {
  // What nobody calls is never compiled, so that it may stay.
  if (function.isExternal()) {
    if (SymbolTable::symbolKnownUseEmpty(function,
                                         function->getParentOfType<ModuleOp>()))
      return success();
    return function.emitError()
           << "function '" << function.getSymName()
           << "' has no body, which native code would need";
  }
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    auto emitError = [&, i = i, argument = argument] {
      return mlir::emitError(argument.getLoc())
             << "argument #" << i << " of '" << function.getSymName() << "' ";
    };
    if (failed(verifyType(argument.getType(), function.isPublic(), emitError)))
      return failure();
  }
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    auto emitError = [&, i = i] {
      return function.emitError()
             << "result #" << i << " of '" << function.getSymName() << "' ";
    };
    if (failed(verifyType(type, function.isPublic(), emitError)))
      return failure();
  }
  return success();
}

LogicalResult catgrad::verifyNativeSignatures(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (failed(verifyFunction(function)))
      return failure();
  return success();
}
