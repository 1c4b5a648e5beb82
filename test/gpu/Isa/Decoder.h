//===- Decoder.h - From syntax to decoded kernels ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the decoder: it resolves names, gives registers their
// slots, inlines calls, and asks the table of instructions for handlers.

#ifndef FAKECUDA_ISA_DECODER_H
#define FAKECUDA_ISA_DECODER_H

#include "Ptx/Lexer.h"
#include "Sim/Memory.h"

#include <map>
#include <unordered_map>

namespace fakecuda {

/// What a name stands for.
struct Entity {
  enum Kind { Register, Constant, Shared, Local, Device, Parameter };
  Kind kind;
  Type type;
  Slot slot = noSlot;   ///< Register
  uint64_t address = 0; ///< in its state space
  uint64_t size = 0;
};

/// The preliminary address of dynamic shared memory.
constexpr uint64_t dynamicBase = uint64_t(1) << 30;

/// The modifiers of one instruction. Each has to be taken; what is left over is
/// an error, for it would change the meaning.
class Modifiers {
public:
  explicit Modifiers(const syntax::Instruction &inst)
      : names(inst.modifiers), taken(names.size()) {}
  bool take(std::string_view name);
  /// The first of `choices` that is there, or an empty name.
  std::string_view takeOne(std::initializer_list<std::string_view> choices);
  /// The next type from the left, if there is one.
  std::optional<Type> takeType();
  /// The first that is left.
  std::string_view rest() const;

private:
  std::vector<std::string_view> names;
  std::vector<bool> taken;
};

class Decoder {
public:
  /// `globals` are the module's variables that already have an address.
  Decoder(const syntax::Module &module,
          const std::map<std::string_view, Entity> &globals)
      : module(module), globals(globals) {}
  std::unique_ptr<Kernel> decode(const syntax::Function &function);

  // For the groups of instructions.
  const syntax::Instruction &instruction() const { return *current; }
  const std::vector<syntax::Operand> &operands() const {
    return current->operands;
  }
  const syntax::Operand &operand(size_t index) const;
  void expectOperands(size_t least, size_t most) const;
  void expectOperands(size_t count) const { expectOperands(count, count); }
  Modifiers &modifiers() { return *names; }
  Type type(); ///< the next type among the modifiers, which has to be there
  [[noreturn]] void error(const std::string &message) const;

  /// A register, constant, special register or address as a source of `type`.
  /// With `wider`, a register may have more bits than the type.
  Slot source(const syntax::Operand &operand, Type type, bool wider = false);
  Slot destination(const syntax::Operand &operand, Type type,
                   bool wider = false);
  Slot predicate(const syntax::Operand &operand, bool &negated);
  Slot predicate(const syntax::Operand &operand);
  /// The bits of a slot's elements: 16, 32 or 64.
  unsigned slotBits(Slot slot) const {
    return slotTypes[slot].width() < 32 ? 16 : slotTypes[slot].width();
  }
  Type slotType(Slot slot) const { return slotTypes[slot]; }
  Slot constant(uint64_t bits, Type type);
  Slot temporary(Type type, const std::string &name);
  /// Sets a, imm and wide from an operand in brackets; returns what it names.
  std::optional<Entity> address(const syntax::Operand &operand, Inst &out);
  std::optional<Entity> lookup(std::string_view name) const;
  Extra &extra(Inst &out);
  Slot carry(); ///< the carry flag

  /// Appends `inst` to the code.
  void emit(Inst inst);
  void emitBranch(Inst inst, std::string_view label);
  void emitTable(Inst inst, std::string_view label);
  void emitCall();
  bool inlined() const { return depth > 1; } ///< whether "ret" ends a call

private:
  struct Scope {
    std::map<std::string_view, Entity> names;
    std::map<std::string_view, uint32_t> labels;
    std::map<std::string_view, std::vector<std::string_view>> tables;
    struct Fixup {
      uint32_t inst;
      std::string_view label;
      unsigned line;
    };
    std::vector<Fixup> branches, switches;
  };

  void decodeBody(const syntax::Function &function);
  void declare(const syntax::Variable &variable);
  void declareParameters(const syntax::Function &function);
  void placeShared(const syntax::Variable &variable);
  Entity placeLocal(const syntax::Variable &variable);
  void placeDynamic();
  void decodeInstruction(const syntax::Instruction &inst);
  void closeScope(bool last);
  Entity bind(const syntax::Variable &formal, const syntax::Operand &actual);
  void emitMove(Slot to, Slot from, Type type);
  Slot special(std::string_view name);
  uint64_t literal(const syntax::Operand &operand, Type type) const;
  Slot newSlot(Type type, std::string name);
  void defineName(std::string_view name, Entity entity, unsigned line);
  std::optional<Entity> find(std::string_view name);

  const syntax::Module &module;
  const std::map<std::string_view, Entity> &globals;
  Kernel *kernel = nullptr;
  std::vector<Scope> scopes;
  size_t firstScope = 0; ///< of the function that is being inlined
  std::vector<Type> slotTypes;
  std::map<std::pair<uint64_t, unsigned>, Slot> constants;
  std::map<std::string, Slot, std::less<>> specials;
  std::map<std::string_view, Entity> sharedNames;
  const syntax::Variable *dynamicShared = nullptr;
  std::vector<Slot> dynamicSlots; ///< constants that are addresses in it
  const syntax::Instruction *current = nullptr;
  Modifiers *names = nullptr;
  std::vector<std::string_view> stack; ///< functions that are being inlined
  unsigned depth = 0;
  Slot carrySlot = noSlot;
};

/// Decodes one instruction: fills in handler and operands and emits it.
using DecodeFunction = void (*)(Decoder &);
using InstructionTable = std::unordered_map<std::string_view, DecodeFunction>;

/// Handlers that the decoder itself uses.
void runBranch(Exec &exec, const Inst &inst, Lanes mask);
Handler moveHandler(unsigned bits);

/// Every instruction that the double knows. The groups add theirs.
const InstructionTable &instructionTable();
void addArithmetic(InstructionTable &table);
void addBarrier(InstructionTable &table);
void addBits(InstructionTable &table);
void addCollective(InstructionTable &table);
void addCompare(InstructionTable &table);
void addControl(InstructionTable &table);
void addConvert(InstructionTable &table);
void addFloat(InstructionTable &table);
void addLoadStore(InstructionTable &table);
void addAtomic(InstructionTable &table);
void addMove(InstructionTable &table);
void addTranscendental(InstructionTable &table);
void addWide(InstructionTable &table);

} // namespace fakecuda

#endif // FAKECUDA_ISA_DECODER_H
