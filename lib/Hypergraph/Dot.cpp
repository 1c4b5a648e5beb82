//===- Dot.cpp - Drawings of open hypergraphs -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file draws open hypergraphs with Graphviz: hyperedges are boxes, nodes
// are wires with their types, a node of several consumers is a dot.

#include "catgrad/Hypergraph/Dot.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Hypergraph/Function.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace mlir;
using namespace catgrad;

using Node = OpenHypergraph::Node;
using Edge = OpenHypergraph::Edge;

//===----------------------------------------------------------------------===//
// Labels
//===----------------------------------------------------------------------===//

static std::string escape(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

/// tensor<2x3xf32> as f32[2,3].
static std::string describe(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape()) {
    os << type;
  } else {
    os << tensor.getElementType() << "[";
    llvm::interleave(tensor.getShape(), os, ",");
    os << "]";
  }
  return text;
}

static void printElement(Attribute value, raw_ostream &os) {
  if (auto number = dyn_cast<FloatAttr>(value))
    os << llvm::format("%g", number.getValueAsDouble());
  else
    value.print(os, /*elideType=*/true);
}

/// An attribute in a few letters, without the words that MLIR needs to read it.
static std::string describe(Attribute attribute) {
  constexpr size_t maxLength = 24;
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto elements = dyn_cast<DenseElementsAttr>(attribute)) {
    if (elements.getNumElements() != 0 && elements.isSplat())
      printElement(elements.getSplatValue<Attribute>(), os);
    else if (elements.getNumElements() <= 4)
      llvm::interleave(
          elements.getValues<Attribute>(), os,
          [&](Attribute value) { printElement(value, os); }, " ");
    else
      os << "..";
  } else if (auto indices = dyn_cast<DenseI64ArrayAttr>(attribute)) {
    os << "[";
    llvm::interleave(indices.asArrayRef(), os, ",");
    os << "]";
  } else {
    printElement(attribute, os);
  }
  StringRef rest = text;
  // #catgrad.predicate<gt> is gt.
  if (rest.starts_with("#") && rest.ends_with(">"))
    rest = rest.split('<').second.drop_back();
  if (rest.size() > maxLength)
    return (rest.take_front(maxLength - 2) + "..").str();
  return rest.str();
}

/// The name of an operation, and a line for each attribute.
static SmallVector<std::string> describe(const Edge &edge) {
  StringRef name = edge.name.getStringRef();
  name.consume_front("catgrad.");
  SmallVector<std::string> lines = {name.str()};
  bool isConstant = edge.name.hasTrait<OpTrait::ConstantLike>();
  for (NamedAttribute attribute : edge.attributes) {
    std::string line = attribute.getName().str();
    if (isConstant)
      line = describe(attribute.getValue());
    else if (!isa<UnitAttr>(attribute.getValue()))
      line += " = " + describe(attribute.getValue());
    lines.push_back(line);
  }
  return lines;
}

static bool hasPorts(const Edge &edge) {
  return edge.sources.size() > 1 || edge.targets.size() > 1;
}

/// The label of a box. With several ports on one side it is a table.
static void printLabel(const Edge &edge, raw_ostream &os) {
  auto lines = describe(edge);
  if (!hasPorts(edge)) {
    os << '"';
    llvm::interleave(
        lines, os, [&](StringRef line) { os << escape(line); }, "\\n");
    os << '"';
    return;
  }
  size_t numSources = std::max<size_t>(edge.sources.size(), 1),
         numTargets = std::max<size_t>(edge.targets.size(), 1);
  os << "<<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" "
        "cellpadding=\"0\">";
  // Cells without text above and below, at which wires end in order.
  size_t columns = numSources * numTargets;
  auto printRow = [&](StringRef name, size_t count) {
    os << "<tr>";
    for (size_t i = 0; i < count; ++i)
      os << "<td port=\"" << name << i << "\" height=\"4\" colspan=\""
         << columns / count << "\"></td>";
    os << "</tr>";
  };
  printRow("i", numSources);
  os << "<tr><td colspan=\"" << columns << "\">";
  llvm::interleave(
      lines, os, [&](StringRef line) { llvm::printHTMLEscaped(line, os); },
      "<br/>");
  os << "</td></tr>";
  printRow("o", numTargets);
  os << "</table>>";
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

namespace {
/// Draws one function; names in the graph begin with its number.
class Drawing {
public:
  Drawing(func::FuncOp function, const OpenHypergraph &graph, unsigned number,
          raw_ostream &os)
      : function(function), graph(graph), prefix("f" + std::to_string(number)),
        os(os), producers(graph.nodes.size()), numConsumers(graph.nodes.size()),
        isReverse(graph.nodes.size()) {}

  void draw(unsigned maxOperations);

private:
  void findReversePart();
  void drawSummary();
  void drawBoundary(ArrayRef<Node> nodes, bool isSource);
  void drawEdges();
  void drawWires();
  void drawWire(Node node, const std::string &consumer);

  static bool isWiring(const Edge &edge) {
    return edge.name.getStringRef() == CopyOp::getOperationName() ||
           edge.name.getStringRef() == DiscardOp::getOperationName();
  }
  /// Where a wire ends at a box, if the box has ports.
  static std::string getPort(const Edge &edge, StringRef name, size_t index,
                             StringRef side) {
    if (isWiring(edge) || !hasPorts(edge))
      return "";
    return (":" + name + Twine(index) + ":" + side).str();
  }
  static StringRef getTextColour(bool reverse) {
    return reverse ? "#8c4600" : "#1f4668";
  }
  static std::string getColour(bool reverse) {
    return (Twine("color=\"") + (reverse ? "#b35900" : "#2b5f8f") +
            "\", fontcolor=\"" + getTextColour(reverse) + "\"")
        .str();
  }
  /// Where wires part.
  static std::string getDot(bool reverse) {
    return (Twine("shape=point, width=0.07, fillcolor=\"") +
            (reverse ? "#b35900" : "#2b5f8f") + "\"")
        .str();
  }

  func::FuncOp function;
  const OpenHypergraph &graph;
  std::string prefix;
  raw_ostream &os;
  /// What a wire comes from, and how many ports it goes to.
  std::vector<std::string> producers;
  std::vector<unsigned> numConsumers;
  /// Nodes that depend on a cotangent or a label.
  std::vector<bool> isReverse;
  bool hasReversePart = false;
};
} // namespace

void Drawing::findReversePart() {
  for (auto [index, node] : llvm::enumerate(graph.sources)) {
    auto role = function.getArgAttrOfType<StringAttr>(index, metadata::kRole);
    if (role && (role == "cotangent" || role == "label"))
      isReverse[node] = hasReversePart = true;
  }
  auto order = graph.getTopologicalOrder();
  for (unsigned index : order.value_or(std::vector<unsigned>()))
    if (llvm::any_of(graph.edges[index].sources,
                     [&](Node node) { return isReverse[node]; }))
      for (Node node : graph.edges[index].targets)
        isReverse[node] = true;
}

void Drawing::drawSummary() {
  std::map<std::string, unsigned> counts;
  for (const Edge &edge : graph.edges)
    ++counts[edge.name.getStringRef().str()];
  os << "    " << prefix << "_summary [shape=box, label=\""
     << graph.edges.size()
     << " operations: too many to draw (--dot-max-ops)\\n";
  for (auto &[name, count] : counts)
    os << "\\n" << count << " " << escape(name);
  os << "\"];\n";
}

/// One row of cells, which keeps the order of the interface.
void Drawing::drawBoundary(ArrayRef<Node> nodes, bool isSource) {
  if (nodes.empty())
    return;
  std::string id = prefix + (isSource ? "_inputs" : "_results");
  os << "    { rank=" << (isSource ? "source" : "sink") << "; " << id
     << " [shape=plaintext, style=solid, margin=0, label=<<table border=\"0\" "
        "cellborder=\"0\" cellspacing=\"8\"><tr>";
  llvm::StringMap<unsigned> counts;
  for (auto [index, node] : llvm::enumerate(nodes)) {
    auto get = [&](StringRef attribute) {
      return isSource
                 ? function.getArgAttrOfType<StringAttr>(index, attribute)
                 : function.getResultAttrOfType<StringAttr>(index, attribute);
    };
    // What has no name is called by its role.
    StringAttr name = get(metadata::kName), role = get(metadata::kRole);
    StringRef kind = role       ? role.getValue()
                     : isSource ? StringRef("input")
                                : StringRef("result");
    std::string label = (kind + " " + Twine(counts[kind]++)).str();
    os << "<td port=\"p" << index << "\"><font color=\""
       << getTextColour(isReverse[node]) << "\">";
    llvm::printHTMLEscaped(name ? name.getValue() : StringRef(label), os);
    os << "</font></td>";
    if (isSource)
      producers[node] = (id + ":p" + Twine(index) + ":s").str();
  }
  os << "</tr></table>>]; }\n";
}

void Drawing::drawEdges() {
  for (auto [index, edge] : llvm::enumerate(graph.edges)) {
    std::string id = prefix + "_op" + std::to_string(index);
    bool reverse =
        llvm::any_of(edge.targets,
                     [&](Node node) { return isReverse[node]; }) ||
        llvm::any_of(edge.sources, [&](Node node) { return isReverse[node]; });
    os << "    " << id << " [";
    if (isWiring(edge)) {
      os << getDot(reverse);
    } else {
      os << "label=";
      printLabel(edge, os);
      os << ", fillcolor=\"" << (reverse ? "#fde5cc" : "#dbe9f6") << "\"";
    }
    os << ", " << getColour(reverse) << "];\n";
    for (auto [port, node] : llvm::enumerate(edge.targets))
      producers[node] = id + getPort(edge, "o", port, "s");
  }
  for (auto [node, count] : llvm::enumerate(numConsumers)) {
    if (count == 1)
      continue;
    // Copied: a dot, whose wires part there. Discarded: an open end.
    std::string id = prefix + "_n" + std::to_string(node);
    os << "    " << id << " ["
       << (count ? getDot(isReverse[node])
                 : "shape=circle, width=0.1, height=0.1, label=\"\"")
       << ", " << getColour(isReverse[node]) << "];\n";
    std::string producer = std::move(producers[node]);
    producers[node] = id;
    os << "    " << producer << " -> " << id << " [label=\""
       << escape(describe(graph.nodes[node])) << "\", arrowhead=none, "
       << getColour(isReverse[node]) << "];\n";
  }
}

void Drawing::drawWire(Node node, const std::string &consumer) {
  os << "    " << producers[node] << " -> " << consumer << " [";
  if (numConsumers[node] == 1)
    os << "label=\"" << escape(describe(graph.nodes[node])) << "\", ";
  os << getColour(isReverse[node]) << "];\n";
}

void Drawing::drawWires() {
  for (auto [index, edge] : llvm::enumerate(graph.edges))
    for (auto [port, node] : llvm::enumerate(edge.sources))
      drawWire(node, prefix + "_op" + std::to_string(index) +
                         getPort(edge, "i", port, "n"));
  for (auto [index, node] : llvm::enumerate(graph.targets))
    drawWire(node, (prefix + "_results:p" + Twine(index) + ":n").str());
}

void Drawing::draw(unsigned maxOperations) {
  findReversePart();
  os << "  subgraph cluster_" << prefix << " {\n    label=\"@"
     << escape(function.getSymName());
  if (hasReversePart)
    os << "\\nblue: forward part; orange: depends on a cotangent or a label";
  os << "\";\n";
  if (graph.edges.size() > maxOperations) {
    drawSummary();
  } else {
    for (Node node : graph.targets)
      ++numConsumers[node];
    for (const Edge &edge : graph.edges)
      for (Node node : edge.sources)
        ++numConsumers[node];
    drawBoundary(graph.sources, /*isSource=*/true);
    drawEdges();
    drawBoundary(graph.targets, /*isSource=*/false);
    drawWires();
  }
  os << "  }\n";
}

LogicalResult catgrad::translateToDot(ModuleOp module, raw_ostream &os,
                                      const DotOptions &options) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "digraph catgrad {\n"
            "  graph [fontname=\"Helvetica\", fontsize=12, color=\"#999999\", "
            "nodesep=0.3, ranksep=0.35];\n"
            "  node [fontname=\"Helvetica\", fontsize=11, shape=box, "
            "style=\"rounded,filled\", fillcolor=white, height=0.3, "
            "margin=\"0.12,0.06\"];\n"
            "  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.6];\n";
  unsigned number = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal() || (!options.function.empty() &&
                                  function.getSymName() != options.function))
      continue;
    auto graph = toHypergraph(function.getBody());
    if (failed(graph))
      return failure();
    Drawing(function, *graph, number++, stream).draw(options.maxOperations);
  }
  if (number == 0 && !options.function.empty())
    return module.emitError() << "there is no function '@" << options.function
                              << "' with a body to draw";
  stream << "}\n";
  os << text;
  return success();
}
