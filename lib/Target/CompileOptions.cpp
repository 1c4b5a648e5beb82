//===- CompileOptions.cpp - Words for what to compile -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads the words that command lines and the C interface have for
// kinds of output, targets and chips.

#include "catgrad/Target/Compile.h"
#include "catgrad/Target/CudaCode.h"
#include "catgrad/Target/Header.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace catgrad;

std::optional<EmitKind> catgrad::getEmitKindForFile(StringRef path) {
  return llvm::StringSwitch<std::optional<EmitKind>>(
             llvm::sys::path::extension(path))
      .Case(".mlir", EmitKind::Rev)
      .Case(".c", EmitKind::CSource)
      .Case(".ptx", EmitKind::PTX)
      .Case(".ll", EmitKind::LLVM)
      .Case(".s", EmitKind::Assembly)
      .Case(".o", EmitKind::Object)
      .Case(".so", EmitKind::SharedLibrary)
      .Default(std::nullopt);
}

std::optional<EmitKind> catgrad::parseEmitKind(StringRef name) {
  return llvm::StringSwitch<std::optional<EmitKind>>(name)
      .Case("catgrad", EmitKind::Catgrad)
      .Case("rev", EmitKind::Rev)
      .Case("linalg", EmitKind::Linalg)
      .Case("bufferized", EmitKind::Bufferized)
      .Case("c", EmitKind::CSource)
      .Case("gpu", EmitKind::Gpu)
      .Case("nvvm", EmitKind::Nvvm)
      .Case("ptx", EmitKind::PTX)
      .Case("llvm", EmitKind::LLVM)
      .Case("asm", EmitKind::Assembly)
      .Case("obj", EmitKind::Object)
      .Case("so", EmitKind::SharedLibrary)
      .Default(std::nullopt);
}

bool catgrad::isText(EmitKind kind) { return kind < EmitKind::Object; }

std::optional<CompileTarget> catgrad::parseCompileTarget(StringRef name) {
  return llvm::StringSwitch<std::optional<CompileTarget>>(name)
      .Case("cpu", CompileTarget::CPU)
      .Case("cuda", CompileTarget::CUDA)
      .Default(std::nullopt);
}

std::optional<MathMode> catgrad::parseMathMode(StringRef name) {
  return llvm::StringSwitch<std::optional<MathMode>>(name)
      .Case("default", MathMode::Default)
      .Case("reference", MathMode::Reference)
      .Default(std::nullopt);
}

std::optional<SmallVector<std::string>> catgrad::parseChips(StringRef list) {
  SmallVector<StringRef> names;
  list.split(names, ',');
  SmallVector<std::string> chips(names.begin(), names.end());
  if (!llvm::all_of(chips, parseChip))
    return std::nullopt;
  llvm::sort(chips, [](const std::string &a, const std::string &b) {
    return std::pair(*parseChip(a), a.size()) <
           std::pair(*parseChip(b), b.size());
  });
  chips.erase(llvm::unique(chips), chips.end());
  return chips;
}

std::string catgrad::getArtefactStem(StringRef path) {
  StringRef name = llvm::sys::path::filename(path);
  // Only libraries have the prefix: libiris.so, but library.mlir.
  bool isLibrary = name.ends_with(".so") || name.contains(".so.");
  StringRef stem = isLibrary ? name.take_front(name.find(".so"))
                             : llvm::sys::path::stem(name);
  if (isLibrary && stem.size() > 3)
    stem.consume_front("lib");
  return toCIdentifier(stem);
}
