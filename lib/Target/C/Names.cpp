//===- Names.cpp - Names in C source ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file gives names: to parameters and values, and back to the operations
// that a loop came from.

#include "C.h"
#include "catgrad/Target/CSource.h"
#include "catgrad/Target/Header.h"

#include "catgrad/Dialect/Catgrad/IR/Catgrad.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Identifiers
//===----------------------------------------------------------------------===//

/// Whether <math.h> or <stdint.h> may have a macro of that name, which would be
/// replaced even where the name is a local one's.
static bool isMacro(StringRef name) {
  if (name == "INFINITY" || name == "NAN" || name == "I" ||
      name == "math_errhandling" || name == "workspace")
    return true;
  return llvm::any_of(
      ArrayRef<StringRef>{"FP_", "HUGE", "INT", "MATH_", "M_", "PTRDIFF_",
                          "SIG_", "SIZE_", "UINT", "WCHAR_", "WINT_"},
      [&](StringRef prefix) { return name.starts_with(prefix); });
}

bool c::Names::isTaken(StringRef name) const {
  for (const Names *names = this; names; names = names->outer)
    if (names->used.contains(name))
      return true;
  return isMacro(name) || isLibraryFunction(name);
}

std::string c::Names::claim(StringRef name) {
  std::string identifier = toCIdentifier(name);
  if (isMacro(identifier))
    identifier.insert(0, "x_"); // behind it, a number would not help
  std::string unique = identifier;
  bool endsInDigit = llvm::isDigit(identifier.back());
  for (unsigned i = 2; isTaken(unique); ++i)
    unique = identifier + (endsInDigit ? "_" : "") + std::to_string(i);
  used.insert(unique);
  return unique;
}

//===----------------------------------------------------------------------===//
// Origins
//===----------------------------------------------------------------------===//

/// The prefix of names that are origins, and not names of somebody else.
static constexpr StringLiteral kOrigin = "catgrad-c:";

void catgrad::nameOrigins(ModuleOp module) {
  module.walk([](Operation *op) {
    if (isa<ModuleOp, func::FuncOp, func::ReturnOp>(op))
      return;
    StringRef name = op->getName().stripDialect();
    op->setLoc(NameLoc::get(StringAttr::get(op->getContext(), kOrigin + name),
                            op->getLoc()));
  });
}

/// Calls `visit` with each origin in a location, and the place that it names.
static void walkOrigins(Location loc,
                        function_ref<void(StringRef, Location)> visit) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      walkOrigins(part, visit);
  } else if (auto callSite = dyn_cast<CallSiteLoc>(loc)) {
    walkOrigins(callSite.getCallee(), visit);
  } else if (auto named = dyn_cast<NameLoc>(loc)) {
    StringRef name = named.getName();
    if (name.consume_front(kOrigin))
      visit(name, named.getChildLoc());
    else
      walkOrigins(named.getChildLoc(), visit);
  }
}

StringRef c::getOrigin(Location loc) {
  StringRef last;
  walkOrigins(loc, [&](StringRef name, Location) { last = name; });
  return last;
}

/// The line of a place in a file, 0 without one.
static unsigned getLine(Location loc) {
  unsigned line = 0;
  loc->walk([&](Location inner) {
    auto place = dyn_cast<FileLineColLoc>(inner);
    if (!place)
      return WalkResult::advance();
    line = place.getLine();
    return WalkResult::interrupt();
  });
  return line;
}

std::string c::describeOrigins(Operation *nest) {
  std::map<unsigned, llvm::SetVector<StringRef>> origins;
  auto add = [&](StringRef name, Location place) {
    // Control flow shows by itself.
    static const llvm::StringSet<> plain = {
        "call", "condition", "constant", "for", "if", "while", "yield"};
    if (!plain.contains(name))
      origins[getLine(place)].insert(name);
  };
  walkOrigins(nest->getLoc(), add);
  nest->walk([&](Operation *op) { walkOrigins(op->getLoc(), add); });
  std::string text;
  for (auto &[line, names] : origins) {
    text += text.empty() ? "" : "; ";
    if (line)
      text += "line " + std::to_string(line) + ": ";
    text += llvm::join(names, ", ");
  }
  return text;
}
