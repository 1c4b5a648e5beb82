//===- Arith.cpp - Scalar operations in C -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints arithmetic on floats, comparisons and conversions.

#include "C.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

static Expr combine(const Expr &x, const Expr &y, char symbol) {
  bool isSum = symbol == '+' || symbol == '-';
  Binding binding = isSum ? Binding::Sum : Binding::Product;
  Binding right = isSum ? Binding::Product : Binding::Unary;
  return {x.in(binding) + " " + symbol + " " + y.in(right), binding,
          Meaning::Number, x.ctype};
}

FailureOr<Expr> c::FunctionPrinter::buildFloat(Operation *op) {
  std::string ctype = getScalarType(op->getResult(0).getType());
  if (ctype != "float" && ctype != "double")
    return failure();
  if (isa<arith::NegFOp>(op)) {
    Expr x = get(op->getOperand(0));
    bool isNegative = StringRef(x.text).starts_with("-");
    return Expr{"-" + x.in(isNegative ? Binding::Atom : Binding::Unary),
                Binding::Unary, Meaning::Number, ctype};
  }
  if (op->getNumOperands() != 2)
    return failure();
  Expr x = get(op->getOperand(0)), y = get(op->getOperand(1));
  StringRef suffix = ctype == "float" ? "f" : "";
  auto helper = [&](StringRef name) {
    return call(module.helpers.lookup(
                    (name + (suffix.empty() ? "_f64" : "_f32")).str()),
                {x, y}, ctype);
  };
  auto library = [&](StringRef name) {
    return call((name + suffix).str(), {x, y}, ctype);
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Expr>>(op)
      .Case([&](arith::AddFOp) { return combine(x, y, '+'); })
      .Case([&](arith::SubFOp) { return combine(x, y, '-'); })
      .Case([&](arith::MulFOp) { return combine(x, y, '*'); })
      .Case([&](arith::DivFOp) { return combine(x, y, '/'); })
      .Case([&](arith::RemFOp) { return library("fmod"); })
      .Case([&](arith::MaximumFOp) { return helper("max"); })
      .Case([&](arith::MinimumFOp) { return helper("min"); })
      .Case([&](arith::MaxNumFOp) { return library("fmax"); })
      .Case([&](arith::MinNumFOp) { return library("fmin"); })
      .Default([](Operation *) { return failure(); });
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

static Expr relate(const Expr &x, const Expr &y, StringRef symbol) {
  return {x.in(Binding::Sum) + " " + symbol.str() + " " + y.in(Binding::Sum),
          Binding::Relation, Meaning::Unsigned, "int"};
}

static Expr negate(const Expr &e) {
  return {"!" + e.in(Binding::Unary), Binding::Unary, Meaning::Unsigned, "int"};
}

/// In C all relations but != are false for NaN.
static FailureOr<Expr> compare(arith::CmpFPredicate predicate, const Expr &x,
                               const Expr &y) {
  using P = arith::CmpFPredicate;
  auto either = [&] {
    Expr less = relate(x, y, "<"), more = relate(x, y, ">");
    return Expr{less.text + " || " + more.text, Binding::Logic,
                Meaning::Unsigned, "int"};
  };
  Expr unordered = c::call("isunordered", {x, y}, "int");
  if (x.text == y.text)
    unordered = c::call("isnan", {x}, "int");
  unordered.text += " != 0"; // any number but zero means true
  unordered.binding = Binding::Relation;
  unordered.meaning = Meaning::Unsigned;
  switch (predicate) {
  case P::OEQ:
    return relate(x, y, "==");
  case P::OGT:
    return relate(x, y, ">");
  case P::OGE:
    return relate(x, y, ">=");
  case P::OLT:
    return relate(x, y, "<");
  case P::OLE:
    return relate(x, y, "<=");
  case P::UNE:
    return relate(x, y, "!=");
  case P::ONE:
    return either();
  case P::UEQ:
    return negate(either());
  case P::UGT:
    return negate(relate(x, y, "<="));
  case P::UGE:
    return negate(relate(x, y, "<"));
  case P::ULT:
    return negate(relate(x, y, ">="));
  case P::ULE:
    return negate(relate(x, y, ">"));
  case P::UNO:
    return unordered;
  case P::ORD:
    return negate(unordered);
  default:
    return failure();
  }
}

static Expr compare(arith::CmpIPredicate predicate, Expr x, Expr y,
                    unsigned width) {
  using P = arith::CmpIPredicate;
  static constexpr StringLiteral symbols[] = {"==", "!=", "<",  "<=", ">",
                                              ">=", "<",  "<=", ">",  ">="};
  bool isEquality = predicate == P::eq || predicate == P::ne;
  bool isSigned =
      isEquality ? x.meaning == Meaning::Signed && y.meaning == Meaning::Signed
                 : predicate < P::ult;
  x = isSigned ? c::asSigned(x, width) : c::asUnsigned(x, width);
  y = isSigned ? c::asSigned(y, width) : c::asUnsigned(y, width);
  return relate(x, y, symbols[static_cast<unsigned>(predicate)]);
}

FailureOr<Expr> c::FunctionPrinter::buildSelect(arith::SelectOp op) {
  if (getScalarType(op.getType()).empty())
    return failure();
  Expr test = asUnsigned(get(op.getCondition()), 1);
  Expr x = get(op.getTrueValue()), y = get(op.getFalseValue());
  // C converts the two to one type, which would turn -1 into a large number.
  if (x.meaning != y.meaning) {
    unsigned width = getWidth(op.getType());
    x = width == 1 ? asUnsigned(x, width) : asWrapped(x, width);
    y = width == 1 ? asUnsigned(y, width) : asWrapped(y, width);
    if (x.meaning != y.meaning)
      x.meaning = Meaning::Wrapped;
  }
  return Expr{test.in(Binding::Logic) + " ? " + x.in(Binding::Logic) + " : " +
                  y.in(Binding::Logic),
              Binding::Ternary, x.meaning, x.literal ? y.ctype : x.ctype};
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// Between floats: by a cast, or bit by bit where C99 has no such type.
static FailureOr<std::string> getConversion(Type from, Type to) {
  bool isSmall = from.isF16() || from.isBF16() || to.isF16() || to.isBF16();
  if (!isSmall)
    return std::string();
  if (!from.isF32() && !to.isF32())
    return failure();
  return (getDtype(from) + "_to_" + getDtype(to)).str();
}

FailureOr<Expr> c::FunctionPrinter::buildConversion(Operation *op) {
  Value operand = op->getOperand(0);
  Type from = operand.getType(), to = op->getResult(0).getType();
  std::string ctype = getScalarType(to);
  if (ctype.empty() || getScalarType(from).empty())
    return failure();
  Expr x = get(operand);
  auto toFloat = [&](const Expr &e) -> FailureOr<Expr> {
    if (ctype == "uint16_t")
      return failure();
    return cast(ctype, e, Meaning::Number);
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Expr>>(op)
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) -> FailureOr<Expr> {
        auto helper = getConversion(from, to);
        if (failed(helper))
          return failure();
        return helper->empty()
                   ? cast(ctype, x, Meaning::Number)
                   : call(module.helpers.lookup(*helper), {x}, ctype);
      })
      .Case([&](arith::SIToFPOp) {
        return toFloat(x.isSmall ? x : asSigned(x, getWidth(from)));
      })
      .Case([&](arith::UIToFPOp) {
        return toFloat(x.isSmall ? x : asUnsigned(x, getWidth(from)));
      })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) -> FailureOr<Expr> {
        if (x.ctype == "uint16_t")
          return failure();
        bool isSigned = isa<arith::FPToSIOp>(op) && !to.isInteger(1);
        return cast(getScalarType(to, isSigned), x,
                    isSigned ? Meaning::Signed : Meaning::Unsigned);
      })
      .Case([&](arith::ExtSIOp) { return asSigned(x, getWidth(from)); })
      .Case([&](arith::ExtUIOp) { return asUnsigned(x, getWidth(from)); })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp, arith::TruncIOp>(
          [&](auto) -> FailureOr<Expr> {
            if (getWidth(to) >= getWidth(from))
              return x.isSmall ? x
                     : isa<arith::IndexCastUIOp>(op)
                         ? asUnsigned(x, getWidth(from))
                         : asSigned(x, getWidth(from));
            Expr low = x;
            if (!x.isSmall || getWidth(to) < 32)
              low.meaning = Meaning::Wrapped;
            low.isSmall = x.isSmall && getWidth(to) >= 32;
            low.literal = std::nullopt;
            return getWidth(to) == 1 ? asUnsigned(low, 1) : low;
          })
      .Case([&](arith::BitcastOp) -> FailureOr<Expr> {
        bool isBits = isa<IntegerType>(from);
        if (from == to)
          return x;
        if (getWidth(from) == 16) {
          Expr bits = isBits ? asUnsigned(x, 16) : x;
          bits.meaning = isBits ? Meaning::Number : Meaning::Unsigned;
          return bits;
        }
        std::string helper =
            (getDtype(isBits ? to : from) + (isBits ? "_of_bits" : "_bits"))
                .str();
        Expr bits = call(module.helpers.lookup(helper), {x}, ctype);
        bits.ctype = getScalarType(to, false);
        bits.meaning = isBits ? Meaning::Number : Meaning::Unsigned;
        return bits;
      })
      .Default([](Operation *) { return failure(); });
}

//===----------------------------------------------------------------------===//
// All operations with one scalar result
//===----------------------------------------------------------------------===//

FailureOr<Expr> c::FunctionPrinter::buildCall(func::CallOp op) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  auto name = module.functions.find(callee);
  std::string ctype = getScalarType(op.getResult(0).getType());
  if (name == module.functions.end() || ctype.empty())
    return failure();
  Strings arguments = llvm::map_to_vector(
      op.getOperands(), [&](Value operand) { return assigned(operand); });
  Expr e{name->second + "(" + llvm::join(arguments, ", ") + ")", Binding::Atom,
         Meaning::Number, ctype};
  if (Type type = op.getResult(0).getType(); !isa<FloatType>(type))
    e.meaning = type.isInteger(1) ? Meaning::Unsigned : Meaning::Signed;
  return e;
}

FailureOr<Expr> c::FunctionPrinter::build(Operation *op) {
  if (op->getNumResults() != 1)
    return failure();
  using Result = FailureOr<Expr>;
  auto built =
      llvm::TypeSwitch<Operation *, Result>(op)
          .Case([&](arith::ConstantOp constant) -> Result {
            return literal(constant.getValue());
          })
          .Case([&](arith::SelectOp select) { return buildSelect(select); })
          .Case([&](func::CallOp call) { return buildCall(call); })
          .Case([&](affine::AffineApplyOp apply) { return build(apply); })
          .Case([&](arith::CmpFOp compared) {
            return compare(compared.getPredicate(), get(compared.getLhs()),
                           get(compared.getRhs()));
          })
          .Case([&](arith::CmpIOp compared) -> Result {
            return compare(compared.getPredicate(), get(compared.getLhs()),
                           get(compared.getRhs()),
                           getWidth(compared.getLhs().getType()));
          })
          .Default([](Operation *) { return failure(); });
  if (succeeded(built))
    return built;
  Type type = op->getResult(0).getType();
  if (isa<CastOpInterface>(op))
    return buildConversion(op);
  if (isa<math::MathDialect>(op->getDialect()) && !isa<math::AbsIOp>(op))
    return buildMath(op);
  if (isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return isa<FloatType>(type) ? buildFloat(op) : buildInteger(op);
  return failure();
}
