// Each phase can be seen, by name or by the suffix of the output.
// RUN: catgrad-compile %s --emit=catgrad -o - | FileCheck %s --check-prefix=CATGRAD
// RUN: catgrad-compile %s --emit=rev -o - | FileCheck %s --check-prefix=REV
// RUN: catgrad-compile %s --emit=linalg -o - | FileCheck %s --check-prefix=LINALG
// RUN: catgrad-compile %s --emit=bufferized -o - | FileCheck %s --check-prefix=BUFFERIZED
// RUN: catgrad-compile %s --emit=llvm -o - | FileCheck %s --check-prefix=LLVM
// RUN: catgrad-compile %s --emit=asm -o - | FileCheck %s --check-prefix=ASM

// RUN: rm -rf %t && mkdir %t
// RUN: catgrad-compile %s -o %t/f.mlir && FileCheck %s --check-prefix=REV --input-file=%t/f.mlir
// RUN: catgrad-compile %s -o %t/f.ll && FileCheck %s --check-prefix=LLVM --input-file=%t/f.ll
// RUN: catgrad-compile %s -o %t/f.s && FileCheck %s --check-prefix=ASM --input-file=%t/f.s
// RUN: catgrad-compile %s -o %t/f.o && llvm-nm %t/f.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: catgrad-compile %s -o %t/f.so && llvm-nm -D %t/f.so | FileCheck %s --check-prefix=SYMBOLS
// RUN: catgrad-compile %s --emit=obj -o %t/f.anything && cmp %t/f.o %t/f.anything
// Standard input.
// RUN: cat %s | catgrad-compile - -o - --emit=rev | FileCheck %s --check-prefix=REV

// CATGRAD: catgrad.derive @f_rev of(@f)
// REV-NOT: catgrad.derive
// REV: func.func @f_rev
// LINALG-NOT: catgrad.matmul
// LINALG: linalg.matmul
// BUFFERIZED: catgrad.workspace_bytes
// BUFFERIZED: memref<3x5xf32>
// LLVM: define {{.*}}void @f(
// ASM: f:
// SYMBOLS: T f
func.func @f(%x: tensor<3x4xf32>, %y: tensor<4x5xf32>) -> tensor<3x5xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}
catgrad.derive @f_rev of(@f)
