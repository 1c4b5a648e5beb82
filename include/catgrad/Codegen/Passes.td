//===- Passes.td - Passes from linalg to kernels -*- tablegen -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares the passes that prepare linalg on tensors for native code,
// in the order in which the pipelines run them.

#ifndef CATGRAD_CODEGEN_PASSES_TD
#define CATGRAD_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// On tensors
//===----------------------------------------------------------------------===//

def BoxScalars : Pass<"catgrad-box-scalars", "::mlir::ModuleOp"> {
  let summary = "Pass numbers to private functions as tensors of rank 0";
  let description = [{
    Integers and floats among the arguments and results of private functions
    become tensors without dimensions, which destinations can be given to. Other
    types, and public functions, stay: `catgrad-add-destinations` refuses them.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def EmitInit : Pass<"catgrad-emit-init", "::mlir::ModuleOp"> {
  let summary = "Emit the function that draws the initial parameters";
  let description = [{
    For each function of kind `step` of a learner `N`, makes
    `@N_init(%seed: tensor<i64>) -> (parameters.., state..)`: parameters as their
    attribute `catgrad.init` says, state zeros.

    Random numbers come from Philox4x32-10 (Salmon et al., SC 2011) with the
    halves of the seed as key. Elements 2j and 2j + 1 of parameter number p, in
    row-major order, share the counter (j mod 2^32, j div 2^32, p, 0). Its four
    words r0..r3 give two numbers in (0, 1),
    `u1 = ((r0 >> 5) * 2^26 + (r1 >> 6) + 1/2) * 2^-53` and `u2` of r2 and r3
    likewise. `uniform` gives `low + (high - low) * u1` and the same of u2;
    `normal` gives `mean + std * sqrt(-2 ln u1) * cos(2 pi u2)`, and with sine
    for the odd element. All of it in f64, then rounded to f32 unless the
    parameter is of f64, and that rounded again to f16 or bf16.

    With `call-draws`, the number u, or `sqrt(-2 ln u1) * cos(2 pi u2)`, is that
    of a private function of seed, parameter and element, the same for all
    parameters: shorter where code is for reading.
  }];
  let options = [
    Option<"callDraws", "call-draws", "bool", /*default=*/"false",
           "Draw each element by a call of a private function">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def ReferenceMath : Pass<"catgrad-reference-math"> {
  let summary = "Expand functions into operations that all processors round alike";
  let description = [{
    The elementary functions of `math` on scalars of f64, f32, f16 and bf16
    become additions, products, quotients, square roots and fused multiply-adds,
    each rounded once and without a fast-math flag, and integer arithmetic. So a
    program has the same bits on every processor with IEEE 754's arithmetic,
    and needs no library.

    All is computed in f64, and rounded once more for the others: f64 is within
    2 ulp, f32 within 0.5001, on the whole range, denormal results included.
    Infinities, NaN and zeros are those of C's functions.

    What has one result by definition stays: `math.sqrt`, `math.fma`,
    `math.floor` and the like. A function without an expansion is an error.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def OrderLoops : Pass<"catgrad-order-loops"> {
  let summary = "Give linalg operations loops in an order that vectorises";
  let description = [{
    Makes every named operation but `linalg.fill` a `linalg.generic`. In those
    that sum, the innermost loop becomes the one along which the fewest operands
    are strided: the columns in a matrix product, the summed axis in a sum of
    rows, the remaining axis in a sum of columns. Sums stand just outside it.

    A product that is added to a sum may contract to a fused multiply-add, and
    where the innermost loop sums, its additions may be reassociated: the order
    of summation is unspecified in the dialect. No other operation gets a
    fast-math flag.

    With `fix-rounding` nothing is left to choose: such a product becomes a
    `math.fma`, and no operation gets a flag.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect"];
  let options = [
    Option<"fixRounding", "fix-rounding", "bool", /*default=*/"false",
           "Write fused multiply-adds, and keep the order of sums">
  ];
}

def StoreI1AsI8 : Pass<"catgrad-store-i1-as-i8", "::mlir::ModuleOp"> {
  let summary = "Keep tensors of i1 as tensors of i8, one bit per byte";
  let description = [{
    A vector of i1 in memory is packed in LLVM and does not vectorise. The
    elements are 0 or 1; bodies of `linalg.generic` still compute on i1. To be
    run after `catgrad-order-loops`, on the free form of functions.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def FuseElementwise : Pass<"catgrad-fuse-elementwise"> {
  let summary = "Fuse elementwise operations into their only consumer";
  let description = [{
    Unlike the stock pass it never repeats work: the producer has one use, and
    the consumer reads each of its elements once. So a sigmoid goes into a sum,
    but not into a matrix product. Constants with equal elements become scalars
    in all their consumers.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// Destinations, workspace and kernels
//===----------------------------------------------------------------------===//

def InlineCalledOnce : Pass<"catgrad-inline-called-once", "::mlir::ModuleOp"> {
  let summary = "Move the body of a private function to its only call";
  let description = [{
    A private function whose symbol has exactly one use, a `func.call`, is
    spliced into the caller and erased. Nothing is copied, so the pass is
    linear; functions of several blocks and recursive ones are left alone.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def CarryInPlace : Pass<"catgrad-carry-in-place"> {
  let summary = "Store what a loop carries where the loop found it";
  let description = [{
    A tensor that `scf.for` yields is inserted, as a whole, into the tensor that
    it got for this turn, so that one buffer serves all turns: the bufferisation
    refuses loops whose buffers change. The insertions are ordered such that each
    follows those that read what it overwrites; where there is no such order, as
    when two tensors are swapped, the new values are copied first. What is made
    from the carried tensor by operations that overwrite it, and read by nobody
    else from then on, lies there already: a stack grows in place.

    What the branch of a choice within a loop returns of a carried tensor is
    copied, since the bufferisation takes all that a result may be for one
    buffer. No `canonicalize` may come between, as it would fold the insertions.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::tensor::TensorDialect"];
}

def AddDestinations : Pass<"catgrad-add-destinations", "::mlir::ModuleOp"> {
  let summary = "Give every tensor result a destination argument";
  let description = [{
    Results become trailing, writable arguments of the same type; what is
    returned is the value inserted as a whole into its destination
    (`tensor.insert_slice`), so that the bufferisation analysis sees the write,
    and may copy where it has to. A result with
    `catgrad.alias = k` has argument `k` itself as its destination: the update
    happens in place. Operations that compute such an update are sunk to just
    before the return, behind every read of the old value.

    Values that are inputs, or that are returned twice, are stored by
    `linalg.copy`. The function attribute `catgrad.destinations` lists the
    argument of each result, `catgrad.output` marks the added arguments. Calls
    pass a `tensor.empty` for each destination.

    ```mlir
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32>
    // becomes
    func.func @f(%x: tensor<4xf32> {bufferization.writable = false},
                 %y: tensor<4xf32> {bufferization.writable = true, catgrad.output})
        -> tensor<4xf32> attributes {catgrad.destinations = array<i64: 1>}
    ```
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def ComputeInDestination
    : Pass<"catgrad-compute-in-destination", "::mlir::ModuleOp"> {
  let summary = "Compute results where they are going to be stored";
  let description = [{
    `eliminate-empty-tensors` within blocks: a new tensor that is later stored in
    another becomes a part of that. A tensor in a branch of an `scf.if` whose
    result is stored behind it stays, since the bufferisation refuses some of
    the programs that come of it; it is copied. Insertions that replace a whole
    tensor are dropped where what they insert already lies there.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::tensor::TensorDialect"];
}

def OrderGlobals : Pass<"catgrad-order-globals", "::mlir::ModuleOp"> {
  let summary = "Name and order constants by their first use";
  let description = [{
    One-shot-bufferize numbers the constants of a module in an order that changes
    from run to run. Private constant `memref.global`s that are used become
    `@constant_0`, `@constant_1`, .., at the front of the module.
  }];
}

def FinishDestinations
    : Pass<"catgrad-finish-destinations", "::mlir::ModuleOp"> {
  let summary = "Check that results lie in their destinations and drop them";
  let description = [{
    Runs after one-shot bufferisation. A returned buffer that is not its
    destination is copied there; then functions lose their results and calls
    use the destination instead. Copies that touch an in-place argument are
    counted in the function attribute `catgrad.parameter_copies` (0 for every
    built-in optimiser). A `memref.copy` with a strided side becomes
    `linalg.copy`, because the former would call a run-time library.
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect"];
}

def PlanWorkspace : Pass<"catgrad-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Replace every allocation by a range of a workspace argument";
  let description = [{
    Every static `memref.alloc` becomes a `memref.view` of a trailing argument
    `memref<Nxi8>`. Buffers whose lifetimes (first use to last use in the order
    of operations) are disjoint may share bytes: first fit, largest first,
    offsets aligned to 64 bytes. A call counts as a buffer of the callee's size
    that lives only during the call. The size is recorded as
    `catgrad.workspace_bytes`. Public functions always have the argument,
    private ones only if they need it.

    A dynamic allocation, a stack allocation and a recursive call are errors:
    generated code has no heap.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect"];
}

def CollapseLoops : Pass<"catgrad-collapse-loops"> {
  let summary = "Merge loops that no operand tells apart";
  let description = [{
    On linalg operations on buffers: adjacent loops of one kind that every
    operand has side by side, or not at all, become one loop over
    `memref.collapse_shape` of the operands. An elementwise operation on
    `150x20` runs as one loop of 3,000, which fills whole vectors.
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect"];
}

def OutlineKernels : Pass<"catgrad-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Outline every loop nest into a private function";
  let description = [{
    Each linalg operation on buffers, and each `scf.for` that only loads,
    computes and stores, moves to a private function that LLVM does not inline
    and whose distinct buffers are `llvm.noalias`. That keeps compile time linear
    in the number of nests and gives back the vectorisation that one common
    workspace pointer would cost. Equal kernels are shared. A static part of a
    buffer is passed as the whole. An operation with an empty iteration space is
    erased.
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect"];
}

def NativeEntry : Pass<"catgrad-native-entry", "::mlir::ModuleOp"> {
  let summary = "Make the exported functions of the native interface";
  let description = [{
    For each public function `S` of kind (inputs.., destinations.., workspace)
    this pass makes `S(inputs.., outputs.., workspace)`, in the order of the
    results, and `S_workspace_bytes() -> i64`. Where an output may share the
    buffer of an input, the entry copies the input to the output unless both
    are the same pointer, and runs the in-place body on the output. Private
    functions get internal linkage.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def FlattenEmptyArguments
    : Pass<"catgrad-flatten-empty-arguments", "::mlir::ModuleOp"> {
  let summary = "Pass buffers without elements as memref<0xT>";
  let description = [{
    The bare-pointer calling convention of `convert-func-to-llvm` leaves a
    function alone, without a diagnostic, if an argument has a zero dimension
    that is not outermost. This pass passes every buffer without elements as
    `memref<0xT>` and restores its shape by `memref.reinterpret_cast` inside.
  }];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect"];
}

def ExpandSmallFloats : Pass<"catgrad-expand-small-floats"> {
  let summary = "Compute f16 and bf16 in f32, and convert them by integers";
  let description = [{
    For scalar code. Operations of `arith` and `math` on f16 or bf16 compute in
    f32 and round their results. Conversions between f32 and f16 or bf16 become
    integer arithmetic without branches, to nearest and ties to even, right for
    denormals, infinities and NaN: LLVM would call functions of a compiler's
    run-time library. With `native-f16` those of f16 stay, for processors that
    have instructions for them (F16C on x86-64); the results have the same bits.
    With `native-bf16` those of bf16 stay.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let options = [
    Option<"nativeF16", "native-f16", "bool", /*default=*/"false",
           "Leave conversions between f32 and f16 to the processor">,
    Option<"nativeBF16", "native-bf16", "bool", /*default=*/"false",
           "Leave conversions between f32 and bf16 to the target">
  ];
}

def ApproximateMath : Pass<"catgrad-approximate-math"> {
  let summary = "Expand functions of f32 into polynomials that vectorise";
  let description = [{
    libm's scalar functions keep a loop from being vectorised. The polynomials
    for `exp` and `log` are within 1 ulp, those for `expm1` and `log1p` within 2,
    `erf` and `erfc` 3, `tanh` 4 ulp, on the whole range; results below the
    smallest normal number flush to zero. Functions of f64, and functions whose
    polynomial is inaccurate (`atan`, `sin`, `cos`), keep calling libm.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"];
}

def CallLibm : Pass<"catgrad-call-libm", "::mlir::ModuleOp"> {
  let summary = "Call the C library where LLVM's expansion is inexact";
  let description = [{
    `convert-math-to-llvm` writes `log1p(x)` as `log(1 + x)` and `expm1(x)` as
    `exp(x) - 1`, which lose every digit near 0. To be run before it.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::vector::VectorDialect"];
}

#endif // CATGRAD_CODEGEN_PASSES_TD
