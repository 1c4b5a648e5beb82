//===- Module.cpp - A module as one file of C -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file prints the file around the functions: constants, helpers, callees
// before their callers, and the manifest.

#include "C.h"
#include "catgrad/Target/CSource.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace catgrad;

namespace {
class ModulePrinter {
public:
  ModulePrinter(ModuleOp module, const Artefact &artefact)
      : module(module), artefact(artefact) {}

  LogicalResult print(raw_ostream &os);

private:
  void claimNames();
  LogicalResult printGlobal(memref::GlobalOp global, raw_ostream &os);
  LogicalResult printFunction(func::FuncOp function, raw_ostream &os);
  void printManifestText(raw_ostream &os);

  ModuleOp module;
  const Artefact &artefact;
  c::Module shared;
  llvm::StringMap<const FunctionDescription *> descriptions;
  llvm::DenseSet<Operation *> printed;
};
} // namespace

/// Names that callers know come first, for they cannot change.
void ModulePrinter::claimNames() {
  shared.names.claim(artefact.manifestSymbol());
  for (const FunctionDescription &description : artefact.functions) {
    descriptions[description.symbol] = &description;
    shared.names.claim(description.symbol);
    shared.names.claim(description.symbol + "_workspace_bytes");
  }
  c::claimHelpers(shared);
  for (auto function : module.getOps<func::FuncOp>())
    shared.functions[function] =
        descriptions.contains(function.getSymName())
            ? function.getSymName().str()
            : shared.names.claim(function.getSymName());
  for (auto global : module.getOps<memref::GlobalOp>())
    shared.globals[global.getSymName()] = shared.names.claim("constant");
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static std::string getElement(DenseElementsAttr elements, int64_t i) {
  if (isa<FloatType>(elements.getElementType()))
    return c::literal(elements.getValues<APFloat>()[i]);
  return c::literal(elements.getValues<APInt>()[i]);
}

/// Whether the element of a splat is 0, and not -0.
static bool isZero(DenseElementsAttr splat) {
  if (isa<FloatType>(splat.getElementType()))
    return splat.getSplatValue<APFloat>().isPosZero();
  return splat.getSplatValue<APInt>().isZero();
}

LogicalResult ModulePrinter::printGlobal(memref::GlobalOp global,
                                         raw_ostream &os) {
  auto elements =
      dyn_cast_or_null<DenseElementsAttr>(global.getInitialValueAttr());
  std::string ctype = c::getElementType(global.getType());
  if (!elements || !global.getConstant() || ctype.empty())
    return global.emitError() << "expected a constant with values for C "
                                 "source but got "
                              << global.getType();
  // C has no arrays without elements.
  int64_t count = global.getType().getNumElements();
  os << "static const " << ctype << ' '
     << shared.globals.lookup(global.getSymName()) << '['
     << std::max<int64_t>(count, 1) << "] = {";
  // Zeros need no list, which could be long.
  if (count == 0 || (elements.isSplat() && isZero(elements))) {
    os << "0};\n\n";
    return success();
  }
  std::string text = "\n  ";
  for (int64_t i = 0; i < count; ++i) {
    std::string element = getElement(elements, i);
    element += i + 1 < count ? "," : "";
    if (text.size() + element.size() + 1 > c::kLineWidth) {
      os << StringRef(text).rtrim(' ');
      text = "\n  ";
    }
    text += element + " ";
  }
  os << StringRef(text).rtrim(' ') << "\n};\n\n";
  return success();
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

LogicalResult ModulePrinter::printFunction(func::FuncOp function,
                                           raw_ostream &os) {
  if (!printed.insert(function).second)
    return success();
  auto result = function.walk([&](func::CallOp call) -> WalkResult {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    return printFunction(callee, os);
  });
  if (result.wasInterrupted())
    return failure();
  return c::FunctionPrinter(function, shared)
      .print(descriptions.lookup(function.getSymName()), os);
}

/// As one string if every compiler has to take one so long, else letter by
/// letter.
void ModulePrinter::printManifestText(raw_ostream &os) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  printManifest(artefact, stream, /*indent=*/0);
  os << "/* What the header says, as JSON. */\n";
  os << "extern const char " << artefact.manifestSymbol() << "[];\n";
  os << "const char " << artefact.manifestSymbol() << "[] =";
  auto escape = [](char c, char quote) {
    if (c == quote || c == '\\')
      return std::string("\\") + c;
    if (llvm::isPrint(c))
      return std::string(1, c);
    char octal[8];
    snprintf(octal, sizeof(octal), "\\%03o", static_cast<unsigned char>(c));
    return std::string(octal);
  };
  if (text.size() >= 4095) {
    os << " {";
    for (size_t i = 0; i < text.size(); ++i)
      os << (i % 20 ? "'" : "\n  '") << escape(text[i], '\'') << "',";
    os << "\n  0\n};\n";
    return;
  }
  std::string line = "\n  \"";
  for (char c : text) {
    line += c == '?' ? "\\?" : escape(c, '"'); // no trigraphs
    if (line.size() > 90) {
      os << line << '"';
      line = "\n  \"";
    }
  }
  os << line << "\";\n";
}

LogicalResult ModulePrinter::print(raw_ostream &os) {
  claimNames();
  std::string functions, constants;
  llvm::raw_string_ostream functionStream(functions);
  llvm::raw_string_ostream constantStream(constants);
  for (const FunctionDescription &description : artefact.functions)
    if (failed(
            printFunction(module.lookupSymbol<func::FuncOp>(description.symbol),
                          functionStream)))
      return failure();
  for (auto global : module.getOps<memref::GlobalOp>())
    if (shared.used.contains(shared.globals.lookup(global.getSymName())) &&
        failed(printGlobal(global, constantStream)))
      return failure();

  os << "/* " << artefact.stem
     << ": generated by catgrad-compile, do not edit. */\n"
     << "#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n\n"
     << constants;
  c::printHelpers(shared, os);
  os << functions;
  printManifestText(os);
  return success();
}

LogicalResult catgrad::translateToC(ModuleOp module, const Artefact &artefact,
                                    raw_ostream &os) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (failed(ModulePrinter(module, artefact).print(stream)))
    return failure();
  os << text;
  return success();
}
