//===- Literal.cpp - Names and attributes in Python -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes names, types and attributes as Python. Nothing here knows an
// operation, so that a new one needs no code.

#include "Python.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <charconv>

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static bool isReserved(StringRef name) {
  static const llvm::StringSet<> reserved = {
      "False", "None", "True", "and", "as", "assert", "async", "await", "break",
      "class", "continue", "def", "del", "elif", "else", "except", "finally",
      "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
      "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
      // What the methods use themselves.
      "self", "ops", "float"};
  return reserved.contains(name);
}

std::string python::toIdentifier(StringRef name) {
  std::string identifier;
  for (char c : name)
    identifier += llvm::isAlnum(c) || c == '_' ? c : '_';
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier.insert(0, "_");
  if (isReserved(identifier))
    identifier += '_';
  return identifier;
}

std::string python::Names::claim(StringRef name) {
  std::string identifier = toIdentifier(name), unique = identifier;
  for (unsigned i = 1; !used.insert(unique).second; ++i)
    unique = identifier + "_" + std::to_string(i);
  return unique;
}

std::string python::Names::claimNext() {
  std::string name;
  do
    name = "x" + std::to_string(next++);
  while (!used.insert(name).second);
  return name;
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

std::string python::wrap(unsigned indent, StringRef head, const Strings &items,
                         StringRef tail) {
  std::string margin(indent, ' ');
  std::string line = (margin + head + llvm::join(items, ", ") + tail).str();
  if (items.empty() ||
      (line.size() <= kLineWidth && !StringRef(line).contains('\n')))
    return line;
  // As many items as fit on each line.
  std::string result = (margin + head).str();
  size_t column = kLineWidth;
  for (const std::string &item : items) {
    size_t width =
        StringRef(item).take_until([](char c) { return c == '\n'; }).size();
    if (column + 2 + width > kLineWidth) {
      result += "\n" + margin + "    ";
      column = indent + 4;
    } else {
      result += " ";
      column += 1;
    }
    result += item + ",";
    column = StringRef(item).contains('\n') ? kLineWidth : column + width + 1;
  }
  result.pop_back(); // the last comma
  return result + tail.str();
}

std::string python::tuple(const Strings &items) {
  if (items.size() == 1)
    return "(" + items.front() + ",)";
  return "(" + llvm::join(items, ", ") + ")";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static std::string toString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::string python::escape(StringRef text) {
  std::string result;
  // The source is UTF-8.
  for (unsigned char c : llvm::json::fixUTF8(text)) {
    if (c == '"' || c == '\\')
      result += '\\', result += char(c);
    else if (c < 0x20 || c == 0x7F)
      result += "\\x" + llvm::toHex(StringRef((const char *)&c, 1));
    else
      result += char(c);
  }
  return result;
}

static std::string quote(StringRef text) {
  return "\"" + python::escape(text) + "\"";
}

std::string python::dtypeLiteral(Type elementType) {
  return quote(toString(elementType));
}

std::string python::describeType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return toString(type);
  Strings sizes;
  for (int64_t size : tensor.getShape())
    sizes.push_back(std::to_string(size));
  return toString(tensor.getElementType()) + "[" + llvm::join(sizes, ", ") +
         "]";
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// The shortest decimal that reads back as the same number of its type.
static std::string printFloat(APFloat value) {
  if (value.isNaN())
    return "float(\"nan\")";
  if (value.isInfinity())
    return value.isNegative() ? "-float(\"inf\")" : "float(\"inf\")";
  char buffer[64];
  std::to_chars_result end;
  bool loses = false;
  if (&value.getSemantics() == &APFloat::IEEEdouble()) {
    end = std::to_chars(buffer, std::end(buffer), value.convertToDouble());
  } else {
    value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &loses);
    end = std::to_chars(buffer, std::end(buffer), value.convertToFloat());
  }
  std::string text(buffer, end.ptr);
  // An integer would be an int.
  if (StringRef(text).find_first_of(".e") == StringRef::npos)
    text += ".0";
  return text;
}

static std::string printInteger(const APInt &value) {
  if (value.getBitWidth() == 1)
    return value.isZero() ? "False" : "True";
  return llvm::toString(value, 10, /*Signed=*/true);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// More elements than these are written as hexadecimal bytes.
static constexpr int64_t kMaxListed = 100;

/// True for a NaN that `float("nan")` is not.
static bool isUnusualNaN(const APFloat &value) {
  return value.isNaN() &&
         !value.bitwiseIsEqual(APFloat::getQNaN(value.getSemantics()));
}

/// The elements' memory, little-endian, i1 as a byte each: "0x..".
static std::string printBytes(DenseElementsAttr values, unsigned indent) {
  std::string bytes;
  Type type = values.getElementType();
  auto append = [&](const APInt &bits) {
    for (unsigned i = 0; i < bits.getBitWidth(); i += 8)
      bytes += char(
          bits.extractBitsAsZExtValue(std::min(8u, bits.getBitWidth() - i), i));
  };
  if (isa<FloatType>(type))
    for (const APFloat &value : values.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : values.getValues<APInt>())
      append(value);
  std::string digits = "0x" + llvm::toHex(bytes, /*LowerCase=*/true);
  size_t width = python::kLineWidth - indent - 8;
  if (digits.size() <= width)
    return quote(digits);
  // Strings side by side are one string.
  std::string result, margin = "\n" + std::string(indent + 4, ' ');
  for (StringRef rest = digits; !rest.empty();
       rest = rest.drop_front(std::min(width, rest.size())))
    result += (result.empty() ? "" : margin) + quote(rest.take_front(width));
  return result;
}

/// Nested lists of `items`, which are consumed.
static std::string nest(ArrayRef<int64_t> shape, ArrayRef<std::string> &items) {
  if (shape.empty()) {
    std::string item = items.front();
    items = items.drop_front();
    return item;
  }
  python::Strings parts;
  for (int64_t i = 0; i < shape.front(); ++i)
    parts.push_back(nest(shape.drop_front(), items));
  return "[" + llvm::join(parts, ", ") + "]";
}

static std::optional<std::string> printElements(DenseElementsAttr values,
                                                unsigned indent) {
  Type type = values.getElementType();
  if (!type.isIntOrFloat())
    return std::nullopt;
  auto shape = values.getType().getShape();
  if (values.getNumElements() == 0)
    return "[]";
  bool isFloat = isa<FloatType>(type);
  if ((isFloat && llvm::any_of(values.getValues<APFloat>(), isUnusualNaN)) ||
      (!values.isSplat() && values.getNumElements() > kMaxListed))
    return printBytes(values, indent);
  auto print = [&](auto value) -> std::string {
    if constexpr (std::is_same_v<decltype(value), APFloat>)
      return printFloat(value);
    else
      return printInteger(value);
  };
  if (values.isSplat())
    return isFloat ? print(values.getSplatValue<APFloat>())
                   : print(values.getSplatValue<APInt>());
  python::Strings items;
  if (isFloat)
    llvm::append_range(items,
                       llvm::map_range(values.getValues<APFloat>(), print));
  else
    llvm::append_range(items,
                       llvm::map_range(values.getValues<APInt>(), print));
  ArrayRef<std::string> rest = items;
  return nest(shape, rest);
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// The keyword of an attribute like #catgrad.predicate<gt>, in quotes.
static std::optional<std::string> printKeyword(Attribute attribute) {
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  StringRef body = StringRef(text).split('<').second;
  if (!body.consume_back(">") || body.empty() ||
      !llvm::all_of(body, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return std::nullopt;
  return quote(body);
}

template <typename Range, typename Print>
static std::string printAll(Range &&values, Print print) {
  python::Strings items;
  for (auto value : values)
    items.push_back(print(value));
  return python::tuple(items);
}

std::optional<std::string> python::literal(Attribute attribute,
                                           unsigned indent) {
  if (isa<UnitAttr>(attribute))
    return "True";
  if (auto integer = dyn_cast<IntegerAttr>(attribute))
    return printInteger(integer.getValue());
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return printFloat(number.getValue());
  if (auto text = dyn_cast<StringAttr>(attribute))
    return quote(text.getValue());
  if (auto symbol = dyn_cast<FlatSymbolRefAttr>(attribute))
    return quote(symbol.getValue());
  if (auto type = dyn_cast<TypeAttr>(attribute))
    return quote(toString(type.getValue()));
  if (auto indices = dyn_cast<DenseI64ArrayAttr>(attribute))
    return printAll(indices.asArrayRef(),
                    [](int64_t value) { return std::to_string(value); });
  if (auto numbers = dyn_cast<DenseF64ArrayAttr>(attribute))
    return printAll(numbers.asArrayRef(),
                    [](double value) { return printFloat(APFloat(value)); });
  if (auto flags = dyn_cast<DenseBoolArrayAttr>(attribute))
    return printAll(flags.asArrayRef(),
                    [](bool value) { return value ? "True" : "False"; });
  if (auto array = dyn_cast<ArrayAttr>(attribute)) {
    Strings items;
    for (Attribute element : array) {
      auto item = literal(element, indent);
      if (!item)
        return std::nullopt;
      items.push_back(*item);
    }
    return tuple(items);
  }
  if (auto elements = dyn_cast<DenseElementsAttr>(attribute))
    return printElements(elements, indent);
  return printKeyword(attribute);
}
