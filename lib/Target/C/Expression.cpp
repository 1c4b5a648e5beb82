//===- Expression.cpp - Expressions of C ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes literals, and converts integers between what C calls signed
// and unsigned and what MLIR leaves open.

#include "C.h"

#include "catgrad/Target/Header.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace catgrad;
using c::Expr;
using c::Meaning;

std::string Expr::in(Binding min) const {
  return binding < min ? "(" + text + ")" : text;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

unsigned c::getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

std::string c::getScalarType(Type type, bool isSigned) {
  if (type.isIndex())
    return isSigned ? "int64_t" : "uint64_t";
  if (type.isInteger(1))
    return "int";
  std::string name = getCType(getDtype(type)).str();
  return isa<IntegerType>(type) && !isSigned && !name.empty() ? "u" + name
                                                              : name;
}

/// The unsigned type in which integers of a width are added and multiplied:
/// none that C would promote to a signed one.
static StringRef getWideType(unsigned width) {
  return width <= 32 ? "uint32_t" : "uint64_t";
}

static std::string getIntType(unsigned width, bool isSigned) {
  return (isSigned ? "int" : "uint") + std::to_string(width) + "_t";
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

Expr c::cast(StringRef ctype, const Expr &e, Meaning meaning) {
  Expr result{"(" + ctype.str() + ")" + e.in(Binding::Unary), Binding::Unary,
              meaning, ctype.str()};
  result.isSmall = e.isSmall;
  return result;
}

Expr c::call(StringRef function, ArrayRef<Expr> arguments, StringRef ctype) {
  std::string text = function.str() + "(";
  llvm::ListSeparator separator;
  for (const Expr &argument : arguments)
    (text += StringRef(separator)) += argument.text;
  return {text + ")", Binding::Atom, Meaning::Number, ctype.str()};
}

Expr c::asSigned(const Expr &e, unsigned width) {
  if (e.meaning == Meaning::Signed)
    return e;
  if (width == 1) // 1 is the only negative number of one bit
    return {"-" + e.in(Binding::Atom), Binding::Unary, Meaning::Signed, "int"};
  return cast(getIntType(width, true), e, Meaning::Signed);
}

Expr c::asUnsigned(const Expr &e, unsigned width) {
  if (e.meaning == Meaning::Unsigned)
    return e;
  if (width >= 32 && e.ctype == getIntType(width, false)) {
    Expr result = e; // C has reduced it
    result.meaning = Meaning::Unsigned;
    return result;
  }
  if (e.literal && (e.literal->isNonNegative() || width >= 32))
    return asWrapped(e, width);
  if (width == 1)
    return {e.in(Binding::Unary) + " & 1", Binding::Bits, Meaning::Unsigned,
            "int"};
  return cast(getIntType(width, false), e, Meaning::Unsigned);
}

Expr c::asWrapped(const Expr &e, unsigned width) {
  StringRef wide = getWideType(width);
  if (e.ctype == wide)
    return e;
  if (e.literal) {
    Expr result = e;
    APInt value = e.literal->zext(64);
    // Constants that are bits rather than numbers.
    result.text = value.ugt(0xffff)
                      ? "0x" + llvm::toString(value, 16, false) + "u"
                      : llvm::toString(value, 10, false) + "u";
    result.binding = Binding::Atom;
    result.meaning = Meaning::Unsigned;
    result.ctype = wide;
    return result;
  }
  bool isExact = e.isSmall || (e.meaning == Meaning::Unsigned && width != 1);
  return cast(wide, e, isExact ? Meaning::Unsigned : Meaning::Wrapped);
}

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

std::string c::literal(const APInt &value) {
  if (value.getBitWidth() == 1)
    return value.isOne() ? "1" : "0";
  // The smallest number is no literal with a sign: the rest would be too large.
  if (value.isMinSignedValue() && value.getBitWidth() >= 16)
    return "INT" + std::to_string(value.getBitWidth()) + "_MIN";
  return llvm::toString(value, 10, /*Signed=*/true);
}

std::string c::literal(const llvm::APFloat &value) {
  const llvm::fltSemantics &semantics = value.getSemantics();
  unsigned width = llvm::APFloat::getSizeInBits(semantics);
  if (width == 16) {
    std::string digits =
        llvm::toString(value.bitcastToAPInt(), 16, false, false, false);
    return "0x" + std::string(4 - digits.size(), '0') + digits;
  }
  std::string sign = value.isNegative() ? "-" : "";
  if (value.isInfinity())
    return sign + "INFINITY";
  if (value.isNaN())
    return sign + "NAN";
  StringRef suffix = width == 32 ? "f" : "";
  // A short decimal that is the very number; else hexadecimal, which is exact
  // whatever the compiler's rounding.
  llvm::APFloat wide = value;
  bool losesInfo;
  wide.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
               &losesInfo);
  double magnitude = std::abs(wide.convertToDouble());
  for (unsigned scale = 1; scale <= 1024; scale *= 2)
    if (magnitude < 100000 &&
        magnitude * scale == std::floor(magnitude * scale)) {
      SmallString<24> decimal;
      wide.toString(decimal, /*FormatPrecision=*/0, /*FormatMaxPadding=*/12,
                    /*TruncateZero=*/true);
      if (!StringRef(decimal).contains('E')) {
        if (!StringRef(decimal).contains('.'))
          decimal += ".0";
        return (decimal + suffix).str();
      }
    }
  char hex[64];
  value.convertToHexString(hex, 0, false, llvm::APFloat::rmNearestTiesToEven);
  return (hex + suffix).str();
}

FailureOr<Expr> c::literal(TypedAttr value) {
  std::string ctype = getScalarType(value.getType());
  if (ctype.empty())
    return failure();
  if (auto number = dyn_cast<FloatAttr>(value)) {
    std::string text = literal(number.getValue());
    Expr e{text, text[0] == '-' ? Binding::Unary : Binding::Atom,
           Meaning::Number, ctype};
    // What it is in decimals, where the hexadecimal hides that.
    if (StringRef(text).contains("0x") && ctype != "uint16_t") {
      SmallString<24> decimal;
      number.getValue().toString(decimal, ctype == "float" ? 6 : 9, 4);
      e.text += (" /* " + decimal + " */").str();
    }
    return e;
  }
  auto integer = dyn_cast<IntegerAttr>(value);
  if (!integer)
    return failure();
  APInt bits = integer.getValue();
  Expr e{literal(bits), Binding::Atom, Meaning::Signed, ctype};
  if (e.text[0] == '-')
    e.binding = Binding::Unary;
  if (bits.getBitWidth() == 1)
    e.meaning = Meaning::Unsigned;
  e.literal = bits;
  e.isSmall = bits.isNonNegative() && bits.getActiveBits() < 32;
  return e;
}
