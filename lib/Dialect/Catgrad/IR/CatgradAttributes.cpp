//===- CatgradAttributes.cpp - Attributes of the catgrad dialect -*- C++
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file implements the attributes and their syntax.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace catgrad;

static FailureOr<FloatAttr> parseNumber(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  double value;
  if (parser.parseFloat(value))
    return failure();
  if (!std::isfinite(value))
    return parser.emitError(loc, "expected a finite number");
  return parser.getBuilder().getF64FloatAttr(value);
}

static void printNumber(AsmPrinter &printer, FloatAttr value) {
  printer.printFloat(value.getValue());
}

static FloatAttr getNumber(MLIRContext *context, double value) {
  return FloatAttr::get(Float64Type::get(context), value);
}

static FailureOr<FloatAttr> parseNumberOrDynamic(AsmParser &parser) {
  if (succeeded(parser.parseOptionalKeyword("dynamic")))
    return FloatAttr();
  return parseNumber(parser);
}

static void printNumberOrDynamic(AsmPrinter &printer, FloatAttr value) {
  if (value)
    printNumber(printer, value);
  else
    printer << "dynamic";
}

#include "catgrad/Dialect/Catgrad/IR/CatgradEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.cpp.inc"

void CatgradDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "catgrad/Dialect/Catgrad/IR/CatgradAttributes.cpp.inc"
      >();
}

LogicalResult UniformAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  FloatAttr low, FloatAttr high) {
  if (low.getValueAsDouble() > high.getValueAsDouble())
    return emitError() << "expected low <= high but got low = "
                       << low.getValueAsDouble()
                       << ", high = " << high.getValueAsDouble();
  return success();
}

LogicalResult NormalAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 FloatAttr mean, FloatAttr std) {
  if (std.getValueAsDouble() < 0)
    return emitError() << "expected std >= 0 but got "
                       << std.getValueAsDouble();
  return success();
}

bool catgrad::canHold(Type element, double value) {
  if (auto integer = dyn_cast<IntegerType>(element)) {
    bool isBool = integer.getWidth() == 1;
    double bound = std::ldexp(1.0, integer.getWidth() - 1);
    return value == std::floor(value) && value >= (isBool ? 0.0 : -bound) &&
           value < (isBool ? 2.0 : bound);
  }
  APFloat number(value);
  bool losesInfo;
  number.convert(cast<FloatType>(element).getFloatSemantics(),
                 APFloat::rmNearestTiesToEven, &losesInfo);
  return number.isFinite();
}

LogicalResult
catgrad::verifyInit(Attribute init, Type type,
                    function_ref<InFlightDiagnostic()> emitError) {
  Type element = cast<RankedTensorType>(type).getElementType();
  SmallVector<FloatAttr, 2> numbers;
  bool isDrawn = false;
  if (auto constant = dyn_cast<ConstantInitAttr>(init)) {
    numbers = {constant.getValue()};
  } else if (auto uniform = dyn_cast<UniformAttr>(init)) {
    numbers = {uniform.getLow(), uniform.getHigh()};
    isDrawn = true;
  } else if (auto normal = dyn_cast<NormalAttr>(init)) {
    numbers = {normal.getMean(), normal.getStd()};
    isDrawn = true;
  }
  if (isDrawn && isa<IntegerType>(element))
    return emitError() << "expected initial value #catgrad.zeros or "
                          "#catgrad.constant for element type "
                       << element << " but got " << init;
  for (FloatAttr number : numbers)
    if (!canHold(element, number.getValueAsDouble()))
      return emitError() << "expected an initial value that element type "
                         << element << " can hold but got " << init;
  return success();
}
