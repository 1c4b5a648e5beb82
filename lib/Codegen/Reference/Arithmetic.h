//===- Arithmetic.h - Exactly rounded arithmetic on scalars -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the functions of the reference mathematics are built
// from: operations of f64 and i64 that every processor rounds alike, and
// numbers of twice the precision.

#ifndef CATGRAD_LIB_CODEGEN_REFERENCE_ARITHMETIC_H
#define CATGRAD_LIB_CODEGEN_REFERENCE_ARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace catgrad::reference {

using mlir::Value;

/// The number `hi + lo`, where `lo` is what rounding took from `hi`.
struct Double2 {
  Value hi, lo;
};

/// Writes operations on f64 and i64. No operation has a fast-math flag, so that
/// nobody contracts or reorders them.
class Arithmetic {
public:
  Arithmetic(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  Value number(double value) {
    return make<mlir::arith::ConstantOp>(b.getF64FloatAttr(value));
  }
  Value integer(uint64_t value) {
    return make<mlir::arith::ConstantOp>(
        b.getI64IntegerAttr(static_cast<int64_t>(value)));
  }
  Double2 number2(double hi, double lo) { return {number(hi), number(lo)}; }
  Value infinity() { return number(std::numeric_limits<double>::infinity()); }
  Value nan() { return number(std::numeric_limits<double>::quiet_NaN()); }

  Value add(Value x, Value y) { return make<mlir::arith::AddFOp>(x, y); }
  Value sub(Value x, Value y) { return make<mlir::arith::SubFOp>(x, y); }
  Value mul(Value x, Value y) { return make<mlir::arith::MulFOp>(x, y); }
  Value div(Value x, Value y) { return make<mlir::arith::DivFOp>(x, y); }
  Value neg(Value x) { return make<mlir::arith::NegFOp>(x); }
  Value sqrt(Value x) { return make<mlir::math::SqrtOp>(x); }
  /// x * y + z, rounded once.
  Value fma(Value x, Value y, Value z) {
    return make<mlir::math::FmaOp>(x, y, z);
  }
  /// z - x * y, rounded once.
  Value fnma(Value x, Value y, Value z) { return fma(neg(x), y, z); }

  // Comparisons are false for NaN.
  Value less(Value x, Value y) {
    return make<mlir::arith::CmpFOp>(mlir::arith::CmpFPredicate::OLT, x, y);
  }
  Value equal(Value x, Value y) {
    return make<mlir::arith::CmpFOp>(mlir::arith::CmpFPredicate::OEQ, x, y);
  }
  Value select(Value condition, Value x, Value y) {
    return make<mlir::arith::SelectOp>(condition, x, y);
  }
  /// The lesser of x and a number; NaN stays.
  Value atMost(Value x, double bound) {
    return select(less(number(bound), x), number(bound), x);
  }
  Value atLeast(Value x, double bound) {
    return select(less(x, number(bound)), number(bound), x);
  }

  Value toBits(Value x) {
    return make<mlir::arith::BitcastOp>(b.getI64Type(), x);
  }
  Value fromBits(Value x) {
    return make<mlir::arith::BitcastOp>(b.getF64Type(), x);
  }
  Value toNumber(Value x) {
    return make<mlir::arith::SIToFPOp>(b.getF64Type(), x);
  }
  Value addi(Value x, Value y) { return make<mlir::arith::AddIOp>(x, y); }
  Value subi(Value x, Value y) { return make<mlir::arith::SubIOp>(x, y); }
  Value muli(Value x, Value y) { return make<mlir::arith::MulIOp>(x, y); }
  Value andi(Value x, Value y) { return make<mlir::arith::AndIOp>(x, y); }
  Value andi(Value x, uint64_t y) { return andi(x, integer(y)); }
  Value ori(Value x, Value y) { return make<mlir::arith::OrIOp>(x, y); }
  Value xori(Value x, Value y) { return make<mlir::arith::XOrIOp>(x, y); }
  Value shl(Value x, unsigned n) {
    return make<mlir::arith::ShLIOp>(x, integer(n));
  }
  Value shru(Value x, unsigned n) {
    return make<mlir::arith::ShRUIOp>(x, integer(n));
  }
  Value shrs(Value x, unsigned n) {
    return make<mlir::arith::ShRSIOp>(x, integer(n));
  }
  Value shl(Value x, Value n) { return make<mlir::arith::ShLIOp>(x, n); }
  Value shru(Value x, Value n) { return make<mlir::arith::ShRUIOp>(x, n); }
  /// Whether x is not zero.
  Value isSet(Value x) {
    return make<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ne, x,
                                     integer(0));
  }
  Value both(Value x, Value y) { return make<mlir::arith::AndIOp>(x, y); }
  Value either(Value x, Value y) { return make<mlir::arith::OrIOp>(x, y); }
  Value isNot(Value x) {
    return make<mlir::arith::XOrIOp>(
        x, make<mlir::arith::ConstantOp>(b.getBoolAttr(true)));
  }

  Value abs(Value x);
  /// The magnitude with the sign of another number.
  Value withSign(Value magnitude, Value sign);
  /// 2^k for -1022 <= k <= 1023.
  Value powerOfTwo(Value k);
  /// x * 2^k; where the result is denormal it is rounded once more.
  Value scale(Value x, Value k);

  /// The polynomial with these coefficients, the highest first.
  Value polynomial(Value x, llvm::ArrayRef<double> coefficients);

  /// x + y and what rounding takes from it.
  Double2 sum2(Value x, Value y);
  /// The same where |x| >= |y|, or x is 0.
  Double2 orderedSum2(Value x, Value y);
  /// x * y and what rounding takes from it.
  Double2 product2(Value x, Value y);
  /// The quotient of two numbers of twice the precision.
  Double2 quotient2(Double2 x, Double2 y);

  template <typename OpTy, typename... Args> OpTy make(Args &&...args) {
    return OpTy::create(b, loc, std::forward<Args>(args)...);
  }

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace catgrad::reference

#endif // CATGRAD_LIB_CODEGEN_REFERENCE_ARITHMETIC_H
