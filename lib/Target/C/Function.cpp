//===- Function.cpp - Functions of C ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints a function: its parameters, of which those that are only
// read are pointers to const, and its lines.

#include "C.h"

#include "catgrad/Dialect/Catgrad/IR/Metadata.h"
#include "catgrad/Target/Header.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// What is written
//===----------------------------------------------------------------------===//

/// The buffers of which a written value is a part, or which it may be.
static SmallVector<Value> getParts(Value value) {
  if (auto select = value.getDefiningOp<arith::SelectOp>())
    return {select.getTrueValue(), select.getFalseValue()};
  Operation *owner = value.getDefiningOp();
  if (auto view = dyn_cast_or_null<ViewLikeOpInterface>(owner))
    return {view.getViewSource()};
  unsigned i = 0;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    owner = argument.getOwner()->getParentOp();
    i = argument.getArgNumber();
  } else {
    i = cast<OpResult>(value).getResultNumber();
  }
  if (auto branch = dyn_cast_or_null<scf::IfOp>(owner))
    return {branch.thenYield().getOperand(i), branch.elseYield().getOperand(i)};
  if (auto loop = dyn_cast_or_null<scf::ForOp>(owner)) {
    i -= isa<BlockArgument>(value);
    return {loop.getInitArgs()[i], loop.getYieldedValues()[i],
            loop.getRegionIterArgs()[i], loop.getResult(i)};
  }
  if (auto loop = dyn_cast_or_null<scf::WhileOp>(owner)) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == loop.getBeforeBody())
      return {loop.getInits()[i], loop.getYieldOp().getOperand(i)};
    return {loop.getConditionOp().getArgs()[i], loop.getAfterArguments()[i],
            loop.getResult(i)};
  }
  return {};
}

void c::FunctionPrinter::findWritten() {
  SmallVector<Value> work;
  for (BlockArgument argument : function.getArguments())
    if (function.getArgAttr(argument.getArgNumber(), metadata::kOutput))
      work.push_back(argument);
  function.walk([&](Operation *op) {
    if (auto store = dyn_cast<memref::StoreOp>(op))
      work.push_back(store.getMemRef());
    else if (auto copy = dyn_cast<memref::CopyOp>(op))
      work.push_back(copy.getTarget());
    else if (isa<memref::ViewOp>(op))
      work.push_back(op->getResult(0)); // the workspace is for writing
    else if (auto call = dyn_cast<func::CallOp>(op)) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
          call, call.getCalleeAttr());
      for (auto [operand, parameter] :
           llvm::zip(call.getOperands(), module.parameters[callee]))
        if (parameter.isWritten)
          work.push_back(operand);
    }
  });
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (written.insert(value).second)
      work.append(getParts(value));
  }
  for (BlockArgument argument : function.getArguments())
    module.parameters[function].push_back({"", isWritten(argument)});
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

void c::FunctionPrinter::bindArgument(unsigned index, StringRef name,
                                      StringRef ctype) {
  BlockArgument argument = function.getArgument(index);
  auto strides = getStrides(argument);
  pointers[argument] = {name.str(), ctype.str(), *strides};
  module.parameters[function][index].ctype = ctype;
}

/// The parameters of the native interface. An input that is updated in place is
/// the output's buffer everywhere in the function.
void c::FunctionPrinter::bindEntry(const FunctionDescription &description,
                                   Strings &parameters) {
  SmallVector<std::string> wanted = getParameterNames(description);
  ArrayRef<int64_t> destinations =
      function->getAttrOfType<DenseI64ArrayAttr>(metadata::kDestinations)
          .asArrayRef();
  size_t numInputs = description.inputs.size();
  for (const std::string &name : wanted)
    parameterNames.push_back(names.claim(name));
  for (auto [i, input] : llvm::enumerate(description.inputs)) {
    std::string ctype = getCType(input.dtype).str();
    parameters.push_back("const " + ctype + " *" + parameterNames[i]);
    bindArgument(i, parameterNames[i], ctype);
  }
  for (auto [i, output] : llvm::enumerate(description.outputs)) {
    std::string ctype = getCType(output.dtype).str();
    const std::string &name = parameterNames[numInputs + i];
    parameters.push_back(ctype + " *" + name);
    size_t destination = destinations[i];
    bindArgument(destination, name, ctype);
    auto type = cast<MemRefType>(function.getArgument(destination).getType());
    if (destination < numInputs && type.getNumElements() != 0)
      printCopyIn(parameterNames[destination], name, type.getNumElements());
  }
  parameterNames.push_back("workspace");
  parameters.push_back("void *workspace");
  BlockArgument workspace = function.getArguments().back();
  bindArgument(workspace.getArgNumber(), "workspace", "void");
  if (llvm::all_of(workspace.getUsers(), llvm::IsaPred<memref::ViewOp>))
    return;
  // It is a buffer of bytes itself.
  pointers[workspace].text = names.claim("bytes");
  pointers[workspace].ctype = "int8_t";
  line("int8_t *" + pointers[workspace].text + " = (int8_t *)workspace;",
       pointers[workspace].text);
}

void c::FunctionPrinter::printCopyIn(StringRef from, StringRef to,
                                     int64_t count) {
  line("if (" + to + " != " + from + ")");
  ++indent;
  std::string at = claimLoop();
  if (count == 1) {
    line(to + "[0] = " + from + "[0];");
  } else {
    line("for (size_t " + at + " = 0; " + at + " < " + Twine(count) + "; ++" +
         at + ")");
    lines.push_back({indent + 1,
                     (to + "[" + at + "] = " + from + "[" + at + "];").str(),
                     {}});
  }
  names.release(at);
  --indent;
}

LogicalResult c::FunctionPrinter::bindPrivate(Strings &parameters) {
  auto bytes = function->getAttrOfType<IntegerAttr>(metadata::kWorkspaceBytes);
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    auto type = dyn_cast<MemRefType>(argument.getType());
    std::string ctype =
        type ? getElementType(type) : getScalarType(argument.getType());
    if (ctype.empty() || (type && !getStrides(argument)))
      return function.emitError()
             << "expected buffers of static shape for C source but got "
             << argument.getType();
    if (!type) {
      auto given = function.getArgAttrOfType<StringAttr>(i, metadata::kName);
      parameterNames.push_back(names.claim(given ? given.getValue() : "x"));
      parameters.push_back(ctype + " " + parameterNames.back());
      if (failed(bindVariables(argument, parameterNames.back())))
        return failure();
      continue;
    }
    bool isOutput = !!function.getArgAttr(i, metadata::kOutput);
    bool isWorkspace =
        i + 1 == function.getNumArguments() && !isOutput && bytes &&
        type.getRank() == 1 && type.getElementType().isInteger(8) &&
        type.getDimSize(0) == bytes.getInt() && !argument.use_empty() &&
        llvm::all_of(argument.getUsers(), llvm::IsaPred<memref::ViewOp>);
    if (isWorkspace) {
      parameterNames.push_back("workspace");
      parameters.push_back("void *workspace");
      bindArgument(i, "workspace", "void");
      continue;
    }
    auto given = function.getArgAttrOfType<StringAttr>(i, metadata::kName);
    std::string name =
        names.claim(given ? given.getValue().str()
                          : (isOutput ? "y" : "x") + std::to_string(i));
    parameterNames.push_back(name);
    parameters.push_back(pointerTo(ctype, argument) + name);
    bindArgument(i, name, ctype);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Calls `visit` with the identifiers of a line, those of comments excepted.
static void walkIdentifiers(StringRef text,
                            function_ref<void(StringRef)> visit) {
  while (!text.empty()) {
    if (text.consume_front("/*")) {
      text = text.split("*/").second;
      continue;
    }
    StringRef word =
        text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!word.empty())
      visit(word);
    text = text.drop_front(std::max<size_t>(word.size(), 1));
  }
}

void c::FunctionPrinter::printLines(raw_ostream &os) {
  // From the end, so that what only a dropped line needs is dropped, too.
  llvm::StringSet<> used;
  for (Line &line : llvm::reverse(lines)) {
    if (!line.declares.empty() && !used.contains(line.declares)) {
      line.isDropped = true;
      continue;
    }
    line.isUnread = !line.variable.empty() && !used.contains(line.variable);
    StringRef text = line.text;
    // A variable that is only assigned is not used.
    if (auto [target, value] = text.split(" = ");
        !value.empty() && llvm::all_of(target, [](char c) {
          return llvm::isAlnum(c) || c == '_';
        }))
      text = value;
    walkIdentifiers(text, [&](StringRef word) { used.insert(word); });
  }
  for (const auto &word : used)
    module.used.insert(word.getKey());
  for (const std::string &name : parameterNames)
    if (!used.contains(name))
      os << "  (void)" << name << ";\n";
  for (const Line &line : lines) {
    if (line.isDropped)
      continue;
    if (!line.text.empty())
      os.indent(2 * line.indent) << line.text;
    os << "\n";
    // Compilers warn of what is only assigned.
    if (line.isUnread)
      os.indent(2 * line.indent) << "(void)" << line.variable << ";\n";
  }
}

/// `head(parameters)`, broken between parameters.
static void printSignature(StringRef head, ArrayRef<std::string> parameters,
                           raw_ostream &os) {
  std::string text = head.str() + "(";
  for (auto [i, parameter] : llvm::enumerate(parameters)) {
    if (i != 0 && text.size() + parameter.size() + 3 > c::kLineWidth) {
      os << StringRef(text).rtrim() << "\n";
      text = std::string(head.size() + 1, ' ');
    }
    text += parameter + (i + 1 == parameters.size() ? "" : ", ");
  }
  os << text << (parameters.empty() ? "void" : "") << ") {\n";
}

LogicalResult c::FunctionPrinter::print(const FunctionDescription *description,
                                        raw_ostream &os) {
  findWritten();
  Strings parameters;
  if (!function.getBody().hasOneBlock())
    return function.emitError() << "expected one block for C source";
  std::string ctype = "void";
  if (!description && function.getNumResults() == 1)
    ctype = getScalarType(function.getResultTypes().front());
  else if (function.getNumResults() != 0)
    ctype = "";
  if (ctype.empty())
    return function.emitError()
           << "expected no result after bufferisation for C source but got "
           << function.getResultTypes();
  if (description)
    bindEntry(*description, parameters);
  else if (failed(bindPrivate(parameters)))
    return failure();
  if (failed(printBlock(function.front())))
    return failure();
  for (Value result : function.front().getTerminator()->getOperands())
    line("return " + assigned(result) + ";");

  std::string name = module.functions.lookup(function);
  if (description)
    printFunctionComment(*description, ArrayRef(parameterNames).drop_back(),
                         os);
  bool isRandom =
      function
          .walk([](arith::MulUIExtendedOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  if (isRandom)
    os << "/* A random number by Philox4x32-10: its key is the seed, its "
          "counter "
          "says which parameter and\n * which two of its elements. */\n";
  printSignature((description ? "" : "static ") + ctype + " " + name,
                 parameters, os);
  printLines(os);
  os << "}\n\n";
  if (description)
    os << "size_t " << name << "_workspace_bytes(void) {\n  return "
       << description->workspaceBytes << ";\n}\n\n";
  return success();
}
