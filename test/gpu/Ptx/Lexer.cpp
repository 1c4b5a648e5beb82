//===- Lexer.cpp - Tokens of PTX --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file splits PTX text into tokens.

#include "Ptx/Lexer.h"

#include <cctype>

using namespace fakecuda;

static bool isWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         c == '%' || c == '.';
}

std::vector<Token> fakecuda::tokenise(std::string_view text) {
  std::vector<Token> tokens;
  unsigned line = 1;
  size_t i = 0, n = text.size();
  auto at = [&](size_t k) { return k < n ? text[k] : '\0'; };
  while (i < n) {
    char c = text[i];
    if (c == '\n') {
      ++line, ++i;
    } else if (std::isspace(static_cast<unsigned char>(c)) || c == '\0') {
      ++i;
    } else if (c == '/' && at(i + 1) == '/') {
      while (i < n && text[i] != '\n')
        ++i;
    } else if (c == '/' && at(i + 1) == '*') {
      size_t end = text.find("*/", i + 2);
      if (end == std::string_view::npos)
        throw PtxError(line, "comment without an end");
      for (; i < end + 2; ++i)
        line += text[i] == '\n';
    } else if (c == '"') {
      size_t end = text.find('"', i + 1);
      if (end == std::string_view::npos)
        throw PtxError(line, "string without an end");
      tokens.push_back({Token::String, text.substr(i + 1, end - i - 1), line});
      i = end + 1;
    } else if (isWordCharacter(c)) {
      size_t start = i;
      // "::" belongs to modifiers such as .L2::128B; one colon ends a label.
      while (i < n &&
             (isWordCharacter(text[i]) || (text[i] == ':' && at(i + 1) == ':')))
        i += text[i] == ':' ? 2 : 1;
      tokens.push_back({Token::Word, text.substr(start, i - start), line});
    } else {
      tokens.push_back({Token::Punctuation, text.substr(i, 1), line});
      ++i;
    }
  }
  tokens.push_back({Token::End, {}, line});
  return tokens;
}
