//===- Tensors.cpp - Tensors that lowerings make ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file builds what the lowerings of several families use.

#include "Tensors.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace catgrad {

Value createEmpty(OpBuilder &b, Location loc, RankedTensorType type) {
  return tensor::EmptyOp::create(b, loc, type.getShape(),
                                 type.getElementType());
}

Value createFill(OpBuilder &b, Location loc, RankedTensorType type,
                 TypedAttr element) {
  Value scalar = arith::ConstantOp::create(b, loc, element);
  return linalg::FillOp::create(b, loc, scalar, createEmpty(b, loc, type))
      .getResult(0);
}

Value createElements(OpBuilder &b, Location loc, RankedTensorType type,
                     ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                     ElementBody body) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, type, inputs, createEmpty(b, loc, type), maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, body(b, loc, args));
             })
      .getResult(0);
}

// Not an operand with an indexing map: linalg takes an axis that a loop indexes
// by itself to be as long as the loop, and a part may be shorter.
Value createRead(OpBuilder &b, Location loc, Value source, Type type,
                 ArrayRef<AffineExpr> index) {
  auto tensor = cast<RankedTensorType>(type);
  return createElements(
      b, loc, tensor, {}, {}, [&](OpBuilder &b, Location loc, ValueRange) {
        SmallVector<Value> loops, position;
        for (int64_t loop : llvm::seq<int64_t>(0, tensor.getRank()))
          loops.push_back(linalg::IndexOp::create(b, loc, loop));
        for (AffineExpr expr : index)
          position.push_back(affine::expandAffineExpr(b, loc, expr, loops, {}));
        return tensor::ExtractOp::create(b, loc, source, position);
      });
}

Value createScalarSum(OpBuilder &b, Location loc, Value lhs, Value rhs) {
  if (isa<FloatType>(lhs.getType()))
    return arith::AddFOp::create(b, loc, lhs, rhs);
  if (lhs.getType().isInteger(1))
    return arith::XOrIOp::create(b, loc, lhs, rhs);
  return arith::AddIOp::create(b, loc, lhs, rhs);
}

} // namespace catgrad
