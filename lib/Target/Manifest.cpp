//===- Manifest.cpp - What a native artefact offers -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file reads the description of an artefact from a module, and writes it
// as JSON.

#include "catgrad/Target/Manifest.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Target/Header.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/JSON.h"

#include <array>

using namespace mlir;
using namespace catgrad;

StringRef catgrad::getDtype(Type elementType) {
  if (elementType.isF64())
    return "f64";
  if (elementType.isF32())
    return "f32";
  if (elementType.isBF16())
    return "bf16";
  if (elementType.isF16())
    return "f16";
  if (auto integer = dyn_cast<IntegerType>(elementType);
      integer && integer.isSignless())
    switch (integer.getWidth()) {
    case 64:
      return "i64";
    case 32:
      return "i32";
    case 16:
      return "i16";
    case 8:
      return "i8";
    case 1:
      return "i1";
    default:
      break;
    }
  return {};
}

int64_t catgrad::getElementBytes(StringRef dtype) {
  return llvm::StringSwitch<int64_t>(dtype)
      .Cases({"f64", "i64"}, 8)
      .Cases({"f32", "i32"}, 4)
      .Cases({"f16", "bf16", "i16"}, 2)
      .Cases({"i8", "i1"}, 1);
}

int64_t catgrad::getBytes(const TensorDescription &tensor) {
  // A zero anywhere makes the size zero, whatever the other sizes are.
  if (llvm::is_contained(tensor.shape, 0))
    return 0;
  return llvm::product_of(tensor.shape, getElementBytes(tensor.dtype));
}

SmallVector<std::string> Artefact::exports() const {
  SmallVector<std::string> names = {manifestSymbol()};
  for (const FunctionDescription &function : functions)
    names.append({function.entry(), function.workspaceBytesSymbol()});
  if (isCuda())
    names.append(
        {cudaInitSymbol(), cudaShutdownSymbol(), cudaErrorStringSymbol()});
  return names;
}

//===----------------------------------------------------------------------===//
// From the module
//===----------------------------------------------------------------------===//

static StringRef getString(DictionaryAttr attributes, StringRef name) {
  if (attributes)
    if (auto text = attributes.getAs<StringAttr>(name))
      return text.getValue();
  return {};
}

/// Gives each name of a function once: a second `x` becomes `x_1`.
static std::string makeUnique(StringRef name, llvm::StringSet<> &used) {
  std::string unique = name.str();
  for (unsigned i = 1; !used.insert(unique).second; ++i)
    unique = (name + "_" + Twine(i)).str();
  return unique;
}

static TensorDescription describeTensor(Type type, DictionaryAttr attributes,
                                        StringRef defaultName,
                                        StringRef defaultRole) {
  auto tensor = cast<RankedTensorType>(type);
  TensorDescription description;
  description.name = getString(attributes, metadata::kName);
  if (description.name.empty())
    description.name = defaultName;
  description.dtype = getDtype(tensor.getElementType());
  description.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  description.role = getString(attributes, metadata::kRole);
  if (description.role.empty())
    description.role = defaultRole;
  return description;
}

/// The argument that a result may share its buffer with.
static LogicalResult readAlias(func::FuncOp function, unsigned result,
                               TensorDescription &description) {
  auto attribute = function.getResultAttr(result, metadata::kAlias);
  if (!attribute)
    return success();
  auto index = dyn_cast<IntegerAttr>(attribute);
  if (!index || index.getValue().uge(function.getNumArguments()))
    return function.emitError()
           << "expected '" << metadata::kAlias << "' of result #" << result
           << " to be the index of an argument but got " << attribute;
  Type argument = function.getArgumentTypes()[index.getInt()];
  if (argument != function.getResultTypes()[result])
    return function.emitError()
           << "expected result #" << result << " to have the type " << argument
           << " of the argument that it shares its buffer with but got "
           << function.getResultTypes()[result];
  description.alias = index.getInt();
  return success();
}

static FailureOr<FunctionDescription> describeFunction(func::FuncOp function) {
  FunctionDescription description;
  description.symbol = function.getSymName();
  description.learner =
      getString(function->getDiscardableAttrDictionary(), metadata::kLearner);
  description.kind =
      getString(function->getDiscardableAttrDictionary(), metadata::kKind);
  if (description.kind.empty())
    description.kind = "function";

  llvm::StringSet<> used;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    DictionaryAttr attributes = function.getArgAttrDict(i);
    TensorDescription input =
        describeTensor(type, attributes, ("x" + Twine(i)).str(), "input");
    input.name = makeUnique(input.name, used);
    if (attributes)
      input.init = attributes.get(metadata::kInit);
    description.inputs.push_back(std::move(input));
  }
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    TensorDescription output = describeTensor(
        type, function.getResultAttrDict(i), ("y" + Twine(i)).str(), "result");
    // The new value of an input has that input's name, marked as the output.
    if (used.contains(output.name))
      output.name += "_out";
    output.name = makeUnique(output.name, used);
    if (failed(readAlias(function, i, output)))
      return failure();
    description.outputs.push_back(std::move(output));
  }
  return description;
}

/// The order of a learner's functions in the manifest and the header.
static unsigned getKindRank(StringRef kind) {
  return llvm::StringSwitch<unsigned>(kind)
      .Case("init", 0)
      .Case("predict", 1)
      .Case("rev", 2)
      .Case("rev_p", 3)
      .Case("loss", 4)
      .Case("step", 5)
      .Default(6);
}

/// Checks that a symbol is fit for C and clashes with no other.
static LogicalResult claimSymbol(StringRef symbol, Operation *owner,
                                 llvm::StringMap<Operation *> &symbols) {
  if (!isCIdentifier(symbol))
    return owner->emitError()
           << "expected the name of a public function to be a C identifier but "
              "got '"
           << symbol << "'";
  if (isLibraryFunction(symbol))
    return owner->emitError() << "public function '" << symbol
                              << "' has the name of a C library function";
  auto [place, isNew] = symbols.try_emplace(symbol, owner);
  if (isNew)
    return success();
  InFlightDiagnostic diagnostic = owner->emitError()
                                  << "native code needs the symbol '" << symbol
                                  << "' twice";
  diagnostic.attachNote(place->second->getLoc()) << "the other use is here";
  return diagnostic;
}

FailureOr<Artefact> catgrad::describeArtefact(ModuleOp module, StringRef stem,
                                              StringRef cpu,
                                              ArrayRef<std::string> chips) {
  Artefact artefact;
  artefact.stem = stem;
  artefact.cpu = cpu;
  artefact.chips.assign(chips.begin(), chips.end());

  llvm::StringMap<Operation *> symbols;
  // A learner's functions stand together, in a fixed order.
  llvm::StringMap<unsigned> groups;
  std::vector<std::pair<std::array<size_t, 3>, FunctionDescription>> functions;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    auto description = describeFunction(function);
    if (failed(description))
      return failure();
    description->onDevice = artefact.isCuda() && description->kind != "init";
    if (failed(claimSymbol(description->entry(), function, symbols)) ||
        failed(claimSymbol(description->workspaceBytesSymbol(), function,
                           symbols)))
      return failure();
    // A learner's name is a symbol of the module, as each function's is.
    StringRef group = description->learner.empty() ? description->symbol
                                                   : description->learner;
    size_t groupRank = groups.try_emplace(group, groups.size()).first->second;
    functions.emplace_back(std::array<size_t, 3>{groupRank,
                                                 getKindRank(description->kind),
                                                 functions.size()},
                           std::move(*description));
  }
  if (functions.empty())
    return module.emitError() << "expected at least one public function, but "
                                 "there is nothing to compile";
  // Before the functions are there, these are the artefact's own.
  for (const std::string &symbol : artefact.exports())
    if (failed(claimSymbol(symbol, module, symbols)))
      return failure();

  llvm::sort(functions, llvm::less_first());
  for (auto &[rank, function] : functions)
    artefact.functions.push_back(std::move(function));
  return artefact;
}

LogicalResult catgrad::readWorkspaceBytes(Artefact &artefact, ModuleOp module) {
  SymbolTable symbols(module);
  for (FunctionDescription &function : artefact.functions) {
    if (function.onDevice)
      continue; // CUDA's own plan says it
    Operation *op = symbols.lookup(function.symbol);
    auto bytes = op ? op->getAttrOfType<IntegerAttr>(metadata::kWorkspaceBytes)
                    : nullptr;
    if (!bytes)
      return (op ? op : module.getOperation())->emitError()
             << "expected function '" << function.symbol
             << "' to have a planned workspace ('" << metadata::kWorkspaceBytes
             << "')";
    function.workspaceBytes = bytes.getInt();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// To JSON
//===----------------------------------------------------------------------===//

static void printInit(llvm::json::OStream &json, Attribute init) {
  auto number = [&](StringRef key, FloatAttr value) {
    json.attribute(key, value.getValueAsDouble());
  };
  json.attributeObject("init", [&] {
    llvm::TypeSwitch<Attribute>(init)
        .Case([&](ZerosAttr) { json.attribute("kind", "zeros"); })
        .Case([&](ConstantInitAttr constant) {
          json.attribute("kind", "constant");
          number("value", constant.getValue());
        })
        .Case([&](UniformAttr uniform) {
          json.attribute("kind", "uniform");
          number("low", uniform.getLow());
          number("high", uniform.getHigh());
        })
        .Case([&](NormalAttr normal) {
          json.attribute("kind", "normal");
          number("mean", normal.getMean());
          number("std", normal.getStd());
        })
        .Default([&](Attribute) { json.attribute("kind", "unknown"); });
  });
}

static void printTensor(llvm::json::OStream &json,
                        const TensorDescription &tensor,
                        const FunctionDescription &function) {
  json.object([&] {
    json.attribute("name", llvm::json::fixUTF8(tensor.name));
    json.attribute("dtype", tensor.dtype);
    json.attribute("shape", llvm::json::Array(tensor.shape));
    json.attribute("role", llvm::json::fixUTF8(tensor.role));
    if (tensor.init)
      printInit(json, tensor.init);
    if (tensor.alias)
      json.attribute("aliases",
                     llvm::json::fixUTF8(function.inputs[*tensor.alias].name));
  });
}

void catgrad::printManifest(const Artefact &artefact, raw_ostream &os,
                            unsigned indent) {
  llvm::json::OStream json(os, indent);
  auto printTensors = [&](StringRef key, ArrayRef<TensorDescription> tensors,
                          const FunctionDescription &function) {
    json.attributeArray(key, [&] {
      for (const TensorDescription &tensor : tensors)
        printTensor(json, tensor, function);
    });
  };
  json.object([&] {
    json.attribute("abi", kAbiVersion);
    json.attribute("target", artefact.isCuda() ? "cuda" : "cpu");
    json.attribute("cpu", artefact.cpu);
    if (artefact.isCuda())
      json.attribute("chips", llvm::json::Array(artefact.chips));
    json.attributeArray("functions", [&] {
      for (const FunctionDescription &function : artefact.functions)
        json.object([&] {
          json.attribute("symbol", function.entry());
          if (artefact.isCuda())
            json.attribute("target", function.onDevice ? "cuda" : "cpu");
          if (!function.learner.empty())
            json.attribute("learner", llvm::json::fixUTF8(function.learner));
          json.attribute("kind", function.kind);
          json.attribute("workspace_bytes", function.workspaceBytes);
          json.attribute("workspace_align", kWorkspaceAlignment);
          printTensors("inputs", function.inputs, function);
          printTensors("outputs", function.outputs, function);
        });
    });
  });
  if (indent)
    os << '\n';
}
