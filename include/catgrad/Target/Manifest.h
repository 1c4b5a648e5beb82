//===- Manifest.h - What a native artefact offers ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the description of a native artefact: its functions, their
// inputs and outputs, and the manifest, which states the same as JSON.

#ifndef CATGRAD_TARGET_MANIFEST_H
#define CATGRAD_TARGET_MANIFEST_H

#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace catgrad {

/// The version of the calling convention that the manifest states.
inline constexpr int64_t kAbiVersion = 1;
/// The alignment of every workspace.
inline constexpr int64_t kWorkspaceAlignment = 64;

/// One input or output of a native function.
struct TensorDescription {
  std::string name;
  std::string dtype; ///< f16, bf16, f32, f64, i1, i8, i16, i32, i64
  std::vector<int64_t> shape;
  std::string role;
  mlir::Attribute init;          ///< inputs only; null when there is none
  std::optional<unsigned> alias; ///< outputs only: the input it may share
};

/// One native function `void symbol(inputs.., outputs.., void *workspace)`, or
/// `int symbol_cuda(inputs.., outputs.., void *workspace, void *stream)`.
struct FunctionDescription {
  std::string symbol;
  bool onDevice = false; ///< whether it works on a GPU
  std::string learner;   ///< empty when no learner made the function
  std::string kind;      ///< init, predict, rev, rev_p, loss, step or function
  int64_t workspaceBytes = 0;
  std::vector<TensorDescription> inputs;
  std::vector<TensorDescription> outputs;

  /// The name to call.
  std::string entry() const { return onDevice ? symbol + "_cuda" : symbol; }
  std::string workspaceBytesSymbol() const {
    return entry() + "_workspace_bytes";
  }
};

/// All that a native library offers.
struct Artefact {
  std::string stem; ///< name of the library, a C identifier
  std::string cpu;  ///< processor that the host's code is made for
  std::vector<std::string> chips; ///< GPUs: "sm_80"; none for target cpu
  std::vector<FunctionDescription> functions;

  bool isCuda() const { return !chips.empty(); }
  /// The symbol of the embedded manifest.
  std::string manifestSymbol() const { return stem + "_manifest"; }
  /// The functions that a library for CUDA has as a whole.
  std::string cudaInitSymbol() const { return stem + "_cuda_init"; }
  std::string cudaShutdownSymbol() const { return stem + "_cuda_shutdown"; }
  std::string cudaErrorStringSymbol() const {
    return stem + "_cuda_error_string";
  }
  /// All symbols that the artefact exports.
  llvm::SmallVector<std::string> exports() const;
};

/// The bytes of an element of that type in memory; i1 takes one.
int64_t getElementBytes(llvm::StringRef dtype);

/// The bytes of a tensor in memory.
int64_t getBytes(const TensorDescription &tensor);

/// The manifest's name of an element type, empty if native code has no such
/// type.
llvm::StringRef getDtype(mlir::Type elementType);

/// Reads the public functions of a module on tensors (phase "rev" or "linalg").
/// The module must have passed `verifyNativeSignatures`. With `chips`, all
/// functions but those of kind init work on a GPU.
mlir::FailureOr<Artefact>
describeArtefact(mlir::ModuleOp module, llvm::StringRef stem,
                 llvm::StringRef cpu, llvm::ArrayRef<std::string> chips = {});

/// Fills in the workspace of each function from a module after planning (phase
/// "bufferized" or "llvm").
mlir::LogicalResult readWorkspaceBytes(Artefact &artefact,
                                       mlir::ModuleOp module);

/// Writes the manifest. `indent` is 0 for a single line.
void printManifest(const Artefact &artefact, llvm::raw_ostream &os,
                   unsigned indent = 2);

} // namespace catgrad

#endif // CATGRAD_TARGET_MANIFEST_H
