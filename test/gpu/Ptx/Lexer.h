//===- Lexer.h - Tokens of PTX ----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file splits PTX text into tokens that refer to it.

#ifndef FAKECUDA_PTX_LEXER_H
#define FAKECUDA_PTX_LEXER_H

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fakecuda {

/// What makes a module unacceptable: the driver's CUDA_ERROR_INVALID_PTX.
struct PtxError : std::runtime_error {
  PtxError(unsigned line, const std::string &message)
      : std::runtime_error("line " + std::to_string(line) + ": " + message) {}
};

struct Token {
  enum Kind { Word, String, Punctuation, End };
  Kind kind;
  std::string_view text;
  unsigned line;

  bool is(std::string_view what) const {
    return kind != String && text == what;
  }
};

/// A word holds an opcode with its modifiers ("ld.global.v4.f32"), a register
/// ("%tid.x"), a directive (".entry") or a number. The last token is End.
std::vector<Token> tokenise(std::string_view text);

} // namespace fakecuda

#endif // FAKECUDA_PTX_LEXER_H
