//===- Toolkit.cpp - NVIDIA's library and assembler -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file finds what CUDA's toolkit has and LLVM has not, and runs it.

#include "catgrad/Target/Cuda.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace catgrad;

/// Folders that may hold bin/ptxas and nvvm/libdevice. Whoever names one means
/// that one: what another toolkit has instead may be of another version.
static SmallVector<std::string> getToolkits() {
  for (StringRef variable : {"CUDA_HOME", "CUDA_PATH"})
    if (auto value = llvm::sys::Process::GetEnv(variable);
        value && !value->empty())
      return {*value};
  SmallVector<std::string> folders;
  if (auto ptxas = llvm::sys::findProgramByName("ptxas"))
    folders.push_back(
        llvm::sys::path::parent_path(llvm::sys::path::parent_path(*ptxas))
            .str());
  folders.push_back("/usr/local/cuda");
  // The Python package lies in the site-packages of an environment.
  SmallVector<StringRef> environments;
  std::string path = llvm::sys::Process::GetEnv("PATH").value_or("");
  std::string active = llvm::sys::Process::GetEnv("VIRTUAL_ENV").value_or("");
  if (!active.empty())
    environments.push_back(active);
  SmallVector<StringRef> entries;
  llvm::SplitString(path, entries, ":");
  for (StringRef entry : entries)
    environments.push_back(llvm::sys::path::parent_path(entry));
  for (StringRef environment : environments) {
    std::error_code error;
    SmallString<128> lib(environment);
    llvm::sys::path::append(lib, "lib");
    for (llvm::sys::fs::directory_iterator it(lib, error), end;
         it != end && !error; it.increment(error)) {
      if (!llvm::sys::path::filename(it->path()).starts_with("python"))
        continue;
      for (StringRef package : {"cu13", "cuda_nvcc"}) {
        SmallString<128> folder(it->path());
        llvm::sys::path::append(folder, "site-packages", "nvidia", package);
        folders.push_back(folder.str().str());
      }
    }
  }
  return folders;
}

static std::string findInToolkits(StringRef file) {
  for (StringRef folder : getToolkits()) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, file);
    if (llvm::sys::fs::exists(path))
      return path.str().str();
  }
  return {};
}

std::string catgrad::findLibdevice() {
  return findInToolkits("nvvm/libdevice/libdevice.10.bc");
}

std::string catgrad::findPtxas() { return findInToolkits("bin/ptxas"); }

/// Reads what `ptxas -v` prints.
static std::vector<KernelResources> parseResources(StringRef text) {
  static const llvm::Regex entry("Function properties for ([A-Za-z0-9_$]+)");
  static const llvm::Regex spills("([0-9]+) bytes spill stores");
  static const llvm::Regex registers("Used ([0-9]+) registers");
  std::vector<KernelResources> kernels;
  SmallVector<StringRef> lines, match;
  text.split(lines, '\n');
  for (StringRef line : lines) {
    auto number = [&](const llvm::Regex &regex,
                      unsigned KernelResources::*member) {
      if (!kernels.empty() && regex.match(line, &match))
        (void)match[1].getAsInteger(10, kernels.back().*member);
    };
    if (entry.match(line, &match))
      kernels.push_back({match[1].str()});
    number(spills, &KernelResources::spilledBytes);
    number(registers, &KernelResources::registers);
  }
  return kernels;
}

FailureOr<AssembledPtx> catgrad::assemblePtx(StringRef ptxas, StringRef chip,
                                             StringRef ptx,
                                             EmitError emitError) {
  SmallString<128> folder;
  if (auto error = llvm::sys::fs::createUniqueDirectory("catgrad", folder))
    return emitError() << "cannot make a folder for the assembler: "
                       << error.message();
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove_directories(folder); });
  auto inFolder = [&](StringRef name) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    return path.str().str();
  };
  std::string source = inFolder("kernels.ptx"),
              object = inFolder("kernels.cubin"), log = inFolder("log");
  {
    std::error_code error;
    llvm::raw_fd_ostream os(source, error);
    os << ptx;
  }
  std::string arch = ("-arch=" + chip).str(), message;
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log),
                                          StringRef(log)};
  int status = llvm::sys::ExecuteAndWait(
      ptxas, {ptxas, arch, "-v", source, "-o", object}, std::nullopt, redirects,
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  auto output = llvm::MemoryBuffer::getFile(log);
  StringRef text = output ? (*output)->getBuffer() : StringRef(message);
  if (status != 0)
    return emitError() << "'" << ptxas << "' refuses the kernels for " << chip
                       << ": " << text.rtrim();
  auto cubin = llvm::MemoryBuffer::getFile(object);
  if (!cubin)
    return emitError() << "'" << ptxas << "' wrote no code";
  return AssembledPtx{(*cubin)->getBuffer().str(), parseResources(text)};
}
