//===- WiringTest.cpp - wiring as a property of programs --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests on random programs that explicit wiring, undone, is the
// identity, and that what R makes of them is in explicit wiring.

#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

#include "gtest/gtest.h"
#include <random>

using namespace mlir;

namespace {

/// Writes modules of functions on 3x3 matrices that use values several times,
/// or not at all, and call each other.
class RandomProgram {
public:
  RandomProgram(MLIRContext &context, unsigned seed)
      : builder(&context), random(seed),
        type(RankedTensorType::get({3, 3}, builder.getF64Type())) {}

  OwningOpRef<ModuleOp> build() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    for (unsigned index = 0, end = 1 + below(3); index != end; ++index)
      functions.push_back(buildFunction(*module, index));
    return module;
  }

private:
  unsigned below(unsigned bound) { return random() % bound; }

  func::FuncOp buildFunction(ModuleOp module, unsigned index) {
    builder.setInsertionPointToEnd(module.getBody());
    SmallVector<Type> inputs(below(4), type), results(below(4), type);
    auto function =
        func::FuncOp::create(builder, loc, "f" + std::to_string(index),
                             builder.getFunctionType(inputs, results));
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
    values.assign(body->args_begin(), body->args_end());
    values.push_back(catgrad::ConstantOp::create(builder, loc,
                                                 catgrad::getSplat(type, 0.5)));
    for (unsigned step = 0, end = below(20); step != end; ++step)
      buildOperation();
    SmallVector<Value> returned;
    for (size_t result = 0; result != results.size(); ++result)
      returned.push_back(pick());
    func::ReturnOp::create(builder, loc, returned);
    return function;
  }

  Value pick() { return values[below(values.size())]; }
  void add(Value value) { values.push_back(value); }

  void buildOperation() {
    switch (below(11)) {
    case 0:
      return add(catgrad::AddOp::create(builder, loc, pick(), pick()));
    case 1:
      return add(catgrad::SubtractOp::create(builder, loc, pick(), pick()));
    case 2:
      return add(catgrad::MultiplyOp::create(builder, loc, pick(), pick()));
    case 3:
      return add(catgrad::NegateOp::create(builder, loc, pick()));
    case 4:
      return add(catgrad::SigmoidOp::create(builder, loc, pick()));
    case 5:
      return add(catgrad::ReluOp::create(builder, loc, pick()));
    case 6:
      return add(catgrad::MatmulOp::create(builder, loc, pick(), pick()));
    case 7:
      return add(catgrad::TransposeOp::create(builder, loc, pick(),
                                              ArrayRef<int64_t>{1, 0}));
    case 8: {
      Value sum = catgrad::ReduceSumOp::create(builder, loc, pick(),
                                               ArrayRef<int64_t>{0});
      return add(catgrad::BroadcastOp::create(builder, loc, type, sum,
                                              ArrayRef<int64_t>{1}));
    }
    case 9: {
      Value condition = catgrad::CompareOp::create(builder, loc, pick(), pick(),
                                                   catgrad::Predicate::gt);
      return add(catgrad::SelectOp::create(builder, loc, type, condition,
                                           pick(), pick()));
    }
    default:
      return buildCall();
    }
  }

  void buildCall() {
    if (functions.empty())
      return;
    func::FuncOp callee = functions[below(functions.size())];
    SmallVector<Value> operands;
    for (size_t index = 0; index != callee.getNumArguments(); ++index)
      operands.push_back(pick());
    auto call = func::CallOp::create(builder, loc, callee, operands);
    values.append(call.result_begin(), call.result_end());
  }

  OpBuilder builder;
  std::mt19937 random;
  RankedTensorType type;
  Location loc = builder.getUnknownLoc();
  SmallVector<func::FuncOp> functions;
  /// The values that the next operation may use.
  SmallVector<Value> values;
};

class WiringTest : public testing::TestWithParam<unsigned> {
protected:
  WiringTest() {
    context.loadDialect<catgrad::CatgradDialect, func::FuncDialect>();
    module = RandomProgram(context, GetParam()).build();
  }

  std::string print() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }

  template <typename Function> void onBodies(Function function) {
    for (auto op : module->getOps<func::FuncOp>())
      function(op.getBody());
  }

  void makeExplicit() {
    onBodies([](Region &body) { catgrad::makeWiringExplicit(body); });
  }

  bool isExplicit() {
    bool result = true;
    onBodies([&](Region &body) {
      result &= succeeded(catgrad::verifyWiring(body));
    });
    return result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_P(WiringTest, ImplicitUndoesExplicit) {
  ASSERT_TRUE(succeeded(verify(*module)));
  std::string before = print();
  makeExplicit();
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(isExplicit());
  onBodies([](Region &body) { catgrad::makeWiringImplicit(body); });
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_EQ(print(), before);
}

TEST_P(WiringTest, ExplicitIsIdempotent) {
  makeExplicit();
  std::string once = print();
  makeExplicit();
  EXPECT_EQ(print(), once);
}

TEST_P(WiringTest, ReverseDerivativesAreWired) {
  makeExplicit();
  auto functions = llvm::to_vector(module->getOps<func::FuncOp>());
  for (auto policy :
       {catgrad::ResidualPolicy::Rule, catgrad::ResidualPolicy::Inputs,
        catgrad::ResidualPolicy::Recompute}) {
    catgrad::Functor functor(*module, policy);
    for (func::FuncOp function : functions) {
      auto wrt =
          llvm::to_vector(llvm::seq<int64_t>(0, function.getNumArguments()));
      // Of all inputs, then of all but the first.
      for (unsigned dropped : {0u, 1u}) {
        ArrayRef<int64_t> asked =
            ArrayRef(wrt).drop_front(std::min<size_t>(dropped, wrt.size()));
        auto reverse = functor.createReverse(
            cast<FunctionOpInterface>(*function),
            (function.getName() + "_rev").str(), asked, function);
        ASSERT_TRUE(succeeded(reverse));
        SmallVector<Type> inputs(function.getArgumentTypes());
        llvm::append_range(inputs, function.getResultTypes());
        EXPECT_EQ(reverse->getArgumentTypes(), ArrayRef(inputs));
        EXPECT_EQ(reverse->getNumResults(), asked.size());
      }
    }
  }
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(isExplicit());
}

/// R of R, on the programs' own reverse derivatives.
TEST_P(WiringTest, SecondReverseDerivativesAreWired) {
  makeExplicit();
  catgrad::Functor functor(*module, catgrad::ResidualPolicy::Rule);
  auto function = *module->getOps<func::FuncOp>().begin();
  for (StringRef name : {"once", "twice"}) {
    auto wrt =
        llvm::to_vector(llvm::seq<int64_t>(0, function.getNumArguments()));
    auto reverse = functor.createReverse(cast<FunctionOpInterface>(*function),
                                         name, wrt, function);
    ASSERT_TRUE(succeeded(reverse));
    function = *reverse;
  }
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(isExplicit());
}

INSTANTIATE_TEST_SUITE_P(Random, WiringTest, testing::Range(0u, 50u));

} // namespace
