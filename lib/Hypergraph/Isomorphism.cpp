//===- Isomorphism.cpp - Isomorphism of open hypergraphs --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file matches two open hypergraphs. What the boundary determines is
// propagated along ordered ports; the rest is searched component by component.

#include "catgrad/Hypergraph/OpenHypergraph.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <map>
#include <tuple>

using namespace mlir;
using namespace catgrad;

using Node = OpenHypergraph::Node;
using Edge = OpenHypergraph::Edge;

static constexpr unsigned kNone = ~0u;

namespace {
/// A port of a hyperedge that a node is at.
struct Port {
  unsigned edge, index;
};

/// A graph with the ports of each node, and half of the bijection.
struct Side {
  explicit Side(const OpenHypergraph &graph)
      : graph(graph), producers(graph.nodes.size()),
        consumers(graph.nodes.size()), nodeImage(graph.nodes.size(), kNone),
        edgeImage(graph.edges.size(), kNone) {
    for (auto [number, edge] : llvm::enumerate(graph.edges)) {
      for (auto [index, node] : llvm::enumerate(edge.targets))
        producers[node].push_back({unsigned(number), unsigned(index)});
      for (auto [index, node] : llvm::enumerate(edge.sources))
        consumers[node].push_back({unsigned(number), unsigned(index)});
    }
  }

  const OpenHypergraph &graph;
  std::vector<llvm::SmallVector<Port, 1>> producers, consumers;
  std::vector<unsigned> nodeImage, edgeImage;
};

class Matcher {
public:
  Matcher(const OpenHypergraph &first, const OpenHypergraph &second,
          uint64_t budget)
      : a(first), b(second), budget(budget) {}

  Isomorphism run();

private:
  bool haveEqualCounts();
  bool matchNodes(Node node, Node image);
  bool matchEdges(unsigned edge, unsigned image);
  /// Follows the ports of all pairs of nodes that wait.
  bool propagate();
  bool propagatePorts(ArrayRef<Port> ports, ArrayRef<Port> images);

  /// The hyperedges of each component, each after one that it shares a node
  /// with, if the component has one that is matched or came before.
  std::vector<std::vector<unsigned>> getComponents();
  Isomorphism search(ArrayRef<unsigned> component);
  std::vector<unsigned> getCandidates(unsigned edge);
  void undo(size_t nodes, size_t edges);

  /// Ports with equal keys may be matched.
  using Key = std::tuple<const void *, const void *, unsigned>;
  static Key getKey(const Side &side, Port port) {
    const Edge &edge = side.graph.edges[port.edge];
    return {edge.name.getAsOpaquePointer(),
            edge.attributes.getAsOpaquePointer(), port.index};
  }

  Side a, b;
  uint64_t budget;
  std::vector<Node> waiting;
  /// What was matched, in order, so that a trial can be taken back.
  std::vector<Node> nodeTrail;
  std::vector<unsigned> edgeTrail;
  std::map<std::pair<const void *, const void *>, std::vector<unsigned>>
      imagesByLabel;
};
} // namespace

bool Matcher::haveEqualCounts() {
  if (a.graph.nodes.size() != b.graph.nodes.size() ||
      a.graph.edges.size() != b.graph.edges.size() ||
      a.graph.sources.size() != b.graph.sources.size() ||
      a.graph.targets.size() != b.graph.targets.size())
    return false;
  std::map<std::pair<const void *, const void *>, int64_t> labels;
  llvm::DenseMap<Type, int64_t> types;
  auto count = [&](const OpenHypergraph &graph, int sign) {
    for (const Edge &edge : graph.edges)
      labels[{edge.name.getAsOpaquePointer(),
              edge.attributes.getAsOpaquePointer()}] += sign;
    for (Type type : graph.nodes)
      types[type] += sign;
  };
  count(a.graph, 1);
  count(b.graph, -1);
  return llvm::all_of(labels, [](auto &entry) { return entry.second == 0; }) &&
         llvm::all_of(types, [](auto &entry) { return entry.second == 0; });
}

bool Matcher::matchNodes(Node node, Node image) {
  if (a.nodeImage[node] == image)
    return true;
  if (a.nodeImage[node] != kNone || b.nodeImage[image] != kNone ||
      a.graph.nodes[node] != b.graph.nodes[image] ||
      a.producers[node].size() != b.producers[image].size() ||
      a.consumers[node].size() != b.consumers[image].size())
    return false;
  a.nodeImage[node] = image;
  b.nodeImage[image] = node;
  nodeTrail.push_back(node);
  waiting.push_back(node);
  return true;
}

bool Matcher::matchEdges(unsigned edge, unsigned image) {
  if (a.edgeImage[edge] == image)
    return true;
  const Edge &left = a.graph.edges[edge], &right = b.graph.edges[image];
  if (a.edgeImage[edge] != kNone || b.edgeImage[image] != kNone ||
      !left.hasLabelOf(right) || left.sources.size() != right.sources.size() ||
      left.targets.size() != right.targets.size())
    return false;
  a.edgeImage[edge] = image;
  b.edgeImage[image] = edge;
  edgeTrail.push_back(edge);
  for (auto [node, other] : llvm::zip_equal(left.sources, right.sources))
    if (!matchNodes(node, other))
      return false;
  for (auto [node, other] : llvm::zip_equal(left.targets, right.targets))
    if (!matchNodes(node, other))
      return false;
  return true;
}

bool Matcher::propagatePorts(ArrayRef<Port> ports, ArrayRef<Port> images) {
  if (ports.size() == 1)
    return ports[0].index == images[0].index &&
           matchEdges(ports[0].edge, images[0].edge);
  // Of several, those of which there is one of a kind.
  llvm::SmallVector<std::pair<Key, unsigned>> left, right;
  for (Port port : ports)
    left.push_back({getKey(a, port), port.edge});
  for (Port port : images)
    right.push_back({getKey(b, port), port.edge});
  llvm::sort(left);
  llvm::sort(right);
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i].first != right[i].first)
      return false;
    bool isAlone = (i == 0 || left[i - 1].first != left[i].first) &&
                   (i + 1 == left.size() || left[i + 1].first != left[i].first);
    if (isAlone && !matchEdges(left[i].second, right[i].second))
      return false;
  }
  return true;
}

bool Matcher::propagate() {
  while (!waiting.empty()) {
    Node node = waiting.back(), image = a.nodeImage[node];
    waiting.pop_back();
    if (!propagatePorts(a.producers[node], b.producers[image]) ||
        !propagatePorts(a.consumers[node], b.consumers[image]))
      return false;
  }
  return true;
}

std::vector<std::vector<unsigned>> Matcher::getComponents() {
  std::vector<std::vector<unsigned>> components;
  std::vector<bool> seen(a.graph.edges.size()), passed(a.graph.nodes.size());
  auto explore = [&](unsigned start) {
    std::vector<unsigned> order = {start};
    seen[start] = true;
    for (size_t i = 0; i < order.size(); ++i) {
      const Edge &edge = a.graph.edges[order[i]];
      for (auto *list : {&edge.sources, &edge.targets})
        for (Node node : *list) {
          if (passed[node])
            continue;
          passed[node] = true;
          for (auto *ports : {&a.producers[node], &a.consumers[node]})
            for (Port port : *ports)
              if (!seen[port.edge]) {
                seen[port.edge] = true;
                order.push_back(port.edge);
              }
        }
    }
    components.push_back(std::move(order));
  };
  for (unsigned edge : edgeTrail)
    if (!seen[edge])
      explore(edge);
  // A node of the boundary may have only consumers that are alike.
  for (Node node : nodeTrail)
    for (Port port : a.consumers[node])
      if (!seen[port.edge])
        explore(port.edge);
  for (unsigned edge = 0; edge < seen.size(); ++edge)
    if (!seen[edge])
      explore(edge);
  return components;
}

std::vector<unsigned> Matcher::getCandidates(unsigned edge) {
  const Edge &label = a.graph.edges[edge];
  // Next to a node that is matched there are few.
  for (auto [index, node] : llvm::enumerate(label.sources)) {
    if (a.nodeImage[node] == kNone)
      continue;
    std::vector<unsigned> candidates;
    for (Port port : b.consumers[a.nodeImage[node]])
      if (port.index == index && b.edgeImage[port.edge] == kNone &&
          label.hasLabelOf(b.graph.edges[port.edge]))
        candidates.push_back(port.edge);
    return candidates;
  }
  std::vector<unsigned> candidates;
  for (unsigned image : imagesByLabel[{label.name.getAsOpaquePointer(),
                                       label.attributes.getAsOpaquePointer()}])
    if (b.edgeImage[image] == kNone)
      candidates.push_back(image);
  return candidates;
}

void Matcher::undo(size_t numNodes, size_t numEdges) {
  for (; nodeTrail.size() > numNodes; nodeTrail.pop_back()) {
    b.nodeImage[a.nodeImage[nodeTrail.back()]] = kNone;
    a.nodeImage[nodeTrail.back()] = kNone;
  }
  for (; edgeTrail.size() > numEdges; edgeTrail.pop_back()) {
    b.edgeImage[a.edgeImage[edgeTrail.back()]] = kNone;
    a.edgeImage[edgeTrail.back()] = kNone;
  }
  waiting.clear();
}

/// Backtracks within one component. Components are independent of each other:
/// isomorphic ones may stand for each other, so that none is tried again.
Isomorphism Matcher::search(ArrayRef<unsigned> component) {
  struct Choice {
    size_t position; // in the component
    size_t numNodes, numEdges;
    std::vector<unsigned> candidates;
  };
  std::vector<Choice> choices;
  size_t position = 0;
  bool isConsistent = true;
  while (true) {
    if (isConsistent) {
      while (position < component.size() &&
             a.edgeImage[component[position]] != kNone)
        ++position;
      if (position == component.size())
        return Isomorphism::Isomorphic;
      choices.push_back({position, nodeTrail.size(), edgeTrail.size(),
                         getCandidates(component[position])});
    }
    while (!choices.empty() && choices.back().candidates.empty())
      choices.pop_back();
    if (choices.empty())
      return Isomorphism::Different;
    if (budget == 0)
      return Isomorphism::Undecided;
    --budget;
    Choice &choice = choices.back();
    undo(choice.numNodes, choice.numEdges);
    position = choice.position;
    unsigned image = choice.candidates.back();
    choice.candidates.pop_back();
    isConsistent = matchEdges(component[position], image) && propagate();
  }
}

Isomorphism Matcher::run() {
  if (!haveEqualCounts())
    return Isomorphism::Different;
  for (auto [node, image] : llvm::zip_equal(a.graph.sources, b.graph.sources))
    if (!matchNodes(node, image))
      return Isomorphism::Different;
  for (auto [node, image] : llvm::zip_equal(a.graph.targets, b.graph.targets))
    if (!matchNodes(node, image))
      return Isomorphism::Different;
  // Places in the interfaces are ports, too: a node must not have more of them
  // than its image, which matching each place has made sure of.
  if (!propagate())
    return Isomorphism::Different;
  for (auto [number, edge] : llvm::enumerate(b.graph.edges))
    imagesByLabel[{edge.name.getAsOpaquePointer(),
                   edge.attributes.getAsOpaquePointer()}]
        .push_back(number);
  for (const std::vector<unsigned> &component : getComponents()) {
    Isomorphism result = search(component);
    if (result != Isomorphism::Isomorphic)
      return result;
  }
  // Nodes without ports are left: as many of each type, since all types are as
  // frequent and those of matched nodes agree.
  return Isomorphism::Isomorphic;
}

Isomorphism catgrad::isIsomorphic(const OpenHypergraph &first,
                                  const OpenHypergraph &second,
                                  uint64_t budget) {
  return Matcher(first, second, budget).run();
}
