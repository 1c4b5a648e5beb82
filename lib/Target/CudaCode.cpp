//===- CudaCode.cpp - The host side of a CUDA library -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes the constant data that lib/Runtime/Cuda/Library.h declares,
// links the runtime, and makes the entries.

#include "catgrad/Target/CudaCode.h"

#include "../Runtime/Cuda/Library.h"
#include "../Runtime/Embedded.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace catgrad;

//===----------------------------------------------------------------------===//
// Chips
//===----------------------------------------------------------------------===//

std::optional<unsigned> catgrad::parseChip(StringRef chip) {
  unsigned capability;
  if (!chip.consume_front("sm_") || chip.consumeInteger(10, capability) ||
      (!chip.empty() && chip != "a"))
    return std::nullopt;
  return capability;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// The bytes behind each pointer of a function: inputs, outputs, workspace.
static SmallVector<uint64_t>
getBufferSizes(const FunctionDescription &function) {
  SmallVector<uint64_t> sizes;
  for (const auto *tensors : {&function.inputs, &function.outputs})
    for (const TensorDescription &tensor : *tensors)
      sizes.push_back(getBytes(tensor));
  sizes.push_back(function.workspaceBytes);
  return sizes;
}

static LogicalResult verifyLaunch(const CudaLaunch &launch,
                                  ArrayRef<uint64_t> sizes,
                                  EmitError emitError) {
  auto [gridX, gridY, gridZ] = launch.grid;
  auto [blockX, blockY, blockZ] = launch.block;
  if (!gridX || gridX > INT32_MAX || !gridY || gridY > UINT16_MAX || !gridZ ||
      gridZ > UINT16_MAX || !blockX || !blockY || !blockZ || blockZ > 64 ||
      uint64_t(blockX) * blockY * blockZ > 1024)
    return emitError() << "the launch of kernel '" << launch.kernel
                       << "' is beyond the limits of any GPU: grid " << gridX
                       << " x " << gridY << " x " << gridZ << ", block "
                       << blockX << " x " << blockY << " x " << blockZ;
  if (launch.arguments.size() > CATGRAD_CUDA_ARGUMENTS)
    return emitError() << "expected kernel '" << launch.kernel
                       << "' to take at most "
                       << unsigned(CATGRAD_CUDA_ARGUMENTS)
                       << " pointers but got " << launch.arguments.size();
  for (const CudaArgument &argument : launch.arguments)
    if (argument.pointer >= sizes.size() ||
        argument.offset > sizes[argument.pointer])
      return emitError() << "the launch of kernel '" << launch.kernel
                         << "' has an argument outside of all buffers";
  return success();
}

static LogicalResult verifyFunction(const FunctionDescription &description,
                                    const CudaFunction &function,
                                    EmitError emitError) {
  SmallVector<uint64_t> sizes = getBufferSizes(description);
  if (function.pointers != sizes.size())
    return emitError() << "expected the plan of '" << description.symbol
                       << "' to have " << sizes.size() << " pointers but got "
                       << function.pointers;
  for (const CudaCopy &copy : function.copies)
    if (copy.source >= description.inputs.size() ||
        copy.destination < description.inputs.size() ||
        copy.destination + 1 >= sizes.size() ||
        copy.bytes != sizes[copy.source] ||
        copy.bytes != sizes[copy.destination])
      return emitError() << "expected each copy in the plan of '"
                         << description.symbol
                         << "' to be of an input to an output of its size";
  for (const CudaLaunch &launch : function.launches)
    if (failed(verifyLaunch(launch, sizes, emitError)))
      return failure();
  return success();
}

/// The plan of that function, or null.
static const CudaFunction *findPlan(const CudaProgram &program,
                                    StringRef symbol) {
  for (const CudaFunction &function : program.functions)
    if (function.symbol == symbol)
      return &function;
  return nullptr;
}

LogicalResult catgrad::verifyCudaProgram(const Artefact &artefact,
                                         const CudaProgram &program,
                                         EmitError emitError) {
  for (const FunctionDescription &description : artefact.functions) {
    if (!description.onDevice)
      continue;
    const CudaFunction *function = findPlan(program, description.symbol);
    if (!function)
      return emitError() << "expected a plan of '" << description.symbol
                         << "' for CUDA, but there is none";
    if (failed(verifyFunction(description, *function, emitError)))
      return failure();
  }
  if (program.images.empty())
    return emitError() << "expected kernels for at least one chip";
  for (const CudaImage &image : program.images) {
    if (!parseChip(image.chip))
      return emitError() << "expected a chip such as sm_80 but got '"
                         << image.chip << "'";
    for (const CudaFunction &function : program.functions)
      for (const CudaLaunch &launch : function.launches)
        if (!StringRef(image.ptx).contains(".entry " + launch.kernel + "("))
          return emitError() << "expected a kernel '" << launch.kernel
                             << "' for " << image.chip << ", but there is none";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Constant data
//===----------------------------------------------------------------------===//

namespace {
/// Writes one program into a module.
class Writer {
public:
  Writer(llvm::Module &module, const Artefact &artefact,
         const CudaProgram &program)
      : module(module), artefact(artefact), program(program), builder(context),
        pointer(builder.getPtrTy()) {}

  void run();

private:
  llvm::Constant *i32(uint64_t value) { return builder.getInt32(value); }
  llvm::Constant *i64(uint64_t value) { return builder.getInt64(value); }
  /// A structure with the layout that C gives it.
  llvm::Constant *structure(ArrayRef<llvm::Constant *> fields) {
    return llvm::ConstantStruct::getAnon(context, fields);
  }
  llvm::Constant *dimensions(const std::array<uint32_t, 3> &values) {
    return llvm::ConstantDataArray::get(context, ArrayRef(values));
  }
  llvm::GlobalVariable *global(llvm::Constant *value, const Twine &name);
  /// The address of an array; null if it is empty.
  llvm::Constant *array(ArrayRef<llvm::Constant *> elements, const Twine &name);
  llvm::Constant *bytes(StringRef text, const Twine &name, bool addZero);

  llvm::Constant *writeImages();
  llvm::Constant *writeKernels();
  llvm::Constant *writeLaunches(const CudaFunction &function);
  llvm::Constant *writeFunction(const FunctionDescription &description,
                                const CudaFunction &function);
  void writeEntries(const FunctionDescription &description,
                    const CudaFunction &function);
  /// A function `result name(arguments..)` that calls the runtime.
  void forward(StringRef name, StringRef callee, llvm::Type *result,
               ArrayRef<llvm::Type *> arguments);

  llvm::Module &module;
  const Artefact &artefact;
  const CudaProgram &program;
  llvm::LLVMContext &context = module.getContext();
  llvm::IRBuilder<> builder;
  llvm::PointerType *pointer;
  /// The kernels in the order of their first launch.
  llvm::MapVector<StringRef, uint32_t> kernels;
};
} // namespace

llvm::GlobalVariable *Writer::global(llvm::Constant *value, const Twine &name) {
  return new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                  llvm::GlobalValue::InternalLinkage, value,
                                  "catgrad_cuda_" + name);
}

llvm::Constant *Writer::array(ArrayRef<llvm::Constant *> elements,
                              const Twine &name) {
  if (elements.empty())
    return llvm::ConstantPointerNull::get(pointer);
  auto *type =
      llvm::ArrayType::get(elements.front()->getType(), elements.size());
  return global(llvm::ConstantArray::get(type, elements), name);
}

llvm::Constant *Writer::bytes(StringRef text, const Twine &name, bool addZero) {
  llvm::GlobalVariable *data =
      global(llvm::ConstantDataArray::getString(context, text, addZero), name);
  data->setAlignment(llvm::Align(16)); // as tools align code for devices
  return data;
}

llvm::Constant *Writer::writeImages() {
  SmallVector<llvm::Constant *> images;
  for (const CudaImage &image : program.images) {
    llvm::Constant *cubin = llvm::ConstantPointerNull::get(pointer);
    if (!image.cubin.empty())
      cubin = bytes(image.cubin, image.chip + "_cubin", /*addZero=*/false);
    images.push_back(structure(
        // Code for sm_90a runs on 9.0 and on no other.
        {i32(*parseChip(image.chip)), i32(StringRef(image.chip).ends_with("a")),
         bytes(image.ptx, image.chip + "_ptx", /*addZero=*/true), cubin}));
  }
  return array(images, "images");
}

llvm::Constant *Writer::writeKernels() {
  // The most dynamic shared memory that a launch of each asks for.
  SmallVector<uint32_t> shared(kernels.size());
  for (const CudaFunction &function : program.functions)
    for (const CudaLaunch &launch : function.launches) {
      uint32_t &most = shared[kernels.lookup(launch.kernel)];
      most = std::max(most, launch.sharedBytes);
    }
  SmallVector<llvm::Constant *> constants;
  for (auto [name, index] : kernels)
    constants.push_back(structure(
        {bytes(name, "kernel_name", /*addZero=*/true), i32(shared[index])}));
  return array(constants, "kernels");
}

llvm::Constant *Writer::writeLaunches(const CudaFunction &function) {
  SmallVector<llvm::Constant *> launches;
  for (const CudaLaunch &launch : function.launches) {
    SmallVector<llvm::Constant *> arguments;
    for (const CudaArgument &argument : launch.arguments)
      arguments.push_back(
          structure({i64(argument.offset), i32(argument.pointer)}));
    launches.push_back(
        structure({i32(kernels.lookup(launch.kernel)), dimensions(launch.grid),
                   dimensions(launch.block), i32(launch.sharedBytes),
                   i32(arguments.size()), array(arguments, "arguments")}));
  }
  return array(launches, function.symbol + "_launches");
}

llvm::Constant *Writer::writeFunction(const FunctionDescription &description,
                                      const CudaFunction &function) {
  SmallVector<llvm::Constant *> pointers, copies;
  for (const auto *tensors : {&description.inputs, &description.outputs})
    for (const TensorDescription &tensor : *tensors)
      pointers.push_back(structure(
          {i64(getBytes(tensor)), i32(getElementBytes(tensor.dtype))}));
  pointers.push_back(
      structure({i64(description.workspaceBytes), i32(kWorkspaceAlignment)}));
  for (const CudaCopy &copy : function.copies)
    copies.push_back(
        structure({i32(copy.destination), i32(copy.source), i64(copy.bytes)}));
  return global(structure({i32(pointers.size()), i32(copies.size()),
                           i32(function.launches.size()),
                           array(pointers, function.symbol + "_pointers"),
                           array(copies, function.symbol + "_copies"),
                           writeLaunches(function)}),
                function.symbol + "_plan");
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

void Writer::forward(StringRef name, StringRef callee, llvm::Type *result,
                     ArrayRef<llvm::Type *> arguments) {
  auto *type = llvm::FunctionType::get(result, arguments, /*isVarArg=*/false);
  auto *entry = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                       name, module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", entry));
  auto values = llvm::map_to_vector(
      entry->args(),
      [](llvm::Argument &argument) -> llvm::Value * { return &argument; });
  builder.CreateRet(
      builder.CreateCall(module.getOrInsertFunction(callee, type), values));
}

/// int S_cuda(inputs.., outputs.., void *workspace, void *stream) puts its
/// pointers into an array and calls the runtime.
void Writer::writeEntries(const FunctionDescription &description,
                          const CudaFunction &function) {
  llvm::Constant *plan = writeFunction(description, function);
  SmallVector<llvm::Type *> parameters(function.pointers + 1, pointer);
  auto *entry = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt32Ty(), parameters, false),
      llvm::GlobalValue::ExternalLinkage, description.entry(), module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", entry));
  auto *type = llvm::ArrayType::get(pointer, function.pointers);
  llvm::Value *pointers = builder.CreateAlloca(type);
  for (unsigned i = 0; i < function.pointers; ++i)
    builder.CreateStore(entry->getArg(i),
                        builder.CreateConstGEP2_32(type, pointers, 0, i));
  llvm::FunctionCallee run = module.getOrInsertFunction(
      "catgrad_cuda_run", builder.getInt32Ty(), pointer, pointer, pointer);
  builder.CreateRet(builder.CreateCall(
      run, {plan, pointers, entry->getArg(function.pointers)}));

  auto *size = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt64Ty(), false),
      llvm::GlobalValue::ExternalLinkage, description.workspaceBytesSymbol(),
      module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", size));
  builder.CreateRet(i64(description.workspaceBytes));
}

void Writer::run() {
  for (const CudaFunction &function : program.functions)
    for (const CudaLaunch &launch : function.launches)
      kernels.insert({launch.kernel, kernels.size()});

  auto *room = llvm::ArrayType::get(pointer, uint64_t(CATGRAD_CUDA_CONTEXTS) *
                                                 kernels.size());
  auto *functions = new llvm::GlobalVariable(
      module, room, /*isConstant=*/false, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantAggregateZero::get(room), "catgrad_cuda_functions");
  llvm::Constant *library =
      structure({i32(program.images.size()), i32(kernels.size()), writeImages(),
                 writeKernels(), functions});
  // The runtime names it.
  new llvm::GlobalVariable(module, library->getType(), /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage, library,
                           "catgrad_cuda_library");

  for (const FunctionDescription &description : artefact.functions)
    if (description.onDevice)
      writeEntries(description, *findPlan(program, description.symbol));
  forward(artefact.cudaInitSymbol(), "catgrad_cuda_init", builder.getInt32Ty(),
          {});
  forward(artefact.cudaShutdownSymbol(), "catgrad_cuda_shutdown",
          builder.getInt32Ty(), {});
  forward(artefact.cudaErrorStringSymbol(), "catgrad_cuda_error_string",
          pointer, {builder.getInt32Ty()});
}

/// Links the runtime's bitcode, which was made for the host's architecture.
static LogicalResult linkRuntime(llvm::Module &module, EmitError emitError) {
  for (StringRef bitcode : getCudaRuntime()) {
    auto runtime = llvm::parseBitcodeFile(
        llvm::MemoryBufferRef(bitcode, "CUDA runtime"), module.getContext());
    if (!runtime)
      return emitError() << "cannot read the CUDA runtime: "
                         << llvm::toString(runtime.takeError());
    (*runtime)->setTargetTriple(module.getTargetTriple());
    (*runtime)->setDataLayout(module.getDataLayout());
    // The version of clang that made it is no part of the artefact.
    if (auto *ident = (*runtime)->getNamedMetadata("llvm.ident"))
      ident->eraseFromParent();
    if (llvm::Linker::linkModules(module, std::move(*runtime)))
      return emitError() << "cannot link the CUDA runtime";
  }
  return success();
}

LogicalResult catgrad::addCudaCode(llvm::Module &module,
                                   const Artefact &artefact,
                                   const CudaProgram &program,
                                   EmitError emitError) {
  Writer(module, artefact, program).run();
  return linkRuntime(module, emitError);
}
