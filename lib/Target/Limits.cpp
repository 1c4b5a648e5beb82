//===- Limits.cpp - Errors instead of hangs ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file checks text and modules against limits. The scan of the text knows
// strings, comments and brackets; everything else is left to MLIR's parser.

#include "catgrad/Target/Limits.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace catgrad;

/// No name, number or shape that a person or a front end writes is longer.
static constexpr size_t kMaxWord = 4096;
/// Operators of one affine expression.
static constexpr unsigned kMaxOperators = 1000;

namespace {
/// One pass over a buffer, linear in its length.
class Scan {
public:
  Scan(StringRef text, StringRef file, MLIRContext &context,
       const Limits &limits)
      : text(text), file(file), context(context), limits(limits) {}

  LogicalResult run() {
    while (position < text.size())
      if (failed(step()))
        return failure();
    return success();
  }

private:
  struct Bracket {
    char opener;
    unsigned operators; // of the affine expression so far
  };

  InFlightDiagnostic emitError(size_t at) {
    StringRef before = text.take_front(at);
    size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0
    return mlir::emitError(FileLineColLoc::get(
        &context, file, before.count('\n') + 1, at - lineStart + 1));
  }

  /// Whether `next` is the next character, which is then passed over.
  bool accept(char next) {
    if (position >= text.size() || text[position] != next)
      return false;
    ++position;
    return true;
  }

  void skipString() {
    for (; position < text.size(); ++position) {
      if (text[position] == '\\')
        ++position;
      else if (text[position] == '"' || text[position] == '\n')
        break;
    }
    ++position;
  }

  LogicalResult open(char opener) {
    if (brackets.size() > limits.maxNesting)
      return emitError(position - 1) << "expected brackets nested at most "
                                     << limits.maxNesting << " deep";
    brackets.push_back({opener, 0});
    return success();
  }

  /// Closes the nearest bracket of the kind; a `<` within it was a stray one.
  void close(char opener) {
    for (size_t depth = brackets.size(); depth > 1; --depth)
      if (brackets[depth - 1].opener == opener) {
        brackets.truncate(depth - 1);
        return;
      } else if (opener == '<') {
        return; // a stray `>`
      }
  }

  LogicalResult countOperator() {
    if (++brackets.back().operators <= kMaxOperators)
      return success();
    return emitError(position - 1) << "expected an expression of at most "
                                   << kMaxOperators << " operators";
  }

  LogicalResult word(size_t start) {
    position = std::min(text.find_if_not(
                            [](char c) {
                              return llvm::isAlnum(c) || c == '_' || c == '.' ||
                                     c == '$' || c == '?';
                            },
                            start),
                        text.size());
    StringRef name = text.slice(start, position);
    if (name.size() > kMaxWord)
      return emitError(start) << "expected a name, number or shape of at most "
                              << kMaxWord << " characters";
    if (name == "mod" || name == "floordiv" || name == "ceildiv")
      return countOperator();
    return success();
  }

  LogicalResult step() {
    size_t start = position;
    char c = text[position++];
    switch (c) {
    case '"':
      skipString();
      return success();
    case '/':
      if (accept('/'))
        position = std::min(text.find('\n', position), text.size());
      return success();
    case '(':
    case '[':
    case '{':
      return open(c);
    case '<':
      return accept('=') ? success() : open(c);
    case ')':
      close('(');
      return success();
    case ']':
      close('[');
      return success();
    case '}':
      close('{');
      return success();
    case '>':
      if (!accept('='))
        close('<');
      return success();
    case '-':
      if (accept('>'))
        break;
      return countOperator();
    case '+':
    case '*':
      return countOperator();
    case ',':
    case ':':
    case '=':
      break;
    default:
      return llvm::isAlnum(c) || c == '_' || c == '?' ? word(start) : success();
    }
    brackets.back().operators = 0; // the expression is over
    return success();
  }

  StringRef text, file;
  MLIRContext &context;
  const Limits &limits;
  size_t position = 0;
  /// The first one stands for the whole text.
  SmallVector<Bracket> brackets = {{0, 0}};
};
} // namespace

LogicalResult catgrad::verifyText(const llvm::SourceMgr &sources,
                                  MLIRContext &context, const Limits &limits) {
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  return Scan(buffer->getBuffer(), buffer->getBufferIdentifier(), context,
              limits)
      .run();
}

/// The bytes of a tensor of static shape (i1 takes one); of others, 0.
static uint64_t getBytes(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() ||
      llvm::is_contained(tensor.getShape(), 0))
    return 0;
  Type element = tensor.getElementType();
  uint64_t bytes =
      element.isIntOrFloat() ? (element.getIntOrFloatBitWidth() + 7) / 8 : 8;
  for (int64_t size : tensor.getShape())
    bytes = llvm::SaturatingMultiply<uint64_t>(bytes, size);
  return bytes;
}

static LogicalResult verifyTensors(Operation *op, const Limits &limits) {
  auto verifyConstant = [&](Type type) -> LogicalResult {
    if (getBytes(type) <= limits.maxConstantBytes)
      return success();
    // Folding leaves constants without a place.
    bool isLost = isa<UnknownLoc>(op->getLoc()) && !op->use_empty();
    Operation *place = isLost ? *op->user_begin() : op;
    return emitError(place->getLoc()) << "expected a constant of at most 2^"
                                      << llvm::Log2_64(limits.maxConstantBytes)
                                      << " bytes but got " << type;
  };
  auto verify = [&](Type type) -> LogicalResult {
    if (getBytes(type) <= limits.maxTensorBytes)
      return success();
    return emitError(op->getLoc())
           << "expected a tensor of at most 2^"
           << llvm::Log2_64(limits.maxTensorBytes) << " bytes but got " << type;
  };
  if (op->hasTrait<OpTrait::ConstantLike>())
    return verifyConstant(op->getResultTypes().front());
  for (Type type : op->getResultTypes())
    if (failed(verify(type)))
      return failure();
  for (Region &region : op->getRegions())
    for (Type type : region.getArgumentTypes())
      if (failed(verify(type)))
        return failure();
  return success();
}

LogicalResult catgrad::verifySizes(ModuleOp module, const Limits &limits) {
  uint64_t count = 0;
  WalkResult result =
      module->walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        if (++count <= limits.maxOperations)
          return verifyTensors(op, limits);
        return op->emitError() << "expected at most " << limits.maxOperations
                               << " operations in the module";
      });
  return failure(result.wasInterrupted());
}
