//===- Link.h - Objects to shared libraries ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the linker: lld as a library, no other process.

#ifndef CATGRAD_TARGET_LINK_H
#define CATGRAD_TARGET_LINK_H

#include "catgrad/Target/NativeCode.h"

namespace catgrad {

/// Links an object into a shared library that exports the artefact's functions
/// and its manifest, and returns the library's bytes. `soname` is the file's
/// name. Names libm.so.6 as a dependency if the code needs it.
mlir::FailureOr<std::string> linkSharedLibrary(llvm::StringRef object,
                                               const Artefact &artefact,
                                               llvm::StringRef soname,
                                               EmitError emitError);

} // namespace catgrad

#endif // CATGRAD_TARGET_LINK_H
