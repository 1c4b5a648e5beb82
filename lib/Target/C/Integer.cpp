//===- Integer.cpp - Integer operations in C --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints arithmetic on integers. What wraps in MLIR is computed in
// unsigned types, for signed overflow has no meaning in C.

#include "C.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

/// Operands of a sum: `x - 1u` rather than `x + 0xFFFFFFFFu`.
Expr c::addWrapped(const Expr &x, const Expr &y, char sign, unsigned width) {
  Expr left = c::asWrapped(x, width), right = c::asWrapped(y, width);
  if (y.literal && y.literal->isNegative()) {
    Expr opposite = y;
    opposite.literal = -*y.literal;
    right = c::asWrapped(opposite, width);
    sign = sign == '+' ? '-' : '+';
  }
  if (left.literal && right.literal) // nobody folded it
    left = c::cast(left.ctype, left, Meaning::Unsigned);
  return {left.in(Binding::Sum) + " " + sign + " " + right.in(Binding::Product),
          Binding::Sum, Meaning::Wrapped, left.ctype};
}

Expr c::multiplyWrapped(const Expr &x, const Expr &y, unsigned width) {
  Expr left = c::asWrapped(x, width), right = c::asWrapped(y, width);
  if (left.literal && right.literal)
    left = c::cast(left.ctype, left, Meaning::Unsigned);
  return {left.in(Binding::Product) + " * " + right.in(Binding::Unary),
          Binding::Product, Meaning::Wrapped, left.ctype};
}

/// `x op y` for bitwise operators: what both operands are, the result is.
static Expr combineBits(Expr x, Expr y, StringRef symbol, unsigned width) {
  if (symbol == "^" && y.literal && y.literal->isAllOnes()) {
    if (x.meaning != Meaning::Signed)
      x = c::asWrapped(x, width);
    Meaning meaning =
        x.meaning == Meaning::Signed ? x.meaning : Meaning::Wrapped;
    return {"~" + x.in(Binding::Unary), Binding::Unary, meaning, x.ctype};
  }
  if (x.meaning != y.meaning || x.meaning == Meaning::Wrapped) {
    x = c::asWrapped(x, width);
    y = c::asWrapped(y, width);
  }
  Meaning meaning = x.meaning == y.meaning ? x.meaning : Meaning::Wrapped;
  std::string ctype = x.literal ? y.ctype : x.ctype;
  return {x.in(Binding::Unary) + " " + symbol.str() + " " +
              y.in(Binding::Unary),
          Binding::Bits, meaning, ctype};
}

/// Quotients, remainders and shifts.
static Expr combine(const Expr &x, const Expr &y, StringRef symbol,
                    Binding binding, Meaning meaning) {
  bool isShift = binding == Binding::Shift;
  // The type of a shift's amount does not matter.
  std::string right =
      isShift && y.literal ? c::literal(*y.literal) : y.in(Binding::Unary);
  return {x.in(isShift ? Binding::Unary : binding) + " " + symbol.str() + " " +
              right,
          binding, meaning, x.ctype};
}

static Expr choose(const Expr &x, const Expr &y, StringRef relation) {
  return {x.text + " " + relation.str() + " " + y.text + " ? " + x.text +
              " : " + y.text,
          Binding::Ternary, x.meaning, x.literal ? y.ctype : x.ctype};
}

/// Arithmetic modulo 2, where a sum is xor and a product is and.
static FailureOr<Expr> buildBit(Operation *op, const Expr &x, const Expr &y) {
  StringRef symbol =
      isa<arith::AddIOp, arith::SubIOp, arith::XOrIOp>(op) ? "^"
      : isa<arith::MulIOp, arith::AndIOp, arith::MinUIOp, arith::MaxSIOp>(op)
          ? "&"
      : isa<arith::OrIOp, arith::MaxUIOp, arith::MinSIOp>(op) ? "|"
                                                              : "";
  if (symbol.empty())
    return failure();
  Expr left = c::asUnsigned(x, 1), right = c::asUnsigned(y, 1);
  // Xor with true is how MLIR spells "not".
  if (symbol == "^" && right.literal && right.literal->isOne())
    return Expr{"!" + left.in(Binding::Unary), Binding::Unary,
                Meaning::Unsigned, "int"};
  return Expr{left.in(Binding::Unary) + " " + symbol.str() + " " +
                  right.in(Binding::Unary),
              Binding::Bits, Meaning::Unsigned, "int"};
}

FailureOr<Expr> c::FunctionPrinter::buildInteger(Operation *op) {
  Type type = op->getResult(0).getType();
  unsigned width = getWidth(type);
  if (isa<math::AbsIOp>(op)) {
    Expr x = asSigned(getAtom(op->getOperand(0)), width);
    Expr w = asWrapped(x, width);
    return Expr{x.text + " < 0 ? 0u - " + w.in(Binding::Unary) + " : " + w.text,
                Binding::Ternary, Meaning::Wrapped, w.ctype};
  }
  if (op->getNumOperands() != 2)
    return failure();
  if (width == 1)
    return buildBit(op, get(op->getOperand(0)), get(op->getOperand(1)));

  bool repeats =
      isa<arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp>(op);
  auto operand = [&](unsigned i) {
    return repeats ? getAtom(op->getOperand(i)) : get(op->getOperand(i));
  };
  Expr x = operand(0), y = operand(1);
  auto s = [&](const Expr &e) { return asSigned(e, width); };
  auto u = [&](const Expr &e) { return asUnsigned(e, width); };
  return llvm::TypeSwitch<Operation *, FailureOr<Expr>>(op)
      .Case([&](arith::AddIOp) { return addWrapped(x, y, '+', width); })
      .Case([&](arith::SubIOp) { return addWrapped(x, y, '-', width); })
      .Case([&](arith::MulIOp) { return multiplyWrapped(x, y, width); })
      .Case([&](arith::AndIOp) { return combineBits(x, y, "&", width); })
      .Case([&](arith::OrIOp) { return combineBits(x, y, "|", width); })
      .Case([&](arith::XOrIOp) { return combineBits(x, y, "^", width); })
      .Case([&](arith::ShLIOp) {
        Expr left = asWrapped(x, width);
        if (left.literal)
          left = cast(left.ctype, left, Meaning::Unsigned);
        return combine(left, u(y), "<<", Binding::Shift, Meaning::Wrapped);
      })
      .Case([&](arith::ShRUIOp) {
        Expr left = x.literal ? asWrapped(x, width) : u(x);
        if (left.literal)
          left = cast(left.ctype, left, Meaning::Unsigned);
        return combine(left, u(y), ">>", Binding::Shift, Meaning::Unsigned);
      })
      .Case([&](arith::ShRSIOp) {
        return combine(s(x), u(y), ">>", Binding::Shift, Meaning::Signed);
      })
      .Case([&](arith::DivSIOp) {
        return combine(s(x), s(y), "/", Binding::Product, Meaning::Signed);
      })
      .Case([&](arith::RemSIOp) {
        return combine(s(x), s(y), "%", Binding::Product, Meaning::Signed);
      })
      .Case([&](arith::DivUIOp) {
        return combine(u(x), u(y), "/", Binding::Product, Meaning::Unsigned);
      })
      .Case([&](arith::RemUIOp) {
        return combine(u(x), u(y), "%", Binding::Product, Meaning::Unsigned);
      })
      .Case([&](arith::MaxSIOp) { return choose(s(x), s(y), ">"); })
      .Case([&](arith::MinSIOp) { return choose(s(x), s(y), "<"); })
      .Case([&](arith::MaxUIOp) { return choose(u(x), u(y), ">"); })
      .Case([&](arith::MinUIOp) { return choose(u(x), u(y), "<"); })
      .Default([](Operation *) { return failure(); });
}

LogicalResult c::FunctionPrinter::bindProduct(arith::MulUIExtendedOp op) {
  unsigned width = getWidth(op.getLhs().getType());
  if (width > 32)
    return failure();
  shortenOperands(op);
  Expr x = asUnsigned(get(op.getLhs()), width);
  Expr y = asUnsigned(get(op.getRhs()), width);
  Expr wide = cast("uint64_t", x, Meaning::Unsigned);
  Expr product{wide.text + " * " + y.in(Binding::Unary), Binding::Product,
               Meaning::Unsigned, "uint64_t"};
  StringRef origin = getOrigin(op.getLoc());
  std::string name = names.claim(origin.empty() ? "product" : origin);
  scope.push_back(name);
  line("const uint64_t " + name + " = " + product.text + ";", name);
  std::string half = "uint" + std::to_string(width) + "_t";
  auto bind = [&](Value value, std::string text) {
    Expr e{std::move(text), Binding::Unary, Meaning::Unsigned, half};
    if (value.hasOneUse() &&
        value.getUsers().begin()->getBlock() == op->getBlock())
      scalars[value] = e;
    else
      declareScalar(value, e);
  };
  bind(op.getLow(), "(" + half + ")" + name);
  bind(op.getHigh(),
       "(" + half + ")(" + name + " >> " + std::to_string(width) + ")");
  return success();
}
