//===- Combiner.cpp - How partial results become one ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file finds the operation by which a reduction goes on from its
// accumulator. Where it is associative, parts of a reduction can be computed
// apart and combined.

#include "Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace catgrad {

static bool isCast(Operation *op) {
  return isa_and_nonnull<arith::ExtFOp, arith::TruncFOp, arith::ExtUIOp,
                         arith::TruncIOp>(op);
}

std::optional<Combiner> Combiner::match(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0 ||
      isScan(op, *op.getDpsInitOperand(0)))
    return std::nullopt;
  Block *body = op.getBody();
  BlockArgument sum = body->getArguments().back();
  Combiner combiner;
  Operation *end = body->getTerminator()->getOperand(0).getDefiningOp();
  for (; isCast(end); end = end->getOperand(0).getDefiningOp())
    combiner.after.insert(combiner.after.begin(), end);
  if (!end || end->getNumOperands() != 2 || !arith::getNeutralElement(end))
    return std::nullopt;
  combiner.op = end;
  Operation *user = sum.hasOneUse() ? *sum.user_begin() : nullptr;
  for (; isCast(user) && user->hasOneUse(); user = *user->user_begin())
    combiner.before.push_back(user);
  if (user != end || end->getOperand(0) == end->getOperand(1))
    return std::nullopt;
  return combiner;
}

/// Applies clones of casts, one behind the other.
static Value applyCasts(OpBuilder &b, ArrayRef<Operation *> casts,
                        Value value) {
  for (Operation *cast : casts) {
    IRMapping mapping;
    mapping.map(cast->getOperand(0), value);
    value = b.clone(*cast, mapping)->getResult(0);
  }
  return value;
}

Value Combiner::combine(OpBuilder &b, Value x, Value y) const {
  x = applyCasts(b, before, x);
  y = applyCasts(b, before, y);
  IRMapping mapping;
  mapping.map(op->getOperand(0), x);
  mapping.map(op->getOperand(1), y);
  return applyCasts(b, after, b.clone(*op, mapping)->getResult(0));
}

Value Combiner::createNeutral(OpBuilder &b) const {
  auto neutral =
      arith::ConstantOp::create(b, op->getLoc(), *arith::getNeutralElement(op));
  return applyCasts(b, after, neutral);
}

bool Combiner::dependsOnOrder() const {
  return isa<arith::AddFOp, arith::MulFOp>(op);
}

} // namespace catgrad
