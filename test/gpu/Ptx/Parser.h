//===- Parser.h - Parser of PTX ---------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the recursive-descent parser behind parseModule.

#ifndef FAKECUDA_PTX_PARSER_H
#define FAKECUDA_PTX_PARSER_H

#include "Ptx/Lexer.h"
#include "Ptx/Syntax.h"

namespace fakecuda {

class Parser {
public:
  explicit Parser(std::string_view text) : tokens(tokenise(text)) {}
  syntax::Module parse();

private:
  // Tokens.
  const Token &peek(size_t ahead = 0) const;
  const Token &next();
  bool accept(std::string_view text);
  void expect(std::string_view text);
  std::string_view word(const char *what);
  [[noreturn]] void error(const std::string &message) const;
  uint64_t integer();

  // The module (Parser.cpp) and its variables (ParserVariables.cpp).
  void parseTopLevel(syntax::Module &module);
  void parseFunction(syntax::Module &module, bool entry, bool external);
  void parsePerformance(syntax::Function &function);
  std::vector<syntax::Variable> parseParameters();
  std::vector<syntax::Variable> parseVariables(std::string_view space,
                                               bool external);
  void parseDimensions(syntax::Variable &variable);
  void parseInitialiser(syntax::Variable &variable);
  void parseItem(syntax::Variable &variable);
  void skipBalanced();

  // Bodies (ParserBody.cpp).
  void parseBody(syntax::Function &function);
  void parseStatement(std::vector<syntax::Statement> &body);
  syntax::Instruction parseInstruction();
  void parseCall(syntax::Instruction &call);
  std::vector<syntax::Operand> parseList();
  syntax::Operand parseOperand();
  syntax::Operand parseAddress();

  std::vector<Token> tokens;
  size_t position = 0;
};

/// Whether `text` begins like a number, and its value as an operand.
bool isNumber(std::string_view text);
syntax::Operand parseNumber(std::string_view text, unsigned line);

} // namespace fakecuda

#endif // FAKECUDA_PTX_PARSER_H
