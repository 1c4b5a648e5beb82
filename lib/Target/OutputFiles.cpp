//===- OutputFiles.cpp - Write several files, or none -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes results by temporary files in the same folders and renames.

#include "catgrad/Target/OutputFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

using namespace llvm;
using namespace catgrad;
namespace fs = llvm::sys::fs;

static Error makeError(StringRef path, std::error_code error) {
  return createStringError(error, "cannot write '%s': %s", path.str().c_str(),
                           error.message().c_str());
}

static std::error_code writeAll(raw_fd_ostream &os, StringRef contents) {
  os << contents;
  os.flush();
  std::error_code error = os.error();
  os.clear_error(); // otherwise the stream ends the process
  return error;
}

/// Standard output, devices and pipes: what a rename would destroy.
static bool isWrittenDirectly(StringRef path) {
  fs::file_status status;
  return path == "-" ||
         (!fs::status(path, status) && fs::exists(status) &&
          !fs::is_regular_file(status) && !fs::is_directory(status));
}

static Error writeDirectly(const OutputFile &file) {
  std::error_code error;
  raw_fd_ostream os(file.path, error); // knows "-"
  if (!error)
    error = writeAll(os, file.contents);
  return error ? makeError(file.path, error) : Error::success();
}

namespace {
/// A written file that waits for its name.
struct Pending {
  const OutputFile &file;
  SmallString<128> target; ///< links resolved: they stay links
  std::optional<fs::TempFile> temporary;
};
} // namespace

/// Writes the temporary file of one output.
static Error prepare(Pending &pending) {
  StringRef path = pending.file.path;
  if (fs::is_directory(path))
    return makeError(path, make_error_code(errc::is_a_directory));
  if (fs::real_path(path, pending.target))
    pending.target = path; // does not exist yet
  else if (std::error_code error =
               fs::access(pending.target, fs::AccessMode::Write))
    return makeError(path, error); // a rename would ignore write protection
  unsigned mode = fs::all_read | fs::all_write;
  if (pending.file.executable)
    mode |= fs::all_exe;
  auto temporary = fs::TempFile::create(pending.target + ".%%%%%%.tmp", mode);
  if (!temporary)
    return makeError(path, errorToErrorCode(temporary.takeError()));
  pending.temporary = std::move(*temporary);
  raw_fd_ostream os(pending.temporary->FD, /*shouldClose=*/false);
  if (std::error_code error = writeAll(os, pending.file.contents))
    return makeError(path, error);
  return Error::success();
}

Error catgrad::writeOutputFiles(ArrayRef<OutputFile> files) {
  SmallVector<Pending, 3> renames;
  Error error = Error::success();
  for (const OutputFile &file : files) {
    if (error || isWrittenDirectly(file.path))
      continue;
    renames.push_back({file, {}, std::nullopt});
    error = prepare(renames.back());
  }
  for (const OutputFile &file : files)
    if (!error && isWrittenDirectly(file.path))
      error = writeDirectly(file);
  for (Pending &pending : renames) {
    if (!pending.temporary)
      continue;
    if (error)
      consumeError(pending.temporary->discard());
    else if (Error failed = pending.temporary->keep(pending.target))
      error = makeError(pending.file.path, errorToErrorCode(std::move(failed)));
  }
  return error;
}
