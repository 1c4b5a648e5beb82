// Objects need nothing but libm, memcpy, memmove and memset, and the same input
// gives the same bytes wherever it lies.
// RUN: rm -rf %t && mkdir -p %t/a %t/b && cp %s %t/b/other.mlir
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t/a/f.o
// RUN: catgrad-compile %t/b/other.mlir --cpu=x86-64-v3 -o %t/b/f.o
// RUN: cmp %t/a/f.o %t/b/f.o
// RUN: llvm-nm %t/a/f.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t/f.s
// RUN: FileCheck %s --check-prefix=ASM --input-file=%t/f.s
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t/f.ll
// RUN: FileCheck %s --check-prefix=IR --input-file=%t/f.ll
// RUN: catgrad-compile %s --cpu=x86-64-v3 -O0 -o - --emit=llvm | FileCheck %s --check-prefix=O0

// SYMBOLS-NOT: {{ U }}
// SYMBOLS-DAG: T f
// SYMBOLS-DAG: T f_workspace_bytes
// SYMBOLS-DAG: R f_manifest
// SYMBOLS-NOT: {{ T }}

// ASM-NOT: .loc
// ASM: f:
// ASM: vaddps {{.*}}%ymm

// IR: source_filename = "f"
// IR: target triple = "x86_64
// IR: @f_manifest = {{.*}}constant {{.*}}symbol{{.*}}\00"
// IR: <8 x float>

// O0-NOT: <8 x float>
// O0: define void @f(
func.func @f(%x: tensor<64xf32>) -> tensor<64xf32> {
  %0 = catgrad.add %x, %x : tensor<64xf32>
  return %0 : tensor<64xf32>
}
