//===- HypergraphTest.cpp - Open hypergraphs by themselves ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests isomorphism against a search of all bijections, the tests of
// properties, and the errors of what is no function.

#include "RandomHypergraph.h"
#include "catgrad/Hypergraph/Function.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <chrono>

using namespace mlir;
using catgrad::isIsomorphic;
using catgrad::Isomorphism;
using catgrad::OpenHypergraph;

namespace {

class HypergraphTest : public testing::Test {
protected:
  HypergraphTest() {
    context.loadDialect<catgrad::CatgradDialect, func::FuncDialect>();
    context.getDiagEngine().registerHandler(
        [&](Diagnostic &diagnostic) { messages += diagnostic.str() + "\n"; });
    type = RankedTensorType::get({2}, Builder(&context).getF64Type());
  }

  OpenHypergraph edge(StringRef name, unsigned sources, unsigned targets) {
    return OpenHypergraph::singleton(
        OperationName(name, &context), DictionaryAttr::get(&context),
        SmallVector<Type>(sources, type), SmallVector<Type>(targets, type));
  }

  /// The message that comes instead of a function.
  std::string reject(const OpenHypergraph &graph) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    messages.clear();
    EXPECT_TRUE(
        failed(toFunction(graph, "f", builder, UnknownLoc::get(&context))));
    EXPECT_TRUE(module->getBody()->empty());
    return messages;
  }

  MLIRContext context;
  Type type;
  std::string messages;
};

/// Tries all bijections of hyperedges; nodes without ports are counted.
bool isIsomorphicBySearch(const OpenHypergraph &a, const OpenHypergraph &b) {
  if (a.nodes.size() != b.nodes.size() || a.edges.size() != b.edges.size() ||
      a.sources.size() != b.sources.size() ||
      a.targets.size() != b.targets.size())
    return false;
  std::vector<unsigned> order(a.edges.size());
  for (unsigned i = 0; i < order.size(); ++i)
    order[i] = i;
  do {
    std::vector<int> image(a.nodes.size(), -1), inverse(a.nodes.size(), -1);
    bool ok = true;
    auto match = [&](const std::vector<unsigned> &left,
                     const std::vector<unsigned> &right) {
      ok &= left.size() == right.size();
      for (unsigned i = 0; ok && i < left.size(); ++i) {
        ok = a.nodes[left[i]] == b.nodes[right[i]] &&
             (image[left[i]] == -1 || image[left[i]] == int(right[i])) &&
             (inverse[right[i]] == -1 || inverse[right[i]] == int(left[i]));
        image[left[i]] = right[i];
        inverse[right[i]] = left[i];
      }
    };
    match(a.sources, b.sources);
    match(a.targets, b.targets);
    for (unsigned i = 0; ok && i < order.size(); ++i) {
      const auto &left = a.edges[i], &right = b.edges[order[i]];
      ok = left.hasLabelOf(right);
      match(left.sources, right.sources);
      match(left.targets, right.targets);
    }
    // As many nodes of each type are left.
    for (Type type : a.nodes) {
      int left = 0;
      for (unsigned node = 0; node < a.nodes.size(); ++node) {
        left += image[node] == -1 && a.nodes[node] == type;
        left -= inverse[node] == -1 && b.nodes[node] == type;
      }
      ok &= left == 0;
    }
    if (ok)
      return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST_F(HypergraphTest, IsomorphismAgreesWithASearchOfAllBijections) {
  unsigned numIsomorphic = 0, numDifferent = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomHypergraph random(context, seed);
    auto from = random.object(), to = random.object();
    OpenHypergraph first = random.arrow(from, to, 5), second = first;
    // Small changes, after which the graphs may still be isomorphic.
    for (unsigned i = 0, end = random.below(3); i != end; ++i) {
      if (second.edges.empty())
        break;
      auto &edge = second.edges[random.below(second.edges.size())];
      auto &sources = edge.sources.empty() || random.below(3) == 0
                          ? second.targets
                          : edge.sources;
      if (sources.empty())
        continue;
      unsigned &node = sources[random.below(sources.size())];
      unsigned other = random.below(second.nodes.size());
      if (second.nodes[other] == second.nodes[node])
        node = other;
    }
    second = random.shuffle(second);
    bool expected = isIsomorphicBySearch(first, second);
    ++(expected ? numIsomorphic : numDifferent);
    EXPECT_EQ(isIsomorphic(first, second),
              expected ? Isomorphism::Isomorphic : Isomorphism::Different)
        << "seed " << seed;
  }
  EXPECT_GT(numIsomorphic, 500u);
  EXPECT_GT(numDifferent, 500u);
}

TEST_F(HypergraphTest, ComponentsWithoutBoundaryAreSearched) {
  // I -> I: loops of one and of two negations, which no interface reaches.
  auto loop = [&](unsigned length) {
    OpenHypergraph graph;
    for (unsigned i = 0; i < length; ++i)
      graph.addNode(type);
    for (unsigned i = 0; i < length; ++i)
      graph.edges.push_back({OperationName("catgrad.negate", &context),
                             DictionaryAttr::get(&context),
                             {i},
                             {(i + 1) % length}});
    return graph;
  };
  auto join = OpenHypergraph::tensor;
  EXPECT_EQ(isIsomorphic(join(join(loop(1), loop(2)), loop(3)),
                         join(join(loop(3), loop(1)), loop(2))),
            Isomorphism::Isomorphic);
  EXPECT_EQ(isIsomorphic(join(loop(2), loop(2)), join(loop(3), loop(1))),
            Isomorphism::Different);
  EXPECT_EQ(isIsomorphic(join(loop(2), loop(2)), join(loop(2), loop(2)),
                         /*budget=*/1),
            Isomorphism::Undecided);
  EXPECT_FALSE(loop(2).isAcyclic());
  EXPECT_TRUE(loop(2).isMonogamous());
}

TEST_F(HypergraphTest, WhatTheBoundaryReachesTakesLinearTime) {
  // A chain, and a fan whose leaves all look alike.
  constexpr unsigned size = 100000;
  OpenHypergraph chain = OpenHypergraph::identity(type),
                 fan = OpenHypergraph::identity(type);
  fan.targets.clear();
  for (unsigned i = 0; i < size; ++i) {
    for (OpenHypergraph *graph : {&chain, &fan}) {
      unsigned node = graph->addNode(type);
      unsigned from = graph == &chain ? node - 1 : 0;
      graph->edges.push_back({OperationName("catgrad.negate", &context),
                              DictionaryAttr::get(&context),
                              {from},
                              {node}});
      graph->targets.push_back(node);
    }
    chain.targets = {chain.targets.back()};
  }
  RandomHypergraph random(context, 1);
  for (const OpenHypergraph &graph : {chain, fan}) {
    auto start = std::chrono::steady_clock::now();
    // No trial: all of it is propagated.
    EXPECT_EQ(isIsomorphic(graph, random.shuffle(graph), /*budget=*/0),
              Isomorphism::Isomorphic);
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    EXPECT_LT(seconds.count(), 10) << "quadratic time would be hours";
  }
}

TEST_F(HypergraphTest, PortsAndInterfacesAreOrdered) {
  auto subtract = edge("catgrad.subtract", 2, 1);
  auto swapped = subtract;
  std::swap(swapped.sources[0], swapped.sources[1]);
  EXPECT_EQ(isIsomorphic(subtract, swapped), Isomorphism::Different);
  EXPECT_EQ(
      isIsomorphic(edge("catgrad.negate", 1, 1), edge("catgrad.sigmoid", 1, 1)),
      Isomorphism::Different);
}

TEST_F(HypergraphTest, Monogamy) {
  auto add = edge("catgrad.add", 2, 1);
  EXPECT_TRUE(add.isMonogamous() && add.isAcyclic());
  EXPECT_FALSE(OpenHypergraph::copy(type).isMonogamous());
  EXPECT_FALSE(OpenHypergraph::discard(type).isMonogamous());
  EXPECT_TRUE(OpenHypergraph::copy(type).isAcyclic());
}

TEST_F(HypergraphTest, CompositionChecksTypes) {
  auto other = RankedTensorType::get({3}, Builder(&context).getF64Type());
  auto report = [&] { return mlir::emitError(UnknownLoc::get(&context)); };
  EXPECT_TRUE(failed(
      OpenHypergraph::compose(OpenHypergraph::identity(type),
                              OpenHypergraph::identity(Type(other)), report)));
  EXPECT_NE(messages.find("expected source #0 of type 'tensor<2xf64>' but got "
                          "'tensor<3xf64>'"),
            std::string::npos)
      << messages;
  EXPECT_TRUE(failed(OpenHypergraph::compose(
      OpenHypergraph::copy(type), OpenHypergraph::identity(type), report)));
  EXPECT_NE(messages.find("from 2 objects but got one from 1"),
            std::string::npos)
      << messages;
}

TEST_F(HypergraphTest, WhatIsNoFunctionIsAnError) {
  OpenHypergraph cycle;
  cycle.addNode(type);
  cycle.edges = edge("catgrad.negate", 1, 1).edges;
  cycle.edges[0].targets = {0};
  EXPECT_NE(reject(cycle).find("form a cycle"), std::string::npos) << messages;

  auto orphan = edge("catgrad.negate", 1, 1);
  orphan.sources.clear();
  EXPECT_NE(reject(orphan).find("node 0 to have one producer but got 0"),
            std::string::npos)
      << messages;

  auto merged = OpenHypergraph::copy(type);
  std::swap(merged.sources, merged.targets);
  EXPECT_NE(reject(merged).find("node 0 to have one producer but got 2"),
            std::string::npos)
      << messages;

  EXPECT_NE(reject(edge("catgrad.add", 1, 1)).find("expected 2 operands"),
            std::string::npos)
      << messages;
  EXPECT_NE(reject(edge("nobody.knows", 1, 1)).find("'nobody.knows' is no"),
            std::string::npos)
      << messages;
}

} // namespace
