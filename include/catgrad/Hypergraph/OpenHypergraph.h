//===- OpenHypergraph.h - Open hypergraphs of operations --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares open hypergraphs as values of their own: nodes with types,
// hyperedges labelled by operations, and two interfaces. They are the arrows of
// a symmetric monoidal category (Wilson and Zanasi, arXiv:2305.01041).

#ifndef CATGRAD_HYPERGRAPH_OPENHYPERGRAPH_H
#define CATGRAD_HYPERGRAPH_OPENHYPERGRAPH_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OperationSupport.h"

#include <optional>
#include <vector>

namespace catgrad {

/// An arrow from the types of `sources` to the types of `targets`.
///
/// A node that several ports consume is copied there, one that no port consumes
/// is discarded, as in SSA. In the *monogamous* form each node has one producer
/// and one consumer, and copies and discards are hyperedges.
struct OpenHypergraph {
  using Node = unsigned;

  /// A hyperedge: an operation by name and attributes, with ordered ports.
  struct Edge {
    mlir::OperationName name;
    mlir::DictionaryAttr attributes;
    std::vector<Node> sources, targets;

    bool hasLabelOf(const Edge &other) const {
      return name == other.name && attributes == other.attributes;
    }
  };

  /// The type of each node.
  std::vector<mlir::Type> nodes;
  std::vector<Edge> edges;
  /// The interfaces. A node may stand in them several times.
  std::vector<Node> sources, targets;

  Node addNode(mlir::Type type);
  llvm::SmallVector<mlir::Type> getTypes(llvm::ArrayRef<Node> list) const;
  llvm::SmallVector<mlir::Type> getSourceTypes() const {
    return getTypes(sources);
  }
  llvm::SmallVector<mlir::Type> getTargetTypes() const {
    return getTypes(targets);
  }

  //===--------------------------------------------------------------------===//
  // The category
  //===--------------------------------------------------------------------===//

  /// A -> A, without hyperedges.
  static OpenHypergraph identity(mlir::TypeRange types);
  /// A x B -> B x A.
  static OpenHypergraph symmetry(mlir::TypeRange first, mlir::TypeRange second);
  /// A -> A x A and A -> I: each node twice, or not at all, in the targets.
  static OpenHypergraph copy(mlir::TypeRange types);
  static OpenHypergraph discard(mlir::TypeRange types);
  /// One hyperedge.
  static OpenHypergraph singleton(mlir::OperationName name,
                                  mlir::DictionaryAttr attributes,
                                  mlir::TypeRange sources,
                                  mlir::TypeRange targets);

  /// `first ; second`: the targets of `first` become the sources of `second`.
  /// Reports the first pair of types that differ. Linear, up to the inverse
  /// Ackermann function.
  static mlir::FailureOr<OpenHypergraph>
  compose(const OpenHypergraph &first, const OpenHypergraph &second,
          llvm::function_ref<mlir::InFlightDiagnostic()> emitError);
  /// `first x second`: side by side.
  static OpenHypergraph tensor(const OpenHypergraph &first,
                               const OpenHypergraph &second);

  //===--------------------------------------------------------------------===//
  // Properties
  //===--------------------------------------------------------------------===//

  /// Whether each node has exactly one producer and one consumer, where the
  /// interfaces produce and consume.
  bool isMonogamous() const;
  /// Whether no path of hyperedges comes back to where it began.
  bool isAcyclic() const;
  /// The hyperedges in an order in which producers come before consumers, the
  /// earlier first where both would do; nothing if there is a cycle.
  std::optional<std::vector<unsigned>> getTopologicalOrder() const;
};

/// What is known of two open hypergraphs.
enum class Isomorphism { Isomorphic, Different, Undecided };

/// Whether there is a bijection of nodes and hyperedges that keeps types,
/// labels, ports and both interfaces.
///
/// Ports are ordered: from the interfaces, all that has one producer, or one
/// consumer of its kind, is matched by one traversal, in linear time. That is
/// all of a monogamous graph that its boundary reaches. The rest is searched: a
/// component without boundary takes time linear in its size for each place that
/// its first hyperedge can go to; equal consumers of one shared node may need
/// backtracking. After `budget` such trials the answer is `Undecided`.
Isomorphism isIsomorphic(const OpenHypergraph &first,
                         const OpenHypergraph &second,
                         uint64_t budget = 1000000);

} // namespace catgrad

#endif // CATGRAD_HYPERGRAPH_OPENHYPERGRAPH_H
