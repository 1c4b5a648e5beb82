//===- Control.cpp - Loops and branches of C --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints scf: what a loop carries and what a branch gives become
// variables.

#include "C.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

std::string c::FunctionPrinter::assigned(Value value) {
  if (isa<MemRefType>(value.getType()))
    return address(value, getElementType(cast<MemRefType>(value.getType())));
  Expr e = get(value);
  return value.getType().isInteger(1) ? asUnsigned(e, 1).text : e.text;
}

LogicalResult
c::FunctionPrinter::bindVariables(ValueRange values,
                                  ArrayRef<std::string> variables) {
  for (auto [value, name] : llvm::zip(values, variables)) {
    if (auto type = dyn_cast<MemRefType>(value.getType())) {
      auto strides = getStrides(value);
      if (!strides)
        return failure();
      pointers[value] = {name, getElementType(type), *strides};
      continue;
    }
    Type type = value.getType();
    Meaning meaning = isa<FloatType>(type) ? Meaning::Number
                      : type.isInteger(1)  ? Meaning::Unsigned
                                           : Meaning::Signed;
    scalars[value] = {name, Binding::Atom, meaning, getScalarType(type)};
  }
  return success();
}

LogicalResult c::FunctionPrinter::declareVariables(Operation *op,
                                                   ValueRange values,
                                                   ValueRange inits,
                                                   Strings &variables) {
  for (auto [i, value] : llvm::enumerate(values)) {
    auto type = dyn_cast<MemRefType>(value.getType());
    std::string ctype =
        type ? getElementType(type) : getScalarType(value.getType());
    if (ctype.empty())
      return failure();
    StringRef origin = getOrigin(op->getLoc());
    bool isNamed = !origin.empty() && origin != "for" && origin != "if" &&
                   origin != "while";
    std::string name = names.claim(isNamed ? origin : type ? "p" : "v");
    variables.push_back(name);
    std::string text =
        type ? pointerTo(ctype, value) + name : ctype + " " + name;
    if (!inits.empty())
      text += " = " + assigned(inits[i]);
    line(text + ";");
    lines.back().variable = name;
  }
  return bindVariables(values, variables);
}

/// Whether a name occurs in a text.
static bool mentions(StringRef text, StringRef name) {
  auto isPart = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = text.find(name); at != StringRef::npos;
       at = text.find(name, at + 1))
    if ((at == 0 || !isPart(text[at - 1])) &&
        (at + name.size() == text.size() || !isPart(text[at + name.size()])))
      return true;
  return false;
}

void c::FunctionPrinter::assign(ArrayRef<std::string> variables,
                                ValueRange values) {
  Strings texts;
  for (Value value : values)
    texts.push_back(assigned(value));
  // All are assigned at once in MLIR: a value that needs a variable is computed
  // before that is assigned.
  Strings kept;
  for (size_t i = 0; i < texts.size(); ++i) {
    bool comesLate = false;
    for (size_t j = 0; j < i; ++j)
      comesLate |= variables[j] != texts[j] && mentions(texts[i], variables[j]);
    if (!comesLate)
      continue;
    Value value = values[i];
    auto type = dyn_cast<MemRefType>(value.getType());
    std::string name = names.claim("next");
    kept.push_back(name);
    line("const " +
         (type ? getElementType(type) + " *"
               : getScalarType(value.getType()) + " ") +
         name + " = " + texts[i] + ";");
    texts[i] = name;
  }
  for (auto [variable, text] : llvm::zip(variables, texts))
    if (variable != text)
      line(variable + " = " + text + ";");
  for (const std::string &name : kept)
    names.release(name);
}

//===----------------------------------------------------------------------===//
// for
//===----------------------------------------------------------------------===//

/// The first of i, j, .. that is free.
std::string c::FunctionPrinter::claimLoop() {
  for (StringRef letter : {"i", "j", "k", "l", "m", "n"}) {
    std::string name = names.claim(letter);
    if (name == letter)
      return name;
    names.release(name);
  }
  return names.claim("i");
}

void c::FunctionPrinter::printBraces(size_t first, const Twine &head) {
  bool isSingle = true;
  unsigned statements = 0;
  for (const Line &line : ArrayRef(lines).drop_front(first)) {
    isSingle &= line.declares.empty();
    statements += line.indent == indent + 1 && line.text != "}";
  }
  isSingle &= statements == 1;
  lines.insert(lines.begin() + first,
               Line{indent, (head + (isSingle ? "" : " {")).str(), {}});
  if (!isSingle)
    line("}");
}

LogicalResult c::FunctionPrinter::print(scf::ForOp op) {
  if (op.getUnsignedCmp())
    return failure();
  printNestComment(op);
  Strings variables;
  if (failed(
          declareVariables(op, op.getResults(), op.getInitArgs(), variables)) ||
      failed(bindVariables(op.getRegionIterArgs(), variables)))
    return failure();

  Value iv = op.getInductionVar();
  auto lower = getConstantIntValue(op.getLowerBound());
  auto upper = getConstantIntValue(op.getUpperBound());
  auto step = getConstantIntValue(op.getStep());
  std::string name = claimLoop();
  Expr variable{name, Binding::Atom, Meaning::Signed,
                getScalarType(iv.getType())};
  bool isCount = lower && upper && step && *lower >= 0 && *step > 0 &&
                 *upper > *lower && *upper <= INT32_MAX;
  if (isCount) {
    if (iv.getType().isIndex()) {
      variable.ctype = "size_t";
      variable.meaning = Meaning::Unsigned;
    }
    variable.isSmall = true;
    ranges[iv] = {*lower, *lower + (*upper - *lower - 1) / *step * *step};
  }
  scalars[iv] = variable;

  auto bound = [&](Value value) {
    unsigned width = getWidth(value.getType());
    return asSigned(get(value), width).in(Binding::Sum);
  };
  std::string advance =
      step == 1 ? "++" + name : name + " += " + bound(op.getStep());
  std::string head = "for (" + variable.ctype + " " + name + " = " +
                     bound(op.getLowerBound()) + "; " + name + " < " +
                     bound(op.getUpperBound()) + "; " + advance + ")";
  size_t first = lines.size();
  ++indent;
  if (failed(printBlock(*op.getBody())))
    return failure();
  assign(variables, op.getYieldedValues());
  --indent;
  printBraces(first, head);
  names.release(name);
  return success();
}

//===----------------------------------------------------------------------===//
// if and while
//===----------------------------------------------------------------------===//

LogicalResult c::FunctionPrinter::print(scf::IfOp op) {
  printNestComment(op);
  Strings variables;
  if (failed(declareVariables(op, op.getResults(), {}, variables)))
    return failure();
  line("if (" + asUnsigned(get(op.getCondition()), 1).text + ") {");
  ++indent;
  if (failed(printBlock(*op.thenBlock())))
    return failure();
  assign(variables, op.thenYield().getOperands());
  --indent;
  if (op.elseBlock()) {
    line("} else {");
    ++indent;
    if (failed(printBlock(*op.elseBlock())))
      return failure();
    assign(variables, op.elseYield().getOperands());
    --indent;
  }
  line("}");
  return success();
}

LogicalResult c::FunctionPrinter::print(scf::WhileOp op) {
  printNestComment(op);
  Strings carried, results;
  if (failed(declareVariables(op, op.getBeforeArguments(), op.getInits(),
                              carried)) ||
      failed(declareVariables(op, op.getResults(), {}, results)) ||
      failed(bindVariables(op.getAfterArguments(), results)))
    return failure();
  line("for (;;) {");
  ++indent;
  if (failed(printBlock(*op.getBeforeBody())))
    return failure();
  scf::ConditionOp condition = op.getConditionOp();
  std::string test =
      asUnsigned(get(condition.getCondition()), 1).in(Binding::Unary);
  assign(results, condition.getArgs());
  line("if (!" + test + ")");
  lines.push_back({indent + 1, "break;", {}});
  if (failed(printBlock(*op.getAfterBody())))
    return failure();
  assign(carried, op.getYieldOp().getOperands());
  --indent;
  line("}");
  return success();
}
