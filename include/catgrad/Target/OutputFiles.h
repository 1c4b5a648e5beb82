//===- OutputFiles.h - Write several files, or none -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares how a tool writes its results: all at the end, each by a
// temporary file and a rename, so that no half-written file is ever seen.

#ifndef CATGRAD_TARGET_OUTPUTFILES_H
#define CATGRAD_TARGET_OUTPUTFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace catgrad {

/// A file to write. The path `-` stands for standard output.
struct OutputFile {
  llvm::StringRef path;
  llvm::StringRef contents;
  bool executable = false;
};

/// Writes all files. After an error no new file is left behind.
llvm::Error writeOutputFiles(llvm::ArrayRef<OutputFile> files);

} // namespace catgrad

#endif // CATGRAD_TARGET_OUTPUTFILES_H
