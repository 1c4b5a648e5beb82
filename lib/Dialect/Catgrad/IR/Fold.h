//===- Fold.h - Folding constants with equal elements -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the folders of elementwise operations share.
// Constants of many elements are not folded: that would copy data at compile
// time for no gain.

#ifndef CATGRAD_LIB_DIALECT_CATGRAD_IR_FOLD_H
#define CATGRAD_LIB_DIALECT_CATGRAD_IR_FOLD_H

#include "mlir/IR/BuiltinAttributes.h"

namespace catgrad {

/// The splat of a function of two splat constants, or null. One function is for
/// integers, the other for floats.
template <typename IntegerFn, typename FloatFn>
mlir::Attribute foldSplats(mlir::Attribute lhs, mlir::Attribute rhs,
                           IntegerFn integerFn, FloatFn floatFn) {
  auto a = llvm::dyn_cast_or_null<mlir::SplatElementsAttr>(lhs);
  auto b = llvm::dyn_cast_or_null<mlir::SplatElementsAttr>(rhs);
  if (!a || !b)
    return {};
  if (llvm::isa<mlir::FloatType>(a.getElementType()))
    return mlir::DenseElementsAttr::get(
        a.getType(), floatFn(a.template getSplatValue<llvm::APFloat>(),
                             b.template getSplatValue<llvm::APFloat>()));
  return mlir::DenseElementsAttr::get(
      a.getType(), integerFn(a.template getSplatValue<llvm::APInt>(),
                             b.template getSplatValue<llvm::APInt>()));
}

} // namespace catgrad

#endif // CATGRAD_LIB_DIALECT_CATGRAD_IR_FOLD_H
