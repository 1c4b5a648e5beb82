//===- SmallFloats.cpp - Scalars of f16 and bf16 ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file converts scalars to and from f16 and bf16 with one rounding each.
// To round in two steps is wrong near ties, unless the first step rounds to
// odd: it then keeps in its last bit that something was lost (Boldo and
// Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms
// using rounding to odd", 2008).

#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace catgrad {

Value widen(OpBuilder &builder, Location loc, Value scalar) {
  Type type = getComputeType(scalar.getType());
  if (type == scalar.getType())
    return scalar;
  return arith::ExtFOp::create(builder, loc, type, scalar);
}

namespace {

Value createInt(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

/// An f64 as an f32, to odd if it is inexact. The bits of floats are ordered as
/// their magnitudes, so that the neighbour on the other side is one bit away.
Value roundToOdd(ImplicitLocOpBuilder &b, Value wide) {
  Type f32 = b.getF32Type(), i32 = b.getI32Type();
  Value nearest = arith::TruncFOp::create(b, f32, wide);
  Value back = arith::ExtFOp::create(b, wide.getType(), nearest);
  Value bits = arith::BitcastOp::create(b, i32, nearest);
  Value one = createInt(b, i32, 1), zero = createInt(b, i32, 0);
  Value isEven = arith::CmpIOp::create(
      b, arith::CmpIPredicate::eq, arith::AndIOp::create(b, bits, one), zero);
  // Ordered comparisons: a NaN stays as it is.
  Value isAbove =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, back, wide);
  Value isBelow =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, back, wide);
  Value isInexact = arith::OrIOp::create(b, isAbove, isBelow);
  Value isNegative =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, bits, zero);
  Value isTooLarge = arith::XOrIOp::create(b, isAbove, isNegative);
  Value step =
      arith::SelectOp::create(b, isTooLarge, createInt(b, i32, -1), one);
  Value isOff = arith::AndIOp::create(b, isInexact, isEven);
  step = arith::SelectOp::create(b, isOff, step, zero);
  return arith::BitcastOp::create(b, f32, arith::AddIOp::create(b, bits, step));
}

/// A signed i64 that f64 can hold: exact up to 2^53, above it without its
/// lowest 11 bits, to odd.
Value fitInDouble(ImplicitLocOpBuilder &b, Value number) {
  Type i64 = b.getI64Type();
  Value low = createInt(b, i64, 0x7ff), next = createInt(b, i64, 0x800);
  Value lost = arith::AndIOp::create(b, number, low);
  Value isInexact = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, lost,
                                          createInt(b, i64, 0));
  Value odd =
      arith::OrIOp::create(b, arith::SubIOp::create(b, number, lost), next);
  Value rounded = arith::SelectOp::create(b, isInexact, odd, number);
  Value shifted =
      arith::AddIOp::create(b, number, createInt(b, i64, int64_t(1) << 53));
  Value isSmall = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, shifted,
                                        createInt(b, i64, int64_t(1) << 54));
  return arith::SelectOp::create(b, isSmall, number, rounded);
}

} // namespace

Value convertFloat(OpBuilder &builder, Location loc, Value scalar, Type type) {
  ImplicitLocOpBuilder b(loc, builder);
  scalar = widen(builder, loc, scalar);
  if (scalar.getType() == type)
    return scalar;
  unsigned width = scalar.getType().getIntOrFloatBitWidth();
  if (width < type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, type, scalar);
  if (width > 32 && isSmallFloat(type))
    scalar = roundToOdd(b, scalar);
  return arith::TruncFOp::create(b, type, scalar);
}

Value convertSignedInteger(OpBuilder &builder, Location loc, Value scalar,
                           Type type) {
  ImplicitLocOpBuilder b(loc, builder);
  if (!isSmallFloat(type))
    return arith::SIToFPOp::create(b, type, scalar);
  // f64 holds integers of 53 bits.
  unsigned width = scalar.getType().getIntOrFloatBitWidth();
  if (width > 32)
    scalar = fitInDouble(b, scalar);
  Type exact = width > 16 ? Type(b.getF64Type()) : Type(b.getF32Type());
  return convertFloat(b, loc, arith::SIToFPOp::create(b, exact, scalar), type);
}

Value roundElements(OpBuilder &builder, Location loc, Value tensor,
                    RankedTensorType type) {
  if (tensor.getType() == type)
    return tensor;
  Value init = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                       type.getElementType());
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, tensor, init, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(
                   b, loc,
                   convertFloat(b, loc, args.front(), type.getElementType()));
             })
      .getResult(0);
}

} // namespace catgrad
