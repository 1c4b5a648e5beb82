//===- Link.cpp - Objects to shared libraries -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file links with lld as a library. lld reads and writes files only, so
// that a temporary folder holds the object, the export list and the result.

#include "catgrad/Target/Link.h"

#include "catgrad/Target/Guard.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

#include <link.h>

LLD_HAS_DRIVER(elf)

using namespace mlir;
using namespace catgrad;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// The libm that this process runs with, as LLVM itself needs one. Its absolute
/// path makes the linker record its name and the versions of its symbols, with
/// no development package installed.
static std::string findMathLibrary() {
  std::string found;
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *data) {
        if (path::filename(info->dlpi_name) != "libm.so.6")
          return 0;
        *static_cast<std::string *>(data) = info->dlpi_name;
        return 1;
      },
      &found);
  return found;
}

/// The version script: the artefact's symbols are public, the rest is not.
static std::string getVersionScript(const Artefact &artefact) {
  std::string script = "{\nglobal:\n";
  for (const std::string &symbol : artefact.exports())
    script += "  " + symbol + ";\n";
  return script + "local: *;\n};\n";
}

static std::error_code writeFile(StringRef name, StringRef contents) {
  std::error_code error;
  llvm::raw_fd_ostream os(name, error);
  if (error)
    return error;
  os << contents;
  os.close();
  error = os.error();
  os.clear_error();
  return error;
}

/// Runs lld. Returns its messages on failure.
static llvm::Error runLinker(ArrayRef<const char *> arguments) {
  // lld keeps global state: one link at a time, and none after a crash.
  ResetsOptions lock;
  static bool usable = true;
  if (!usable)
    return llvm::createStringError("the linker failed earlier in this process");
  std::string messages;
  llvm::raw_string_ostream os(messages);
  usable = false; // unless lld returns
  lld::Result result =
      lld::lldMain(arguments, os, os, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  if (result.retCode == 0)
    return llvm::Error::success();
  return llvm::createStringError(StringRef(messages).rtrim());
}

FailureOr<std::string> catgrad::linkSharedLibrary(StringRef object,
                                                  const Artefact &artefact,
                                                  StringRef soname,
                                                  EmitError emitError) {
  SmallString<128> folder;
  if (std::error_code error = fs::createUniqueDirectory("catgrad", folder))
    return emitError() << "cannot make a temporary folder: " << error.message();
  llvm::scope_exit cleanUp([&] { fs::remove_directories(folder); });
  auto inFolder = [&](StringRef name) {
    SmallString<128> file(folder);
    path::append(file, name);
    return file.str().str();
  };
  std::string objectFile = inFolder(artefact.stem + ".o");
  std::string scriptFile = inFolder("exports");
  std::string libraryFile = inFolder("library.so");
  for (auto [file, contents] :
       {std::pair<StringRef, std::string>(scriptFile,
                                          getVersionScript(artefact)),
        std::pair<StringRef, std::string>(objectFile, object.str())})
    if (std::error_code error = writeFile(file, contents))
      return emitError() << "cannot write temporary file '" << file
                         << "': " << error.message();

  std::string versionScript = "--version-script=" + scriptFile;
  std::string name = soname.str(), math = findMathLibrary();
  // One thread: the input is one small object.
  SmallVector<const char *> arguments = {"ld.lld",
                                         "-shared",
                                         "--threads=1",
                                         "-O2",
                                         "--gc-sections",
                                         "--eh-frame-hdr",
                                         "--hash-style=gnu",
                                         "-z",
                                         "noexecstack",
                                         "-z",
                                         "relro",
                                         "-z",
                                         "now",
                                         "--build-id=none",
                                         "-soname",
                                         name.c_str(),
                                         versionScript.c_str(),
                                         "-o",
                                         libraryFile.c_str(),
                                         objectFile.c_str()};
  if (!math.empty())
    arguments.append({"--as-needed", math.c_str()});
  if (llvm::Error error = runLinker(arguments))
    return emitError() << "linking failed: "
                       << llvm::toString(std::move(error));

  auto library = llvm::MemoryBuffer::getFile(libraryFile);
  if (!library)
    return emitError() << "cannot read the linked library: "
                       << library.getError().message();
  return (*library)->getBuffer().str();
}
