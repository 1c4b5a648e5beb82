//===- Math.cpp - Functions of the C library --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints operations of `math` as calls of libm, as far as C99 has it.

#include "C.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

/// The function of double; that of float has an f behind it.
static StringRef getLibraryFunction(Operation *op) {
  return llvm::StringSwitch<StringRef>(op->getName().stripDialect())
      .Cases({"acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh",
              "cbrt", "ceil", "copysign"},
             op->getName().stripDialect())
      .Cases({"cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "floor",
              "fma", "log"},
             op->getName().stripDialect())
      .Cases({"log10", "log1p", "log2", "round", "sin", "sinh", "sqrt", "tan",
              "tanh", "trunc"},
             op->getName().stripDialect())
      .Case("absf", "fabs")
      .Case("powf", "pow")
      // The default rounding, to nearest and ties to even.
      .Case("roundeven", "rint")
      .Default({});
}

/// Macros that classify floats; any number but zero means true.
static StringRef getTest(Operation *op) {
  return llvm::StringSwitch<StringRef>(op->getName().stripDialect())
      .Cases({"isfinite", "isinf", "isnan", "isnormal"},
             op->getName().stripDialect())
      .Default({});
}

FailureOr<Expr> c::FunctionPrinter::buildMath(Operation *op) {
  SmallVector<Expr> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(get(operand));
    if (operands.back().ctype != "float" && operands.back().ctype != "double")
      return failure();
  }
  if (StringRef test = getTest(op); !test.empty())
    return Expr{call(test, operands, "int").text + " != 0", Binding::Relation,
                Meaning::Unsigned, "int"};
  std::string ctype = getScalarType(op->getResult(0).getType());
  if (ctype != "float" && ctype != "double")
    return failure();
  bool isFloat = ctype == "float";
  if (isa<math::RsqrtOp>(op))
    return Expr{(isFloat ? "1.0f / " : "1.0 / ") +
                    call(isFloat ? "sqrtf" : "sqrt", operands, ctype).text,
                Binding::Product, Meaning::Number, ctype};
  StringRef function = getLibraryFunction(op);
  if (function.empty())
    return failure();
  return call((function + (isFloat ? "f" : "")).str(), operands, ctype);
}
