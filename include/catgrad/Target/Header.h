//===- Header.h - C header of a native artefact -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the writer of C headers, and which names C allows.

#ifndef CATGRAD_TARGET_HEADER_H
#define CATGRAD_TARGET_HEADER_H

#include "catgrad/Target/Manifest.h"

namespace catgrad {

/// Writes the header: C99, and fit for C++.
void printHeader(const Artefact &artefact, llvm::raw_ostream &os);

/// True if `name` can name a function or variable in C and in C++: an
/// identifier, and no keyword of either.
bool isCIdentifier(llvm::StringRef name);

/// True if the C library has a function of that name, or it is `main`.
bool isLibraryFunction(llvm::StringRef name);

/// The nearest such identifier: `w.bias` gives `w_bias`, `int` gives `int_`.
std::string toCIdentifier(llvm::StringRef name);

/// The C type of an element: `float` for f32, `uint16_t` for f16 and bf16,
/// which C99 does not have, `uint8_t` for i1.
llvm::StringRef getCType(llvm::StringRef dtype);

/// The names that a function's inputs and then its outputs have in the header,
/// each once. The last parameter is `workspace`.
llvm::SmallVector<std::string>
getParameterNames(const FunctionDescription &function);

/// Writes the comment that says what a function and its parameters are.
void printFunctionComment(const FunctionDescription &function,
                          llvm::ArrayRef<std::string> parameters,
                          llvm::raw_ostream &os);

} // namespace catgrad

#endif // CATGRAD_TARGET_HEADER_H
