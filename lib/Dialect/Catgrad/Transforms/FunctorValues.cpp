//===- FunctorValues.cpp - Zeros and sums of the functor -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes the zero cotangents and the sums of cotangents that R needs,
// of this dialect or of upstream ones.

#include "RegionOptic.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace catgrad;

bool Functor::isActive(Value input) const {
  return current && current->isActive(input);
}

/// Whether a tensor is one of this dialect.
static bool isCatgradTensor(Type type) {
  return succeeded(verifyTensorType(type));
}

Value Functor::createZero(OpBuilder &builder, Location loc, Type type) {
  Type element = getElementTypeOrSelf(type);
  auto shaped = dyn_cast<ShapedType>(type);
  bool hasZero = element.isIntOrIndexOrFloat() &&
                 (!shaped || (isa<RankedTensorType, VectorType>(type) &&
                              shaped.hasStaticShape()));
  if (!hasZero) {
    mlir::emitError(loc) << "expected a number or a static tensor of numbers, "
                            "to make its zero cotangent, but got "
                         << type;
    return nullptr;
  }
  if (useCatgrad && isCatgradTensor(type))
    return ConstantOp::create(builder, loc, getSplat(type, 0.0));
  return arith::ConstantOp::create(builder, loc,
                                   cast<TypedAttr>(builder.getZeroAttr(type)));
}

/// Whether a cotangent is a constant zero. As a cotangent, -0.0 is no
/// different.
static bool isZero(Value value) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return false;
  if (auto splat = dyn_cast<SplatElementsAttr>(constant))
    constant = splat.getSplatValue<Attribute>();
  if (auto number = dyn_cast<FloatAttr>(constant))
    return number.getValue().isZero();
  auto number = dyn_cast<IntegerAttr>(constant);
  return number && number.getValue().isZero();
}

Value Functor::createSum(OpBuilder &builder, Location loc, Value lhs,
                         Value rhs) {
  if (isZero(lhs))
    return rhs;
  if (isZero(rhs))
    return lhs;
  Type type = lhs.getType(), element = getElementTypeOrSelf(type);
  if (useCatgrad && isCatgradTensor(type))
    return AddOp::create(builder, loc, lhs, rhs);
  bool isNumber =
      !isa<ShapedType>(type) || isa<RankedTensorType, VectorType>(type);
  if (isNumber && isa<FloatType>(element))
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  if (isNumber && element.isIntOrIndex())
    return arith::AddIOp::create(builder, loc, lhs, rhs);
  mlir::emitError(loc)
      << "expected numbers or tensors of numbers, to sum their "
         "cotangents, but got "
      << type;
  return nullptr;
}

bool Functor::prefersCatgrad(Region &region) {
  bool ours = false, others = false;
  auto look = [&](Operation *op) {
    if (isa<CopyOp, DiscardOp, DeriveOp, LearnerOp, func::CallOp, func::FuncOp,
            ModuleOp>(op) ||
        op->hasTrait<OpTrait::IsTerminator>())
      return;
    (isa_and_nonnull<CatgradDialect>(op->getDialect()) ? ours : others) = true;
  };
  region.walk(look);
  if (ours || others)
    return ours;
  // Nothing but calls and wires: do as the rest of the module does.
  if (!moduleUsesCatgrad) {
    module.walk(look);
    moduleUsesCatgrad = ours || !others;
  }
  return *moduleUsesCatgrad;
}
