//===- Passes.td - Passes from linalg to CUDA kernels -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that make CUDA kernels of linalg on buffers, in
// the order in which the pipeline runs them.

#ifndef CATGRAD_CODEGEN_CUDA_PASSES_TD
#define CATGRAD_CODEGEN_CUDA_PASSES_TD

include "mlir/Pass/PassBase.td"

def LimitInlining : Pass<"catgrad-limit-inlining", "::mlir::ModuleOp"> {
  let summary = "Refuse functions that are too large with all calls inlined";
  let description = [{
    For CUDA each entry becomes one straight line of launches, so that all calls
    are inlined. Functions that call others several times may double at each
    link, and recursive ones have no end: both are errors before they take the
    memory of the machine.
  }];
  let options = [
    Option<"maxOperations", "max-ops", "uint64_t", /*default=*/"1000000",
           "Operations that a function may have with all calls inlined">
  ];
}

def SplitReductions : Pass<"catgrad-split-reductions"> {
  let summary = "Compute long sums to few elements in two stages";
  let description = [{
    A reduction whose elements are too few for all the blocks that a GPU runs at
    a time becomes two: parts along one of its loops, to a new buffer, and the
    reduction of the parts. The order is fixed, so that results stay the same
    from run to run. On linalg operations on buffers.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect"];
  let options = [
    Option<"inOrder", "in-order", "bool", /*default=*/"false",
           "Leave sums and products of floats in one piece">
  ];
}

def FormKernels : Pass<"catgrad-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Put the operations that run in one launch into a function";
  let description = [{
    On functions of buffers, before the workspace is planned: each linalg
    operation, copy, nest of `scf.for` and store moves to a private function
    with the attribute `catgrad.kernel`. Operations share one where each thread
    reads of what the others wrote only the element that it computes itself: a
    matrix product with its initial value, bias, activation and update. A buffer
    that nobody else reads becomes local to the kernel. Sums along a row share one
    with what is computed of them and of the row again, be that a softmax, a
    layer norm, their derivatives or anything alike. Operations may move up over
    those that touch none of their buffers. Little work on different
    elements, such as the updates of all parameters, shares a launch too: as parts
    (`scf.execute_region no_inline`) that blocks of their own run side by side.

    Whatever is left is an error: there is no work for the host between launches.
  }];
  let options = [
    Option<"fuseRows", "fuse-rows", "bool", /*default=*/"true",
           "Several sums along the same rows in one kernel">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect"];
}

def MapKernels : Pass<"catgrad-map-kernels", "::mlir::ModuleOp"> {
  let summary = "Write kernels for blocks and threads of a GPU";
  let description = [{
    Functions with the attribute `catgrad.kernel` become `gpu.func`s of one
    `gpu.module @kernels`, their calls `gpu.launch_func`s of static size. A
    kernel of equal text is there once. How the work is divided:

    * *points*: a thread computes one element, and sums serially. Right for
      every operation.
    * *vectors*: a thread computes four neighbours of many, with accesses of 16
      bytes where all addresses are multiples of that, or else one by one.
    * *tiles*: a contraction, by blocks of the result whose operands pass
      through shared memory, each thread with some elements in registers. Where
      four neighbours lie side by side, one access loads them, if the address
      allows it.
    * *rows*: a reduction, each element by several threads of one block, whose
      parts meet in a tree in shared memory.
    * *fused rows*: several operations along the same rows, by the threads that
      have a row in stages: the sums of one stage, by such a tree, are known to
      all of them in the next one.
    * *loops*: a nest of `scf.for`, a thread for each turn of the loops whose
      turns write apart; the other loops stay serial.

    Every order of summation is fixed: the same program gives the same bits.
    With `in-order` sums and products of floats are those of the loops as they
    stand, first to last: by *points*. Where all indices fit, the module says by
    its data layout that they have 32 bits.
  }];
  let dependentDialects = [
    "::mlir::DLTIDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"];
  let options = [
    Option<"inOrder", "in-order", "bool", /*default=*/"false",
           "Add and multiply floats one after the other">
  ];
}

def ExactMath : Pass<"catgrad-exact-math"> {
  let summary = "Let the device compute what has one result by definition";
  let description = [{
    `math.fma`, `math.sqrt`, `math.floor` and the like become LLVM's intrinsics,
    which are instructions of the device that round once: NVIDIA's library has
    approximations for some of them. So do `arith.maximumf` and
    `arith.minimumf`, which tell the zeros apart as they do on the CPU.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // CATGRAD_CODEGEN_CUDA_PASSES_TD
