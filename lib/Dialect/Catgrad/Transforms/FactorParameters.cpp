//===- FactorParameters.cpp - Parameters as arguments -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file lifts parameters to leading arguments.

#include "catgrad/Dialect/Catgrad/Transforms/FactorParameters.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace catgrad {
#define GEN_PASS_DEF_FACTORPARAMETERS
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

/// The work goes down the calls, one stack frame each.
static constexpr size_t kMaxCallDepth = 1000;
/// Each call with a scope gives parameters of its own, so that a short chain of
/// functions, each calling the next twice, can ask for any number.
static constexpr size_t kMaxParameters = 10'000;

namespace {
struct Parameter {
  StringAttr name;
  Type type;
  Attribute init;
  Location loc;
};

/// The parameters of a function, in order of first occurrence.
class ParameterList {
public:
  /// The index of a parameter, appended if it is new; reports at `user` if the
  /// name stands for something else already.
  FailureOr<unsigned> getIndex(const Parameter &parameter, Operation *user) {
    auto [entry, isNew] =
        indices.try_emplace(parameter.name.getValue(), list.size());
    if (isNew && list.size() == kMaxParameters)
      return user->emitError() << "expected at most " << kMaxParameters
                               << " parameters in a function";
    if (isNew) {
      list.push_back(parameter);
      return entry->second;
    }
    const Parameter &first = list[entry->second];
    if (first.type == parameter.type && first.init == parameter.init)
      return entry->second;
    auto diagnostic = user->emitError()
                      << "expected parameter " << parameter.name << " to have "
                      << (first.type != parameter.type ? "type " : "init ");
    if (first.type != parameter.type)
      diagnostic << first.type << " but got " << parameter.type;
    else
      diagnostic << first.init << " but got " << parameter.init;
    diagnostic.attachNote(first.loc) << "first used here";
    return failure();
  }
  ArrayRef<Parameter> get() const { return list; }

private:
  SmallVector<Parameter> list;
  llvm::StringMap<unsigned> indices;
};

class Factoring {
public:
  explicit Factoring(ModuleOp module) : symbols(module) {
    // The functions of nested modules belong to other symbol tables.
    llvm::append_range(functions, module.getOps<func::FuncOp>());
  }

  LogicalResult run() {
    findFunctionsWithParameters();
    for (func::FuncOp function : functions)
      if (withParameters.contains(function) &&
          failed(process(function, function)))
        return failure();
    return success();
  }

private:
  func::FuncOp getCallee(func::CallOp call) {
    return dyn_cast_or_null<func::FuncOp>(symbols.lookup(call.getCallee()));
  }

  /// Those that hold a parameter, and, transitively, their callers.
  void findFunctionsWithParameters() {
    DenseMap<Operation *, SmallVector<func::FuncOp>> callers;
    SmallVector<func::FuncOp> worklist;
    for (func::FuncOp function : functions)
      function.walk([&](Operation *op) {
        if (auto call = dyn_cast<func::CallOp>(op)) {
          if (func::FuncOp callee = getCallee(call))
            callers[callee].push_back(function);
        } else if (isa<ParameterOp>(op)) {
          worklist.push_back(function);
        }
      });
    while (!worklist.empty()) {
      func::FuncOp function = worklist.pop_back_val();
      if (withParameters.insert(function).second)
        llvm::append_range(worklist, callers[function]);
    }
  }

  /// Lifts the parameters of one function, after those of its callees.
  LogicalResult process(func::FuncOp function, Operation *user) {
    if (done.contains(function))
      return success();
    if (inProgress.size() - done.size() >= kMaxCallDepth)
      return user->emitError()
             << "expected calls nested at most " << kMaxCallDepth << " deep";
    if (!inProgress.insert(function).second) {
      auto diagnostic = user->emitError()
                        << "recursive call: the parameters of @"
                        << function.getName() << " cannot be factored out";
      diagnostic.attachNote(function.getLoc()) << "of this function";
      return failure();
    }
    ParameterList &parameters = lists[function];
    // What each operation uses, by index in the list.
    SmallVector<std::pair<Operation *, SmallVector<unsigned>>> uses;
    WalkResult result = function.walk([&](Operation *op) {
      if (auto parameter = dyn_cast<ParameterOp>(op)) {
        auto index =
            parameters.getIndex({parameter.getNameAttr(), parameter.getType(),
                                 parameter.getInit(), op->getLoc()},
                                op);
        if (failed(index))
          return WalkResult::interrupt();
        uses.push_back({op, {*index}});
        return WalkResult::advance();
      }
      auto call = dyn_cast<func::CallOp>(op);
      func::FuncOp callee = call ? getCallee(call) : nullptr;
      if (!callee || !withParameters.contains(callee))
        return WalkResult::advance();
      if (failed(process(callee, call)))
        return WalkResult::interrupt();
      auto scope = call->getAttrOfType<StringAttr>(metadata::kScope);
      uses.push_back({op, {}});
      for (Parameter parameter : lists[callee].get()) {
        if (scope)
          parameter.name =
              StringAttr::get(op->getContext(), scope.getValue() + "." +
                                                    parameter.name.getValue());
        parameter.loc = op->getLoc();
        auto index = parameters.getIndex(parameter, op);
        if (failed(index))
          return WalkResult::interrupt();
        uses.back().second.push_back(*index);
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted() ||
        failed(checkNames(function, parameters.get())))
      return failure();
    rewrite(function, parameters.get(), uses);
    done.insert(function);
    return success();
  }

  /// No argument has the name of a parameter: the two could not be told apart.
  LogicalResult checkNames(func::FuncOp function,
                           ArrayRef<Parameter> parameters) {
    llvm::StringMap<unsigned> taken;
    for (unsigned index : llvm::seq<unsigned>(0, function.getNumArguments()))
      if (auto name =
              function.getArgAttrOfType<StringAttr>(index, metadata::kName))
        taken.try_emplace(name.getValue(), index);
    for (const Parameter &parameter : parameters)
      if (auto found = taken.find(parameter.name.getValue());
          found != taken.end()) {
        auto diagnostic = mlir::emitError(parameter.loc)
                          << "expected a name other than that of an argument "
                             "of @"
                          << function.getName() << " for parameter "
                          << parameter.name;
        diagnostic.attachNote(function.getArgument(found->second).getLoc())
            << "argument " << found->second << " has it";
        return diagnostic;
      }
    return success();
  }

  void rewrite(func::FuncOp function, ArrayRef<Parameter> parameters,
               ArrayRef<std::pair<Operation *, SmallVector<unsigned>>> uses) {
    Builder builder(function.getContext());
    SmallVector<Type> types;
    SmallVector<DictionaryAttr> attributes;
    SmallVector<Location> locs;
    for (const Parameter &parameter : parameters) {
      types.push_back(parameter.type);
      locs.push_back(parameter.loc);
      attributes.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr(metadata::kName, parameter.name),
           builder.getNamedAttr(metadata::kRole,
                                builder.getStringAttr("parameter")),
           builder.getNamedAttr(metadata::kInit, parameter.init)}));
    }
    SmallVector<unsigned> positions(parameters.size(), 0);
    if (failed(function.insertArguments(positions, types, attributes, locs)))
      llvm_unreachable("a function with a body takes more arguments");
    for (auto &[op, indices] : uses) {
      if (isa<ParameterOp>(op)) {
        op->replaceAllUsesWith(
            ValueRange(function.getArgument(indices.front())));
        op->erase();
        continue;
      }
      SmallVector<Value> operands;
      for (unsigned index : indices)
        operands.push_back(function.getArgument(index));
      op->insertOperands(0, operands);
    }
  }

  SymbolTable symbols;
  SmallVector<func::FuncOp> functions;
  DenseSet<Operation *> withParameters, inProgress, done;
  std::map<Operation *, ParameterList> lists;
};

struct FactorParameters
    : catgrad::impl::FactorParametersBase<FactorParameters> {
  void runOnOperation() override {
    if (failed(factorParameters(getOperation())))
      signalPassFailure();
  }
};
} // namespace

LogicalResult catgrad::factorParameters(ModuleOp module) {
  return Factoring(module).run();
}
