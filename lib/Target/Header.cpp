//===- Header.cpp - C header of a native artefact ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes the C header of an artefact, and makes names fit for C.

#include "catgrad/Target/Header.h"

#include "../Runtime/Cuda/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Names and types
//===----------------------------------------------------------------------===//

/// Keywords of C23 and C++23, and the names that the header itself uses.
static bool isReserved(StringRef name) {
  static const llvm::StringSet<> reserved = {
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor",
      "bool", "break", "case", "catch", "char", "char8_t", "char16_t",
      "char32_t", "class", "co_await", "co_return", "co_yield", "compl",
      "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
      "continue", "decltype", "default", "delete", "do", "double",
      "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false",
      "float", "for", "friend", "goto", "if", "inline", "int", "long",
      "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
      "operator", "or", "or_eq", "private", "protected", "public", "register",
      "reinterpret_cast", "requires", "restrict", "return", "short", "signed",
      "sizeof", "static", "static_assert", "static_cast", "struct", "switch",
      "template", "this", "thread_local", "throw", "true", "try", "typedef",
      "typeid", "typename", "typeof", "typeof_unqual", "union", "unsigned",
      "using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
      "xor_eq",
      // Macros and types of the headers that ours includes, and of systems.
      "NULL", "offsetof", "linux", "unix", "size_t", "ptrdiff_t", "max_align_t",
      "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t",
      "uint32_t", "uint64_t"};
  return reserved.contains(name);
}

static bool isIdentifierCharacter(char c) {
  return llvm::isAlnum(c) || c == '_';
}

bool catgrad::isCIdentifier(StringRef name) {
  // A leading underscore and a double one belong to the C or C++ library.
  return !name.empty() && llvm::isAlpha(name.front()) &&
         llvm::all_of(name, isIdentifierCharacter) && !name.contains("__") &&
         !isReserved(name);
}

bool catgrad::isLibraryFunction(StringRef name) {
  static const llvm::TargetLibraryInfoImpl library{
      llvm::Triple(llvm::sys::getProcessTriple())};
  llvm::LibFunc function;
  return name == "main" || library.getLibFunc(name, function);
}

std::string catgrad::toCIdentifier(StringRef name) {
  std::string identifier;
  for (char c : name) {
    char next = isIdentifierCharacter(c) ? c : '_';
    if (next != '_' || (!identifier.empty() && identifier.back() != '_'))
      identifier += next;
  }
  if (identifier.empty() || !llvm::isAlpha(identifier.front()))
    identifier.insert(0, "x");
  if (isReserved(identifier))
    identifier += '_';
  return identifier;
}

StringRef catgrad::getCType(StringRef dtype) {
  return llvm::StringSwitch<StringRef>(dtype)
      .Case("f64", "double")
      .Case("f32", "float")
      .Cases({"bf16", "f16"}, "uint16_t")
      .Case("i64", "int64_t")
      .Case("i32", "int32_t")
      .Case("i16", "int16_t")
      .Case("i8", "int8_t")
      .Case("i1", "uint8_t");
}

/// An identifier that no parameter of the function has yet.
static std::string makeParameterName(StringRef name, llvm::StringSet<> &used) {
  std::string identifier = toCIdentifier(name), unique = identifier;
  for (unsigned i = 1; !used.insert(unique).second; ++i)
    unique = identifier + "_" + std::to_string(i);
  return unique;
}

static std::string toUpper(StringRef identifier) { return identifier.upper(); }

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// What a kind of function does, after its name.
static StringRef getPurpose(StringRef kind) {
  return llvm::StringSwitch<StringRef>(kind)
      .Case("init", "initial parameters and state, drawn from a seed.")
      .Case("predict", "the model's results.")
      .Case("rev", "cotangents of the parameters and the inputs.")
      .Case("rev_p", "cotangents of the parameters only.")
      .Case("loss", "the value of the loss.")
      .Case("step", "one step of training: new parameters and state.")
      .Default("");
}

static std::string describeType(const TensorDescription &tensor) {
  std::string text = getCType(tensor.dtype).str();
  for (int64_t size : tensor.shape)
    text += "[" + std::to_string(size) + "]";
  if (tensor.shape.empty())
    text += ", one value";
  if (tensor.dtype == "i1")
    text += ", each 0 or 1";
  if (tensor.dtype == "f16" || tensor.dtype == "bf16")
    text += ", the bits of " + tensor.dtype;
  if (llvm::is_contained(tensor.shape, 0))
    text += ", no element: may be null";
  return text;
}

SmallVector<std::string>
catgrad::getParameterNames(const FunctionDescription &function) {
  llvm::StringSet<> used = {"workspace"};
  if (function.onDevice)
    used.insert("stream");
  SmallVector<std::string> names;
  for (const auto *tensors : {&function.inputs, &function.outputs})
    for (const TensorDescription &tensor : *tensors)
      names.push_back(makeParameterName(tensor.name, used));
  return names;
}

void catgrad::printFunctionComment(const FunctionDescription &function,
                                   ArrayRef<std::string> parameters,
                                   raw_ostream &os) {
  ArrayRef<std::string> inputs = parameters.take_front(function.inputs.size());
  ArrayRef<std::string> outputs = parameters.drop_front(inputs.size());
  size_t width = 0;
  for (const std::string &name : parameters)
    width = std::max(width, name.size());

  os << "/*\n * " << function.entry();
  if (StringRef purpose = getPurpose(function.kind); !purpose.empty())
    os << ": " << purpose;
  auto printTensor = [&](const TensorDescription &tensor, StringRef name,
                         StringRef direction) {
    os << "\n *   " << direction << ' ' << llvm::left_justify(name, width)
       << "  " << llvm::left_justify(toCIdentifier(tensor.role), 9) << "  "
       << describeType(tensor);
  };
  for (auto [tensor, name] : llvm::zip(function.inputs, inputs))
    printTensor(tensor, name, "in ");
  for (auto [tensor, name] : llvm::zip(function.outputs, outputs)) {
    printTensor(tensor, name, "out");
    if (tensor.alias)
      os << "; may be " << inputs[*tensor.alias] << " itself";
  }
  os << "\n */\n";
}

static void printFunction(const FunctionDescription &function,
                          llvm::StringSet<> &macros, raw_ostream &os) {
  SmallVector<std::string> names = getParameterNames(function);
  printFunctionComment(function, names, os);
  ArrayRef<std::string> parameters = names;
  ArrayRef<std::string> inputs = parameters.take_front(function.inputs.size());
  ArrayRef<std::string> outputs = parameters.drop_front(inputs.size());

  // Two functions whose names differ only by case cannot share a macro.
  std::string entry = function.entry();
  std::string macro = toUpper(entry) + "_WORKSPACE_BYTES";
  if (!macros.insert(macro).second) {
    macro = entry + "_WORKSPACE_BYTES";
    macros.insert(macro);
  }

  os << (function.onDevice ? "int " : "void ") << entry << "(";
  for (auto [tensor, name] : llvm::zip(function.inputs, inputs))
    os << "const " << getCType(tensor.dtype) << " *" << name << ", ";
  for (auto [tensor, name] : llvm::zip(function.outputs, outputs))
    os << getCType(tensor.dtype) << " *" << name << ", ";
  os << "void *workspace" << (function.onDevice ? ", void *stream" : "")
     << ");\n";
  os << "size_t " << function.workspaceBytesSymbol() << "(void);\n";
  os << "#define " << macro << " " << function.workspaceBytes << "\n\n";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

static constexpr StringLiteral kRules = R"(/*
 * Every argument points to contiguous row-major data with the alignment of its
 * element. The workspace has NAME_WORKSPACE_BYTES bytes, aligned to {0}; it keeps
 * nothing between calls, and may be null if it has no byte.
 *
 * An output marked "may be W itself" may have the buffer of that input: it is
 * then updated in place. Inputs may overlap each other. Any other overlap is
 * undefined. The functions allocate nothing, keep no state, and may run in
 * several threads at once, each with its own outputs and workspace.
 */
)";

static constexpr StringLiteral kCudaRules = R"(/*
 * Functions whose names end in _cuda work on a GPU. Every argument is a device
 * pointer to contiguous row-major data with the alignment of its element, but
 * `stream`, which is a CUstream or cudaStream_t. The workspace is on the device
 * too: NAME_WORKSPACE_BYTES bytes, aligned to {0}; it keeps nothing between
 * calls, and may be null if it has no byte. They put work into the stream and
 * wait for nothing, so that they may be captured into a CUDA graph, and return 0
 * or an error: below zero one of those here, above zero the driver's CUresult.
 * The other functions work on host memory.
 *
 * An output marked "may be W itself" may have the buffer of that input: it is
 * then updated in place. Inputs may overlap each other. Any other overlap is
 * undefined. The functions allocate nothing, and may run in several threads at
 * once, each with its own outputs and workspace.
 */
)";

static constexpr StringLiteral kCudaFunctions = R"(
/* Loads the kernels into the current CUDA context of this thread. Calling it
   again does nothing. Functions on the GPU want it first, once a context. */
int {0}(void);
/* Unloads them from the current context: before that is destroyed, and when
   nothing of the library runs in it. */
int {1}(void);
/* What the result of a function means. The text is never freed. */
const char *{2}(int error);

)";

/// The errors of the runtime, the same in each header.
static void printCudaErrors(raw_ostream &os) {
  os << "#ifndef CATGRAD_CUDA_ERRORS\n#define CATGRAD_CUDA_ERRORS\n"
        "enum {\n  CATGRAD_CUDA_SUCCESS = 0";
#define CATGRAD_CUDA_PRINT(name, code, text)                                   \
  os << ",\n  /* " text " */\n  CATGRAD_CUDA_" #name " = " << code;
  CATGRAD_CUDA_ERRORS(CATGRAD_CUDA_PRINT)
#undef CATGRAD_CUDA_PRINT
  os << "\n};\n#endif\n";
}

void catgrad::printHeader(const Artefact &artefact, raw_ostream &os) {
  std::string guard = "CATGRAD_" + toUpper(artefact.stem) + "_H";
  os << "/* " << artefact.stem
     << ": generated by catgrad-compile, do not edit. */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << "#include <stddef.h>\n#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
     << llvm::formatv(artefact.isCuda() ? kCudaRules.data() : kRules.data(),
                      kWorkspaceAlignment)
     << "\n";
  if (artefact.isCuda()) {
    printCudaErrors(os);
    os << llvm::formatv(kCudaFunctions.data(), artefact.cudaInitSymbol(),
                        artefact.cudaShutdownSymbol(),
                        artefact.cudaErrorStringSymbol());
  }

  llvm::StringSet<> macros;
  for (const FunctionDescription &function : artefact.functions)
    printFunction(function, macros, os);

  os << "/* The same facts as JSON text. */\n"
     << "extern const char " << artefact.manifestSymbol() << "[];\n\n"
     << "#ifdef __cplusplus\n}\n#endif\n\n"
     << "#endif /* " << guard << " */\n";
}
