//===- Affine.cpp - Affine indices in C -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints sums and multiples of loop variables. Where their bounds
// show that nothing overflows, they are written as a person would.

#include "C.h"

#include "mlir/IR/AffineExprVisitor.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

namespace {
constexpr int64_t kSmall = int64_t(1) << 31;

/// An expression, and the smallest and largest value that it can have.
struct Ranged {
  Expr e;
  int64_t low, high;

  bool isWithin(int64_t least) const { return low >= least && high < kSmall; }
};

/// Expressions in size_t, whose value is right if no part of it is negative, or
/// in int64_t.
class AffinePrinter {
public:
  AffinePrinter(ArrayRef<Ranged> dims, bool isSigned)
      : dims(dims), isSigned(isSigned) {}

  FailureOr<Ranged> print(AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return printConstant(constant.getValue());
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return printDim(dims[dim.getPosition()]);
    auto binary = cast<AffineBinaryOpExpr>(expr);
    switch (expr.getKind()) {
    case AffineExprKind::Add:
      return printSum(expr);
    case AffineExprKind::Mul:
      return printMultiple(binary.getLHS(), binary.getRHS());
    case AffineExprKind::Mod:
    case AffineExprKind::FloorDiv:
      return printDivision(binary);
    default:
      return failure();
    }
  }

private:
  Ranged make(std::string text, Binding binding, int64_t low, int64_t high) {
    Expr e{std::move(text), binding,
           isSigned ? Meaning::Signed : Meaning::Unsigned,
           isSigned ? "int64_t" : "size_t"};
    return {std::move(e), low, high};
  }

  FailureOr<Ranged> printConstant(int64_t value) {
    if (value <= -kSmall || value >= kSmall)
      return failure();
    return make(std::to_string(value),
                value < 0 ? Binding::Unary : Binding::Atom, value, value);
  }

  FailureOr<Ranged> printDim(const Ranged &dim) {
    if (!isSigned || dim.e.meaning == Meaning::Signed)
      return dim;
    return Ranged{c::cast("int64_t", dim.e, Meaning::Signed), dim.low,
                  dim.high};
  }

  /// What is added first, then what is taken away.
  FailureOr<Ranged> printSum(AffineExpr expr) {
    SmallVector<AffineExpr> terms;
    std::function<void(AffineExpr)> flatten = [&](AffineExpr e) {
      auto sum = dyn_cast<AffineBinaryOpExpr>(e);
      if (!sum || sum.getKind() != AffineExprKind::Add)
        return terms.push_back(e);
      flatten(sum.getLHS());
      flatten(sum.getRHS());
    };
    flatten(expr);
    std::string text;
    int64_t low = 0, high = 0;
    for (bool isTaken : {false, true})
      for (AffineExpr term : terms) {
        AffineExpr positive = isNegative(term) ? -term : term;
        if (isNegative(term) != isTaken)
          continue;
        auto part = print(positive);
        if (failed(part))
          return failure();
        if (text.empty() && isTaken)
          text = "-" + part->e.in(Binding::Unary);
        else
          text += (text.empty() ? ""
                   : isTaken    ? " - "
                                : " + ") +
                  part->e.in(Binding::Product);
        low += isTaken ? -part->high : part->low;
        high += isTaken ? -part->low : part->high;
      }
    if (low <= -kSmall || high >= kSmall)
      return failure();
    return make(text, Binding::Sum, low, high);
  }

  static bool isNegative(AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return constant.getValue() < 0;
    auto product = dyn_cast<AffineBinaryOpExpr>(expr);
    return product && product.getKind() == AffineExprKind::Mul &&
           isNegative(product.getRHS());
  }

  FailureOr<Ranged> printMultiple(AffineExpr x, AffineExpr factor) {
    auto constant = dyn_cast<AffineConstantExpr>(factor);
    auto part = print(x);
    if (!constant || failed(part) || constant.getValue() >= kSmall ||
        constant.getValue() <= -kSmall)
      return failure();
    int64_t by = constant.getValue();
    int64_t low = std::min(by * part->low, by * part->high);
    int64_t high = std::max(by * part->low, by * part->high);
    if (low <= -kSmall || high >= kSmall)
      return failure();
    std::string text =
        by == -1 ? "-" + part->e.in(Binding::Atom)
                 : std::to_string(by) + "*" + part->e.in(Binding::Unary);
    return make(text, by == -1 ? Binding::Unary : Binding::Product, low, high);
  }

  /// Only of what is not negative: C rounds to zero.
  FailureOr<Ranged> printDivision(AffineBinaryOpExpr expr) {
    auto divisor = dyn_cast<AffineConstantExpr>(expr.getRHS());
    auto part = print(expr.getLHS());
    if (!divisor || divisor.getValue() <= 0 || failed(part) ||
        !part->isWithin(0))
      return failure();
    int64_t by = divisor.getValue();
    bool isMod = expr.getKind() == AffineExprKind::Mod;
    return make(part->e.in(Binding::Product) + (isMod ? " % " : " / ") +
                    std::to_string(by),
                Binding::Product, isMod ? 0 : part->low / by,
                isMod ? std::min(by - 1, part->high) : part->high / by);
  }

  ArrayRef<Ranged> dims;
  bool isSigned;
};
} // namespace

/// The same without bounds, modulo 2^64.
static FailureOr<Expr> buildWrapped(AffineExpr expr, ArrayRef<Expr> dims) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    Builder b(expr.getContext());
    return c::literal(b.getI64IntegerAttr(constant.getValue()));
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto x = buildWrapped(binary.getLHS(), dims);
  auto y = buildWrapped(binary.getRHS(), dims);
  if (failed(x) || failed(y))
    return failure();
  if (expr.getKind() == AffineExprKind::Add)
    return c::addWrapped(*x, *y, '+', 64);
  if (expr.getKind() == AffineExprKind::Mul)
    return c::multiplyWrapped(*x, *y, 64);
  return failure();
}

FailureOr<Expr> c::FunctionPrinter::build(affine::AffineApplyOp op) {
  AffineMap map = op.getAffineMap();
  // Symbols are dimensions that come last.
  SmallVector<AffineExpr> symbols;
  for (unsigned i = 0; i < map.getNumSymbols(); ++i)
    symbols.push_back(getAffineDimExpr(map.getNumDims() + i, op.getContext()));
  AffineExpr expr = map.getResult(0).replaceSymbols(symbols);

  SmallVector<Ranged> dims;
  SmallVector<Expr> plain;
  bool areBounded = true;
  for (Value operand : op.getMapOperands()) {
    plain.push_back(get(operand));
    auto range = ranges.find(operand);
    areBounded &= range != ranges.end();
    if (areBounded)
      dims.push_back({plain.back(), range->second.first, range->second.second});
  }
  if (areBounded)
    for (bool isSigned : {false, true}) {
      auto result = AffinePrinter(dims, isSigned).print(expr);
      if (failed(result) || !result->isWithin(isSigned ? -kSmall : 0))
        continue;
      result->e.isSmall = result->isWithin(0);
      ranges[op.getResult()] = {result->low, result->high};
      return result->e;
    }
  return buildWrapped(expr, plain);
}
