//===- PrintPath.cpp - Why a value needs a derivative -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file explains each operation under a derivative: whether it lies on a
// path from an input asked for to a result, and on which one. It asks the same
// questions as the functor, of the module as it is written.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/FactorParameters.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Interfaces/DerivativeInterface.h"

#include <set>

namespace catgrad {
#define GEN_PASS_DEF_PRINTPATH
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

namespace {
/// From which inputs asked for, and to which results, the paths through the
/// operations of a function go.
class Paths {
public:
  Paths(FunctionOpInterface function, const llvm::BitVector &asked)
      : numInputs(function.getNumArguments()),
        numResults(function.getNumResults()),
        block(function.getFunctionBody().front()) {
    for (unsigned index : asked.set_bits())
      from[block.getArgument(index)] = makeBit(numInputs, index);
    for (Operation &op : block.without_terminator()) {
      llvm::BitVector inputs = getCarried(&op);
      if (inputs.any())
        for (Value result : op.getResults())
          from[result] = inputs;
    }
    Operation *terminator = block.getTerminator();
    for (auto [index, value] : llvm::enumerate(terminator->getOperands()))
      add(value, makeBit(numResults, index));
    for (Operation &op : llvm::drop_begin(llvm::reverse(block))) {
      llvm::BitVector results = getResults(&op);
      if (results.any())
        for (auto [index, input] : llvm::enumerate(catgrad::getInputs(&op)))
          if (getInputKind(&op, index) != DerivativeKind::LocallyConstant)
            add(input, results);
    }
  }

  /// The inputs asked for that an operation depends on.
  llvm::BitVector getInputs(Operation *op) const {
    llvm::BitVector all(numInputs);
    for (Value value : catgrad::getInputs(op))
      all |= getInputs(value);
    return all;
  }
  /// Those that it is not locally constant in.
  llvm::BitVector getCarried(Operation *op) const {
    llvm::BitVector carried(numInputs);
    for (auto [index, value] : llvm::enumerate(catgrad::getInputs(op)))
      if (getInputKind(op, index) != DerivativeKind::LocallyConstant)
        carried |= getInputs(value);
    return carried;
  }
  /// Whether it depends on one by an operand without derivative.
  bool lacksDerivative(Operation *op) const {
    for (auto [index, value] : llvm::enumerate(catgrad::getInputs(op)))
      if (getInputKind(op, index) == DerivativeKind::None &&
          getInputs(value).any())
        return true;
    return false;
  }
  llvm::BitVector getInputs(Value value) const {
    auto found = from.find(value);
    return found == from.end() ? llvm::BitVector(numInputs) : found->second;
  }
  /// The results whose cotangents reach an operation.
  llvm::BitVector getResults(Operation *op) const {
    llvm::BitVector all(numResults);
    for (Value value : op->getResults())
      if (auto found = to.find(value); found != to.end())
        all |= found->second;
    return all;
  }

private:
  static llvm::BitVector makeBit(unsigned size, unsigned index) {
    llvm::BitVector bits(size);
    bits.set(index);
    return bits;
  }
  void add(Value value, const llvm::BitVector &results) {
    to.try_emplace(value, numResults).first->second |= results;
  }

  unsigned numInputs, numResults;
  Block &block;
  DenseMap<Value, llvm::BitVector> from, to;
};

/// Explains the functions of one derive or learner, callees included.
class Explanation {
public:
  Explanation(SymbolTable &symbols, StringRef subject)
      : symbols(symbols), subject(subject) {}

  void explain(FunctionOpInterface function, const llvm::BitVector &asked) {
    std::vector<int> key(asked.set_bits_begin(), asked.set_bits_end());
    if (!seen.insert({function, key}).second)
      return;
    if (function->hasAttr(metadata::kForward) ||
        function->hasAttr(metadata::kReverse)) {
      remark(function.getLoc(), function)
          << "brings its own forward and reverse";
      return;
    }
    if (function.isExternal() ||
        !llvm::hasSingleElement(function.getFunctionBody())) {
      remark(function.getLoc(), function) << "has no body of one block";
      return;
    }
    Paths paths(function, asked);
    SmallVector<std::pair<FunctionOpInterface, llvm::BitVector>> callees;
    for (Operation &op :
         function.getFunctionBody().front().without_terminator()) {
      if (catgrad::getInputs(&op).empty() || isa<CopyOp, DiscardOp>(op))
        continue;
      bool isOnPath = explain(&op, function, paths);
      auto call = dyn_cast<func::CallOp>(op);
      if (!call || !isOnPath)
        continue;
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!callee)
        continue;
      llvm::BitVector active(call.getNumOperands());
      for (auto [index, operand] : llvm::enumerate(call.getOperands()))
        active[index] = paths.getInputs(operand).any();
      callees.push_back({cast<FunctionOpInterface>(*callee), active});
    }
    for (auto &[callee, active] : callees)
      explain(callee, active);
  }

private:
  InFlightDiagnostic remark(Location loc, FunctionOpInterface function) {
    return mlir::emitRemark(loc)
           << subject << ": @" << function.getName() << " ";
  }

  /// Says "input 0 ('x'), parameter 1 ('w')".
  static void list(InFlightDiagnostic &diagnostic, FunctionOpInterface function,
                   const llvm::BitVector &indices, bool areInputs) {
    auto getText = [&](unsigned index, StringRef attribute) {
      return areInputs
                 ? function.getArgAttrOfType<StringAttr>(index, attribute)
                 : function.getResultAttrOfType<StringAttr>(index, attribute);
    };
    llvm::interleave(
        indices.set_bits(),
        [&](unsigned index) {
          auto role = getText(index, metadata::kRole);
          bool isParameter = role && role.getValue() == "parameter";
          diagnostic << (isParameter ? "parameter "
                         : areInputs ? "input "
                                     : "result ")
                     << index;
          if (auto name = getText(index, metadata::kName))
            diagnostic << " ('" << name.getValue() << "')";
        },
        [&] { diagnostic << ", "; });
  }

  /// Returns whether the operation lies on a path.
  bool explain(Operation *op, FunctionOpInterface function,
               const Paths &paths) {
    llvm::BitVector inputs = paths.getInputs(op),
                    results = paths.getResults(op);
    InFlightDiagnostic diagnostic = mlir::emitRemark(op->getLoc())
                                    << subject << ": '" << op->getName()
                                    << "' ";
    if (inputs.none()) {
      diagnostic << "needs no derivative: it depends on no input asked for";
      return false;
    }
    inputs = paths.getCarried(op);
    if (inputs.none()) {
      diagnostic << "needs no derivative: it is locally constant, so that its "
                    "inputs get zero";
      return false;
    }
    if (results.none()) {
      diagnostic << "needs no derivative: no result depends on it other than "
                    "by locally constant operations";
      return false;
    }
    diagnostic << (paths.lacksDerivative(op)
                       ? "has no derivative, but needs one: "
                       : "needs a derivative: ")
               << "it lies on a path from ";
    list(diagnostic, function, inputs, /*areInputs=*/true);
    diagnostic << " to ";
    list(diagnostic, function, results, /*areInputs=*/false);
    diagnostic << " of @" << function.getName();
    return true;
  }

  SymbolTable &symbols;
  std::string subject;
  std::set<std::pair<Operation *, std::vector<int>>> seen;
};

struct PrintPath : catgrad::impl::PrintPathBase<PrintPath> {
  void runOnOperation() override {
    // Parameters become inputs, on a copy: the module stays as it is.
    OwningOpRef<ModuleOp> copy(cast<ModuleOp>(getOperation()->clone()));
    if (failed(factorParameters(*copy)))
      return signalPassFailure();
    SymbolTable symbols(*copy);
    for (Operation &op : copy->getOps()) {
      if (auto derive = dyn_cast<DeriveOp>(op))
        explain(derive, symbols);
      else if (auto learner = dyn_cast<LearnerOp>(op))
        explain(learner, symbols);
    }
  }

  static void explain(DeriveOp derive, SymbolTable &symbols) {
    auto function = dyn_cast_or_null<FunctionOpInterface>(
        symbols.lookup(derive.getFunction()));
    if (!function) {
      mlir::emitRemark(derive.getLoc())
          << "@" << derive.getSymName() << ": " << derive.getFunctionAttr()
          << " is no function yet; run catgrad-derive on it first";
      return;
    }
    std::optional<ArrayRef<int64_t>> wrt = derive.getWrt();
    llvm::BitVector asked(function.getNumArguments(), !wrt);
    if (wrt)
      for (int64_t index : *wrt)
        if (index < function.getNumArguments())
          asked.set(index);
    Explanation(symbols, ("@" + derive.getSymName()).str())
        .explain(function, asked);
  }

  /// The step of a learner needs the cotangents of the parameters.
  static void explain(LearnerOp learner, SymbolTable &symbols) {
    auto model = dyn_cast_or_null<FunctionOpInterface>(
        symbols.lookup(learner.getModel()));
    if (!model)
      return; // an error of catgrad-expand-learners
    llvm::BitVector asked(model.getNumArguments());
    for (unsigned index : llvm::seq<unsigned>(0, model.getNumArguments())) {
      auto role = model.getArgAttrOfType<StringAttr>(index, metadata::kRole);
      if (role && role.getValue() == "parameter")
        asked.set(index);
    }
    Explanation(symbols, ("learner @" + learner.getSymName()).str())
        .explain(model, asked);
  }
};
} // namespace
