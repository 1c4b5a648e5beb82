//===- RandomHypergraph.h - Random open hypergraphs -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file makes random arrows for tests of laws.

#ifndef CATGRAD_TEST_UNIT_RANDOMHYPERGRAPH_H
#define CATGRAD_TEST_UNIT_RANDOMHYPERGRAPH_H

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Hypergraph/OpenHypergraph.h"

#include <random>

/// Arrows of catgrad operations on two types of tensors.
class RandomHypergraph {
public:
  using Types = llvm::SmallVector<mlir::Type>;

  RandomHypergraph(mlir::MLIRContext &context, unsigned seed)
      : builder(&context), random(seed) {
    for (int64_t size : {2, 3})
      types.push_back(
          mlir::RankedTensorType::get({size}, builder.getF64Type()));
  }

  unsigned below(unsigned bound) { return random() % bound; }

  Types object() {
    Types result(below(4));
    for (mlir::Type &type : result)
      type = types[below(2)];
    return result;
  }

  /// One with each type in it, so that an arrow from it needs no constant.
  Types wholeObject() {
    Types result = object();
    llvm::append_range(result, types);
    return result;
  }

  /// A function-like arrow: each node has one producer, and any number of
  /// consumers.
  catgrad::OpenHypergraph arrow(mlir::TypeRange from, mlir::TypeRange to,
                                unsigned maxEdges = 12,
                                bool hasConstants = true) {
    auto graph = catgrad::OpenHypergraph::identity(from);
    graph.targets.clear();
    for (unsigned i = 0, end = below(maxEdges + 1); i != end; ++i)
      addEdge(graph, hasConstants);
    for (mlir::Type type : to)
      graph.targets.push_back(pick(graph, type));
    return graph;
  }

  /// One without constants that discards nothing: its targets are the nodes
  /// that have no consumer, and some that have.
  catgrad::OpenHypergraph relevantArrow(mlir::TypeRange from) {
    auto graph = arrow(from, types, 12, /*hasConstants=*/false);
    llvm::SmallVector<bool> isUsed(graph.nodes.size());
    for (const auto &edge : graph.edges)
      for (unsigned node : edge.sources)
        isUsed[node] = true;
    for (unsigned node : graph.targets)
      isUsed[node] = true;
    for (unsigned node = 0; node < isUsed.size(); ++node)
      if (!isUsed[node])
        graph.targets.push_back(node);
    return graph;
  }

  /// The same arrow with nodes and hyperedges in another order.
  catgrad::OpenHypergraph shuffle(const catgrad::OpenHypergraph &graph) {
    std::vector<unsigned> place(graph.nodes.size());
    for (unsigned i = 0; i < place.size(); ++i)
      place[i] = i;
    std::shuffle(place.begin(), place.end(), random);
    catgrad::OpenHypergraph result = graph;
    for (unsigned i = 0; i < place.size(); ++i)
      result.nodes[place[i]] = graph.nodes[i];
    auto move = [&](std::vector<unsigned> &nodes) {
      for (unsigned &node : nodes)
        node = place[node];
    };
    move(result.sources);
    move(result.targets);
    for (auto &edge : result.edges) {
      move(edge.sources);
      move(edge.targets);
    }
    std::shuffle(result.edges.begin(), result.edges.end(), random);
    return result;
  }

  mlir::OperationName name(llvm::StringRef name) {
    return {name, builder.getContext()};
  }

private:
  /// A node of that type; a new constant if there is none.
  unsigned pick(catgrad::OpenHypergraph &graph, mlir::Type type) {
    llvm::SmallVector<unsigned> found;
    for (unsigned node = 0; node < graph.nodes.size(); ++node)
      if (graph.nodes[node] == type)
        found.push_back(node);
    return found.empty() ? addConstant(graph, type)
                         : found[below(found.size())];
  }

  unsigned addConstant(catgrad::OpenHypergraph &graph, mlir::Type type) {
    auto value =
        catgrad::getSplat(mlir::cast<mlir::RankedTensorType>(type), below(2));
    auto attributes = builder.getDictionaryAttr(
        builder.getNamedAttr("value", mlir::cast<mlir::Attribute>(value)));
    unsigned node = graph.addNode(type);
    graph.edges.push_back({name("catgrad.constant"), attributes, {}, {node}});
    return node;
  }

  void addEdge(catgrad::OpenHypergraph &graph, bool hasConstants) {
    mlir::Type type = types[below(2)];
    auto add = [&](llvm::StringRef op, std::vector<unsigned> sources) {
      unsigned node = graph.addNode(type);
      graph.edges.push_back({name(op),
                             builder.getDictionaryAttr({}),
                             std::move(sources),
                             {node}});
    };
    switch (below(hasConstants ? 6 : 5)) {
    case 0:
      return add("catgrad.negate", {pick(graph, type)});
    case 1:
      return add("catgrad.sigmoid", {pick(graph, type)});
    case 2:
      return add("catgrad.add", {pick(graph, type), pick(graph, type)});
    case 3:
      return add("catgrad.subtract", {pick(graph, type), pick(graph, type)});
    case 4:
      return add("catgrad.multiply", {pick(graph, type), pick(graph, type)});
    default:
      return (void)addConstant(graph, type);
    }
  }

  mlir::Builder builder;
  std::mt19937 random;
  llvm::SmallVector<mlir::Type> types;
};

#endif // CATGRAD_TEST_UNIT_RANDOMHYPERGRAPH_H
