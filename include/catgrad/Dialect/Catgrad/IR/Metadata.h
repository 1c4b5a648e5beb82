//===- Metadata.h - Names of the attributes that flow through the phases -*- C++
//-*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file names the discardable attributes that carry a learner's metadata
// on functions, from catgrad-expand-learners down to the native artefact. The
// dialect verifies them and accepts no others.

#ifndef CATGRAD_DIALECT_CATGRAD_IR_METADATA_H
#define CATGRAD_DIALECT_CATGRAD_IR_METADATA_H

#include "llvm/ADT/StringRef.h"

namespace catgrad::metadata {

/// On a function: the learner it belongs to, and its kind (predict, rev, rev_p,
/// loss, step, init).
inline constexpr llvm::StringLiteral kLearner = "catgrad.learner";
inline constexpr llvm::StringLiteral kKind = "catgrad.kind";
/// On an argument or a result: its name, its role (parameter, state, input,
/// label, cotangent, hyper; result, loss), its initial value.
inline constexpr llvm::StringLiteral kName = "catgrad.name";
inline constexpr llvm::StringLiteral kRole = "catgrad.role";
inline constexpr llvm::StringLiteral kInit = "catgrad.init";
/// On a result: the index of the argument whose buffer it may share.
inline constexpr llvm::StringLiteral kAlias = "catgrad.alias";
/// On a call: the prefix of the callee's parameter names.
inline constexpr llvm::StringLiteral kScope = "catgrad.scope";
/// On a function: its own forward and reverse parts.
inline constexpr llvm::StringLiteral kForward = "catgrad.forward";
inline constexpr llvm::StringLiteral kReverse = "catgrad.reverse";
/// On a function during code generation: the argument that each result goes to,
/// the number of copies of whole parameters, the bytes of workspace.
inline constexpr llvm::StringLiteral kDestinations = "catgrad.destinations";
inline constexpr llvm::StringLiteral kParameterCopies =
    "catgrad.parameter_copies";
inline constexpr llvm::StringLiteral kWorkspaceBytes =
    "catgrad.workspace_bytes";
/// On a function during code generation: it runs on a GPU, in one launch.
inline constexpr llvm::StringLiteral kKernel = "catgrad.kernel";
/// On an argument during code generation: it was made for a result.
inline constexpr llvm::StringLiteral kOutput = "catgrad.output";

} // namespace catgrad::metadata

#endif // CATGRAD_DIALECT_CATGRAD_IR_METADATA_H
