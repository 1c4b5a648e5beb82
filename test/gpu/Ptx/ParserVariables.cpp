//===- ParserVariables.cpp - Variables of PTX -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file parses parameters and variables with their initialisers.

#include "Ptx/Parser.h"

#include <algorithm>

using namespace fakecuda;
using namespace fakecuda::syntax;

std::vector<Variable> Parser::parseParameters() {
  std::vector<Variable> parameters;
  expect("(");
  while (!peek().is(")")) {
    std::string_view space = word("a parameter");
    if (space != ".param" && space != ".reg")
      error("expected .param or .reg but got '" + std::string(space) + "'");
    for (Variable &variable : parseVariables(space.substr(1), false))
      parameters.push_back(std::move(variable));
    accept(",");
  }
  expect(")");
  return parameters;
}

/// Parses one declaration after its state space, up to the ";" of a statement;
/// a parameter ends at a "," or a ")".
std::vector<Variable> Parser::parseVariables(std::string_view space,
                                             bool external) {
  Variable variable;
  variable.space = space;
  variable.external = external;
  variable.line = peek().line;
  unsigned vector = 1;
  bool aligned = false;
  while (peek().text.starts_with('.')) {
    std::string_view name = next().text;
    if (name == ".align") {
      variable.align = integer();
      aligned = true;
    } else if (name == ".v2" || name == ".v4") {
      vector = name[2] - '0';
    } else if (name == ".ptr") {
      // What the pointer points to is a promise that the checks do not need.
      while (peek().is(".global") || peek().is(".shared") ||
             peek().is(".const") || peek().is(".local") ||
             peek().is(".generic") || peek().is(".align"))
        if (next().is(".align"))
          integer();
    } else if (std::optional<Type> type = parseType(name.substr(1))) {
      variable.type = *type;
    } else {
      error("unknown directive '" + std::string(name) + "'");
    }
  }
  if (variable.type.kind == Type::None)
    error("expected a type but got '" + std::string(peek().text) + "'");
  bool parameter = space == "param";
  std::vector<Variable> variables;
  do {
    Variable one = variable;
    one.line = peek().line;
    one.name = word("a name");
    if (space == "reg") {
      if (vector != 1)
        error("vector registers are not supported");
      if (accept("<")) {
        one.count = integer();
        expect(">");
      }
    } else {
      one.size = uint64_t(one.type.bytes()) * vector;
      if (!aligned)
        one.align = std::max<uint64_t>(one.size, 1);
      parseDimensions(one);
      if (accept("="))
        parseInitialiser(one);
    }
    variables.push_back(std::move(one));
    // The "," after a parameter begins another declaration.
    if ((parameter || space == "reg") && peek().is(",") &&
        peek(1).text.starts_with('.'))
      return variables;
  } while (accept(","));
  if (!peek().is(")"))
    expect(";");
  return variables;
}

void Parser::parseDimensions(Variable &variable) {
  while (accept("[")) {
    if (accept("]")) {
      variable.incomplete = true;
      variable.size = 0;
      continue;
    }
    variable.size *= integer();
    expect("]");
  }
}

void Parser::parseInitialiser(Variable &variable) {
  uint64_t element = variable.type.bytes();
  if (accept("{")) {
    for (unsigned depth = 1; depth;) {
      if (accept("{"))
        ++depth;
      else if (accept("}"))
        --depth;
      else if (!accept(","))
        parseItem(variable);
    }
  } else {
    parseItem(variable);
  }
  if (variable.incomplete)
    variable.size = element * variable.initialisers.size();
  if (variable.initialisers.size() * element > variable.size)
    error("expected at most " + std::to_string(variable.size / element) +
          " values but got " + std::to_string(variable.initialisers.size()));
}

void Parser::parseItem(Variable &variable) {
  Initialiser item;
  bool negative = accept("-");
  std::string_view text = word("a value");
  if (isNumber(text) && peek().is("("))
    error("initialisers by parts of an address are not supported");
  if (isNumber(text)) {
    item.bits = parseNumber(text, peek().line).bits;
    if (negative)
      item.bits = -item.bits;
  } else {
    item.generic = text == "generic";
    if (item.generic) {
      expect("(");
      text = word("a symbol");
      expect(")");
    }
    item.symbol = text;
    if (accept("+"))
      item.bits = integer();
  }
  variable.initialisers.push_back(item);
}
