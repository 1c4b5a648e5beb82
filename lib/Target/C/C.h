//===- C.h - Parts of the C printer -----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the files of the C printer share: names, expressions
// and the printer of one function.

#ifndef CATGRAD_LIB_TARGET_C_C_H
#define CATGRAD_LIB_TARGET_C_C_H

#include "catgrad/Target/Manifest.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringSet.h"

#include <optional>
#include <string>

namespace catgrad::c {

using Strings = llvm::SmallVector<std::string>;

/// Lines are broken before this column.
inline constexpr unsigned kLineWidth = 100;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Names that are given once, none of them with a meaning in C or in a header
/// that the file includes.
class Names {
public:
  explicit Names(const Names *outer = nullptr) : outer(outer) {}

  /// `name` made an identifier, with a number behind it if it is taken.
  std::string claim(llvm::StringRef name);
  /// Gives a name back, at the end of its scope.
  void release(llvm::StringRef name) { used.erase(name); }

private:
  bool isTaken(llvm::StringRef name) const;

  const Names *outer;
  llvm::StringSet<> used;
};

/// What an operation was called in the dialect that it came from: "sigmoid".
/// Empty if its location does not say.
llvm::StringRef getOrigin(mlir::Location loc);

/// "line 12: matmul, add" for a loop nest.
std::string describeOrigins(mlir::Operation *nest);

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// How tightly the outermost operator of an expression binds.
enum class Binding {
  Ternary,
  Logic,
  Bits,
  Relation,
  Shift,
  Sum,
  Product,
  Unary,
  Atom
};

/// What a C expression says about an integer of n bits.
enum class Meaning {
  Number,   ///< no integer: a float, or the bits of a small one
  Signed,   ///< its signed value
  Unsigned, ///< its unsigned value
  Wrapped,  ///< something congruent to it modulo 2^n
};

struct Expr {
  std::string text;
  Binding binding = Binding::Atom;
  Meaning meaning = Meaning::Number;
  std::string ctype;
  /// The value of an integer literal.
  std::optional<llvm::APInt> literal = std::nullopt;
  /// The integer is not negative and below 2^31, whatever its type.
  bool isSmall = false;

  /// The text where an operator that binds like `min` stands around it.
  std::string in(Binding min) const;
};

/// The C type of a scalar; an index counts as i64. Empty: it has none.
std::string getScalarType(mlir::Type type, bool isSigned = true);
/// The width of an integer or index.
unsigned getWidth(mlir::Type type);

/// The expression as a value of one meaning. Arithmetic modulo 2^n is done in
/// unsigned types of 32 or 64 bits, where C defines it.
Expr asSigned(const Expr &e, unsigned width);
Expr asUnsigned(const Expr &e, unsigned width);
Expr asWrapped(const Expr &e, unsigned width);

Expr cast(llvm::StringRef ctype, const Expr &e, Meaning meaning);
Expr call(llvm::StringRef function, llvm::ArrayRef<Expr> arguments,
          llvm::StringRef ctype);

/// Sums (`sign` is + or -) and products modulo 2^width.
Expr addWrapped(const Expr &x, const Expr &y, char sign, unsigned width);
Expr multiplyWrapped(const Expr &x, const Expr &y, unsigned width);

/// A constant, exactly. Fails for a type without a C type.
mlir::FailureOr<Expr> literal(mlir::TypedAttr value);
std::string literal(const llvm::APFloat &value);
std::string literal(const llvm::APInt &value);

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// A parameter of a function that was printed.
struct Parameter {
  std::string ctype;
  bool isWritten;
};

/// What the functions of a file share.
struct Module {
  Names names;
  llvm::DenseMap<mlir::Operation *, std::string> functions;
  llvm::StringMap<std::string> globals;
  /// The arguments, in the order of the module, of functions printed already.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<Parameter>> parameters;
  /// The names of helpers.
  llvm::StringMap<std::string> helpers;
  /// Names in the text of functions: no other constant or helper is needed.
  llvm::StringSet<> used;
};

/// Claims names for all helpers.
void claimHelpers(Module &module);
/// Prints the helpers that functions use.
void printHelpers(const Module &module, llvm::raw_ostream &os);

/// A buffer: the element at indices i, j is
/// `text[offset + s0*i + s1*j + constant]`.
struct Pointer {
  std::string text;
  std::string ctype;
  llvm::SmallVector<int64_t> strides = {};
  std::string offset = {};
  int64_t constant = 0;
};

/// Prints one function. Statements are kept as lines until the end, where it
/// shows which declarations anybody needs.
class FunctionPrinter {
public:
  FunctionPrinter(mlir::func::FuncOp function, Module &module)
      : function(function), module(module), names(&module.names) {}

  /// `description` is that of a public function, null for a private one.
  mlir::LogicalResult print(const FunctionDescription *description,
                            llvm::raw_ostream &os);

private:
  struct Line {
    unsigned indent;
    std::string text;
    /// The name that this line declares; without a use, it is left out.
    std::string declares;
    bool isDropped = false;
    /// A variable that it declares and that other lines assign.
    std::string variable = {};
    bool isUnread = false;
  };

  // Function.cpp
  void bindEntry(const FunctionDescription &description, Strings &parameters);
  mlir::LogicalResult bindPrivate(Strings &parameters);
  void bindArgument(unsigned index, llvm::StringRef name,
                    llvm::StringRef ctype);
  void printCopyIn(llvm::StringRef from, llvm::StringRef to, int64_t count);
  void findWritten();
  void printLines(llvm::raw_ostream &os);

  // Statement.cpp
  mlir::LogicalResult printBlock(mlir::Block &block);
  mlir::LogicalResult printOp(mlir::Operation *op);
  void findInlined(mlir::Block &block);
  void printNestComment(mlir::Operation *op);
  mlir::LogicalResult print(mlir::memref::StoreOp op);
  mlir::LogicalResult print(mlir::memref::CopyOp op);
  mlir::LogicalResult print(mlir::func::CallOp op);
  mlir::LogicalResult bindScalar(mlir::Operation *op);
  void shortenOperands(mlir::Operation *op);
  void declareScalar(mlir::Value value, const Expr &e);
  void materialise(mlir::Value value);
  void line(const llvm::Twine &text, llvm::StringRef declares = {});

  // Control.cpp
  mlir::LogicalResult print(mlir::scf::ForOp op);
  mlir::LogicalResult print(mlir::scf::IfOp op);
  mlir::LogicalResult print(mlir::scf::WhileOp op);
  mlir::LogicalResult declareVariables(mlir::Operation *op,
                                       mlir::ValueRange values,
                                       mlir::ValueRange inits,
                                       Strings &variables);
  mlir::LogicalResult bindVariables(mlir::ValueRange values,
                                    llvm::ArrayRef<std::string> variables);
  void assign(llvm::ArrayRef<std::string> variables, mlir::ValueRange values);
  /// The value as it is assigned to a variable.
  std::string assigned(mlir::Value value);
  std::string claimLoop();
  /// Braces around the lines from `first` on, unless they are one statement.
  void printBraces(size_t first, const llvm::Twine &head);

  // Buffer.cpp
  mlir::LogicalResult bindView(mlir::Operation *op);
  mlir::LogicalResult bindWorkspace(mlir::memref::ViewOp op);
  mlir::LogicalResult bindSubview(mlir::memref::SubViewOp op);
  std::string element(mlir::Value buffer, llvm::ArrayRef<Expr> indices);
  /// The first element's address, as a pointer to `ctype`.
  std::string address(mlir::Value buffer, llvm::StringRef ctype);
  std::string pointerTo(llvm::StringRef ctype, mlir::Value buffer) const;
  Expr load(mlir::memref::LoadOp op);

  // Arith.cpp, Integer.cpp, Math.cpp
  mlir::FailureOr<Expr> build(mlir::Operation *op);
  mlir::FailureOr<Expr> buildFloat(mlir::Operation *op);
  mlir::FailureOr<Expr> buildInteger(mlir::Operation *op);
  mlir::FailureOr<Expr> buildConversion(mlir::Operation *op);
  mlir::FailureOr<Expr> buildMath(mlir::Operation *op);
  mlir::FailureOr<Expr> build(mlir::affine::AffineApplyOp op);
  mlir::FailureOr<Expr> buildSelect(mlir::arith::SelectOp op);
  mlir::FailureOr<Expr> buildCall(mlir::func::CallOp op);
  mlir::LogicalResult bindProduct(mlir::arith::MulUIExtendedOp op);
  Expr get(mlir::Value value);
  llvm::SmallVector<Expr> get(mlir::ValueRange values);
  /// The same for an operand that the text repeats.
  Expr getAtom(mlir::Value value);
  bool isWritten(mlir::Value buffer) const { return written.contains(buffer); }

  mlir::func::FuncOp function;
  Module &module;
  Names names;
  llvm::DenseMap<mlir::Value, Expr> scalars;
  llvm::DenseMap<mlir::Value, Pointer> pointers;
  /// The first and the last value of loop variables, where these are known.
  llvm::DenseMap<mlir::Value, std::pair<int64_t, int64_t>> ranges;
  llvm::DenseSet<mlir::Value> written;
  llvm::DenseSet<mlir::Operation *> inlined;
  Strings parameterNames;
  llvm::SmallVector<Line> lines;
  llvm::SmallVector<std::string> scope; ///< names to give back
  std::string lastComment;
  unsigned indent = 1;
};

/// The C type of a buffer's elements.
std::string getElementType(mlir::MemRefType type);
/// The strides of a buffer, through casts that hide them; nothing if they are
/// not known.
std::optional<llvm::SmallVector<int64_t>> getStrides(mlir::Value buffer);

} // namespace catgrad::c

#endif // CATGRAD_LIB_TARGET_C_C_H
