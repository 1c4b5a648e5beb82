//===- Function.cpp - Functions as open hypergraphs -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads open hypergraphs from regions, and writes them as functions.

#include "catgrad/Hypergraph/Function.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace catgrad;

FailureOr<OpenHypergraph> catgrad::toHypergraph(Region &region) {
  Operation *owner = region.getParentOp();
  if (!llvm::hasSingleElement(region))
    return owner->emitError()
           << "expected one block but got " << region.getBlocks().size()
           << ": control flow is no open hypergraph";
  OpenHypergraph graph;
  llvm::DenseMap<Value, OpenHypergraph::Node> nodes;
  auto define = [&](Value value) {
    return nodes[value] = graph.addNode(value.getType());
  };
  for (BlockArgument argument : region.getArguments())
    graph.sources.push_back(define(argument));
  // All nodes first: in graph regions uses may stand before definitions.
  Block &block = region.front();
  Operation *terminator =
      block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>()
          ? nullptr
          : &block.back();
  for (Operation &op : block) {
    if (op.getNumRegions() != 0 || op.getNumSuccessors() != 0)
      return op.emitError() << "an operation with a region is no hyperedge of "
                               "an open hypergraph: '"
                            << op.getName() << "' is not supported";
    for (Value result : op.getResults())
      define(result);
  }
  for (Operation &op : block) {
    std::vector<OpenHypergraph::Node> sources, targets;
    for (Value operand : op.getOperands()) {
      auto node = nodes.find(operand);
      if (node == nodes.end())
        return op.emitError() << "uses a value from outside of its region";
      sources.push_back(node->second);
    }
    if (&op == terminator) {
      graph.targets = std::move(sources);
      continue;
    }
    for (Value result : op.getResults())
      targets.push_back(nodes.at(result));
    graph.edges.push_back({op.getName(), op.getAttrDictionary(),
                           std::move(sources), std::move(targets)});
  }
  return graph;
}

/// Checks that each node has the one producer that SSA asks for.
static LogicalResult
verifyProducers(const OpenHypergraph &graph,
                function_ref<InFlightDiagnostic()> emitError) {
  std::vector<unsigned> producers(graph.nodes.size());
  for (OpenHypergraph::Node node : graph.sources)
    ++producers[node];
  for (const OpenHypergraph::Edge &edge : graph.edges)
    for (OpenHypergraph::Node node : edge.targets)
      ++producers[node];
  for (auto [node, count] : llvm::enumerate(producers))
    if (count != 1)
      return emitError() << "expected node " << node
                         << " to have one producer but got " << count;
  return success();
}

FailureOr<func::FuncOp> catgrad::toFunction(const OpenHypergraph &graph,
                                            StringRef name, OpBuilder &builder,
                                            Location loc) {
  auto emitError = [&]() {
    return mlir::emitError(loc) << "'" << name << "': ";
  };
  if (failed(verifyProducers(graph, emitError)))
    return failure();
  auto order = graph.getTopologicalOrder();
  if (!order)
    return emitError() << "the hyperedges form a cycle";

  OpBuilder::InsertionGuard guard(builder);
  auto function = func::FuncOp::create(
      builder, loc, name,
      builder.getFunctionType(graph.getSourceTypes(), graph.getTargetTypes()));
  // What is not a function after all leaves nothing behind.
  auto fail = [&]() {
    function.erase();
    return failure();
  };
  builder.setInsertionPointToStart(function.addEntryBlock());
  std::vector<Value> values(graph.nodes.size());
  auto lookUp = [&](ArrayRef<OpenHypergraph::Node> nodes) {
    return llvm::map_to_vector(
        nodes, [&](OpenHypergraph::Node node) { return values[node]; });
  };
  for (auto [node, argument] :
       llvm::zip_equal(graph.sources, function.getArguments()))
    values[node] = argument;
  for (unsigned index : *order) {
    const OpenHypergraph::Edge &edge = graph.edges[index];
    // Diagnostics of the operation's verifier name the hyperedge.
    Location place = NameLoc::get(
        builder.getStringAttr("@" + name + ", edge " + Twine(index)));
    auto emitEdgeError = [&]() {
      return mlir::emitError(place) << "'" << edge.name << "' ";
    };
    if (!edge.name.isRegistered()) {
      emitEdgeError() << "is no operation of a dialect that is loaded";
      return fail();
    }
    NamedAttrList attributes(edge.attributes);
    if (failed(edge.name.verifyInherentAttrs(attributes, emitEdgeError)))
      return fail();
    OperationState state(place, edge.name, lookUp(edge.sources),
                         graph.getTypes(edge.targets), attributes);
    Operation *op = builder.create(state);
    for (auto [node, result] : llvm::zip_equal(edge.targets, op->getResults()))
      values[node] = result;
  }
  func::ReturnOp::create(builder, loc, lookUp(graph.targets));
  if (failed(mlir::verify(function)))
    return fail();
  return function;
}
