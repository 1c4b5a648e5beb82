//===- Syntax.h - Syntax tree of a PTX module -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the parser makes of a module. Names refer to the
// text.

#ifndef FAKECUDA_PTX_SYNTAX_H
#define FAKECUDA_PTX_SYNTAX_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fakecuda {

/// An element type such as .u32, .bf16x2 or .pred.
struct Type {
  enum Kind : uint8_t {
    None,
    Bits,
    Unsigned,
    Signed,
    Float,
    Brain,
    Tensor,
    Predicate
  };
  Kind kind = None;
  uint8_t bits = 0;  ///< of one element
  uint8_t lanes = 1; ///< 2 in packed types

  unsigned width() const { return bits * lanes; }
  unsigned bytes() const { return width() / 8; }
  bool isInteger() const {
    return kind == Bits || kind == Unsigned || kind == Signed;
  }
  bool isFloat() const { return kind == Float || kind == Brain; }
  bool operator==(const Type &) const = default;
};

/// The type that a modifier without its dot names ("u32"), if it names one.
std::optional<Type> parseType(std::string_view name);
std::string toString(Type type);

namespace syntax {

struct Operand {
  enum Kind { Name, Integer, Single, Double, Vector, Address, Sink };
  Kind kind = Sink;
  std::string_view name; ///< Name; Address: the base, empty for an absolute one
  std::string_view second; ///< the q of "p|q"
  bool negated = false;    ///< "!p"
  uint64_t bits = 0;  ///< value of Integer, bit pattern of Single and Double
  int64_t offset = 0; ///< of a Name or an Address
  std::vector<Operand> elements;
};

struct Instruction {
  std::string_view opcode; ///< without modifiers
  std::vector<std::string_view> modifiers;
  std::string_view guard;
  bool guardNegated = false;
  std::vector<Operand> operands;
  unsigned line = 0;
  std::vector<Operand> returns, arguments; ///< of a call
};

/// One item of a variable's initialiser: a value, or the address of a symbol.
struct Initialiser {
  uint64_t bits = 0;
  std::string_view symbol;
  bool generic = false;
};

struct Variable {
  std::string_view
      space; ///< "reg", "param", "shared", "local", "const", "global"
  std::string_view name;
  Type type;
  uint64_t size = 0; ///< in bytes; 0 for an incomplete array
  unsigned align = 1;
  unsigned count = 0; ///< N of "%r<N>"
  bool external = false;
  bool incomplete = false;
  std::vector<Initialiser> initialisers;
  unsigned line = 0;
};

struct Statement {
  enum Kind { Declare, Execute, Label, Open, Close, Targets };
  Kind kind;
  Variable variable;                     ///< Declare
  Instruction instruction;               ///< Execute
  std::string_view label;                ///< Label, Targets
  std::vector<std::string_view> targets; ///< Targets: a table of brx.idx
  unsigned line = 0;
};

struct Function {
  std::string_view name;
  bool entry = false, external = false, noReturn = false;
  std::vector<Variable> returns, parameters;
  std::vector<Statement> body;
  uint64_t maxThreads = 0;        ///< product of .maxntid
  std::vector<uint32_t> required; ///< .reqntid
  unsigned line = 0;
};

struct Module {
  unsigned version = 0; ///< 80 for 8.0
  unsigned target = 0;  ///< 90 for sm_90
  std::vector<Variable> variables;
  std::vector<Function> functions;
};

} // namespace syntax

/// Parse `text`, which must outlive the result. Throws PtxError.
syntax::Module parseModule(std::string_view text);

} // namespace fakecuda

#endif // FAKECUDA_PTX_SYNTAX_H
