//===- ParserBody.cpp - Bodies of PTX functions -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file parses statements, instructions and operands.

#include "Ptx/Parser.h"

using namespace fakecuda;
using namespace fakecuda::syntax;

void Parser::parseBody(Function &function) {
  expect("{");
  for (unsigned depth = 1; depth;) {
    unsigned line = peek().line;
    if (accept("{")) {
      ++depth;
      function.body.push_back({Statement::Open, {}, {}, {}, {}, line});
    } else if (accept("}")) {
      if (--depth)
        function.body.push_back({Statement::Close, {}, {}, {}, {}, line});
    } else {
      parseStatement(function.body);
    }
  }
}

void Parser::parseStatement(std::vector<Statement> &body) {
  unsigned line = peek().line;
  std::string_view text = peek().text;
  if (peek().kind == Token::Word && peek(1).is(":")) {
    position += 2;
    if (!peek().is(".branchtargets")) {
      body.push_back({Statement::Label, {}, {}, text, {}, line});
      return;
    }
    ++position;
    Statement table{Statement::Targets, {}, {}, text, {}, line};
    do
      table.targets.push_back(word("a label"));
    while (accept(","));
    expect(";");
    body.push_back(std::move(table));
    return;
  }
  if (accept(".loc") || accept(".file")) {
    // These have no ";": they end with their line.
    while (peek().kind != Token::End && peek().line == line)
      ++position;
    return;
  }
  if (accept(".pragma")) {
    next();
    expect(";");
    return;
  }
  if (text == ".reg" || text == ".local" || text == ".shared" ||
      text == ".param") {
    ++position;
    for (Variable &variable : parseVariables(text.substr(1), false))
      body.push_back(
          {Statement::Declare, std::move(variable), {}, {}, {}, line});
    return;
  }
  if (accept(";"))
    return;
  if (text.starts_with('.'))
    error("unknown directive '" + std::string(text) + "'");
  body.push_back({Statement::Execute, {}, parseInstruction(), {}, {}, line});
}

Instruction Parser::parseInstruction() {
  Instruction instruction;
  if (accept("@")) {
    instruction.guardNegated = accept("!");
    instruction.guard = word("a predicate");
  }
  instruction.line = peek().line;
  std::string_view text = word("an instruction");
  // Split at dots, but not within "L2::128B".
  size_t dot = text.find('.');
  instruction.opcode = text.substr(0, dot);
  while (dot != text.npos) {
    size_t end = text.find('.', dot + 1);
    instruction.modifiers.push_back(
        text.substr(dot + 1, end == text.npos ? end : end - dot - 1));
    dot = end;
  }
  if (instruction.opcode == "call") {
    parseCall(instruction);
    return instruction;
  }
  if (!peek().is(";"))
    instruction.operands = parseList();
  expect(";");
  return instruction;
}

void Parser::parseCall(Instruction &call) {
  auto group = [&] {
    std::vector<Operand> list;
    expect("(");
    if (!peek().is(")"))
      list = parseList();
    expect(")");
    return list;
  };
  if (peek().is("(")) {
    call.returns = group();
    expect(",");
  }
  call.operands.push_back(parseOperand());
  if (accept(",")) {
    if (peek().is("("))
      call.arguments = group();
    else
      error("indirect calls are not supported");
  }
  if (accept(","))
    error("indirect calls are not supported");
  expect(";");
}

std::vector<Operand> Parser::parseList() {
  std::vector<Operand> operands;
  do
    operands.push_back(parseOperand());
  while (accept(","));
  return operands;
}

Operand Parser::parseOperand() {
  if (accept("["))
    return parseAddress();
  Operand operand;
  if (accept("{")) {
    operand.kind = Operand::Vector;
    operand.elements = parseList();
    expect("}");
    return operand;
  }
  bool minus = accept("-");
  operand.negated = accept("!");
  unsigned line = peek().line;
  std::string_view text = word("an operand");
  if (isNumber(text)) {
    Operand number = parseNumber(text, line);
    if (minus && number.kind == Operand::Integer)
      number.bits = -number.bits;
    else if (minus)
      number.bits ^= uint64_t(1) << (number.kind == Operand::Single ? 31 : 63);
    return number;
  }
  if (minus)
    error("expected a number after '-'");
  if (text == "_")
    return operand;
  operand.kind = Operand::Name;
  operand.name = text;
  if (accept("|"))
    operand.second = word("a predicate");
  else if (peek().is("+") || peek().is("-")) {
    bool down = next().is("-");
    operand.offset = down ? -int64_t(integer()) : int64_t(integer());
  }
  return operand;
}

Operand Parser::parseAddress() {
  Operand operand;
  operand.kind = Operand::Address;
  std::string_view text = word("an address");
  if (isNumber(text))
    operand.offset = parseNumber(text, peek().line).bits;
  else
    operand.name = text;
  if (accept("+"))
    operand.offset += integer();
  else if (accept("-"))
    operand.offset -= integer();
  expect("]");
  return operand;
}
