//===- FromJSON.cpp - Open hypergraphs from JSON -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads open hypergraphs from JSON that anybody may have written:
// each error names the place in the text.

#include "catgrad/Hypergraph/JSON.h"

#include "catgrad/Hypergraph/Function.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace catgrad;

/// Brackets within brackets: the parsers of JSON, types and attributes go down
/// by recursion.
static constexpr unsigned kMaxNesting = 256;

static bool isNestedTooDeeply(StringRef text, bool isJSON) {
  unsigned depth = 0;
  bool isString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (isString) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        isString = false;
    } else if (text[i] == '"') {
      isString = true;
    } else if (StringRef(isJSON ? "[{" : "<([{").contains(text[i])) {
      if (++depth > kMaxNesting)
        return true;
    } else if (depth && StringRef(isJSON ? "]}" : ">)]}").contains(text[i])) {
      --depth;
    }
  }
  return false;
}

namespace {
/// A value of the text and the way to it.
struct Place {
  const llvm::json::Value *value; // null: absent
  std::string path;
};

class Reader {
public:
  Reader(StringRef file, MLIRContext &context)
      : context(context), loc(FileLineColLoc::get(&context, file, 1, 1)) {}

  OwningOpRef<ModuleOp> read(StringRef text);

private:
  InFlightDiagnostic emitError(const Twine &path = "") {
    InFlightDiagnostic diagnostic = mlir::emitError(loc);
    if (!path.isTriviallyEmpty())
      diagnostic << path.str() << ": ";
    return diagnostic;
  }
  LogicalResult fail(const Place &place, StringRef expected) {
    return emitError(place.path)
           << "expected " << expected << " but got "
           << (place.value ? describe(*place.value) : StringRef("nothing"));
  }
  static StringRef describe(const llvm::json::Value &value);

  const llvm::json::Object *getObject(const Place &place,
                                      ArrayRef<StringRef> members);
  static Place getMember(const llvm::json::Object &object, const Place &place,
                         StringRef name) {
    return {object.get(name),
            (place.path.empty() ? "" : place.path + ".") + name.str()};
  }
  FailureOr<SmallVector<Place>> getElements(const Place &place);
  FailureOr<StringRef> getString(const Place &place);
  FailureOr<Type> getType(const Place &place);
  LogicalResult getAttributes(const Place &place, NamedAttrList &attributes);
  LogicalResult getNodes(const Place &place, size_t count,
                         std::vector<OpenHypergraph::Node> &nodes);
  LogicalResult readEdge(const Place &place, OpenHypergraph &graph);
  LogicalResult readFunction(const Place &place, OpBuilder &builder);

  MLIRContext &context;
  Location loc;
};
} // namespace

StringRef Reader::describe(const llvm::json::Value &value) {
  switch (value.kind()) {
  case llvm::json::Value::Null:
    return "null";
  case llvm::json::Value::Boolean:
    return "a boolean";
  case llvm::json::Value::Number:
    return "a number";
  case llvm::json::Value::String:
    return "a string";
  case llvm::json::Value::Array:
    return "an array";
  case llvm::json::Value::Object:
    return "an object";
  }
  llvm_unreachable("all kinds are covered");
}

/// An object that has no other members: a name that is misspelt would be lost.
const llvm::json::Object *Reader::getObject(const Place &place,
                                            ArrayRef<StringRef> members) {
  const auto *object = place.value ? place.value->getAsObject() : nullptr;
  if (!object) {
    (void)fail(place, "an object");
    return nullptr;
  }
  for (const auto &member : *object)
    if (!llvm::is_contained(members, StringRef(member.first))) {
      emitError(place.path)
          << "expected no member '" << StringRef(member.first) << "'";
      return nullptr;
    }
  return object;
}

FailureOr<SmallVector<Place>> Reader::getElements(const Place &place) {
  const auto *array = place.value ? place.value->getAsArray() : nullptr;
  if (!array)
    return fail(place, "an array");
  SmallVector<Place> elements;
  for (auto [index, value] : llvm::enumerate(*array))
    elements.push_back({&value, (place.path + "[" + Twine(index) + "]").str()});
  return elements;
}

FailureOr<StringRef> Reader::getString(const Place &place) {
  auto text = place.value ? place.value->getAsString() : std::nullopt;
  if (!text)
    return fail(place, "a string");
  return *text;
}

FailureOr<Type> Reader::getType(const Place &place) {
  auto text = getString(place);
  if (failed(text))
    return failure();
  if (isNestedTooDeeply(*text, /*isJSON=*/false))
    return emitError(place.path) << "brackets are nested too deeply";
  Type type = parseType(*text, &context);
  if (!type)
    return emitError(place.path) << "expected a type but got '" << *text << "'";
  return type;
}

LogicalResult Reader::getAttributes(const Place &place,
                                    NamedAttrList &attributes) {
  const auto *object = place.value ? place.value->getAsObject() : nullptr;
  if (!object)
    return fail(place, "an object");
  for (const auto &member : *object) {
    Place value = {&member.second, place.path + "." + member.first.str()};
    auto text = getString(value);
    if (failed(text))
      return failure();
    if (StringRef(member.first).empty())
      return emitError(place.path) << "expected an attribute to have a name";
    if (isNestedTooDeeply(*text, /*isJSON=*/false))
      return emitError(value.path) << "brackets are nested too deeply";
    Attribute attribute = parseAttribute(*text, &context);
    if (!attribute)
      return emitError(value.path)
             << "expected an attribute but got '" << *text << "'";
    attributes.set(StringRef(member.first), attribute);
  }
  return success();
}

LogicalResult Reader::getNodes(const Place &place, size_t count,
                               std::vector<OpenHypergraph::Node> &nodes) {
  auto elements = getElements(place);
  if (failed(elements))
    return failure();
  for (const Place &element : *elements) {
    auto number = element.value->getAsInteger();
    if (!number)
      return fail(element, "the index of a node");
    if (*number < 0 || uint64_t(*number) >= count)
      return emitError(element.path) << "expected the index of one of " << count
                                     << " nodes but got " << *number;
    nodes.push_back(*number);
  }
  return success();
}

LogicalResult Reader::readEdge(const Place &place, OpenHypergraph &graph) {
  const auto *object =
      getObject(place, {"operation", "attributes", "sources", "targets"});
  if (!object)
    return failure();
  auto name = getString(getMember(*object, place, "operation"));
  NamedAttrList attributes;
  std::vector<OpenHypergraph::Node> sources, targets;
  if (failed(name) ||
      failed(
          getAttributes(getMember(*object, place, "attributes"), attributes)) ||
      failed(getNodes(getMember(*object, place, "sources"), graph.nodes.size(),
                      sources)) ||
      failed(getNodes(getMember(*object, place, "targets"), graph.nodes.size(),
                      targets)))
    return failure();
  // The operation of a dialect is registered once the dialect is loaded.
  StringRef dialect = name->split('.').first;
  if (!name->contains('.') || !context.getOrLoadDialect(dialect) ||
      !OperationName(*name, &context).isRegistered())
    return emitError(place.path)
           << "expected an operation that is registered but got '" << *name
           << "'";
  graph.edges.push_back({OperationName(*name, &context),
                         attributes.getDictionary(&context), std::move(sources),
                         std::move(targets)});
  return success();
}

LogicalResult Reader::readFunction(const Place &place, OpBuilder &builder) {
  const auto *object = getObject(
      place, {"name", "attributes", "nodes", "sources", "targets", "edges"});
  if (!object)
    return failure();
  auto member = [&](StringRef name) { return getMember(*object, place, name); };
  auto name = getString(member("name"));
  NamedAttrList attributes;
  if (failed(name) || failed(getAttributes(member("attributes"), attributes)))
    return failure();
  if (name->empty())
    return emitError(place.path) << "expected a function to have a name";
  auto nodes = getElements(member("nodes"));
  if (failed(nodes))
    return failure();
  OpenHypergraph graph;
  for (const Place &node : *nodes) {
    auto type = getType(node);
    if (failed(type))
      return failure();
    graph.addNode(*type);
  }
  if (failed(getNodes(member("sources"), graph.nodes.size(), graph.sources)) ||
      failed(getNodes(member("targets"), graph.nodes.size(), graph.targets)))
    return failure();
  auto edges = getElements(member("edges"));
  if (failed(edges))
    return failure();
  for (const Place &edge : *edges)
    if (failed(readEdge(edge, graph)))
      return failure();

  auto function = toFunction(graph, *name, builder, loc);
  if (failed(function))
    return failure();
  auto emitFunctionError = [&]() { return emitError(place.path); };
  if (failed((*function)->getName().verifyInherentAttrs(attributes,
                                                        emitFunctionError)))
    return failure();
  for (NamedAttribute attribute : attributes) {
    if (attribute.getName() == function->getSymNameAttrName() ||
        attribute.getName() == function->getFunctionTypeAttrName())
      return emitError(place.path)
             << "expected no attribute '" << attribute.getName().getValue()
             << "': the graph says it";
    (*function)->setAttr(attribute.getName(), attribute.getValue());
  }
  return success();
}

OwningOpRef<ModuleOp> Reader::read(StringRef text) {
  if (isNestedTooDeeply(text, /*isJSON=*/true)) {
    emitError() << "brackets are nested too deeply";
    return {};
  }
  auto value = llvm::json::parse(text);
  if (!value) {
    emitError() << "expected JSON: " << llvm::toString(value.takeError());
    return {};
  }
  Place root = {&*value, ""};
  const auto *object =
      getObject(root, {"format", "version", "attributes", "functions"});
  if (!object)
    return {};
  auto format = getString(getMember(*object, root, "format"));
  if (failed(format))
    return {};
  auto version = object->getInteger("version");
  if (*format != kHypergraphFormat || version != kHypergraphVersion) {
    emitError() << "expected format '" << kHypergraphFormat << "', version "
                << kHypergraphVersion << ", but got '" << *format << "'"
                << (version ? ", version " + std::to_string(*version) : "");
    return {};
  }
  NamedAttrList attributes;
  auto functions = getElements(getMember(*object, root, "functions"));
  if (failed(functions) ||
      failed(getAttributes(getMember(*object, root, "attributes"), attributes)))
    return {};
  context.getOrLoadDialect<func::FuncDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  if (failed((*module)->getName().verifyInherentAttrs(
          attributes, [&]() { return emitError("attributes"); })))
    return {};
  (*module)->setAttrs(attributes.getDictionary(&context));
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  for (const Place &function : *functions)
    if (failed(readFunction(function, builder)))
      return {};
  if (failed(mlir::verify(*module)))
    return {};
  return module;
}

OwningOpRef<ModuleOp> catgrad::translateFromJSON(StringRef text, StringRef file,
                                                 MLIRContext &context) {
  return Reader(file, context).read(text);
}
