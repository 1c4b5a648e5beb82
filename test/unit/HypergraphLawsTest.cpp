//===- HypergraphLawsTest.cpp - Laws of open hypergraphs --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests the laws of a symmetric monoidal category with copying, up to
// isomorphism, on random arrows; and that R is a functor of it.

#include "RandomHypergraph.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Hypergraph/Function.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/IntEqClasses.h"
#include "gtest/gtest.h"

using namespace mlir;
using catgrad::Isomorphism;
using catgrad::OpenHypergraph;

namespace {

using Types = RandomHypergraph::Types;
constexpr auto identity = OpenHypergraph::identity;
constexpr auto symmetry = OpenHypergraph::symmetry;
constexpr auto tensor = OpenHypergraph::tensor;

Types join(const Types &a, const Types &b) {
  Types both = a;
  llvm::append_range(both, b);
  return both;
}

class HypergraphLaws : public testing::TestWithParam<unsigned> {
protected:
  HypergraphLaws() : random(context, GetParam()), builder(&context) {
    context.loadDialect<catgrad::CatgradDialect, func::FuncDialect>();
    module = ModuleOp::create(loc);
    builder.setInsertionPointToEnd(module->getBody());
  }

  OpenHypergraph compose(const OpenHypergraph &f, const OpenHypergraph &g) {
    auto composite =
        OpenHypergraph::compose(f, g, [&] { return mlir::emitError(loc); });
    EXPECT_TRUE(succeeded(composite));
    return succeeded(composite) ? *composite : f;
  }

  /// Also in any other order of nodes and hyperedges.
  void expectEqual(const OpenHypergraph &f, const OpenHypergraph &g) {
    EXPECT_EQ(isIsomorphic(f, g), Isomorphism::Isomorphic);
    EXPECT_EQ(isIsomorphic(random.shuffle(f), g), Isomorphism::Isomorphic);
  }

  func::FuncOp write(const OpenHypergraph &graph, StringRef name) {
    auto function = toFunction(graph, name, builder, loc);
    EXPECT_TRUE(succeeded(function));
    return succeeded(function) ? *function : nullptr;
  }

  OpenHypergraph read(StringRef name) {
    auto function = module->lookupSymbol<func::FuncOp>(name);
    EXPECT_TRUE(function);
    auto graph = catgrad::toHypergraph(function.getBody());
    EXPECT_TRUE(succeeded(graph));
    return succeeded(graph) ? *graph : OpenHypergraph();
  }

  void run(std::vector<std::unique_ptr<Pass>> list) {
    PassManager passes(&context);
    for (auto &pass : list)
      passes.addPass(std::move(pass));
    ASSERT_TRUE(succeeded(passes.run(*module)));
  }

  void differentiate(StringRef function) {
    catgrad::DeriveOp::create(builder, loc, (function + "_rev").str(),
                              StringAttr(), function, DenseI64ArrayAttr());
  }
  /// R alone, without the clean-up that would hide what it made.
  void applyR() {
    std::vector<std::unique_ptr<Pass>> passes;
    passes.push_back(catgrad::createExplicitWiring());
    passes.push_back(catgrad::createReverseDerivative());
    passes.push_back(catgrad::createImplicitWiring());
    run(std::move(passes));
  }
  void clean() {
    std::vector<std::unique_ptr<Pass>> passes;
    passes.push_back(createCSEPass());
    run(std::move(passes));
    IRRewriter rewriter(&context);
    for (auto function : module->getOps<func::FuncOp>())
      (void)runRegionDCE(rewriter, function->getRegions());
  }

  OpenHypergraph call(StringRef name, const Types &from, const Types &to) {
    auto callee = FlatSymbolRefAttr::get(&context, name);
    return OpenHypergraph::singleton(
        random.name("func.call"),
        builder.getDictionaryAttr(builder.getNamedAttr("callee", callee)), from,
        to);
  }
  OpenHypergraph inlineCalls(const OpenHypergraph &graph);
  static OpenHypergraph glue(const OpenHypergraph &all,
                             ArrayRef<std::pair<unsigned, unsigned>> pairs);

  MLIRContext context;
  RandomHypergraph random;
  OpBuilder builder;
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module;
};

/// Puts the graph of its callee in the place of each call.
OpenHypergraph HypergraphLaws::inlineCalls(const OpenHypergraph &graph) {
  OpenHypergraph all = graph;
  all.edges.clear();
  std::vector<std::pair<unsigned, unsigned>> glued;
  for (const auto &edge : graph.edges) {
    if (edge.name.getStringRef() != "func.call") {
      all.edges.push_back(edge);
      continue;
    }
    OpenHypergraph body = inlineCalls(
        read(edge.attributes.getAs<FlatSymbolRefAttr>("callee").getValue()));
    unsigned offset = all.nodes.size();
    auto sources = all.sources, targets = all.targets;
    all = tensor(all, body);
    all.sources = sources;
    all.targets = targets;
    for (auto [node, inner] : llvm::zip_equal(edge.sources, body.sources))
      glued.push_back({node, inner + offset});
    for (auto [node, inner] : llvm::zip_equal(edge.targets, body.targets))
      glued.push_back({node, inner + offset});
  }
  return glue(all, glued);
}

/// Identifies pairs of nodes.
OpenHypergraph
HypergraphLaws::glue(const OpenHypergraph &all,
                     ArrayRef<std::pair<unsigned, unsigned>> pairs) {
  llvm::IntEqClasses classes(all.nodes.size());
  for (auto [a, b] : pairs)
    classes.join(a, b);
  classes.compress();
  OpenHypergraph result = all;
  result.nodes.assign(classes.getNumClasses(), Type());
  auto move = [&](std::vector<unsigned> &nodes) {
    for (unsigned &node : nodes)
      node = classes[node];
  };
  for (unsigned node = 0; node < all.nodes.size(); ++node)
    result.nodes[classes[node]] = all.nodes[node];
  move(result.sources);
  move(result.targets);
  for (auto &edge : result.edges) {
    move(edge.sources);
    move(edge.targets);
  }
  return result;
}

// E1: a category.
TEST_P(HypergraphLaws, CompositionIsAssociativeAndUnital) {
  Types a = random.object(), b = random.object(), c = random.object(),
        d = random.object();
  auto f = random.arrow(a, b), g = random.arrow(b, c), h = random.arrow(c, d);
  expectEqual(compose(compose(f, g), h), compose(f, compose(g, h)));
  expectEqual(compose(identity(a), f), f);
  expectEqual(compose(f, identity(b)), f);
}

// E2, E3: a monoidal one.
TEST_P(HypergraphLaws, TensorIsAssociativeUnitalAndAFunctor) {
  Types a = random.object(), b = random.object(), c = random.object();
  auto f = random.arrow(a, b), g = random.arrow(b, c), h = random.arrow(c, a),
       k = random.arrow(a, c);
  expectEqual(tensor(tensor(f, g), h), tensor(f, tensor(g, h)));
  expectEqual(tensor(identity(Types()), f), f);
  expectEqual(tensor(f, identity(Types())), f);
  expectEqual(tensor(compose(f, g), compose(h, k)),
              compose(tensor(f, h), tensor(g, k)));
  expectEqual(tensor(identity(a), identity(b)), identity(join(a, b)));
}

// E4: a symmetric one.
TEST_P(HypergraphLaws, SymmetryIsNaturalAndItsOwnInverse) {
  Types a = random.object(), b = random.object(), c = random.object();
  auto f = random.arrow(a, b), g = random.arrow(b, c);
  expectEqual(compose(symmetry(a, b), symmetry(b, a)), identity(join(a, b)));
  expectEqual(compose(tensor(f, g), symmetry(b, c)),
              compose(symmetry(a, b), tensor(g, f)));
  // The hexagon.
  expectEqual(symmetry(a, join(b, c)),
              compose(tensor(symmetry(a, b), identity(c)),
                      tensor(identity(b), symmetry(a, c))));
}

// E6: copying and discarding are natural for pure operations: the licence for
// merging equal operations and for erasing dead ones.
TEST_P(HypergraphLaws, CopyAndDiscardAreNaturalAfterCleanUp) {
  Types a = random.object(), b = random.object();
  auto f = random.arrow(a, b);
  write(compose(f, OpenHypergraph::copy(b)), "f_copy");
  write(compose(OpenHypergraph::copy(a), tensor(f, f)), "copy_f");
  write(compose(f, OpenHypergraph::discard(b)), "f_discard");
  clean();
  expectEqual(read("f_copy"), read("copy_f"));
  expectEqual(read("f_discard"), OpenHypergraph::discard(a));
}

// E7: a commutative comonoid.
TEST_P(HypergraphLaws, CopyAndDiscardAreACommutativeComonoid) {
  Types a = random.object();
  auto copy = OpenHypergraph::copy(a), discard = OpenHypergraph::discard(a);
  expectEqual(compose(copy, tensor(copy, identity(a))),
              compose(copy, tensor(identity(a), copy)));
  expectEqual(compose(copy, tensor(discard, identity(a))), identity(a));
  expectEqual(compose(copy, tensor(identity(a), discard)), identity(a));
  expectEqual(compose(copy, symmetry(a, a)), copy);
}

// E8: SSA in any topological order is the same graph; so is the graph of the
// function of a graph.
TEST_P(HypergraphLaws, FunctionsAndGraphsAreTheSame) {
  auto f = random.arrow(random.object(), random.object());
  write(f, "f");
  write(random.shuffle(f), "shuffled");
  expectEqual(read("f"), f);
  expectEqual(read("shuffled"), f);
  EXPECT_TRUE(succeeded(verify(*module)));
  // In explicit wiring it is monogamous.
  std::vector<std::unique_ptr<Pass>> passes;
  passes.push_back(catgrad::createExplicitWiring());
  run(std::move(passes));
  EXPECT_TRUE(read("f").isMonogamous() && read("f").isAcyclic());
  expectEqual(read("f"), read("f"));
}

// C3: R[f;g], as R makes it of operations, is what it makes of two calls; and
// so for the tensor product. Before any optimisation, on arrows without
// constants, which reverse parts make again rather than keep, and without
// discards: what nobody needs, each function finds for itself.
TEST_P(HypergraphLaws, ReverseDerivativeIsAFunctor) {
  auto f = random.relevantArrow(random.wholeObject());
  Types a = f.getSourceTypes(), b = f.getTargetTypes();
  auto g = random.relevantArrow(b);
  Types c = g.getTargetTypes();
  write(f, "f");
  write(g, "g");
  write(compose(f, g), "whole");
  write(compose(call("f", a, b), call("g", b, c)), "parts");
  write(tensor(f, g), "both");
  write(tensor(call("f", a, b), call("g", b, c)), "sides");
  for (StringRef name : {"whole", "parts", "both", "sides"})
    differentiate(name);
  applyR();
  expectEqual(read("whole_rev"), inlineCalls(read("parts_rev")));
  expectEqual(read("both_rev"), inlineCalls(read("sides_rev")));
}

// C3: R[id] = id, and R[symmetry] = symmetry, on the cotangents.
TEST_P(HypergraphLaws, ReverseDerivativeKeepsWires) {
  Types a = random.object(), b = random.object();
  write(identity(a), "identity");
  write(symmetry(a, b), "swap");
  differentiate("identity");
  differentiate("swap");
  applyR();
  expectEqual(read("identity_rev"),
              tensor(OpenHypergraph::discard(a), identity(a)));
  expectEqual(read("swap_rev"),
              tensor(OpenHypergraph::discard(join(a, b)), symmetry(b, a)));
}

INSTANTIATE_TEST_SUITE_P(Random, HypergraphLaws, testing::Range(0u, 100u));

} // namespace
