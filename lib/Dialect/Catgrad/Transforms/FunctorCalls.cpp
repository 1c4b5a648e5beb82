//===- FunctorCalls.cpp - Calls of optics -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file calls the forward and reverse functions of an optic, and takes
// those that a function names by symbol.

#include "RegionOptic.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"

using namespace mlir;
using namespace catgrad;

void catgrad::callForward(const DerivedFunction &derived, OpBuilder &builder,
                          Location loc, ValueRange operands,
                          SmallVectorImpl<Value> &results,
                          SmallVectorImpl<Value> &residuals) {
  FunctionOpInterface fwd = derived.fwd;
  auto call = func::CallOp::create(builder, loc, fwd.getName(),
                                   fwd.getResultTypes(), operands);
  auto take = [&](const DerivedValue &value) -> Value {
    switch (value.source) {
    case DerivedValue::Argument:
      return operands[value.index];
    case DerivedValue::Result:
      return call.getResult(value.index);
    case DerivedValue::Constant:
      return builder.clone(*value.constant)->getResult(0);
    }
    llvm_unreachable("all sources are handled");
  };
  for (const DerivedValue &value : derived.results)
    results.push_back(take(value));
  for (const DerivedValue &value : derived.residuals)
    residuals.push_back(take(value));
}

LogicalResult catgrad::callReverse(const DerivedFunction &derived,
                                   DerivativeContext &context,
                                   OpBuilder &builder, Location loc,
                                   TypeRange operandTypes, ValueRange residuals,
                                   ValueRange cotangents,
                                   SmallVectorImpl<Value> &operandCotangents) {
  FunctionOpInterface rev = derived.rev;
  SmallVector<Value> operands(residuals);
  llvm::append_range(operands, cotangents);
  auto call = func::CallOp::create(builder, loc, rev.getName(),
                                   rev.getResultTypes(), operands);
  unsigned next = 0;
  for (auto [index, type] : llvm::enumerate(operandTypes)) {
    operandCotangents.push_back(derived.active[index]
                                    ? call.getResult(next++)
                                    : context.createZero(builder, loc, type));
    if (!operandCotangents.back())
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Optics named by symbol
//===----------------------------------------------------------------------===//

bool Functor::hasCustomOptic(FunctionOpInterface function) {
  return function->hasAttr(metadata::kForward) ||
         function->hasAttr(metadata::kReverse);
}

namespace {
/// The optic that a function names by symbol, as calls.
class CustomOptic : public RegionOptic {
public:
  CustomOptic(const DerivedFunction &derived, DerivativeContext &context,
              FunctionOpInterface function, Location loc)
      : derived(derived), context(context), function(function), loc(loc) {}

  LogicalResult forward(OpBuilder &builder, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) override {
    callForward(derived, builder, loc, operands, results, residuals);
    return success();
  }
  LogicalResult reverse(OpBuilder &builder, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) override {
    return callReverse(derived, context, builder, loc,
                       function.getArgumentTypes(), residuals, cotangents,
                       operandCotangents);
  }
  ArrayRef<Type> getResidualTypes() const override {
    return derived.residualTypes;
  }

private:
  const DerivedFunction &derived;
  DerivativeContext &context;
  FunctionOpInterface function;
  Location loc;
};
} // namespace

std::unique_ptr<RegionOptic>
Functor::deriveCustom(FunctionOpInterface function,
                      const llvm::BitVector &active, Operation *user) {
  auto derived = getOrCreate(function, user, active);
  if (failed(derived))
    return nullptr;
  return std::make_unique<CustomOptic>(**derived, *this, function,
                                       user->getLoc());
}

LogicalResult Functor::takeCustom(DerivedFunction &derived,
                                  FunctionOpInterface function) {
  for (auto [attribute, found] : {std::pair<StringRef, FunctionOpInterface *>(
                                      metadata::kForward, &derived.fwd),
                                  {metadata::kReverse, &derived.rev}}) {
    auto symbol = function->getAttrOfType<FlatSymbolRefAttr>(attribute);
    if (symbol)
      *found = dyn_cast_or_null<FunctionOpInterface>(
          symbols.lookup(symbol.getValue()));
    if (!*found)
      return function.emitOpError("expected '")
             << attribute << "' to name a function"
             << (symbol ? ", but there is no function " : "")
             << (symbol ? symbol.getValue() : "");
  }

  ArrayRef<Type> inputs = function.getArgumentTypes(),
                 results = function.getResultTypes();
  auto mismatch = [&](FunctionOpInterface found, const Twine &what) {
    auto diagnostic = found.emitOpError("expected ") << what;
    diagnostic.attachNote(function.getLoc())
        << "because @" << function.getName() << " names it here";
    return diagnostic;
  };
  if (derived.fwd.getArgumentTypes() != inputs)
    return mismatch(derived.fwd, "the inputs ")
           << inputs << " but got " << derived.fwd.getArgumentTypes();
  if (derived.fwd.getResultTypes().take_front(results.size()) != results)
    return mismatch(derived.fwd, "results that begin with ")
           << results << " but got " << derived.fwd.getResultTypes();
  llvm::append_range(derived.residualTypes,
                     derived.fwd.getResultTypes().drop_front(results.size()));
  SmallVector<Type> reverseInputs = derived.residualTypes;
  llvm::append_range(reverseInputs, results);
  if (derived.rev.getArgumentTypes() != ArrayRef<Type>(reverseInputs))
    return mismatch(derived.rev, "the inputs (residuals, cotangents) ")
           << reverseInputs << " but got " << derived.rev.getArgumentTypes();
  if (derived.rev.getResultTypes() != inputs)
    return mismatch(derived.rev, "the results ")
           << inputs << " but got " << derived.rev.getResultTypes();
  for (unsigned index : llvm::seq<unsigned>(0, derived.fwd.getNumResults()))
    (index < results.size() ? derived.results : derived.residuals)
        .push_back({DerivedValue::Result, index, nullptr});
  return success();
}
