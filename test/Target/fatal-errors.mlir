// What LLVM reports by ending the process is an error like others: no output, no
// stack trace. So is what it would crash on.
// RUN: split-file %s %t
// RUN: not catgrad-compile %t/select.mlir -o %t/a.so 2>&1 | FileCheck %t/select.mlir
// RUN: not catgrad-compile %t/assembly.mlir -o %t/a.so 2>&1 | FileCheck %t/assembly.mlir
// RUN: not catgrad-compile %t/immediate.mlir -o %t/a.so 2>&1 | FileCheck %t/immediate.mlir
// RUN: not ls %t/a.so

//--- select.mlir
// CHECK-NOT: {{.}}
// CHECK: catgrad-compile: error: LLVM reported a fatal error: Cannot select: intrinsic %llvm.amdgcn.workitem.id.x
// CHECK-NOT: {{.}}
func.func @f(%x: tensor<4xi32>) -> tensor<4xi32> {
  %id = llvm.call_intrinsic "llvm.amdgcn.workitem.id.x"() : () -> i32
  %0 = tensor.splat %id : tensor<4xi32>
  %1 = catgrad.add %x, %0 : tensor<4xi32>
  return %1 : tensor<4xi32>
}

//--- assembly.mlir
func.func @f(%x: tensor<4xi32>) -> tensor<4xi32> {
  // CHECK: assembly.mlir:[[@LINE+1]]:8: error: inline assembly is not supported
  %a = llvm.inline_asm "nop", "=Q9,~{x}y" : () -> i32
  %0 = tensor.splat %a : tensor<4xi32>
  %1 = catgrad.add %x, %0 : tensor<4xi32>
  return %1 : tensor<4xi32>
}

//--- immediate.mlir
// CHECK-NOT: {{^}}immarg
// CHECK: immediate.mlir:{{.*}}error: LLVM refuses the code: immarg operand has non-immediate parameter
func.func @f(%x: tensor<i32>) -> tensor<i32> {
  %0 = tensor.extract %x[] : tensor<i32>
  %1 = arith.trunci %0 : i32 to i1
  %2 = llvm.call_intrinsic "llvm.ctlz.i32"(%0, %1) : (i32, i1) -> i32
  %3 = tensor.splat %2 : tensor<i32>
  return %3 : tensor<i32>
}
