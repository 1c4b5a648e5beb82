//===- Parser.cpp - Modules of PTX ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file parses what stands at the top level of a module: directives and the
// heads of functions; and tokens that all parts need, types and numbers.

#include "Ptx/Parser.h"

#include <algorithm>
#include <charconv>

using namespace fakecuda;
using namespace fakecuda::syntax;

Module fakecuda::parseModule(std::string_view text) {
  return Parser(text).parse();
}

std::optional<Type> fakecuda::parseType(std::string_view name) {
  if (name == "pred")
    return Type{Type::Predicate, 1, 1};
  if (name == "tf32")
    return Type{Type::Tensor, 32, 1};
  Type type;
  if (name.size() > 2 && name.ends_with("x2")) {
    type.lanes = 2;
    name.remove_suffix(2);
  }
  if (name.starts_with("bf"))
    type.kind = Type::Brain, name.remove_prefix(2);
  else if (name.size() > 1 &&
           std::string_view("busf").find(name[0]) != name.npos)
    type.kind = name[0] == 'b'   ? Type::Bits
                : name[0] == 'u' ? Type::Unsigned
                : name[0] == 's' ? Type::Signed
                                 : Type::Float,
    name.remove_prefix(1);
  else
    return std::nullopt;
  for (unsigned bits : {8u, 16u, 32u, 64u, 128u})
    if (name == std::to_string(bits))
      type.bits = bits;
  if (!type.bits || (type.kind == Type::Brain && type.bits != 16) ||
      (type.kind == Type::Float && (type.bits < 16 || type.bits > 64)))
    return std::nullopt;
  return type;
}

std::string fakecuda::toString(Type type) {
  static const char *const names[] = {"none", "b",  "u",  "s",
                                      "f",    "bf", "tf", "pred"};
  std::string name = std::string(".") + names[type.kind];
  if (type.kind != Type::Predicate && type.kind != Type::None)
    name += std::to_string(type.bits);
  return type.lanes == 2 ? name + "x2" : name;
}

bool fakecuda::isNumber(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

Operand fakecuda::parseNumber(std::string_view text, unsigned line) {
  Operand operand;
  auto digits = [&](std::string_view body, int base) {
    auto [end, status] = std::from_chars(body.data(), body.data() + body.size(),
                                         operand.bits, base);
    if (status != std::errc() || end != body.data() + body.size())
      throw PtxError(line,
                     "expected a number but got '" + std::string(text) + "'");
  };
  char kind = text.size() > 1 && text[0] == '0' ? text[1] | 0x20 : '\0';
  if (kind == 'f' || kind == 'd') {
    operand.kind = kind == 'f' ? Operand::Single : Operand::Double;
    if (text.size() != (kind == 'f' ? 10u : 18u))
      throw PtxError(line,
                     "expected a number but got '" + std::string(text) + "'");
    digits(text.substr(2), 16);
    return operand;
  }
  if (text.find('.') != text.npos) {
    operand.kind = Operand::Double;
    double value = 0;
    auto [end, status] =
        std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc() || end != text.data() + text.size())
      throw PtxError(line,
                     "expected a number but got '" + std::string(text) + "'");
    __builtin_memcpy(&operand.bits, &value, sizeof value);
    return operand;
  }
  operand.kind = Operand::Integer;
  std::string_view body = text;
  if (body.ends_with('U'))
    body.remove_suffix(1);
  if (kind == 'x')
    digits(body.substr(2), 16);
  else if (kind == 'b')
    digits(body.substr(2), 2);
  else
    digits(body, body.size() > 1 && body[0] == '0' ? 8 : 10);
  return operand;
}

const Token &Parser::peek(size_t ahead) const {
  return tokens[std::min(position + ahead, tokens.size() - 1)];
}

const Token &Parser::next() {
  const Token &token = peek();
  if (token.kind == Token::End)
    error("unexpected end of the text");
  ++position;
  return token;
}

bool Parser::accept(std::string_view text) {
  if (!peek().is(text) || peek().kind == Token::End)
    return false;
  ++position;
  return true;
}

void Parser::expect(std::string_view text) {
  if (!accept(text))
    error("expected '" + std::string(text) + "' but got '" +
          std::string(peek().text) + "'");
}

std::string_view Parser::word(const char *what) {
  if (peek().kind != Token::Word)
    error(std::string("expected ") + what + " but got '" +
          std::string(peek().text) + "'");
  return next().text;
}

void Parser::error(const std::string &message) const {
  throw PtxError(peek().line, message);
}

uint64_t Parser::integer() {
  bool negative = accept("-");
  Operand operand = parseNumber(word("a number"), peek().line);
  if (operand.kind != Operand::Integer)
    error("expected an integer");
  return negative ? -operand.bits : operand.bits;
}

Module Parser::parse() {
  Module module;
  while (peek().kind != Token::End)
    parseTopLevel(module);
  if (!module.version || !module.target)
    error("expected .version and .target");
  return module;
}

void Parser::skipBalanced() {
  expect("{");
  for (unsigned depth = 1; depth;) {
    const Token &token = next();
    depth += token.is("{");
    depth -= token.is("}");
  }
}

void Parser::parseTopLevel(Module &module) {
  bool external = false;
  while (true) {
    std::string_view name = peek().text;
    if (accept(".version")) {
      std::string_view number = word("a version");
      size_t dot = number.find('.');
      if (dot == number.npos)
        error("expected .version MAJOR.MINOR");
      module.version =
          parseNumber(number.substr(0, dot), peek().line).bits * 10 +
          parseNumber(number.substr(dot + 1), peek().line).bits;
      return;
    }
    if (accept(".target")) {
      do {
        std::string_view chip = word("a target");
        if (chip.starts_with("sm_")) {
          chip.remove_prefix(3);
          if (chip.ends_with('a') || chip.ends_with('f'))
            chip.remove_suffix(1);
          module.target = parseNumber(chip, peek().line).bits;
        }
      } while (accept(","));
      return;
    }
    if (accept(".address_size")) {
      if (integer() != 64)
        error("expected .address_size 64");
      return;
    }
    if (accept(".file")) {
      while (peek().kind != Token::End && !peek().text.starts_with('.'))
        ++position;
      return;
    }
    if (accept(".section")) {
      word("a section");
      return skipBalanced();
    }
    if (accept(".visible") || accept(".weak") || accept(".common"))
      continue;
    if (accept(".extern")) {
      external = true;
      continue;
    }
    if (name == ".entry" || name == ".func") {
      ++position;
      return parseFunction(module, name == ".entry", external);
    }
    if (name == ".global" || name == ".const" || name == ".shared") {
      ++position;
      for (Variable &variable : parseVariables(name.substr(1), external))
        module.variables.push_back(std::move(variable));
      return;
    }
    error("unknown directive '" + std::string(name) + "'");
  }
}

void Parser::parseFunction(Module &module, bool entry, bool external) {
  Function function;
  function.entry = entry;
  function.external = external;
  function.line = peek().line;
  if (!entry && peek().is("("))
    function.returns = parseParameters();
  function.name = word("a function name");
  if (peek().is("("))
    function.parameters = parseParameters();
  parsePerformance(function);
  if (!accept(";")) {
    parseBody(function);
    // A definition replaces the declarations before it.
    std::erase_if(module.functions, [&](const Function &other) {
      return other.name == function.name && other.body.empty();
    });
  } else if (!external) {
    function.external = true;
  }
  auto same = [&](const Function &other) {
    return other.name == function.name;
  };
  bool known =
      std::any_of(module.functions.begin(), module.functions.end(), same);
  if (known && !function.external)
    throw PtxError(function.line,
                   "'" + std::string(function.name) + "' is defined twice");
  if (!known)
    module.functions.push_back(std::move(function));
}

void Parser::parsePerformance(Function &function) {
  auto dimensions = [&] {
    std::vector<uint32_t> sizes;
    do
      sizes.push_back(integer());
    while (accept(","));
    return sizes;
  };
  while (peek().kind == Token::Word) {
    if (accept(".maxntid")) {
      function.maxThreads = 1;
      for (uint32_t size : dimensions())
        function.maxThreads *= size;
    } else if (accept(".reqntid")) {
      function.required = dimensions();
      function.required.resize(3, 1);
    } else if (accept(".minnctapersm") || accept(".maxnreg") ||
               accept(".maxclusterrank") || accept(".abi_preserve")) {
      integer();
    } else if (accept(".noreturn")) {
      function.noReturn = true;
    } else if (accept(".pragma")) {
      next();
      expect(";");
    } else {
      error("unknown directive '" + std::string(peek().text) + "'");
    }
  }
}
