//===- ExpandSmallFloats.cpp - f16 and bf16 by integers ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file rewrites scalar code on f16 and bf16 so that LLVM meets them in
// memory only. Where the processor has no instruction, LLVM would call
// functions of a compiler's run-time library, which native code must not need.

#include "catgrad/Codegen/Passes.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_EXPANDSMALLFLOATS
#include "catgrad/Codegen/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// Arithmetic on i32, short.
struct Bits {
  ImplicitLocOpBuilder &b;
  using Predicate = arith::CmpIPredicate;

  Value constant(uint32_t value) {
    return arith::ConstantOp::create(
        b, b.getIntegerAttr(b.getI32Type(), APInt(32, value)));
  }
  Value number(float value) {
    return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value subtract(Value x, Value y) { return arith::SubIOp::create(b, x, y); }
  Value mask(Value x, uint32_t y) {
    return arith::AndIOp::create(b, x, constant(y));
  }
  Value unite(Value x, Value y) { return arith::OrIOp::create(b, x, y); }
  Value left(Value x, uint32_t by) {
    return arith::ShLIOp::create(b, x, constant(by));
  }
  Value right(Value x, uint32_t by) {
    return arith::ShRUIOp::create(b, x, constant(by));
  }
  Value isLess(Value x, uint32_t y) {
    return arith::CmpIOp::create(b, Predicate::ult, x, constant(y));
  }
  Value isMore(Value x, uint32_t y) {
    return arith::CmpIOp::create(b, Predicate::ugt, x, constant(y));
  }
  Value choose(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }
  Value fromFloat(Value x) {
    return arith::BitcastOp::create(b, b.getI32Type(), x);
  }
  Value toFloat(Value x) {
    return arith::BitcastOp::create(b, b.getF32Type(), x);
  }
  /// The 16 bits of a small float.
  Value fromSmall(Value x) {
    Value bits = arith::BitcastOp::create(b, b.getIntegerType(16), x);
    return arith::ExtUIOp::create(b, b.getI32Type(), bits);
  }
  Value toSmall(Value x, Type type) {
    Value bits = arith::TruncIOp::create(b, b.getIntegerType(16), x);
    return arith::BitcastOp::create(b, type, bits);
  }
  /// The lowest `by` bits are cut off, to nearest and ties to even.
  Value roundOff(Value x, uint32_t by) {
    Value odd = mask(right(x, by), 1);
    Value half = constant((1u << (by - 1)) - 1);
    return right(add(x, add(odd, half)), by);
  }
};

/// bf16 is the upper half of f32.
Value extendBF16(Bits e, Value small) {
  return e.toFloat(e.left(e.fromSmall(small), 16));
}

Value truncateToBF16(Bits e, Value wide, Type type) {
  Value bits = e.fromFloat(wide);
  // Rounding could carry a NaN into infinity: it becomes a quiet NaN.
  Value isNaN = e.isMore(e.mask(bits, 0x7fffffff), 0x7f800000);
  Value quiet = e.unite(e.right(bits, 16), e.constant(0x40));
  return e.toSmall(e.choose(isNaN, quiet, e.roundOff(bits, 16)), type);
}

/// f16 has 5 bits of exponent, biased by 15, and 10 of fraction; f32 has 8,
/// biased by 127, and 23.
constexpr uint32_t kRebias = (127 - 15) << 23;

Value extendF16(Bits e, Value small) {
  Value bits = e.fromSmall(small);
  Value sign = e.left(e.mask(bits, 0x8000), 16);
  Value magnitude = e.mask(bits, 0x7fff);
  Value shifted = e.left(magnitude, 13);
  Value normal = e.add(shifted, e.constant(kRebias));
  // Infinity and NaN have the largest exponent in both; a NaN becomes quiet.
  Value special = e.unite(shifted, e.constant(0x7f800000));
  Value quiet = e.unite(special, e.constant(0x400000));
  special = e.choose(e.isMore(magnitude, 0x7c00), quiet, special);
  // Zero and denormals: a count of 2^-24, which f32 holds exactly.
  Value count = arith::UIToFPOp::create(e.b, e.b.getF32Type(), magnitude);
  Value denormal =
      e.fromFloat(arith::MulFOp::create(e.b, count, e.number(0x1p-24f)));
  Value result = e.choose(e.isLess(magnitude, 0x400), denormal, normal);
  result = e.choose(e.isMore(magnitude, 0x7bff), special, result);
  return e.toFloat(e.unite(result, sign));
}

Value truncateToF16(Bits e, Value wide, Type type) {
  Value bits = e.fromFloat(wide);
  Value sign = e.mask(e.right(bits, 16), 0x8000);
  Value magnitude = e.mask(bits, 0x7fffffff);
  // From 65520 on, half a unit above the largest f16, rounding carries into the
  // exponent of infinity or beyond it.
  Value normal = e.roundOff(e.subtract(magnitude, e.constant(kRebias)), 13);
  normal =
      e.choose(e.isMore(magnitude, 0x477fefff), e.constant(0x7c00), normal);
  // Below 2^-14 the result counts 2^-24, the unit of f32 in [1/2, 1): adding
  // 1/2 rounds to it, ties to even, as the processor does.
  Value half = e.number(0.5f);
  Value sum = arith::AddFOp::create(e.b, e.toFloat(magnitude), half);
  Value denormal = e.subtract(e.fromFloat(sum), e.fromFloat(half));
  Value result = e.choose(e.isLess(magnitude, 0x38800000), denormal, normal);
  Value quiet =
      e.unite(e.constant(0x7e00), e.mask(e.right(magnitude, 13), 0x3ff));
  result = e.choose(e.isMore(magnitude, 0x7f800000), quiet, result);
  return e.toSmall(e.unite(result, sign), type);
}

void expandConversion(Operation *op, bool nativeF16, bool nativeBF16) {
  Value input = op->getOperand(0), result = op->getResult(0);
  bool isExtension = isa<arith::ExtFOp>(op);
  bool isF16 = (isExtension ? input : result).getType().isF16();
  if (isF16 ? nativeF16 : nativeBF16)
    return;
  ImplicitLocOpBuilder b(op->getLoc(), op);
  Bits bits{b};
  Type type = result.getType();
  Value expanded =
      isExtension ? (isF16 ? extendF16(bits, input) : extendBF16(bits, input))
      : isF16     ? truncateToF16(bits, input, type)
                  : truncateToBF16(bits, input, type);
  result.replaceAllUsesWith(expanded);
  op->erase();
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Whether all conversions of the operation are between f32 and a small float.
bool isPlainConversion(Operation *op) {
  return isa<arith::ExtFOp, arith::TruncFOp>(op) &&
         (op->getOperand(0).getType().isF32() ||
          op->getResult(0).getType().isF32());
}

/// Whether LLVM needs no arithmetic for it.
bool movesBits(Operation *op) {
  return isa<arith::ConstantOp, arith::SelectOp, arith::BitcastOp>(op);
}

/// Lets an operation on small floats compute in f32, and rounds its results.
/// Operations of the dialect come so already; these are of upstream dialects.
void computeWide(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
    op->getResult(0).replaceAllUsesWith(
        convertFloat(b, loc, op->getOperand(0), op->getResult(0).getType()));
    op->erase();
    return;
  }
  if (isa<arith::SIToFPOp>(op)) {
    op->getResult(0).replaceAllUsesWith(convertSignedInteger(
        b, loc, op->getOperand(0), op->getResult(0).getType()));
    op->erase();
    return;
  }
  for (OpOperand &operand : op->getOpOperands())
    operand.set(widen(b, loc, operand.get()));
  b.setInsertionPointAfter(op);
  for (OpResult result : op->getResults()) {
    Type type = result.getType();
    if (!isSmallFloat(type))
      continue;
    result.setType(getComputeType(type));
    Value rounded = convertFloat(b, loc, result, type);
    result.replaceAllUsesExcept(rounded, rounded.getDefiningOp());
  }
}

struct ExpandSmallFloats : impl::ExpandSmallFloatsBase<ExpandSmallFloats> {
  using ExpandSmallFloatsBase::ExpandSmallFloatsBase;

  void runOnOperation() override {
    SmallVector<Operation *> arithmetic, conversions;
    getOperation()->walk([&](Operation *op) {
      if (isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
              op->getDialect()) &&
          (llvm::any_of(op->getOperandTypes(), isSmallFloat) ||
           llvm::any_of(op->getResultTypes(), isSmallFloat)) &&
          !isPlainConversion(op) && !movesBits(op))
        arithmetic.push_back(op);
    });
    for (Operation *op : arithmetic)
      computeWide(op);
    getOperation()->walk([&](Operation *op) {
      if (isPlainConversion(op) && (isSmallFloat(op->getOperand(0).getType()) ||
                                    isSmallFloat(op->getResult(0).getType())))
        conversions.push_back(op);
    });
    for (Operation *op : conversions)
      expandConversion(op, nativeF16, nativeBF16);
  }
};

} // namespace
} // namespace catgrad
