//===- ReferenceMath.cpp - The same bits everywhere -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file expands elementary functions into operations that every processor
// rounds alike. All compute in f64, and round once more for shorter floats.

#include "Reference/Functions.h"
#include "catgrad/Codegen/Passes.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace catgrad {
#define GEN_PASS_DEF_REFERENCEMATH
#include "catgrad/Codegen/Passes.h.inc"

namespace {

using reference::Arithmetic;

/// Whether the operation has one result by definition: it is exact, or rounds
/// once.
bool isExact(Operation *op) {
  return isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp,
             math::FmaOp, math::IsFiniteOp, math::IsInfOp, math::IsNaNOp,
             math::IsNormalOp, math::RoundOp, math::RoundEvenOp, math::SqrtOp,
             math::TruncOp>(op) ||
         llvm::none_of(op->getResultTypes(), [](Type type) {
           return isa<FloatType>(getElementTypeOrSelf(type));
         });
}

/// The result in f64; null if there is no expansion of the operation.
Value expand(Operation *op, Arithmetic &a, ValueRange x) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](math::AcosOp) { return emitAcos(a, x[0]); })
      .Case([&](math::AcoshOp) { return emitAcosh(a, x[0]); })
      .Case([&](math::AsinOp) { return emitAsin(a, x[0]); })
      .Case([&](math::AsinhOp) { return emitAsinh(a, x[0]); })
      .Case([&](math::AtanOp) { return emitAtan(a, x[0]); })
      .Case([&](math::Atan2Op) { return emitAtan2(a, x[0], x[1]); })
      .Case([&](math::AtanhOp) { return emitAtanh(a, x[0]); })
      .Case([&](math::CbrtOp) { return emitCbrt(a, x[0]); })
      .Case([&](math::CosOp) { return emitCos(a, x[0]); })
      .Case([&](math::CoshOp) { return emitCosh(a, x[0]); })
      .Case([&](math::ErfOp) { return emitErf(a, x[0]); })
      .Case([&](math::ErfcOp) { return emitErfc(a, x[0]); })
      .Case([&](math::ExpOp) { return emitExp(a, x[0]); })
      .Case([&](math::Exp2Op) { return emitExp2(a, x[0]); })
      .Case([&](math::ExpM1Op) { return emitExpm1(a, x[0]); })
      .Case([&](math::LogOp) { return emitLog(a, x[0]); })
      .Case([&](math::Log10Op) { return emitLog10(a, x[0]); })
      .Case([&](math::Log1pOp) { return emitLog1p(a, x[0]); })
      .Case([&](math::Log2Op) { return emitLog2(a, x[0]); })
      .Case([&](math::PowFOp) { return emitPow(a, x[0], x[1]); })
      .Case([&](math::RsqrtOp) { return emitRsqrt(a, x[0]); })
      .Case([&](math::SinOp) { return emitSin(a, x[0]); })
      .Case([&](math::SinhOp) { return emitSinh(a, x[0]); })
      .Case([&](math::TanOp) { return emitTan(a, x[0]); })
      .Case([&](math::TanhOp) { return emitTanh(a, x[0]); })
      .Default([](Operation *) { return Value(); });
}

/// The floats through which `type` becomes f64, in this order. f16 and bf16 go
/// by f32, which is what their conversions are expanded for.
SmallVector<Type> getWiderTypes(Type type, Builder &b) {
  SmallVector<Type> types;
  if (type.getIntOrFloatBitWidth() < 32)
    types.push_back(b.getF32Type());
  if (type.getIntOrFloatBitWidth() < 64)
    types.push_back(b.getF64Type());
  return types;
}

/// The number, if one of the two is none, and the greater or lesser otherwise.
template <typename From, typename To> void expandNumber(From op) {
  OpBuilder b(op);
  Arithmetic a(b, op.getLoc());
  Value x = op.getLhs(), y = op.getRhs();
  auto isNan = [&](Value v) {
    return a.make<arith::CmpFOp>(arith::CmpFPredicate::UNO, v, v);
  };
  Value result = a.make<To>(x, y);
  result = a.select(isNan(y), x, a.select(isNan(x), y, result));
  op.replaceAllUsesWith(result);
  op.erase();
}

LogicalResult expand(Operation *op) {
  Type type = op->getResult(0).getType();
  auto refuse = [&] {
    return op->emitOpError("has no expansion with the same bits on every "
                           "processor for ")
           << type;
  };
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type) ||
      !llvm::all_equal(op->getOperandTypes()) ||
      op->getOperand(0).getType() != type)
    return refuse();
  OpBuilder b(op);
  Arithmetic a(b, op->getLoc());
  SmallVector<Type> types = getWiderTypes(type, b);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    for (Type wider : types)
      operand = a.make<arith::ExtFOp>(wider, operand);
    operands.push_back(operand);
  }
  Value result = expand(op, a, operands);
  if (!result)
    return refuse();
  // Back the same way: to f32 if there is something shorter, then to the type.
  if (types.size() == 2)
    result = a.make<arith::TruncFOp>(b.getF32Type(), result);
  if (!types.empty())
    result = a.make<arith::TruncFOp>(type, result);
  op->getResult(0).replaceAllUsesWith(result);
  op->erase();
  return success();
}

struct ReferenceMath : impl::ReferenceMathBase<ReferenceMath> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isa_and_nonnull<math::MathDialect>(op->getDialect()) && !isExact(op))
        ops.push_back(op);
    });
    // Whose result LLVM leaves open for zeros of different signs.
    getOperation()->walk(expandNumber<arith::MaxNumFOp, arith::MaximumFOp>);
    getOperation()->walk(expandNumber<arith::MinNumFOp, arith::MinimumFOp>);
    for (Operation *op : ops)
      if (failed(expand(op)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace catgrad
