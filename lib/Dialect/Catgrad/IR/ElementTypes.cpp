//===- ElementTypes.cpp - Element types and sets of them -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the sets of element types that operations take.

#include "catgrad/Dialect/Catgrad/IR/ElementTypes.h"

using namespace mlir;
using namespace catgrad;

StringRef catgrad::getNames(Elements elements) {
  switch (elements) {
  case Elements::Any:
    return "f16, bf16, f32, f64, i1, i8, i16, i32 or i64";
  case Elements::Float:
    return "f16, bf16, f32 or f64";
  case Elements::Number:
    return "f16, bf16, f32, f64, i8, i16, i32 or i64";
  case Elements::Integer:
    return "i8, i16, i32 or i64";
  case Elements::Bit:
    return "i1";
  case Elements::Ring:
    return "i1, i8, i16, i32 or i64";
  }
  llvm_unreachable("unknown set of element types");
}

bool catgrad::contains(Elements elements, Type type) {
  bool isFloat = isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
  bool isBit = type.isSignlessInteger(1);
  bool isInteger = type.isSignlessInteger(8) || type.isSignlessInteger(16) ||
                   type.isSignlessInteger(32) || type.isSignlessInteger(64);
  switch (elements) {
  case Elements::Any:
    return isFloat || isInteger || isBit;
  case Elements::Float:
    return isFloat;
  case Elements::Number:
    return isFloat || isInteger;
  case Elements::Integer:
    return isInteger;
  case Elements::Bit:
    return isBit;
  case Elements::Ring:
    return isInteger || isBit;
  }
  llvm_unreachable("unknown set of element types");
}

LogicalResult
catgrad::verifyElements(Elements elements, Type type,
                        function_ref<InFlightDiagnostic()> emitError) {
  if (contains(elements, type))
    return success();
  return emitError() << "expected element type " << getNames(elements)
                     << " but got " << type;
}

bool catgrad::isSmallFloat(Type type) {
  return isa<Float16Type, BFloat16Type>(type);
}

Type catgrad::getComputeType(Type element) {
  return isSmallFloat(element) ? Float32Type::get(element.getContext())
                               : element;
}
