//===- Module.cpp - Functions as classes of Python --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file sorts the functions of a module into classes, one per learner and
// one for the rest, and prints their methods.

#include "Python.h"
#include "catgrad/Target/Python.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace catgrad;
using python::Strings;

static StringRef getString(Operation *op, StringRef name) {
  auto text = op->getAttrOfType<StringAttr>(name);
  return text ? text.getValue() : StringRef();
}

static StringRef getString(Attribute attribute) {
  auto text = dyn_cast_if_present<StringAttr>(attribute);
  return text ? text.getValue() : StringRef();
}

/// What the methods of a learner do. An empty string: not a kind of ours.
static StringRef getSummary(StringRef kind) {
  return llvm::StringSwitch<StringRef>(kind)
      .Case("predict", "The results of the model.")
      .Case("rev", "The cotangents of parameters and inputs, given those of "
                   "the results.")
      .Case("rev_p", "The cotangents of the parameters, given those of the "
                     "results.")
      .Case("loss", "The value of the loss.")
      .Case("step", "One training step: new parameters and state.")
      .Default("");
}

/// iris_model as IrisModel.
static std::string toClassName(StringRef learner) {
  std::string name;
  bool isStart = true;
  for (char c : learner) {
    if (!llvm::isAlnum(c)) {
      isStart = true;
      continue;
    }
    name += isStart ? llvm::toUpper(c) : c;
    isStart = false;
  }
  return python::toIdentifier(name);
}

namespace {
/// One class: its public functions, then the private ones that they reach.
struct Class {
  std::string name;
  /// The learner; empty: functions of the module.
  StringRef learner;
  llvm::SmallVector<func::FuncOp, 0> functions;
  python::Methods methods;
};

class Printer {
public:
  Printer(ModuleOp module, raw_ostream &os, const PythonOptions &options)
      : module(module), os(os), options(options) {}

  LogicalResult print();

private:
  void collectClasses();
  /// Adds what the functions of `group` call, and names all of them.
  LogicalResult completeClass(Class &group);
  LogicalResult printClass(Class &group);
  LogicalResult printInit(Class &group);
  LogicalResult printMethod(Class &group, func::FuncOp function);
  void printDocstring(const Strings &lines);

  ModuleOp module;
  raw_ostream &os;
  const PythonOptions &options;
  llvm::SmallVector<Class> classes;
};
} // namespace

void Printer::collectClasses() {
  python::Names names;
  llvm::MapVector<StringRef, llvm::SmallVector<func::FuncOp, 0>> groups;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal() || function.isPrivate())
      continue;
    StringRef learner = getString(function, metadata::kLearner);
    if (getSummary(getString(function, metadata::kKind)).empty())
      learner = {};
    groups[learner].push_back(function);
  }
  for (auto &[learner, functions] : groups) {
    std::string name =
        learner.empty() ? options.functionsClass : toClassName(learner);
    classes.push_back(
        {names.claim(name), learner, std::move(functions), python::Methods()});
  }
}

LogicalResult Printer::completeClass(Class &group) {
  python::Names names;
  for (StringRef taken : {"backend", "init", "learner"})
    (void)names.claim(taken);
  for (func::FuncOp function : group.functions)
    group.methods[function] = names.claim(
        group.learner.empty() ? function.getSymName()
                              : getString(function, metadata::kKind));
  // The list grows while it is walked.
  for (size_t i = 0; i < group.functions.size(); ++i) {
    func::FuncOp function = group.functions[i];
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitError() << "expected one block but got "
                                  << function.getBody().getBlocks().size()
                                  << ": control flow has no form in Python";
    for (auto call : function.getOps<func::CallOp>()) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
          call, call.getCalleeAttr());
      if (!callee || group.methods.contains(callee) ||
          (callee.isExternal() && !options.externals))
        continue;
      group.methods[callee] = names.claim(("_" + callee.getSymName()).str());
      if (!callee.isExternal())
        group.functions.push_back(callee);
    }
  }
  return success();
}

void Printer::printDocstring(const Strings &lines) {
  os << "        \"\"\"" << python::escape(lines.front());
  if (lines.size() > 1) {
    os << "\n\n";
    for (StringRef line : llvm::drop_begin(lines))
      os << "        " << python::escape(line) << "\n";
    os << "        ";
  }
  os << "\"\"\"\n";
}

/// The name of an argument in the module, or one that tells its place.
static std::string getName(Attribute name, unsigned index) {
  StringRef text = getString(name);
  return text.empty() ? "a" + std::to_string(index) : text.str();
}

LogicalResult Printer::printMethod(Class &group, func::FuncOp function) {
  python::Names names;
  Strings arguments, parameters = {"self"}, lines;
  StringRef kind = getString(function, metadata::kKind);
  bool isOfLearner = !group.learner.empty() && function.isPublic() &&
                     getString(function, metadata::kLearner) == group.learner;
  lines.push_back(isOfLearner
                      ? getSummary(kind).str()
                      : ("The function @" + function.getSymName() + ".").str());
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    std::string name =
        names.claim(getName(function.getArgAttr(i, metadata::kName), i));
    StringRef role = getString(function.getArgAttr(i, metadata::kRole));
    std::string type = python::describeType(function.getArgumentTypes()[i]);
    lines.push_back(name + ": " + type + (role.empty() ? "" : ", ") +
                    role.str());
    parameters.push_back(name);
    arguments.push_back(name);
  }
  Strings results;
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    StringRef name = getString(function.getResultAttr(i, metadata::kName));
    results.push_back((name.empty() ? "" : name.str() + ": ") +
                      python::describeType(function.getResultTypes()[i]));
  }
  std::string all =
      "Returns " + (results.empty() ? "()" : llvm::join(results, ", "));
  if (all.size() + 8 <= python::kLineWidth) {
    lines.push_back(all);
  } else {
    lines.push_back("Returns");
    for (const std::string &result : results)
      lines.push_back("  " + result);
  }
  os << "\n"
     << python::wrap(4, "def " + group.methods.at(function) + "(", parameters,
                     "):")
     << "\n";
  printDocstring(lines);
  return python::printBody(function, arguments, names, group.methods,
                           options.lists, 8, os);
}

/// The call that draws one parameter.
static std::string drawCall(Attribute init, unsigned parameter,
                            RankedTensorType type) {
  Strings sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(std::to_string(size));
  std::string rest = "shape=" + python::tuple(sizes) +
                     ", dtype=" + python::dtypeLiteral(type.getElementType()) +
                     ")";
  auto number = [](FloatAttr value) { return *python::literal(value, 0); };
  std::string stream = "(seed, " + std::to_string(parameter) + ", ";
  if (auto uniform = dyn_cast_if_present<UniformAttr>(init))
    return "ops.uniform" + stream + "low=" + number(uniform.getLow()) +
           ", high=" + number(uniform.getHigh()) + ", " + rest;
  if (auto normal = dyn_cast_if_present<NormalAttr>(init))
    return "ops.normal" + stream + "mean=" + number(normal.getMean()) +
           ", std=" + number(normal.getStd()) + ", " + rest;
  if (auto constant = dyn_cast_if_present<ConstantInitAttr>(init))
    return "ops.constant(" + number(constant.getValue()) + ", " + rest;
  return "ops.constant(0, " + rest;
}

/// The function that code generation adds to a learner: see docs/design.md.
LogicalResult Printer::printInit(Class &group) {
  auto step = llvm::find_if(group.functions, [](func::FuncOp function) {
    return getString(function, metadata::kKind) == "step";
  });
  if (step == group.functions.end())
    return success();
  python::Names names;
  (void)names.claim("seed");
  Strings lines, values, statements;
  lines.push_back("Initial parameters, drawn from Philox4x32-10, and state.");
  lines.push_back("seed: an integer");
  unsigned numParameters = 0;
  for (unsigned i = 0; i < step->getNumArguments(); ++i) {
    StringRef role = getString(step->getArgAttr(i, metadata::kRole));
    bool isParameter = role == "parameter";
    if (!isParameter && role != "state")
      continue;
    Attribute init = step->getArgAttr(i, metadata::kInit);
    if (isParameter && !init)
      return step->emitError()
             << "argument #" << i << " is a parameter: "
             << "expected attribute '" << metadata::kInit << "'";
    auto type = dyn_cast<RankedTensorType>(step->getArgumentTypes()[i]);
    if (!type)
      return step->emitError()
             << "expected argument #" << i << " to be a ranked tensor but got "
             << step->getArgumentTypes()[i];
    std::string name =
        names.claim(getName(step->getArgAttr(i, metadata::kName), i));
    values.push_back(name);
    statements.push_back(
        name + " = " + drawCall(init, isParameter ? numParameters++ : 0, type));
  }
  os << "\n    def init(self, seed):\n";
  printDocstring(lines);
  if (!values.empty())
    os << "        ops = self.backend\n";
  for (const std::string &statement : statements)
    os << "        " << statement << "\n";
  if (options.lists) {
    os << python::wrap(8, "return [", values, "]") << "\n";
    return success();
  }
  if (values.empty())
    values.push_back("()");
  bool isLong = 15 + llvm::join(values, ", ").size() > python::kLineWidth;
  os << python::wrap(8, isLong ? "return (" : "return ", values,
                     isLong ? ")" : "")
     << "\n";
  return success();
}

LogicalResult Printer::printClass(Class &group) {
  os << "\n\nclass " << group.name << ":\n";
  if (group.learner.empty())
    os << "    \"\"\"The functions of the module that belong to no "
          "learner.\"\"\"\n";
  else
    os << "    \"\"\"The learner @" << python::escape(group.learner)
       << ".\"\"\"\n\n"
       << "    learner = "
       << *python::literal(StringAttr::get(module.getContext(), group.learner),
                           4)
       << "\n";
  os << "\n    def __init__(self, backend):\n"
        "        \"\"\"`backend` has a method for each operation, "
        "such as array_backend.Numpy().\"\"\"\n"
        "        self.backend = backend\n";
  if (!group.learner.empty() && failed(printInit(group)))
    return failure();
  for (func::FuncOp function : group.functions)
    if (failed(printMethod(group, function)))
      return failure();
  return success();
}

LogicalResult Printer::print() {
  collectClasses();
  for (Class &group : classes)
    if (failed(completeClass(group)))
      return failure();
  os << "\"\"\"Written by catgrad-translate --catgrad-to-python; change the "
        "module, not this file.\n";
  if (!classes.empty())
    os << "\n    from catgrad.target.python.array_backend import Numpy\n"
       << "    functions = " << classes.front().name << "(Numpy())\n";
  os << "\"\"\"\n";
  for (Class &group : classes)
    if (failed(printClass(group)))
      return failure();
  return success();
}

LogicalResult catgrad::translateToPython(ModuleOp module, raw_ostream &os,
                                         const PythonOptions &options) {
  // Nothing is written of a module that fails halfway.
  std::string source;
  llvm::raw_string_ostream stream(source);
  if (failed(Printer(module, stream, options).print()))
    return failure();
  os << source;
  return success();
}
