//===- OpenHypergraph.cpp - The category of open hypergraphs ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file composes open hypergraphs, and tests their properties.

#include "catgrad/Hypergraph/OpenHypergraph.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/STLExtras.h"

#include <queue>

using namespace mlir;
using namespace catgrad;

OpenHypergraph::Node OpenHypergraph::addNode(Type type) {
  nodes.push_back(type);
  return nodes.size() - 1;
}

SmallVector<Type> OpenHypergraph::getTypes(ArrayRef<Node> list) const {
  return llvm::map_to_vector(list, [&](Node node) { return nodes[node]; });
}

//===----------------------------------------------------------------------===//
// The category
//===----------------------------------------------------------------------===//

OpenHypergraph OpenHypergraph::identity(TypeRange types) {
  OpenHypergraph graph;
  for (Type type : types)
    graph.sources.push_back(graph.addNode(type));
  graph.targets = graph.sources;
  return graph;
}

OpenHypergraph OpenHypergraph::symmetry(TypeRange first, TypeRange second) {
  OpenHypergraph graph = tensor(identity(first), identity(second));
  std::rotate(graph.targets.begin(), graph.targets.begin() + first.size(),
              graph.targets.end());
  return graph;
}

OpenHypergraph OpenHypergraph::copy(TypeRange types) {
  OpenHypergraph graph = identity(types);
  graph.targets.insert(graph.targets.end(), graph.sources.begin(),
                       graph.sources.end());
  return graph;
}

OpenHypergraph OpenHypergraph::discard(TypeRange types) {
  OpenHypergraph graph = identity(types);
  graph.targets.clear();
  return graph;
}

OpenHypergraph OpenHypergraph::singleton(OperationName name,
                                         DictionaryAttr attributes,
                                         TypeRange sources, TypeRange targets) {
  OpenHypergraph graph;
  for (Type type : sources)
    graph.sources.push_back(graph.addNode(type));
  for (Type type : targets)
    graph.targets.push_back(graph.addNode(type));
  graph.edges.push_back({name, attributes, graph.sources, graph.targets});
  return graph;
}

/// Appends the nodes and edges of `other`. Returns what its nodes move by.
static unsigned append(OpenHypergraph &graph, const OpenHypergraph &other) {
  unsigned offset = graph.nodes.size();
  llvm::append_range(graph.nodes, other.nodes);
  for (OpenHypergraph::Edge edge : other.edges) {
    for (auto *list : {&edge.sources, &edge.targets})
      for (OpenHypergraph::Node &node : *list)
        node += offset;
    graph.edges.push_back(std::move(edge));
  }
  return offset;
}

OpenHypergraph OpenHypergraph::tensor(const OpenHypergraph &first,
                                      const OpenHypergraph &second) {
  OpenHypergraph graph = first;
  unsigned offset = append(graph, second);
  for (Node node : second.sources)
    graph.sources.push_back(node + offset);
  for (Node node : second.targets)
    graph.targets.push_back(node + offset);
  return graph;
}

FailureOr<OpenHypergraph>
OpenHypergraph::compose(const OpenHypergraph &first,
                        const OpenHypergraph &second,
                        function_ref<InFlightDiagnostic()> emitError) {
  if (first.targets.size() != second.sources.size())
    return emitError() << "expected an arrow from " << first.targets.size()
                       << " objects but got one from " << second.sources.size();
  for (auto [index, target, source] :
       llvm::enumerate(first.targets, second.sources))
    if (first.nodes[target] != second.nodes[source])
      return emitError() << "expected source #" << index << " of type "
                         << first.nodes[target] << " but got "
                         << second.nodes[source];
  OpenHypergraph joined = first;
  unsigned offset = append(joined, second);
  // The pushout: a node of one side may be glued to several of the other.
  llvm::IntEqClasses classes(joined.nodes.size());
  for (auto [target, source] : llvm::zip_equal(first.targets, second.sources))
    classes.join(target, source + offset);
  classes.compress();

  OpenHypergraph graph;
  graph.nodes.resize(classes.getNumClasses());
  for (auto [node, type] : llvm::enumerate(joined.nodes))
    graph.nodes[classes[node]] = type;
  for (Edge edge : joined.edges) {
    for (auto *list : {&edge.sources, &edge.targets})
      for (Node &node : *list)
        node = classes[node];
    graph.edges.push_back(std::move(edge));
  }
  for (Node node : first.sources)
    graph.sources.push_back(classes[node]);
  for (Node node : second.targets)
    graph.targets.push_back(classes[node + offset]);
  return graph;
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

bool OpenHypergraph::isMonogamous() const {
  std::vector<unsigned> producers(nodes.size()), consumers(nodes.size());
  for (Node node : sources)
    ++producers[node];
  for (Node node : targets)
    ++consumers[node];
  for (const Edge &edge : edges) {
    for (Node node : edge.targets)
      ++producers[node];
    for (Node node : edge.sources)
      ++consumers[node];
  }
  auto isOne = [](unsigned count) { return count == 1; };
  return llvm::all_of(producers, isOne) && llvm::all_of(consumers, isOne);
}

std::optional<std::vector<unsigned>>
OpenHypergraph::getTopologicalOrder() const {
  std::vector<std::vector<unsigned>> consumers(nodes.size());
  std::vector<unsigned> producers(nodes.size()), waiting(edges.size());
  for (auto [index, edge] : llvm::enumerate(edges)) {
    for (Node node : edge.sources)
      consumers[node].push_back(index);
    for (Node node : edge.targets)
      ++producers[node];
  }
  for (auto [index, edge] : llvm::enumerate(edges))
    for (Node node : edge.sources)
      waiting[index] += producers[node];
  std::priority_queue<unsigned, std::vector<unsigned>, std::greater<>> ready;
  for (auto [index, count] : llvm::enumerate(waiting))
    if (count == 0)
      ready.push(index);
  std::vector<unsigned> order;
  while (!ready.empty()) {
    unsigned index = ready.top();
    ready.pop();
    order.push_back(index);
    for (Node node : edges[index].targets)
      for (unsigned consumer : consumers[node])
        if (--waiting[consumer] == 0)
          ready.push(consumer);
  }
  if (order.size() != edges.size())
    return std::nullopt;
  return order;
}

bool OpenHypergraph::isAcyclic() const {
  return getTopologicalOrder().has_value();
}
