//===- Buffer.cpp - Buffers as pointers of C --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file turns buffers and their views into pointers, and indices into
// subscripts.

#include "C.h"

#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

std::string c::getElementType(MemRefType type) {
  Type element = type.getElementType();
  return element.isInteger(1) ? "" : getScalarType(element);
}

//===----------------------------------------------------------------------===//
// Strides
//===----------------------------------------------------------------------===//

static std::optional<SmallVector<int64_t>> getStrides(MemRefType type) {
  // Nothing has strides in a buffer without elements.
  if (type.hasStaticShape() && type.getNumElements() == 0)
    return SmallVector<int64_t>(type.getRank(), 0);
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!type.hasStaticShape() ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      llvm::is_contained(strides, ShapedType::kDynamic))
    return std::nullopt;
  return strides;
}

/// The buffers that a value may be, if a cast, a branch or a loop gives it.
static SmallVector<Value> getSources(Value value) {
  if (auto cast = value.getDefiningOp<memref::CastOp>())
    return {cast.getSource()};
  if (auto select = value.getDefiningOp<arith::SelectOp>())
    return {select.getTrueValue(), select.getFalseValue()};
  if (auto branch = value.getDefiningOp<scf::IfOp>()) {
    unsigned i = cast<OpResult>(value).getResultNumber();
    return {branch.thenYield().getOperand(i), branch.elseYield().getOperand(i)};
  }
  auto fromLoop = [](scf::ForOp loop, unsigned i) -> SmallVector<Value> {
    return {loop.getInitArgs()[i], loop.getYieldedValues()[i]};
  };
  if (auto loop = value.getDefiningOp<scf::ForOp>())
    return fromLoop(loop, cast<OpResult>(value).getResultNumber());
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()))
      return fromLoop(loop, argument.getArgNumber() - 1);
  return {};
}

std::optional<SmallVector<int64_t>> c::getStrides(Value buffer) {
  llvm::SetVector<Value> reached;
  reached.insert(buffer);
  std::optional<SmallVector<int64_t>> common;
  for (size_t i = 0; i < reached.size(); ++i) {
    auto strides = ::getStrides(cast<MemRefType>(reached[i].getType()));
    if (!strides) {
      SmallVector<Value> sources = getSources(reached[i]);
      if (sources.empty())
        return std::nullopt;
      reached.insert_range(sources);
      continue;
    }
    if (common && *common != *strides)
      return std::nullopt;
    common = strides;
  }
  return common;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Adds `stride * index` to the offset of a pointer.
static void addIndex(c::Pointer &pointer, const Expr &index, int64_t stride) {
  if (index.literal) {
    pointer.constant += stride * index.literal->getSExtValue();
    return;
  }
  std::string term =
      stride == 1
          ? index.in(pointer.offset.empty() ? Binding::Sum : Binding::Product)
          : std::to_string(stride) + "*" + index.in(Binding::Unary);
  if (stride != 0)
    pointer.offset += (pointer.offset.empty() ? "" : " + ") + term;
}

/// `offset + constant`, empty for 0.
static std::string getOffset(const c::Pointer &pointer) {
  if (pointer.offset.empty())
    return pointer.constant ? std::to_string(pointer.constant) : "";
  if (pointer.constant == 0)
    return pointer.offset;
  return pointer.offset + (pointer.constant < 0 ? " - " : " + ") +
         std::to_string(std::abs(pointer.constant));
}

std::string c::FunctionPrinter::element(Value buffer, ArrayRef<Expr> indices) {
  Pointer pointer = pointers.lookup(buffer);
  bool isPlain = pointer.offset.empty() && pointer.constant == 0;
  if (isPlain && indices.size() == 1 && pointer.strides[0] == 1)
    return pointer.text + "[" + indices[0].text + "]";
  for (auto [index, stride] : llvm::zip(indices, pointer.strides))
    addIndex(pointer, index, stride);
  std::string offset = getOffset(pointer);
  return pointer.text + "[" + (offset.empty() ? "0" : offset) + "]";
}

std::string c::FunctionPrinter::pointerTo(StringRef ctype, Value buffer) const {
  return (isWritten(buffer) ? "" : "const ") + ctype.str() + " *";
}

std::string c::FunctionPrinter::address(Value buffer, StringRef ctype) {
  const Pointer &pointer = pointers.find(buffer)->second;
  std::string offset = getOffset(pointer);
  std::string text = pointer.text + (offset.empty() ? "" : " + ") + offset;
  if (ctype == "void" || pointer.ctype == ctype)
    return text;
  // int8_t and uint8_t.
  return "(" + pointerTo(ctype, buffer) + ")" +
         (offset.empty() ? text : "(" + text + ")");
}

Expr c::FunctionPrinter::load(memref::LoadOp op) {
  std::string ctype = pointers.lookup(op.getMemRef()).ctype;
  Meaning meaning = isa<FloatType>(op.getType())        ? Meaning::Number
                    : StringRef(ctype).starts_with("u") ? Meaning::Unsigned
                                                        : Meaning::Signed;
  return {element(op.getMemRef(), get(op.getIndices())), Binding::Atom, meaning,
          ctype};
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

LogicalResult c::FunctionPrinter::bindWorkspace(memref::ViewOp op) {
  MemRefType type = op.getType();
  std::string ctype = getElementType(type);
  auto strides = getStrides(op.getResult());
  if (ctype.empty() || !strides)
    return failure();
  StringRef origin = getOrigin(op.getLoc());
  std::string name = names.claim(origin.empty() ? "buffer" : origin);
  std::string base = address(op.getSource(), "void");
  Expr shift = get(op.getByteShift());
  // Adding even nothing to a null pointer has no meaning.
  if (!shift.literal || !shift.literal->isZero())
    base = "((char *)" + base + " + " + shift.in(Binding::Product) + ")";
  std::string shape;
  for (int64_t size : type.getShape())
    shape += "[" + std::to_string(size) + "]";
  line(ctype + " *" + name + " = (" + ctype + " *)" + base + ";" +
           (shape.empty() ? "" : " /* " + shape + " */"),
       name);
  pointers[op] = {name, ctype, *strides};
  return success();
}

LogicalResult c::FunctionPrinter::bindSubview(memref::SubViewOp op) {
  Pointer pointer = pointers.lookup(op.getSource());
  llvm::SmallBitVector dropped = op.getDroppedDims();
  SmallVector<int64_t> strides;
  for (auto [i, offset, step] :
       llvm::enumerate(op.getMixedOffsets(), op.getMixedStrides())) {
    int64_t stride = pointer.strides[i];
    auto factor = getConstantIntValue(step);
    if (!factor)
      return failure();
    if (auto constant = getConstantIntValue(offset))
      pointer.constant += stride * *constant;
    else
      addIndex(pointer, getAtom(cast<Value>(offset)), stride);
    if (!dropped.test(i))
      strides.push_back(stride * *factor);
  }
  pointer.strides = strides;
  pointers[op] = pointer;
  return success();
}

LogicalResult c::FunctionPrinter::bindView(Operation *op) {
  if (auto view = dyn_cast<memref::ViewOp>(op))
    return bindWorkspace(view);
  if (auto subview = dyn_cast<memref::SubViewOp>(op))
    return bindSubview(subview);
  Value result = op->getResult(0);
  if (auto global = dyn_cast<memref::GetGlobalOp>(op)) {
    auto name = module.globals.find(global.getName());
    auto strides = getStrides(result);
    if (name == module.globals.end() || !strides)
      return failure();
    pointers[result] = {name->second, getElementType(global.getType()),
                        *strides};
    return success();
  }
  if (auto cast = dyn_cast<memref::CastOp>(op)) {
    if (!isa<MemRefType>(result.getType()))
      return failure();
    pointers[result] = Pointer(pointers.lookup(cast.getSource()));
    return success();
  }
  auto strides = getStrides(result);
  if (!strides)
    return failure();
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    std::string ctype = getElementType(cast<MemRefType>(result.getType()));
    std::string name = names.claim("chosen");
    line(pointerTo(ctype, result) + name + " = " +
             asUnsigned(get(select.getCondition()), 1).in(Binding::Logic) +
             " ? " + address(select.getTrueValue(), ctype) + " : " +
             address(select.getFalseValue(), ctype) + ";",
         name);
    pointers[result] = {name, ctype, *strides};
    return success();
  }
  // Other shapes of the same elements.
  Value source = op->getOperand(0);
  if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp>(op)) {
    // This one counts from the start of what its source is a part of.
    auto again = dyn_cast<memref::ReinterpretCastOp>(op);
    if (!again || again.getStaticOffsets() != ArrayRef<int64_t>{0} ||
        !cast<MemRefType>(source.getType()).getLayout().isIdentity())
      return failure();
  }
  Pointer pointer = pointers.lookup(source);
  pointer.strides = *strides;
  pointers[result] = pointer;
  return success();
}
