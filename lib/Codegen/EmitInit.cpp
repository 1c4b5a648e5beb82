//===- EmitInit.cpp - Initial parameters of a learner -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file emits the function that draws a learner's initial parameters with
// the counter-based generator Philox4x32-10 (Salmon et al., SC 2011): element i
// is a function of seed, parameter and i alone, so any target can compute it in
// any order.

#include "catgrad/Codegen/Passes.h"
#include "catgrad/Conversion/CatgradToLinalg/SmallFloats.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/MathExtras.h"
#include <array>

using namespace mlir;

namespace catgrad {

#define GEN_PASS_DEF_EMITINIT
#include "catgrad/Codegen/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// Philox4x32-10
//===----------------------------------------------------------------------===//

Value createInt(ImplicitLocOpBuilder &b, Type type, uint64_t value) {
  unsigned width = type.getIntOrFloatBitWidth();
  return arith::ConstantOp::create(b,
                                   b.getIntegerAttr(type, APInt(width, value)));
}

Value createDouble(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF64FloatAttr(value));
}

/// The low and the high half of a 64-bit number.
std::array<Value, 2> splitHalves(ImplicitLocOpBuilder &b, Value value) {
  Type i32 = b.getI32Type();
  Value shift = createInt(b, value.getType(), 32);
  Value high = arith::ShRUIOp::create(b, value, shift);
  return {arith::TruncIOp::create(b, i32, value),
          arith::TruncIOp::create(b, i32, high)};
}

/// The four words of the block with the given key and counter; its ten rounds
/// one after another, or as a loop.
std::array<Value, 4> emitPhilox(ImplicitLocOpBuilder &b,
                                std::array<Value, 2> key,
                                std::array<Value, 4> counter, bool asLoop) {
  constexpr int kRounds = 10;
  Type i32 = b.getI32Type();
  Value factor0 = createInt(b, i32, 0xD2511F53);
  Value factor1 = createInt(b, i32, 0xCD9E8D57);
  Value weyl0 = createInt(b, i32, 0x9E3779B9);
  Value weyl1 = createInt(b, i32, 0xBB67AE85);
  auto xor3 = [&](Value x, Value y, Value z) -> Value {
    return arith::XOrIOp::create(b, arith::XOrIOp::create(b, x, y), z);
  };
  auto [c0, c1, c2, c3] = counter;
  auto [k0, k1] = key;
  auto emitRound = [&] {
    auto product0 = arith::MulUIExtendedOp::create(b, c0, factor0);
    auto product1 = arith::MulUIExtendedOp::create(b, c2, factor1);
    c0 = xor3(product1.getHigh(), c1, k0);
    c2 = xor3(product0.getHigh(), c3, k1);
    c1 = product1.getLow();
    c3 = product0.getLow();
    k0 = arith::AddIOp::create(b, k0, weyl0);
    k1 = arith::AddIOp::create(b, k1, weyl1);
  };
  if (!asLoop) {
    for (int round = 0; round < kRounds; ++round)
      emitRound();
    return {c0, c1, c2, c3};
  }
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto loop = scf::ForOp::create(b, index(0), index(kRounds), index(1),
                                 ValueRange{c0, c1, c2, c3, k0, k1});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs();
  c0 = carried[0], c1 = carried[1], c2 = carried[2], c3 = carried[3];
  k0 = carried[4], k1 = carried[5];
  emitRound();
  scf::YieldOp::create(b, ValueRange{c0, c1, c2, c3, k0, k1});
  return {loop.getResult(0), loop.getResult(1), loop.getResult(2),
          loop.getResult(3)};
}

/// A number in (0, 1) from 53 bits of two words.
Value emitUnit(ImplicitLocOpBuilder &b, Value word0, Value word1) {
  Type i32 = b.getI32Type(), i64 = b.getI64Type();
  Value upper = arith::ShRUIOp::create(b, word0, createInt(b, i32, 5));
  Value lower = arith::ShRUIOp::create(b, word1, createInt(b, i32, 6));
  upper = arith::ExtUIOp::create(b, i64, upper);
  lower = arith::ExtUIOp::create(b, i64, lower);
  upper = arith::ShLIOp::create(b, upper, createInt(b, i64, 26));
  Value bits = arith::AddIOp::create(b, upper, lower);
  Value number = arith::SIToFPOp::create(b, b.getF64Type(), bits);
  number = arith::AddFOp::create(b, number, createDouble(b, 0.5));
  return arith::MulFOp::create(b, number, createDouble(b, 0x1p-53));
}

//===----------------------------------------------------------------------===//
// Distributions
//===----------------------------------------------------------------------===//

enum class Distribution { Uniform, Normal };

/// The number of an element: in (0, 1), or of mean 0 and deviation 1.
Value emitNumber(ImplicitLocOpBuilder &b, Distribution distribution, Value seed,
                 Value parameter, Value element, bool asLoop) {
  Type i32 = b.getI32Type(), i64 = b.getI64Type();
  Value block = arith::ShRUIOp::create(b, element, createInt(b, i64, 1));
  // Which of the two elements of the block.
  Value isOdd = arith::TruncIOp::create(b, b.getI1Type(), element);
  auto [low, high] = splitHalves(b, block);
  auto words = emitPhilox(b, splitHalves(b, seed),
                          {low, high, parameter, createInt(b, i32, 0)}, asLoop);
  Value u1 = emitUnit(b, words[0], words[1]);
  Value u2 = emitUnit(b, words[2], words[3]);
  if (distribution == Distribution::Uniform)
    return arith::SelectOp::create(b, isOdd, u2, u1);
  // Box-Muller.
  Value log = math::LogOp::create(b, u1);
  Value radius = math::SqrtOp::create(
      b, arith::MulFOp::create(b, createDouble(b, -2.0), log));
  Value angle =
      arith::MulFOp::create(b, createDouble(b, 2.0 * llvm::numbers::pi), u2);
  Value cosine = math::CosOp::create(b, angle);
  Value sine = math::SinOp::create(b, angle);
  Value direction = arith::SelectOp::create(b, isOdd, sine, cosine);
  return arith::MulFOp::create(b, radius, direction);
}

/// The functions that draw, made where they are first needed.
class Draws {
public:
  Draws(SymbolTable &symbols, bool areCalled)
      : symbols(symbols), areCalled(areCalled) {}

  Value emit(ImplicitLocOpBuilder &b, Distribution distribution, Value seed,
             Value parameter, Value element) {
    if (!areCalled)
      return emitNumber(b, distribution, seed, parameter, element, false);
    func::FuncOp &function =
        distribution == Distribution::Uniform ? uniform : normal;
    if (!function)
      function = create(b, distribution);
    return func::CallOp::create(b, function,
                                ValueRange{seed, parameter, element})
        .getResult(0);
  }

private:
  func::FuncOp create(ImplicitLocOpBuilder &outer, Distribution distribution) {
    MLIRContext *context = outer.getContext();
    Type i64 = outer.getI64Type();
    auto function = func::FuncOp::create(
        outer.getLoc(),
        distribution == Distribution::Uniform ? "uniform" : "normal",
        FunctionType::get(context, {i64, outer.getI32Type(), i64},
                          outer.getF64Type()));
    function.setPrivate();
    const StringRef names[] = {"seed", "parameter", "element"};
    for (auto [i, name] : llvm::enumerate(names))
      function.setArgAttr(i, metadata::kName, outer.getStringAttr(name));
    ImplicitLocOpBuilder b(outer.getLoc(), context);
    b.setInsertionPointToStart(function.addEntryBlock());
    func::ReturnOp::create(
        b, emitNumber(b, distribution, function.getArgument(0),
                      function.getArgument(1), function.getArgument(2), true));
    symbols.insert(function);
    return function;
  }

  SymbolTable &symbols;
  bool areCalled;
  func::FuncOp uniform, normal;
};

/// The element from its number.
Value emitElement(ImplicitLocOpBuilder &b, double offset, double scale,
                  Value number) {
  Value scaled = arith::MulFOp::create(b, createDouble(b, scale), number);
  return arith::AddFOp::create(b, createDouble(b, offset), scaled);
}

Value emitFill(ImplicitLocOpBuilder &b, RankedTensorType type,
               TypedAttr element) {
  Value init =
      tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  Value scalar = arith::ConstantOp::create(b, element);
  return linalg::FillOp::create(b, scalar, init).getResult(0);
}

Value emitDraw(ImplicitLocOpBuilder &b, RankedTensorType type, Value seed,
               unsigned parameter, Attribute init, Draws &draws) {
  int64_t rank = type.getRank();
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    ImplicitLocOpBuilder b(loc, nested);
    Type i32 = b.getI32Type(), i64 = b.getI64Type();
    Value index = rank == 0 ? createInt(b, i64, 0) : Value();
    for (auto [axis, extent] : llvm::enumerate(type.getShape())) {
      Value position = linalg::IndexOp::create(b, axis);
      position = arith::IndexCastOp::create(b, i64, position);
      if (index) { // row-major
        index = arith::MulIOp::create(b, index, createInt(b, i64, extent));
        position = arith::AddIOp::create(b, index, position);
      }
      index = position;
    }
    auto draw = [&](Distribution distribution) {
      return draws.emit(b, distribution, args[0], createInt(b, i32, parameter),
                        index);
    };
    Value element;
    if (auto uniform = dyn_cast<UniformAttr>(init)) {
      double low = uniform.getLow().getValueAsDouble();
      double high = uniform.getHigh().getValueAsDouble();
      element = emitElement(b, low, high - low, draw(Distribution::Uniform));
    } else {
      auto normal = cast<NormalAttr>(init);
      element = emitElement(b, normal.getMean().getValueAsDouble(),
                            normal.getStd().getValueAsDouble(),
                            draw(Distribution::Normal));
    }
    // By way of f32, as the stream is stated: the small floats are those of
    // f32, rounded.
    if (!type.getElementType().isF64())
      element = arith::TruncFOp::create(b, b.getF32Type(), element);
    element = convertFloat(b, b.getLoc(), element, type.getElementType());
    linalg::YieldOp::create(b, element);
  };
  Value empty =
      tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  SmallVector<AffineMap> maps = {AffineMap::get(rank, 0, b.getContext()),
                                 b.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, type, seed, empty, maps, iterators, body)
      .getResult(0);
}

Value emitInitialValue(ImplicitLocOpBuilder &b, RankedTensorType type,
                       Value seed, unsigned parameter, Attribute init,
                       Draws &draws) {
  if (!init || isa<ZerosAttr>(init))
    return emitFill(b, type, b.getZeroAttr(type.getElementType()));
  if (auto constant = dyn_cast<ConstantInitAttr>(init)) {
    auto scalar = RankedTensorType::get({}, type.getElementType());
    auto value = getSplat(scalar, constant.getValue().getValueAsDouble());
    return emitFill(b, type, value.getSplatValue<TypedAttr>());
  }
  return emitDraw(b, type, seed, parameter, init, draws);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// An argument of `step` that `init` gives: its initial value, null for state.
struct Slot {
  BlockArgument argument;
  StringRef role;
  Attribute init;
};

LogicalResult collectSlots(func::FuncOp step, SmallVectorImpl<Slot> &slots) {
  for (BlockArgument argument : step.getArguments()) {
    unsigned index = argument.getArgNumber();
    auto role = step.getArgAttrOfType<StringAttr>(index, metadata::kRole);
    if (!role || (role != "parameter" && role != "state"))
      continue;
    Attribute init;
    auto emitError = [&] {
      return step.emitOpError("argument #") << index << " ";
    };
    if (role == "parameter") {
      init = step.getArgAttr(index, metadata::kInit);
      if (!init)
        return emitError() << "is a parameter: expected attribute '"
                           << metadata::kInit << "'";
      if (failed(verifyInit(init, argument.getType(), emitError)))
        return failure();
    }
    if (failed(verifyTensorType(argument.getType(), emitError)))
      return failure();
    slots.push_back({argument, role.getValue(), init});
  }
  return success();
}

LogicalResult emitInit(func::FuncOp step, SymbolTable &symbols, Draws &draws) {
  auto learner = step->getAttrOfType<StringAttr>(metadata::kLearner);
  if (!learner)
    return step.emitOpError("of kind step: expected attribute '")
           << metadata::kLearner << "'";
  std::string name = (learner.getValue() + "_init").str();
  if (Operation *existing = symbols.lookup(name)) {
    auto kind = existing->getAttrOfType<StringAttr>(metadata::kKind);
    if (kind && kind == "init")
      return success();
    return existing->emitOpError("has the name of the initial values of "
                                 "learner '")
           << learner.getValue() << "'";
  }
  SmallVector<Slot> slots;
  if (failed(collectSlots(step, slots)))
    return failure();

  MLIRContext *context = step.getContext();
  OpBuilder outer(context);
  auto seedType = RankedTensorType::get({}, outer.getI64Type());
  SmallVector<Type> types;
  for (const Slot &slot : slots)
    types.push_back(slot.argument.getType());
  auto init = func::FuncOp::create(step.getLoc(), name,
                                   FunctionType::get(context, seedType, types));
  init->setAttr(metadata::kLearner, learner);
  init->setAttr(metadata::kKind, outer.getStringAttr("init"));
  init.setArgAttr(0, metadata::kName, outer.getStringAttr("seed"));
  init.setArgAttr(0, metadata::kRole, outer.getStringAttr("hyper"));

  ImplicitLocOpBuilder b(step.getLoc(), context);
  b.setInsertionPointToStart(init.addEntryBlock());
  SmallVector<Value> values;
  unsigned numParameters = 0;
  for (auto [result, slot] : llvm::enumerate(slots)) {
    auto type = cast<RankedTensorType>(slot.argument.getType());
    unsigned parameter = slot.role == "parameter" ? numParameters++ : 0;
    values.push_back(emitInitialValue(b, type, init.getArgument(0), parameter,
                                      slot.init, draws));
    unsigned index = slot.argument.getArgNumber();
    for (StringRef attr : {metadata::kName, metadata::kRole})
      if (Attribute value = step.getArgAttr(index, attr))
        init.setResultAttr(result, attr, value);
  }
  func::ReturnOp::create(b, values);
  symbols.insert(init, std::next(Block::iterator(step)));
  return success();
}

struct EmitInit : impl::EmitInitBase<EmitInit> {
  using EmitInitBase::EmitInitBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    Draws draws(symbols, callDraws);
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      auto kind = function->getAttrOfType<StringAttr>(metadata::kKind);
      if (kind && kind == "step" && !function.isExternal() &&
          failed(emitInit(function, symbols, draws)))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace catgrad
