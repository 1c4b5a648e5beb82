//===- Python.h - Parts of the Python printer -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares what the files of the Python printer share: names, values
// as literals, and the body of a method.

#ifndef CATGRAD_LIB_TARGET_PYTHON_PYTHON_H
#define CATGRAD_LIB_TARGET_PYTHON_PYTHON_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace catgrad::python {

using Strings = llvm::SmallVector<std::string>;

/// Lines longer than this are broken.
inline constexpr unsigned kLineWidth = 100;

/// `name` with what Python does not allow in a name replaced.
std::string toIdentifier(llvm::StringRef name);

/// Names that are given once. Keywords are taken from the start.
class Names {
public:
  /// `name` made an identifier, with a number behind it if it is taken.
  std::string claim(llvm::StringRef name);
  /// The first of x0, x1, .. that is free.
  std::string claimNext();

private:
  llvm::StringSet<> used;
  unsigned next = 0;
};

/// `head item, item, .. tail`, in one line or with items on lines of their own.
std::string wrap(unsigned indent, llvm::StringRef head, const Strings &items,
                 llvm::StringRef tail);

/// A tuple: (), (1,), (1, 2).
std::string tuple(const Strings &items);

/// Text for a string or a docstring, without the quotes.
std::string escape(llvm::StringRef text);

/// "f32" in quotes.
std::string dtypeLiteral(mlir::Type elementType);

/// `tensor<2x3xf32>` as f32[2, 3], for people.
std::string describeType(mlir::Type type);

/// An attribute as a Python expression; nothing if it has no form in Python.
std::optional<std::string> literal(mlir::Attribute attribute, unsigned indent);

/// The name of the method of each function that a class can call.
using Methods = llvm::DenseMap<mlir::Operation *, std::string>;

/// Prints the statements of a function's body, indented by `indent`. The names
/// of the arguments are given. With `lists`, methods return lists.
mlir::LogicalResult printBody(mlir::func::FuncOp function,
                              const Strings &arguments, Names &names,
                              const Methods &methods, bool lists,
                              unsigned indent, llvm::raw_ostream &os);

} // namespace catgrad::python

#endif // CATGRAD_LIB_TARGET_PYTHON_PYTHON_H
