//===- ToJSON.cpp - Open hypergraphs as JSON -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes open hypergraphs as JSON. Types and attributes are strings
// in the syntax of MLIR, so that every dialect has them.

#include "catgrad/Hypergraph/JSON.h"

#include "catgrad/Hypergraph/Function.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace catgrad;

/// A type or attribute as a JSON string.
template <typename T> static std::string quote(T value) {
  std::string text, quoted;
  llvm::raw_string_ostream stream(text);
  if constexpr (std::is_convertible_v<T, StringRef>)
    stream << StringRef(value);
  else
    value.print(stream);
  llvm::raw_string_ostream(quoted)
      << llvm::json::Value(llvm::json::fixUTF8(text));
  return quoted;
}

static std::string list(ArrayRef<OpenHypergraph::Node> nodes) {
  return "[" +
         llvm::join(llvm::map_range(
                        nodes, [](auto node) { return std::to_string(node); }),
                    ", ") +
         "]";
}

static std::string object(DictionaryAttr attributes,
                          ArrayRef<StringRef> without = {}) {
  SmallVector<std::string> members;
  for (NamedAttribute attribute : attributes)
    if (!llvm::is_contained(without, attribute.getName().getValue()))
      members.push_back(quote(attribute.getName().getValue()) + ": " +
                        quote(attribute.getValue()));
  return "{" + llvm::join(members, ", ") + "}";
}

static void print(func::FuncOp function, const OpenHypergraph &graph,
                  raw_ostream &os) {
  os << "    {\n      \"name\": " << quote(function.getSymName())
     << ",\n      \"attributes\": "
     << object(
            function->getAttrDictionary(),
            {function.getSymNameAttrName(), function.getFunctionTypeAttrName()})
     << ",\n      \"nodes\": [";
  llvm::interleaveComma(graph.nodes, os, [&](Type type) { os << quote(type); });
  os << "],\n      \"sources\": " << list(graph.sources)
     << ",\n      \"targets\": " << list(graph.targets)
     << ",\n      \"edges\": [";
  llvm::interleave(
      graph.edges,
      [&](const OpenHypergraph::Edge &edge) {
        os << "\n        {\"operation\": " << quote(edge.name.getStringRef())
           << ", \"attributes\": " << object(edge.attributes)
           << ", \"sources\": " << list(edge.sources)
           << ", \"targets\": " << list(edge.targets) << "}";
      },
      [&] { os << ","; });
  os << (graph.edges.empty() ? "]" : "\n      ]") << "\n    }";
}

LogicalResult catgrad::translateToJSON(ModuleOp module, raw_ostream &os) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "{\n  \"format\": \"" << kHypergraphFormat
         << "\",\n  \"version\": " << kHypergraphVersion
         << ",\n  \"attributes\": " << object(module->getAttrDictionary())
         << ",\n  \"functions\": [";
  bool isFirst = true;
  for (Operation &op : *module.getBody()) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function)
      return op.emitError() << "expected a function but got '" << op.getName()
                            << "', which is no open hypergraph";
    if (function.isExternal())
      return op.emitError()
             << "a function without a body is no open hypergraph";
    auto graph = toHypergraph(function.getBody());
    if (failed(graph))
      return failure();
    stream << (isFirst ? "\n" : ",\n");
    print(function, *graph, stream);
    isFirst = false;
  }
  stream << (isFirst ? "]" : "\n  ]") << "\n}\n";
  os << text;
  return success();
}
