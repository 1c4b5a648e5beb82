// The same arithmetic for every processor: no library, no flag, no approximation.
// RUN: catgrad-compile %s -o - --emit=llvm --math=reference | FileCheck %s --check-prefix=LLVM
// RUN: catgrad-compile %s -o - --emit=llvm --math=reference --cpu=x86-64 | FileCheck %s --check-prefix=LLVM
// RUN: catgrad-compile %s -o - --emit=nvvm --math=reference --target=cuda | FileCheck %s --check-prefix=NVVM
// RUN: catgrad-compile %s -o - --emit=ptx --math=reference --target=cuda --gpu=sm_80 | FileCheck %s --check-prefix=PTX
// RUN: not catgrad-compile %s -o - --emit=c --math=reference 2>&1 | FileCheck %s --check-prefix=C
// RUN: not catgrad-compile %s -o - --emit=llvm --math=exact 2>&1 | FileCheck %s --check-prefix=NAME

// LLVM-NOT: {{(fmul|fadd|fdiv|fsub) (fast|contract|reassoc)}}
// LLVM-NOT: fmuladd
// LLVM-NOT: {{(call|declare) .*@(expf?|logf?|sqrtf?)\(}}
// LLVM:     llvm.fma
// LLVM-NOT: fmuladd

// NVVM-NOT: __nv_
// NVVM:     "llvm.fma"
// NVVM:     "llvm.sqrt"
// NVVM-NOT: __nv_

// PTX-NOT: {{approx|ftz|\.full\.}}
// PTX:     .visible .entry
// PTX-NOT: {{approx|ftz|\.full\.}}

// C: expected default math for C source

// NAME: for the --math option: Cannot find option named 'exact'!

func.func @f(%x: tensor<4x9xf32>, %y: tensor<9x4xf32>) -> tensor<4x4xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<4x9xf32>, tensor<9x4xf32>) -> tensor<4x4xf32>
  %1 = catgrad.exp %0 : tensor<4x4xf32>
  %2 = catgrad.sqrt %1 : tensor<4x4xf32>
  %3 = catgrad.log %2 : tensor<4x4xf32>
  %4 = catgrad.divide %3, %2 : tensor<4x4xf32>
  return %4 : tensor<4x4xf32>
}
