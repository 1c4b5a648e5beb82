//===- FunctorTest.cpp - R as an embedder calls it --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests the functor's interface: derivatives of functions and
// regions, rules for operations of another dialect, and the diagnostics.

#include "catgrad/Dialect/Catgrad/Transforms/Functor.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/Transforms/FactorParameters.h"
#include "catgrad/Dialect/Catgrad/Transforms/Wiring.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using catgrad::DerivativeContext;
using catgrad::DerivedFunction;
using catgrad::DerivedValue;
using catgrad::Functor;
using catgrad::ResidualPolicy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class FunctorTest : public testing::Test {
protected:
  FunctorTest() {
    context.loadDialect<arith::ArithDialect, catgrad::CatgradDialect,
                        func::FuncDialect>();
    handler = std::make_unique<ScopedDiagnosticHandler>(
        &context, [this](Diagnostic &diagnostic) {
          diagnostics.push_back(diagnostic.str());
          auto loc = dyn_cast<FileLineColLoc>(diagnostic.getLocation());
          lines.push_back(loc ? loc.getLine() : 0);
        });
  }

  /// Reads a module and makes its wiring explicit.
  void parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    for (auto function : module->getOps<func::FuncOp>())
      if (!function.isExternal())
        catgrad::makeWiringExplicit(function.getBody());
  }

  FunctionOpInterface lookUp(StringRef name) {
    return cast<FunctionOpInterface>(module->lookupSymbol(name));
  }

  /// The names of a function's operations, without wires.
  std::vector<std::string> getOperations(func::FuncOp function) {
    std::vector<std::string> names;
    for (Operation &op : function.front())
      if (!isa<catgrad::CopyOp, catgrad::DiscardOp>(op))
        names.push_back(op.getName().getStringRef().str());
    return names;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::vector<std::string> diagnostics;
  std::vector<unsigned> lines;
  std::unique_ptr<ScopedDiagnosticHandler> handler;
};

constexpr StringLiteral kProduct = R"mlir(
  func.func @f(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
    %0 = catgrad.sigmoid %x : tensor<2xf32>
    %1 = catgrad.multiply %0, %y : tensor<2xf32>
    return %1 : tensor<2xf32>
  })mlir";

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

TEST_F(FunctorTest, CreatesReverseDerivatives) {
  parse(kProduct);
  Functor functor(*module, ResidualPolicy::Rule);
  auto reverse =
      functor.createReverse(lookUp("f"), "f_rev", {0, 1}, lookUp("f"));
  ASSERT_TRUE(succeeded(reverse));
  auto type = RankedTensorType::get({2}, Float32Type::get(&context));
  EXPECT_EQ(reverse->getFunctionType(),
            FunctionType::get(&context, {type, type, type}, {type, type}));
  EXPECT_TRUE(reverse->isPublic());
  EXPECT_EQ(module->lookupSymbol("f_rev"), *reverse);
  EXPECT_THAT(
      getOperations(*reverse),
      ElementsAre("catgrad.sigmoid", "catgrad.multiply", "catgrad.multiply",
                  "catgrad.multiply", "catgrad.constant", "catgrad.subtract",
                  "catgrad.multiply", "catgrad.multiply", "func.return"));
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(succeeded(catgrad::verifyWiring(reverse->getBody())));
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST_F(FunctorTest, AsksOnlyForSomeInputs) {
  parse(kProduct);
  Functor functor(*module, ResidualPolicy::Rule);
  auto reverse = functor.createReverse(lookUp("f"), "f_rev", {1}, lookUp("f"));
  ASSERT_TRUE(succeeded(reverse));
  // No reverse part of sigmoid, a zero that nothing uses.
  EXPECT_THAT(getOperations(*reverse),
              ElementsAre("catgrad.sigmoid", "catgrad.multiply",
                          "catgrad.multiply", "catgrad.multiply",
                          "catgrad.constant", "func.return"));
}

TEST_F(FunctorTest, MakesEachOpticOnce) {
  parse(kProduct);
  Functor functor(*module, ResidualPolicy::Rule);
  auto all =
      functor.getOrCreate(lookUp("f"), lookUp("f"), llvm::BitVector(2, true));
  auto again =
      functor.getOrCreate(lookUp("f"), lookUp("f"), llvm::BitVector(2, true));
  llvm::BitVector first(2);
  first.set(0);
  auto other = functor.getOrCreate(lookUp("f"), lookUp("f"), first);
  ASSERT_TRUE(succeeded(all) && succeeded(again) && succeeded(other));
  EXPECT_EQ(*all, *again);
  EXPECT_NE(*all, *other);

  // The residuals are sigmoid's output, which f.fwd returns, and y, which the
  // caller has.
  const DerivedFunction &derived = **all;
  FunctionOpInterface fwd = derived.fwd, rev = derived.rev;
  EXPECT_EQ(fwd.getName(), "f.fwd");
  EXPECT_EQ(rev.getName(), "f.rev");
  EXPECT_TRUE(fwd.isPrivate());
  EXPECT_EQ(fwd.getNumResults(), 2u);
  EXPECT_EQ(rev.getNumResults(), 2u);
  ASSERT_EQ(derived.results.size(), 1u);
  EXPECT_EQ(derived.results[0].source, DerivedValue::Result);
  ASSERT_EQ(derived.residuals.size(), 2u);
  EXPECT_EQ(derived.residuals[0].source, DerivedValue::Result);
  EXPECT_EQ(derived.residuals[0].index, 1u);
  EXPECT_EQ(derived.residuals[1].source, DerivedValue::Argument);
  EXPECT_EQ(derived.residuals[1].index, 1u);
  FunctionOpInterface otherRev = (*other)->rev;
  EXPECT_EQ(otherRev.getNumResults(), 1u);
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(FunctorTest, KeepsInputsWhenAskedTo) {
  parse(kProduct);
  Functor functor(*module, ResidualPolicy::Recompute);
  EXPECT_EQ(functor.getPolicy(), ResidualPolicy::Recompute);
  auto derived =
      functor.getOrCreate(lookUp("f"), lookUp("f"), llvm::BitVector(2, true));
  ASSERT_TRUE(succeeded(derived));
  FunctionOpInterface fwd = (*derived)->fwd;
  EXPECT_EQ(fwd.getNumResults(), 1u);
  for (auto [index, residual] : llvm::enumerate((*derived)->residuals)) {
    EXPECT_EQ(residual.source, DerivedValue::Argument);
    EXPECT_EQ(residual.index, index);
  }
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

// An optic in pieces: an embedder puts the parts where it wants them.
TEST_F(FunctorTest, DerivesBodies) {
  parse(kProduct);
  Functor functor(*module, ResidualPolicy::Rule);
  std::unique_ptr<catgrad::RegionOptic> optic =
      functor.derive(lookUp("f"), llvm::BitVector(2, true), lookUp("f"));
  ASSERT_TRUE(optic);

  Location loc = UnknownLoc::get(&context);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  auto type = RankedTensorType::get({2}, builder.getF32Type());
  auto function = func::FuncOp::create(
      builder, loc, "own",
      builder.getFunctionType({type, type}, {type, type, type}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  SmallVector<Value> results, residuals, cotangents;
  ASSERT_TRUE(succeeded(
      optic->forward(builder, function.getArguments(), results, residuals)));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(residuals.size(), 3u); // s for sigmoid; s and y for multiply
  // The cotangent is the result itself: the gradient of 1/2 |f|^2.
  ASSERT_TRUE(
      succeeded(optic->reverse(builder, residuals, results, cotangents)));
  ASSERT_EQ(cotangents.size(), 2u);
  func::ReturnOp::create(builder, loc,
                         ValueRange{results[0], cotangents[0], cotangents[1]});
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(succeeded(functor.finish(cast<FunctionOpInterface>(*function))));
  EXPECT_THAT(diagnostics, IsEmpty());
}

//===----------------------------------------------------------------------===//
// Rules for another dialect
//===----------------------------------------------------------------------===//

/// A linear map, as another compiler would declare it.
struct NegateDerivative
    : catgrad::DerivativeOpInterface::ExternalModel<NegateDerivative,
                                                    arith::NegFOp> {
  LogicalResult forward(Operation *op, OpBuilder &builder, DerivativeContext &,
                        ValueRange operands, SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &) const {
    llvm::append_range(results,
                       catgrad::cloneOn(builder, op, operands)->getResults());
    return success();
  }
  LogicalResult reverse(Operation *op, OpBuilder &builder, DerivativeContext &,
                        ValueRange, ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    operandCotangents.push_back(
        arith::NegFOp::create(builder, op->getLoc(), cotangents.front()));
    return success();
  }
};

/// Rules with mistakes: no result; a cotangent too few.
struct WrongForward
    : catgrad::DerivativeOpInterface::ExternalModel<WrongForward,
                                                    arith::AddFOp> {
  LogicalResult forward(Operation *, OpBuilder &, DerivativeContext &,
                        ValueRange, SmallVectorImpl<Value> &,
                        SmallVectorImpl<Value> &) const {
    return success();
  }
  LogicalResult reverse(Operation *, OpBuilder &, DerivativeContext &,
                        ValueRange, ValueRange,
                        SmallVectorImpl<Value> &) const {
    return success();
  }
};
struct WrongReverse
    : catgrad::DerivativeOpInterface::ExternalModel<WrongReverse,
                                                    arith::SubFOp> {
  LogicalResult forward(Operation *op, OpBuilder &builder, DerivativeContext &,
                        ValueRange operands, SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &) const {
    llvm::append_range(results,
                       catgrad::cloneOn(builder, op, operands)->getResults());
    return success();
  }
  LogicalResult reverse(Operation *, OpBuilder &, DerivativeContext &,
                        ValueRange, ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    operandCotangents.push_back(cotangents.front());
    return success();
  }
};

TEST_F(FunctorTest, TakesRulesOfOtherDialects) {
  arith::NegFOp::attachInterface<NegateDerivative>(context);
  parse(R"mlir(
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = arith.negf %x : tensor<2xf32>
      %1 = catgrad.sigmoid %0 : tensor<2xf32>
      return %1 : tensor<2xf32>
    })mlir");
  Functor functor(*module, ResidualPolicy::Rule);
  auto reverse = functor.createReverse(lookUp("f"), "f_rev", {0}, lookUp("f"));
  ASSERT_TRUE(succeeded(reverse));
  EXPECT_THAT(getOperations(*reverse),
              ElementsAre("arith.negf", "catgrad.sigmoid", "catgrad.constant",
                          "catgrad.subtract", "catgrad.multiply",
                          "catgrad.multiply", "arith.negf", "func.return"));
}

TEST_F(FunctorTest, ReportsOperationsWithoutRule) {
  parse("func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {\n"
        "  %0 = arith.negf %x : tensor<2xf32>\n"
        "  return %0 : tensor<2xf32>\n"
        "}");
  Functor functor(*module, ResidualPolicy::Rule);
  EXPECT_TRUE(
      failed(functor.createReverse(lookUp("f"), "f_rev", {0}, lookUp("f"))));
  ASSERT_THAT(diagnostics,
              ElementsAre(HasSubstr("'arith.negf' has no reverse derivative")));
  EXPECT_THAT(lines, ElementsAre(2u));
}

TEST_F(FunctorTest, ChecksWhatRulesGive) {
  arith::AddFOp::attachInterface<WrongForward>(context);
  arith::SubFOp::attachInterface<WrongReverse>(context);
  parse(
      "func.func @f(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {\n"
      "  %0 = arith.addf %x, %y : tensor<2xf32>\n"
      "  return %0 : tensor<2xf32>\n"
      "}\n"
      "func.func @g(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {\n"
      "  %0 = arith.subf %x, %y : tensor<2xf32>\n"
      "  return %0 : tensor<2xf32>\n"
      "}");
  Functor functor(*module, ResidualPolicy::Rule);
  EXPECT_TRUE(
      failed(functor.createReverse(lookUp("f"), "f_rev", {0}, lookUp("f"))));
  EXPECT_TRUE(
      failed(functor.createReverse(lookUp("g"), "g_rev", {0}, lookUp("g"))));
  EXPECT_THAT(
      diagnostics,
      ElementsAre(HasSubstr("expected the forward rule of 'arith.addf' to give "
                            "1 results but got 0"),
                  HasSubstr("expected the reverse rule of 'arith.subf' to give "
                            "cotangents of types 'tensor<2xf32>', "
                            "'tensor<2xf32>' but got 'tensor<2xf32>'")));
  EXPECT_THAT(lines, ElementsAre(2u, 6u));
}

//===----------------------------------------------------------------------===//
// Errors, where they stand
//===----------------------------------------------------------------------===//

TEST_F(FunctorTest, ReportsRecursionAtTheCall) {
  parse("func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {\n"
        "  %0 = call @f(%x) : (tensor<2xf32>) -> tensor<2xf32>\n"
        "  return %0 : tensor<2xf32>\n"
        "}");
  Functor functor(*module, ResidualPolicy::Rule);
  EXPECT_TRUE(failed(
      functor.getOrCreate(lookUp("f"), lookUp("f"), llvm::BitVector(1, true))));
  EXPECT_THAT(diagnostics, ElementsAre(HasSubstr("recursive call: @f")));
  EXPECT_THAT(lines, ElementsAre(2u));
}

TEST_F(FunctorTest, ReportsExternalFunctionsAtTheirUser) {
  parse("func.func private @g(tensor<2xf32>) -> tensor<2xf32>\n"
        "func.func @f() {\n"
        "  return\n"
        "}");
  Functor functor(*module, ResidualPolicy::Rule);
  EXPECT_FALSE(
      functor.derive(lookUp("g"), llvm::BitVector(1, true), lookUp("f")));
  EXPECT_THAT(diagnostics, ElementsAre(HasSubstr("@g is external")));
  EXPECT_THAT(lines, ElementsAre(2u));
}

// Calls nest deeply, but not so deeply that the stack ends. Callers stand
// first, so that each function waits for the next.
TEST_F(FunctorTest, LimitsTheDepthOfCalls) {
  constexpr int kDepth = 20000;
  std::string text;
  for (int index = kDepth; index != 0; --index)
    text += "func.func @f" + std::to_string(index) +
            "(%x: tensor<f32>) -> tensor<f32> {\n"
            "  %0 = call @f" +
            std::to_string(index - 1) +
            "(%x) : (tensor<f32>) -> tensor<f32>\n"
            "  return %0 : tensor<f32>\n"
            "}\n";
  text +=
      "func.func @f0(%x: tensor<f32>) -> tensor<f32> {\n"
      "  %w = catgrad.parameter \"w\" {init = #catgrad.zeros} : tensor<f32>\n"
      "  return %x : tensor<f32>\n"
      "}\n";
  parse(text);
  EXPECT_TRUE(failed(catgrad::factorParameters(*module)));
  EXPECT_THAT(diagnostics, ElementsAre(HasSubstr("nested at most 1000 deep")));

  auto parameter =
      *cast<func::FuncOp>(*lookUp("f0")).getOps<catgrad::ParameterOp>().begin();
  parameter->getUsers().begin()->erase(); // the discard
  parameter.erase();
  diagnostics.clear();
  Functor functor(*module, ResidualPolicy::Rule);
  EXPECT_TRUE(succeeded(
      functor.createReverse(lookUp("f900"), "f900_rev", {0}, lookUp("f900"))));
  EXPECT_THAT(diagnostics, IsEmpty());
  EXPECT_TRUE(failed(functor.createReverse(lookUp("f20000"), "f20000_rev", {0},
                                           lookUp("f20000"))));
  EXPECT_THAT(diagnostics, ElementsAre(HasSubstr("nested at most 1000 deep")));
}

} // namespace
