//===- Body.cpp - Operations as Python statements ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints each operation as one statement: an operator of Python where
// it means the same on every backend, else a method of the backend that has the
// operation's name.

#include "Python.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace catgrad;
using python::Strings;

static Type getElement(Value value) {
  return getElementTypeOrSelf(value.getType());
}

/// The operator that does what `op` does; empty: there is none. On bool, `+`
/// would be *or* where the ring Z/2 has *exclusive or*.
static StringRef getOperator(Operation *op) {
  if (op->getNumOperands() == 0)
    return {};
  Type element = getElement(op->getOperand(0));
  bool isBit = element.isInteger(1);
  if (isa<AddOp>(op))
    return isBit ? "^" : "+";
  if (isa<SubtractOp>(op))
    return isBit ? "^" : "-";
  if (isa<MultiplyOp>(op))
    return isBit ? "&" : "*";
  if (isa<NegateOp>(op))
    return isBit ? "" : "-";
  // Narrow floats have sums in f32, and Z/2 has parities.
  if (isa<MatmulOp>(op))
    return isBit || element.isF16() || element.isBF16() ? "" : "@";
  return {};
}

namespace {
class Body {
public:
  Body(func::FuncOp function, const Strings &arguments, python::Names &names,
       const python::Methods &methods, bool lists, unsigned indent,
       raw_ostream &os)
      : function(function), symbols(names), methods(methods), lists(lists),
        indent(indent), os(os) {
    for (auto [argument, name] :
         llvm::zip_equal(function.getArguments(), arguments))
      values[argument] = name;
  }

  LogicalResult print();

private:
  LogicalResult printReturn(func::ReturnOp op);
  LogicalResult printCall(func::CallOp op);
  LogicalResult printOperation(Operation *op);
  /// Attributes, then what of the result's type the operands do not say.
  LogicalResult appendKeywords(Operation *op, Strings &arguments);

  Strings getOperands(Operation *op);
  /// `x0 = `, `x0, x1 = `, or nothing.
  std::string assign(Operation *op, bool isTuple);

  func::FuncOp function;
  llvm::DenseMap<Value, std::string> values;
  python::Names &symbols;
  const python::Methods &methods;
  bool lists;
  unsigned indent;
  raw_ostream &os;
};
} // namespace

Strings Body::getOperands(Operation *op) {
  Strings operands;
  for (Value operand : op->getOperands())
    operands.push_back(values.at(operand));
  return operands;
}

std::string Body::assign(Operation *op, bool isTuple) {
  Strings results;
  for (Value result : op->getResults())
    results.push_back(values[result] = symbols.claimNext());
  if (results.empty())
    return {};
  if (isTuple && results.size() == 1)
    return python::tuple(results) + " = ";
  std::string list = llvm::join(results, ", ");
  if (indent + list.size() > python::kLineWidth / 2)
    list = StringRef(python::wrap(indent, "(", results, ")")).ltrim().str();
  return list + " = ";
}

LogicalResult Body::printReturn(func::ReturnOp op) {
  Strings operands = getOperands(op);
  if (lists) {
    os << python::wrap(indent, "return [", operands, "]") << "\n";
    return success();
  }
  if (operands.empty())
    operands.push_back("()");
  std::string line = llvm::join(operands, ", ");
  bool isLong = indent + line.size() + 7 > python::kLineWidth;
  os << python::wrap(indent, isLong ? "return (" : "return ", operands,
                     isLong ? ")" : "")
     << "\n";
  return success();
}

LogicalResult Body::printCall(func::CallOp op) {
  Operation *callee =
      SymbolTable::lookupNearestSymbolFrom(op, op.getCalleeAttr());
  auto method = methods.find(callee);
  if (method == methods.end())
    return op.emitError() << "function '@" << op.getCallee()
                          << "' has no body to translate";
  std::string head = assign(op, /*isTuple=*/lists);
  os << python::wrap(indent, head + "self." + method->second + "(",
                     getOperands(op), ")")
     << "\n";
  return success();
}

LogicalResult Body::appendKeywords(Operation *op, Strings &arguments) {
  for (StringAttr name : op->getName().getAttributeNames()) {
    auto attribute = op->getInherentAttr(name);
    if (!attribute || !*attribute || name.getValue().ends_with("SegmentSizes"))
      continue;
    auto text = python::literal(*attribute, indent);
    if (!text)
      return op->emitError() << "attribute '" << name.getValue()
                             << "' has no form in Python: " << *attribute;
    // The elements of a constant are what it is about, and need no name.
    bool isPositional = isa<ElementsAttr>(*attribute);
    arguments.push_back(
        isPositional ? *text : python::toIdentifier(name) + "=" + *text);
  }
  // Shape and element type stand where the first operand's are not meant, and
  // neither attributes nor operands tell them.
  bool isInferred = op->getNumOperands() != 0 && isa<InferTypeOpInterface>(op);
  if (isInferred || !op->hasTrait<OpTrait::OneResult>())
    return success();
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!result)
    return op->emitError() << "expected a ranked tensor but got "
                           << op->getResult(0).getType();
  auto first = op->getNumOperands()
                   ? dyn_cast<RankedTensorType>(op->getOperand(0).getType())
                   : RankedTensorType();
  if (!first || first.getShape() != result.getShape()) {
    Strings sizes;
    for (int64_t size : result.getShape())
      sizes.push_back(std::to_string(size));
    arguments.push_back("shape=" + python::tuple(sizes));
  }
  if (!first || first.getElementType() != result.getElementType())
    arguments.push_back("dtype=" +
                        python::dtypeLiteral(result.getElementType()));
  return success();
}

LogicalResult Body::printOperation(Operation *op) {
  if (op->getName().getDialectNamespace() !=
      CatgradDialect::getDialectNamespace())
    return op->emitError()
           << "has no form in Python: only operations of the catgrad dialect "
              "have one, but got '"
           << op->getName() << "'";
  if (op->getNumRegions() != 0)
    return op->emitError()
           << "an operation with a region has no form in Python";
  if (StringRef symbol = getOperator(op); !symbol.empty()) {
    Strings operands = getOperands(op);
    std::string head = assign(op, /*isTuple=*/false);
    os.indent(indent) << head;
    if (operands.size() == 1)
      os << symbol << operands[0] << "\n";
    else
      os << operands[0] << " " << symbol << " " << operands[1] << "\n";
    return success();
  }
  Strings arguments = getOperands(op);
  if (failed(appendKeywords(op, arguments)))
    return failure();
  std::string head = assign(op, !op->hasTrait<OpTrait::OneResult>());
  os << python::wrap(indent,
                     head + "ops." +
                         python::toIdentifier(op->getName().stripDialect()) +
                         "(",
                     arguments, ")")
     << "\n";
  return success();
}

LogicalResult Body::print() {
  bool usesBackend =
      llvm::any_of(function.front().without_terminator(), [](Operation &op) {
        return !isa<func::CallOp>(op) && getOperator(&op).empty();
      });
  if (usesBackend)
    os.indent(indent) << "ops = self.backend\n";
  for (Operation &op : function.front()) {
    LogicalResult result = success();
    if (auto call = dyn_cast<func::CallOp>(op))
      result = printCall(call);
    else if (auto terminator = dyn_cast<func::ReturnOp>(op))
      result = printReturn(terminator);
    else
      result = printOperation(&op);
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult python::printBody(func::FuncOp function, const Strings &arguments,
                                Names &names, const Methods &methods,
                                bool lists, unsigned indent, raw_ostream &os) {
  return Body(function, arguments, names, methods, lists, indent, os).print();
}
