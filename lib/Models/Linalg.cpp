//===- Linalg.cpp - Derivatives of linalg -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives structured operations their reverse derivatives, by one rule
// for all of them: the cotangent of an input is the same loop nest, whose body
// is the reverse derivative of the body, summed over the loops that the input
// does not have.

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "catgrad/Models/Models.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace catgrad;

/// The cause why a structured operation has no rule, or an empty string.
static StringRef whyNoRule(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics())
    return "it is not on tensors";
  if (op.hasDynamicShape())
    return "its shapes are dynamic";
  if (!llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isProjectedPermutation(); }))
    return "its indexing maps are no projected permutations";
  for (Value capture : getCaptures(op->getRegion(0)))
    if (!capture.getType().isIntOrIndexOrFloat())
      return "its body uses a tensor from outside";
  // It would stack residuals: MLIR's bufferisation does not see that a body
  // writes to tensors.
  auto findLoop = [](LoopLikeOpInterface) { return WalkResult::interrupt(); };
  if (op->getRegion(0).walk(findLoop).wasInterrupted())
    return "its body has a loop";
  // Else the last iteration would win.
  llvm::SmallBitVector isReduction(op.getNumLoops());
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
    isReduction[loop] = iterator == utils::IteratorType::reduction;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    llvm::SmallBitVector covered = isReduction;
    for (AffineExpr expr : op.getMatchingIndexingMap(&init).getResults())
      covered.set(cast<AffineDimExpr>(expr).getPosition());
    if (!covered.all())
      return "a result does not have all of its parallel loops";
  }
  if (op.getNumReductionLoops() == 0)
    return "";
  // Over reduction loops, each result must be a sum: acc + g(inputs).
  auto yield = op.getBlock()->getTerminator();
  for (OpOperand &init : op.getDpsInitsMutable()) {
    BlockArgument acc = op.getMatchingBlockArgument(&init);
    Value yielded =
        yield->getOperand(init.getOperandNumber() - op.getNumDpsInputs());
    Operation *sum = yielded.getDefiningOp();
    if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(sum) ||
        !acc.hasOneUse() || *acc.user_begin() != sum || !yielded.hasOneUse())
      return "it reduces by something other than a sum";
  }
  return "";
}

/// Erases what nothing uses any more.
static void eraseDeadOps(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

namespace {
/// The reverse part of one structured operation.
class Reverse {
public:
  Reverse(linalg::LinalgOp op, DerivativeContext &context)
      : op(op), context(context), loc(op.getLoc()), inputs(getInputs(op)),
        sums(op.getNumReductionLoops() != 0) {}

  /// Derives the body and finds which inputs the reverse part needs.
  LogicalResult prepare() {
    // The body's arguments are those of the operands; then its captures follow.
    llvm::BitVector active(inputs.size());
    for (auto [index, input] : llvm::enumerate(inputs))
      active[index] = context.isActive(input) || isSum(index);
    body = context.derive(op->getRegion(0), active);
    return success(body && succeeded(findNeeded()));
  }

  const llvm::BitVector &getNeeded() const { return needed; }

  /// Emits the cotangents. `residuals` are the inputs that are needed.
  LogicalResult emit(OpBuilder &builder, ValueRange residuals,
                     ValueRange cotangents,
                     SmallVectorImpl<Value> &operandCotangents) {
    SmallVector<Value> primals(inputs.size());
    for (auto [index, residual] : llvm::zip_equal(needed.set_bits(), residuals))
      primals[index] = residual;
    for (auto [index, input] : llvm::enumerate(inputs)) {
      Value cotangent;
      if (!context.isActive(input))
        cotangent = context.createZero(builder, loc, input.getType());
      else if (isSum(index))
        cotangent = cotangents[index - op.getNumDpsInputs()];
      else
        cotangent = emitNest(builder, index, primals, cotangents);
      if (!cotangent)
        return failure();
      operandCotangents.push_back(cotangent);
    }
    return success();
  }

private:
  /// Whether the input is an initial value to which a sum is added: then its
  /// cotangent is that of the result.
  bool isSum(unsigned index) {
    return sums && index >= op.getNumDpsInputs() &&
           index < op->getNumOperands();
  }

  /// How the loops read or write an operand; a capture is one number.
  AffineMap getMap(unsigned index) {
    return index < op->getNumOperands()
               ? op.getMatchingIndexingMap(&op->getOpOperand(index))
               : AffineMap::get(op.getNumLoops(), 0, op->getContext());
  }
  AffineMap getResultMap(unsigned result) {
    return getMap(op.getNumDpsInputs() + result);
  }

  /// Emits the body's forward and reverse parts. Primals that are null are not
  /// needed; zeros stand in for them.
  LogicalResult emitBody(OpBuilder &builder, MutableArrayRef<Value> primals,
                         ValueRange cotangents, SmallVectorImpl<Value> &found) {
    for (auto [index, primal] : llvm::enumerate(primals))
      if (!primal &&
          !(primal = context.createZero(
                builder, loc, getElementTypeOrSelf(inputs[index].getType()))))
        return failure();
    SmallVector<Value> results, residuals;
    return success(
        succeeded(body->forward(builder, primals, results, residuals)) &&
        succeeded(body->reverse(builder, residuals, cotangents, found)));
  }

  /// Emits the body once on arguments only, to see which ones stay alive.
  LogicalResult findNeeded() {
    Region scratch(op);
    Block &block = scratch.emplaceBlock();
    SmallVector<Value> primals, cotangents, found, live;
    for (Value input : inputs)
      primals.push_back(
          block.addArgument(getElementTypeOrSelf(input.getType()), loc));
    for (Type type : op->getResultTypes())
      cotangents.push_back(block.addArgument(getElementTypeOrSelf(type), loc));
    OpBuilder builder = OpBuilder::atBlockEnd(&block);
    if (failed(emitBody(builder, primals, cotangents, found)))
      return failure();
    llvm::SmallBitVector covered(op.getNumLoops());
    auto cover = [](llvm::SmallBitVector &loops, AffineMap map) {
      for (AffineExpr result : map.getResults())
        loops.set(cast<AffineDimExpr>(result).getPosition());
    };
    for (unsigned result : llvm::seq<unsigned>(0, op->getNumResults()))
      cover(covered, getResultMap(result));
    for (auto [index, input] : llvm::enumerate(inputs))
      if (context.isActive(input) && !isSum(index))
        live.push_back(found[index]);
    linalg::YieldOp::create(builder, loc, live);
    eraseDeadOps(block);
    needed.resize(inputs.size());
    for (auto [index, primal] : llvm::enumerate(primals))
      if (!primal.use_empty()) {
        needed.set(index);
        cover(covered, getMap(index));
      }
    // Each nest has to know the extent of every loop.
    for (auto [index, input] : llvm::enumerate(inputs)) {
      if (!context.isActive(input) || isSum(index))
        continue;
      llvm::SmallBitVector loops = covered;
      cover(loops, getMap(index));
      if (!loops.all())
        needed.set(0, op->getNumOperands());
    }
    return success();
  }

  /// The cotangent of one input: the loop nest again, summed over the loops
  /// that the input does not have.
  Value emitNest(OpBuilder &builder, unsigned index, ArrayRef<Value> primals,
                 ValueRange cotangents) {
    // A number is a rank-0 tensor here.
    Type type = inputs[index].getType();
    auto tensor = dyn_cast<RankedTensorType>(type);
    auto target = tensor ? tensor : RankedTensorType::get({}, type);
    AffineMap map = getMap(index);

    SmallVector<utils::IteratorType> iterators(op.getNumLoops(),
                                               utils::IteratorType::reduction);
    for (AffineExpr result : map.getResults())
      iterators[cast<AffineDimExpr>(result).getPosition()] =
          utils::IteratorType::parallel;
    bool accumulates =
        llvm::is_contained(iterators, utils::IteratorType::reduction);

    SmallVector<Value> ins;
    SmallVector<AffineMap> maps;
    for (unsigned operand : llvm::seq<unsigned>(0, op->getNumOperands()))
      if (primals[operand]) {
        ins.push_back(primals[operand]);
        maps.push_back(getMap(operand));
      }
    for (auto [result, cotangent] : llvm::enumerate(cotangents)) {
      ins.push_back(cotangent);
      maps.push_back(getResultMap(result));
    }
    maps.push_back(map);

    Value init = tensor::EmptyOp::create(builder, loc, target.getShape(),
                                         target.getElementType());
    if (accumulates) {
      Value zero = context.createZero(builder, loc, target.getElementType());
      if (!zero)
        return nullptr;
      init = linalg::FillOp::create(builder, loc, zero, init).getResult(0);
    }
    LogicalResult built = success();
    bool vanishes = false;
    auto nest = linalg::GenericOp::create(
        builder, loc, target, ins, init, maps, iterators,
        [&](OpBuilder &nested, Location, ValueRange args) {
          // The operands' elements, then the captures, then the cotangents.
          SmallVector<Value> numbers(primals), found;
          ValueRange rest = args;
          for (unsigned operand : llvm::seq<unsigned>(0, op->getNumOperands()))
            if (primals[operand]) {
              numbers[operand] = rest.front();
              rest = rest.drop_front();
            }
          built = emitBody(nested, numbers, rest.drop_back(), found);
          if (failed(built))
            return;
          Value value = found[index];
          vanishes = matchPattern(value, m_AnyZeroFloat()) ||
                     matchPattern(value, m_Zero());
          if (accumulates)
            value = context.createSum(nested, loc, args.back(), value);
          built = success(bool(value));
          if (value)
            linalg::YieldOp::create(nested, loc, value);
        });
    if (failed(built) || vanishes) {
      nest.erase();
      return succeeded(built) ? context.createZero(builder, loc, type)
                              : nullptr;
    }
    eraseDeadOps(*nest.getBlock());
    Value result = nest.getResult(0);
    if (tensor)
      return result;
    return tensor::ExtractOp::create(builder, loc, result, ValueRange());
  }

  linalg::LinalgOp op;
  DerivativeContext &context;
  Location loc;
  SmallVector<Value> inputs;
  bool sums;
  RegionOptic *body = nullptr;
  llvm::BitVector needed;
};

template <typename Op>
struct StructuredModel
    : DerivativeOpInterface::ExternalModel<StructuredModel<Op>, Op> {
  LogicalResult forward(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange operands,
                        SmallVectorImpl<Value> &results,
                        SmallVectorImpl<Value> &residuals) const {
    Reverse reverse(cast<linalg::LinalgOp>(op), context);
    if (failed(reverse.prepare()))
      return failure();
    llvm::append_range(results, cloneOn(builder, op, operands)->getResults());
    for (unsigned index : reverse.getNeeded().set_bits())
      residuals.push_back(operands[index]);
    return success();
  }
  LogicalResult reverse(Operation *op, OpBuilder &builder,
                        DerivativeContext &context, ValueRange residuals,
                        ValueRange cotangents,
                        SmallVectorImpl<Value> &operandCotangents) const {
    Reverse reverse(cast<linalg::LinalgOp>(op), context);
    return success(succeeded(reverse.prepare()) &&
                   succeeded(reverse.emit(builder, residuals, cotangents,
                                          operandCotangents)));
  }
  DerivativeKind getDerivativeKind(Operation *op) const {
    return whyNoRule(cast<linalg::LinalgOp>(op)).empty() ? DerivativeKind::Rule
                                                         : DerivativeKind::None;
  }
};

template <typename... Ops> void attach(MLIRContext *context) {
  (Ops::template attachInterface<StructuredModel<Ops>>(*context), ...);
}
} // namespace

void catgrad::registerLinalgModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, CatgradDialect *,
                            linalg::LinalgDialect *) {
    // Qualified: several names are also ours.
    attach<linalg::GenericOp, linalg::MapOp, linalg::ReduceOp,
           linalg::BroadcastOp, linalg::TransposeOp, linalg::CopyOp,
           linalg::FillOp, linalg::ElementwiseOp>(context);
    attach<linalg::MatmulOp, linalg::BatchMatmulOp, linalg::BatchReduceMatmulOp,
           linalg::MatvecOp, linalg::VecmatOp, linalg::BatchMatvecOp,
           linalg::BatchVecmatOp, linalg::DotOp, linalg::ContractOp>(context);
    attach<linalg::AddOp, linalg::SubOp, linalg::MulOp, linalg::DivOp,
           linalg::NegFOp, linalg::ExpOp, linalg::LogOp, linalg::SqrtOp,
           linalg::RsqrtOp, linalg::SquareOp, linalg::TanhOp,
           linalg::ReciprocalOp, linalg::AbsOp, linalg::ErfOp, linalg::MaxOp,
           linalg::MinOp, linalg::PowFOp, linalg::SelectOp>(context);
    // Rules use them.
    context->loadDialect<arith::ArithDialect, math::MathDialect,
                         tensor::TensorDialect>();
  });
}
