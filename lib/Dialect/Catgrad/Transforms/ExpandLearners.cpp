//===- ExpandLearners.cpp - Functions of a learner -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file replaces each learner by its functions. The training step is the
// reverse derivative of `optimiser ; model ; loss`.

#include "Learner.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Dialect/Catgrad/Transforms/FactorParameters.h"
#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "llvm/ADT/StringSet.h"

namespace catgrad {
#define GEN_PASS_DEF_EXPANDLEARNERS
#include "catgrad/Dialect/Catgrad/Transforms/Passes.h.inc"
} // namespace catgrad

using namespace mlir;
using namespace catgrad;

namespace {
/// A group of arguments or results of one role.
struct Group {
  StringRef role;
  SmallVector<NamedType> members;
};

/// Builds the functions of one learner.
class Expansion {
public:
  Expansion(LearnerOp learner, func::FuncOp model, Functor &functor,
            OptimiserLens optimiser, LossLens loss,
            ArrayRef<NamedType> parameters)
      : learner(learner), model(model), functor(functor),
        optimiser(std::move(optimiser)), loss(std::move(loss)),
        parameters{"parameter", SmallVector<NamedType>(parameters)} {
    inputs.role = "input";
    for (unsigned index :
         llvm::seq<unsigned>(parameters.size(), model.getNumArguments()))
      inputs.members.push_back(
          {getName(model.getArgAttrOfType<StringAttr>(index, metadata::kName),
                   "x", index - parameters.size()),
           model.getArgument(index).getType()});
    results.role = "result";
    for (auto [index, type] : llvm::enumerate(model.getResultTypes()))
      results.members.push_back({getName(model.getResultAttrOfType<StringAttr>(
                                             index, metadata::kName),
                                         "y", index),
                                 type});
    labels.role = "label";
    for (auto [index, type] : llvm::enumerate(this->loss.getLabelTypes()))
      labels.members.push_back({"label" + std::to_string(index), type});
    state = {"state", SmallVector<NamedType>(this->optimiser.getState())};
    hyper = {"hyper", SmallVector<NamedType>(this->optimiser.getHyper())};
  }

  LogicalResult run() {
    return success(succeeded(buildPredict()) &&
                   succeeded(buildReverse("rev", /*ofInputs=*/true)) &&
                   succeeded(buildReverse("rev_p", /*ofInputs=*/false)) &&
                   succeeded(buildLoss()) && succeeded(buildStep()));
  }

private:
  static std::string getName(StringAttr given, StringRef prefix,
                             unsigned index) {
    return given ? given.str() : (prefix + Twine(index)).str();
  }

  /// The group of cotangents of a group: the same types, d before each name.
  static Group getCotangents(const Group &group) {
    Group cotangents{"cotangent", group.members};
    for (NamedType &member : cotangents.members)
      member.name = "d" + member.name;
    return cotangents;
  }

  /// Begins @N_kind with these arguments and opens its body.
  LogicalResult begin(StringRef kind, ArrayRef<Group> groups) {
    std::string name = (learner.getSymName() + "_" + kind).str();
    if (Operation *other = functor.getSymbols().lookup(name)) {
      auto diagnostic = learner.emitOpError("expected the name @")
                        << name << " to be free";
      diagnostic.attachNote(other->getLoc()) << "defined here";
      return failure();
    }
    builder.setInsertionPoint(learner);
    SmallVector<Type> types;
    names.clear();
    SmallVector<DictionaryAttr> attributes;
    for (const Group &group : groups)
      for (const NamedType &member : group.members) {
        types.push_back(member.type);
        attributes.push_back(describe(member, group.role));
        if (group.role == "parameter")
          attributes.back() = model.getArgAttrDict(attributes.size() - 1);
      }
    function = func::FuncOp::create(builder, learner.getLoc(), name,
                                    builder.getFunctionType(types, {}));
    function->setAttr(metadata::kLearner, learner.getSymNameAttr());
    function->setAttr(metadata::kKind, builder.getStringAttr(kind));
    function.setAllArgAttrs(attributes);
    functor.getSymbols().insert(function, Block::iterator(learner));
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToEnd(body);

    // Hand out the arguments group by group.
    arguments.clear();
    ValueRange rest = body->getArguments();
    for (const Group &group : groups) {
      arguments.push_back(rest.take_front(group.members.size()));
      rest = rest.drop_front(group.members.size());
    }
    returned.clear();
    resultAttributes.clear();
    return success();
  }

  /// Adds results; those of a group of arguments may share its buffers.
  void addResults(const Group &group, ValueRange values,
                  std::optional<unsigned> firstAlias = std::nullopt) {
    for (auto [index, member, value] : llvm::enumerate(group.members, values)) {
      NamedType named = member;
      if (firstAlias)
        named.name += "_out";
      DictionaryAttr attributes = describe(named, group.role);
      if (firstAlias) {
        NamedAttrList list(attributes);
        list.set(metadata::kAlias,
                 builder.getI64IntegerAttr(*firstAlias + index));
        attributes = list.getDictionary(builder.getContext());
      }
      resultAttributes.push_back(attributes);
      returned.push_back(value);
    }
  }

  LogicalResult end() {
    func::ReturnOp::create(builder, learner.getLoc(), returned);
    function.setFunctionType(builder.getFunctionType(
        function.getArgumentTypes(), TypeRange(ValueRange(returned))));
    function.setAllResultAttrs(resultAttributes);
    return functor.finish(cast<FunctionOpInterface>(*function));
  }

  /// A name that no other argument or result of the function has.
  DictionaryAttr describe(const NamedType &member, StringRef role) {
    std::string name = member.name;
    while (!names.insert(name).second)
      name += "_";
    return builder.getDictionaryAttr(
        {builder.getNamedAttr(metadata::kName, builder.getStringAttr(name)),
         builder.getNamedAttr(metadata::kRole, builder.getStringAttr(role))});
  }

  /// The optic of the model, for its parameters or for all its arguments.
  std::unique_ptr<RegionOptic> getModel(bool ofInputs) {
    llvm::BitVector active(model.getNumArguments(), ofInputs);
    active.set(0, parameters.members.size());
    return functor.derive(cast<FunctionOpInterface>(*model), active, learner);
  }

  /// The model itself on `operands`.
  SmallVector<Value> cloneModel(ValueRange operands) {
    IRMapping mapping;
    mapping.map(model.getArguments(), operands);
    for (Operation &op : model.front().without_terminator())
      builder.clone(op, mapping);
    return llvm::map_to_vector(
        model.front().getTerminator()->getOperands(),
        [&](Value value) { return mapping.lookup(value); });
  }

  static SmallVector<Value> join(ValueRange first, ValueRange second) {
    SmallVector<Value> all(first);
    llvm::append_range(all, second);
    return all;
  }

  LogicalResult buildPredict() {
    if (failed(begin("predict", {parameters, inputs})))
      return failure();
    addResults(results, cloneModel(function.getArguments()));
    return end();
  }

  LogicalResult buildReverse(StringRef kind, bool ofInputs) {
    if (failed(begin(kind, {parameters, inputs, getCotangents(results)})))
      return failure();
    std::unique_ptr<RegionOptic> optic = getModel(ofInputs);
    SmallVector<Value> values, residuals, cotangents;
    if (!optic ||
        failed(optic->forward(builder, join(arguments[0], arguments[1]), values,
                              residuals)) ||
        failed(optic->reverse(builder, residuals, arguments[2], cotangents)))
      return failure();
    ValueRange all = cotangents;
    size_t count = parameters.members.size();
    addResults(getCotangents(parameters), all.take_front(count));
    if (ofInputs)
      addResults(getCotangents(inputs), all.drop_front(count));
    return end();
  }

  LogicalResult buildLoss() {
    if (failed(begin("loss", {parameters, inputs, labels})))
      return failure();
    Value value = loss.buildValue(builder, learner.getLoc(),
                                  cloneModel(join(arguments[0], arguments[1])),
                                  arguments[2]);
    if (!value)
      return failure();
    addResults({"loss", {{"loss", value.getType()}}}, value);
    return end();
  }

  LogicalResult buildStep() {
    if (failed(begin("step", {parameters, state, inputs, labels, hyper})))
      return failure();
    Location loc = learner.getLoc();
    ValueRange p = arguments[0], s = arguments[1], x = arguments[2],
               l = arguments[3], h = arguments[4];
    std::unique_ptr<RegionOptic> optic = getModel(/*ofInputs=*/false);
    SmallVector<Value> seen, values, residuals, gradients, cotangents,
        newParameters, newState;
    Value value;
    // optimiser ; model ; loss, forward and back again. The forward part of the
    // loss is the identity.
    if (!optic || failed(optimiser.buildForward(builder, loc, s, p, seen)) ||
        failed(optic->forward(builder, join(seen, x), values, residuals)) ||
        failed(loss.buildReverse(builder, loc, values, l, gradients, value)) ||
        failed(optic->reverse(builder, residuals, gradients, cotangents)) ||
        failed(optimiser.buildReverse(
            builder, loc, s, p, ValueRange(cotangents).take_front(p.size()), h,
            newParameters, newState)))
      return failure();
    addResults(parameters, newParameters, 0);
    addResults(state, newState, p.size());
    if (learner.getReportLoss()) {
      if (!value)
        value = loss.buildValue(builder, loc, values, l);
      if (!value)
        return failure();
      addResults({"loss", {{"loss", value.getType()}}}, value);
    }
    return end();
  }

  LearnerOp learner;
  func::FuncOp model;
  Functor &functor;
  OptimiserLens optimiser;
  LossLens loss;
  Group parameters, inputs, results, labels, state, hyper;

  // The function being built.
  OpBuilder builder{learner.getContext()};
  func::FuncOp function;
  SmallVector<ValueRange> arguments;
  SmallVector<Value> returned;
  SmallVector<DictionaryAttr> resultAttributes;
  llvm::StringSet<> names;
};

struct ExpandLearners : catgrad::impl::ExpandLearnersBase<ExpandLearners> {
  using ExpandLearnersBase::ExpandLearnersBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto learners = llvm::to_vector(module.getOps<LearnerOp>());
    if (failed(factorParameters(module)))
      return signalPassFailure();
    if (learners.empty())
      return;
    module.walk([](FunctionOpInterface function) {
      Region &body = function.getFunctionBody();
      if (!body.empty() && succeeded(checkWirable(body)))
        makeWiringExplicit(body);
    });
    Functor functor(module, policy, maxOperations);
    for (LearnerOp learner : learners)
      if (failed(expand(learner, functor)))
        return signalPassFailure();
    makeWiringImplicit(module.getBodyRegion());
  }

  LogicalResult expand(LearnerOp learner, Functor &functor) {
    auto model = functor.getSymbols().lookup<func::FuncOp>(learner.getModel());
    if (!model)
      return learner.emitOpError(
                 "expected 'model' to name a func.func but got ")
             << learner.getModelAttr();
    // Derive the model once for its errors, before anything is made of its
    // body.
    if (!functor.derive(cast<FunctionOpInterface>(*model),
                        llvm::BitVector(model.getNumArguments(), true),
                        learner))
      return failure();
    SmallVector<NamedType> parameters;
    for (BlockArgument argument : model.getArguments()) {
      auto role = model.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                     metadata::kRole);
      if (!role || role.getValue() != "parameter")
        break;
      auto name = model.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                     metadata::kName);
      auto emitError = [&] {
        return model.emitOpError("argument #")
               << argument.getArgNumber() << " is a parameter: ";
      };
      for (StringRef needed : {metadata::kName, metadata::kInit})
        if (!model.getArgAttr(argument.getArgNumber(), needed))
          return emitError() << "expected '" << needed << "' beside its role";
      if (failed(verifyTensorType(argument.getType(), emitError)))
        return failure();
      parameters.push_back({name.str(), argument.getType()});
    }
    auto optimiser =
        OptimiserLens::resolve(learner, functor.getSymbols(), parameters);
    auto loss = LossLens::resolve(learner, functor, model.getResultTypes());
    if (failed(optimiser) || failed(loss) ||
        failed(Expansion(learner, model, functor, *optimiser, *loss, parameters)
                   .run()))
      return failure();
    // predict takes the model's place.
    model.setPrivate();
    functor.getSymbols().erase(learner);
    return success();
  }
};
} // namespace
