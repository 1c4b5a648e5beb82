//===- Statement.cpp - Statements of C --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints straight-line code: which values are written where they are
// used and which have a name of their own, stores, copies and calls.

#include "C.h"

#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace catgrad;
using c::Binding;
using c::Expr;
using c::Meaning;

/// Longer expressions are written in parts.
static constexpr size_t kMaxLength = 56;

void c::FunctionPrinter::line(const Twine &text, StringRef declares) {
  lines.push_back({indent, text.str(), declares.str()});
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Expr c::FunctionPrinter::get(Value value) {
  auto found = scalars.find(value);
  assert(found != scalars.end() && "expected operands to come first");
  return found->second;
}

SmallVector<Expr> c::FunctionPrinter::get(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) { return get(value); });
}

Expr c::FunctionPrinter::getAtom(Value value) {
  Expr e = get(value);
  bool isName =
      llvm::all_of(e.text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!e.literal && !isName)
    materialise(value);
  return get(value);
}

/// A call that is given no buffer has nothing to write to.
static bool isOfScalars(func::CallOp call) {
  return call && call.getNumResults() == 1 &&
         llvm::none_of(call.getOperandTypes(), llvm::IsaPred<MemRefType>);
}

/// The value of an operation that writes nothing and has no region.
static bool isPlain(Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  return op->getNumResults() == 1 && op->getNumRegions() == 0 &&
         !isa<MemRefType>(op->getResult(0).getType()) &&
         (!call || isOfScalars(call));
}

/// Whether it may write, so that no load may be moved over it.
static bool mayWrite(Operation *op) {
  return isa<memref::StoreOp, memref::CopyOp>(op) || op->getNumRegions() != 0 ||
         (isa<func::CallOp>(op) && !isPlain(op));
}

/// A value with one use in the same block is written there, unless a load would
/// be moved over a store.
void c::FunctionPrinter::findInlined(Block &block) {
  llvm::DenseMap<Operation *, unsigned> writesBefore;
  unsigned writes = 0;
  for (Operation &op : block) {
    writesBefore[&op] = writes;
    writes += mayWrite(&op);
  }
  // The operation at which a value is computed in the end.
  llvm::DenseMap<Operation *, Operation *> roots;
  for (Operation &op : llvm::reverse(block)) {
    roots[&op] = &op;
    if (!isPlain(&op) || !op.hasOneUse())
      continue;
    Operation *user = *op.getUsers().begin();
    // A call's operands are buffers, and the bounds of a loop are read again
    // and again.
    if (user->getBlock() != &block || isa<scf::ForOp, scf::WhileOp>(user) ||
        isa<ViewLikeOpInterface>(user))
      continue;
    Operation *root = roots.lookup(user);
    if (isa<memref::LoadOp>(op) && writesBefore[root] != writesBefore[&op])
      continue;
    inlined.insert(&op);
    roots[&op] = root;
  }
}

void c::FunctionPrinter::declareScalar(Value value, const Expr &e) {
  Type type = value.getType();
  unsigned width = isa<FloatType>(type) ? 0 : getWidth(type);
  Expr bound = width == 1 ? asUnsigned(e, 1) : e;
  Meaning meaning = bound.meaning;
  if (meaning == Meaning::Wrapped)
    meaning = Meaning::Unsigned; // by the declared type
  std::string ctype = bound.ctype == "size_t"
                          ? "size_t"
                          : getScalarType(type, meaning == Meaning::Signed);
  std::string name = getOrigin(value.getLoc()).str();
  if (auto load = value.getDefiningOp<memref::LoadOp>())
    name = pointers.lookup(load.getMemRef()).text;
  std::string unique = names.claim(name.empty() ? "t" : name);
  scope.push_back(unique);
  line("const " + ctype + " " + unique + " = " + bound.text + ";", unique);
  Expr result{unique, Binding::Atom, meaning, ctype};
  result.isSmall = bound.isSmall;
  scalars[value] = result;
}

void c::FunctionPrinter::materialise(Value value) {
  declareScalar(value, get(value));
}

/// Gives names to parts, the longest first, until the rest fits a line.
void c::FunctionPrinter::shortenOperands(Operation *op) {
  while (true) {
    size_t total = 0;
    Value longest;
    for (Value operand : op->getOperands()) {
      if (!scalars.contains(operand))
        continue;
      const Expr &e = scalars[operand];
      total += e.text.size();
      bool canBeNamed = !operand.getDefiningOp<arith::ConstantOp>() &&
                        (e.binding != Binding::Atom ||
                         StringRef(e.text).contains_insensitive('(') ||
                         StringRef(e.text).contains('['));
      if (canBeNamed && !e.literal && e.text.size() > 12 &&
          (!longest || e.text.size() > scalars[longest].text.size()))
        longest = operand;
    }
    if (total <= kMaxLength || !longest)
      return;
    materialise(longest);
  }
}

LogicalResult c::FunctionPrinter::bindScalar(Operation *op) {
  shortenOperands(op);
  FailureOr<Expr> e = failure();
  if (auto load = dyn_cast<memref::LoadOp>(op))
    e = this->load(load);
  else
    e = build(op);
  if (failed(e))
    return failure();
  Value result = op->getResult(0);
  if (isa<arith::ConstantOp>(op) || inlined.contains(op))
    scalars[result] = *e;
  else
    declareScalar(result, *e);
  return success();
}

//===----------------------------------------------------------------------===//
// Stores, copies, calls
//===----------------------------------------------------------------------===//

/// The symbol of `x op= y` for a float operation.
static StringRef getUpdate(Operation *op) {
  return isa<arith::AddFOp>(op)   ? "+="
         : isa<arith::SubFOp>(op) ? "-="
         : isa<arith::MulFOp>(op) ? "*="
         : isa<arith::DivFOp>(op) ? "/="
                                  : "";
}

LogicalResult c::FunctionPrinter::print(memref::StoreOp op) {
  std::string target = element(op.getMemRef(), get(op.getIndices()));
  Operation *source = op.getValue().getDefiningOp();
  if (source && inlined.contains(source))
    if (StringRef update = getUpdate(source); !update.empty()) {
      Value x = source->getOperand(0), y = source->getOperand(1);
      bool commutes = isa<arith::AddFOp, arith::MulFOp>(source);
      if (commutes && get(x).text != target)
        std::swap(x, y);
      if (get(x).text == target && x != y) {
        line(target + " " + update + " " + get(y).text + ";");
        return success();
      }
    }
  line(target + " = " + get(op.getValue()).text + ";");
  return success();
}

LogicalResult c::FunctionPrinter::print(memref::CopyOp op) {
  Value from = op.getSource(), to = op.getTarget();
  auto type = cast<MemRefType>(to.getType());
  if (!type.hasStaticShape())
    return failure();
  if (llvm::is_contained(type.getShape(), 0))
    return success();
  printNestComment(op);
  Pointer source = pointers.lookup(from), target = pointers.lookup(to);
  // Without gaps, one loop will do.
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<int64_t> dense(shape.size(), 1);
  for (unsigned i = shape.size(); i-- > 1;)
    dense[i - 1] = dense[i] * shape[i];
  if (source.strides == dense && target.strides == dense) {
    shape = {type.getNumElements()};
    pointers[from].strides = pointers[to].strides = {1};
  }
  SmallVector<Expr> indices;
  Strings loops;
  for (int64_t size : shape) {
    Expr index{"0", Binding::Atom, Meaning::Unsigned, "size_t"};
    if (size == 1) {
      index.literal = APInt(64, 0);
    } else {
      index.text = claimLoop();
      loops.push_back(index.text);
      line("for (size_t " + index.text + " = 0; " + index.text + " < " +
           Twine(size) + "; ++" + index.text + ")");
      ++indent;
    }
    indices.push_back(index);
  }
  line(element(to, indices) + " = " + element(from, indices) + ";");
  indent -= loops.size();
  for (const std::string &name : loops)
    names.release(name);
  pointers[from] = source;
  pointers[to] = target;
  return success();
}

LogicalResult c::FunctionPrinter::print(func::CallOp op) {
  if (isPlain(op))
    return bindScalar(op);
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  auto name = module.functions.find(callee);
  if (name == module.functions.end() || op.getNumResults() != 0)
    return failure();
  // A public function has a parameter for each result, also where that is an
  // input's buffer.
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(op.getNumOperands()));
  auto destinations =
      callee->getAttrOfType<DenseI64ArrayAttr>(metadata::kDestinations);
  if (callee.isPublic()) {
    llvm::erase_if(order, [&](size_t i) {
      return callee.getArgAttr(i, metadata::kOutput);
    });
    order.insert(std::prev(order.end()), destinations.asArrayRef().begin(),
                 destinations.asArrayRef().end());
  }
  std::string head = name->second + "(";
  std::string text = head;
  for (size_t i : order) {
    if (!isa<MemRefType>(op.getOperand(i).getType()))
      return failure();
    std::string argument =
        address(op.getOperand(i), module.parameters[callee][i].ctype);
    if (text.size() > head.size())
      text += ",";
    if (2 * indent + text.size() + argument.size() + 3 > kLineWidth) {
      line(text);
      text = std::string(head.size(), ' ') + argument;
    } else {
      text += (text.size() > head.size() ? " " : "") + argument;
    }
  }
  line(text + ");");
  return success();
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void c::FunctionPrinter::printNestComment(Operation *op) {
  if (op->getParentOp() != function)
    return;
  std::string origins = describeOrigins(op);
  if (origins.empty() || origins == lastComment)
    return;
  lastComment = origins;
  // The buffers that were just declared are there for this loop.
  size_t at = lines.size();
  while (at > 0 && !lines[at - 1].declares.empty())
    --at;
  SmallVector<Line> comment;
  if (at != 0)
    comment.push_back({indent, "", {}});
  // Long lists go on in the next line.
  std::string text = "/*";
  for (StringRef rest = origins; !rest.empty();) {
    auto [word, after] = rest.split(' ');
    if (text.size() + word.size() + 2 * indent + 4 > kLineWidth) {
      comment.push_back({indent, text, {}});
      text = " *";
    }
    text += " " + word.str();
    rest = after;
  }
  comment.push_back({indent, text + " */", {}});
  lines.insert(lines.begin() + at, comment.begin(), comment.end());
}

LogicalResult c::FunctionPrinter::printOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<memref::StoreOp, memref::CopyOp, func::CallOp, scf::ForOp,
            scf::IfOp, scf::WhileOp>([&](auto op) { return print(op); })
      .Case([&](arith::MulUIExtendedOp op) { return bindProduct(op); })
      .Default([&](Operation *op) {
        if (op->getNumResults() == 1 &&
            isa<MemRefType>(op->getResult(0).getType()) &&
            (isa<ViewLikeOpInterface, memref::GetGlobalOp, arith::SelectOp>(
                op)))
          return bindView(op);
        return isPlain(op) ? bindScalar(op) : LogicalResult(failure());
      });
}

LogicalResult c::FunctionPrinter::printBlock(Block &block) {
  findInlined(block);
  size_t outer = scope.size();
  for (Operation &op : block) {
    if (op.hasTrait<OpTrait::IsTerminator>())
      break; // belongs to the operation around
    if (failed(printOp(&op)))
      return op.emitError() << "operation '" << op.getName()
                            << "' has no form in C source here";
  }
  // Names of this block may be used again after it.
  for (StringRef name : ArrayRef(scope).drop_front(outer))
    names.release(name);
  scope.truncate(outer);
  return success();
}
