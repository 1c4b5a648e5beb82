//===- DialectTest.cpp - the dialect seen by an embedder --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file tests that a program with a context of its own can load the
// dialect, build and read its operations, and catch its diagnostics.

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {

class DialectTest : public testing::Test {
protected:
  DialectTest() {
    context.loadDialect<catgrad::CatgradDialect, func::FuncDialect>();
    handler = std::make_unique<ScopedDiagnosticHandler>(
        &context, [this](Diagnostic &diagnostic) {
          diagnostics.push_back(diagnostic.str());
          locations.push_back(diagnostic.getLocation());
        });
  }

  OwningOpRef<ModuleOp> parse(StringRef text) {
    return parseSourceString<ModuleOp>(text, &context);
  }

  MLIRContext context;
  std::vector<std::string> diagnostics;
  std::vector<Location> locations;
  std::unique_ptr<ScopedDiagnosticHandler> handler;
};

TEST_F(DialectTest, ReadsOperations) {
  OwningOpRef<ModuleOp> module = parse(R"mlir(
    func.func @f(%x: tensor<2x3xf32>) -> tensor<3xf32> {
      %0 = catgrad.add %x, %x : tensor<2x3xf32>
      %1 = catgrad.reduce_sum %0 {dimensions = array<i64: 0>}
          : (tensor<2x3xf32>) -> tensor<3xf32>
      return %1 : tensor<3xf32>
    })mlir");
  ASSERT_TRUE(module);
  EXPECT_TRUE(diagnostics.empty());
  auto function = module->lookupSymbol<func::FuncOp>("f");
  ASSERT_TRUE(function);
  auto sums = function.getOps<catgrad::ReduceSumOp>();
  ASSERT_EQ(std::distance(sums.begin(), sums.end()), 1);
  EXPECT_THAT((*sums.begin()).getDimensions(), testing::ElementsAre(0));
}

TEST_F(DialectTest, InfersTypesWhenBuilding) {
  OpBuilder builder(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToStart(module->getBody());
  auto type = RankedTensorType::get({2, 3}, builder.getF64Type());
  Value zero = catgrad::ConstantOp::create(builder, module->getLoc(),
                                           catgrad::getSplat(type, 0.0));
  EXPECT_EQ(zero.getType(), type);
  Value sum = catgrad::ReduceSumOp::create(builder, module->getLoc(), zero,
                                           ArrayRef<int64_t>{1});
  EXPECT_EQ(sum.getType(), RankedTensorType::get({2}, builder.getF64Type()));
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(DialectTest, ReportsBadInputWhereItStands) {
  EXPECT_FALSE(parse("func.func @f(%x: tensor<2x3xf32>) -> tensor<6xf32> {\n"
                     "  %0 = catgrad.reshape %x : (tensor<2x3xf32>) -> "
                     "tensor<7xf32>\n"
                     "  return %0 : tensor<7xf32>\n"
                     "}"));
  ASSERT_FALSE(diagnostics.empty());
  EXPECT_THAT(diagnostics.front(), testing::HasSubstr("catgrad.reshape"));
  auto location = dyn_cast<FileLineColLoc>(locations.front());
  ASSERT_TRUE(location);
  EXPECT_EQ(location.getLine(), 2u);
}

} // namespace
