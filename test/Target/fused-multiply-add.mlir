// A processor without fused multiply-add gets two operations, no call of fmaf.
// RUN: catgrad-compile %s --cpu=x86-64 -o %t.o && llvm-nm -u %t.o | FileCheck %s --check-prefix=OLD --allow-empty
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o - --emit=asm | FileCheck %s --check-prefix=NEW
// RUN: catgrad-compile %s --cpu=x86-64-v3 -O0 -o - --emit=asm | FileCheck %s --check-prefix=NEW

// OLD-NOT: fma
// NEW: {{vfn?madd}}
func.func @f(%x: tensor<64xf32>) -> tensor<64xf32> {
  %0 = catgrad.sigmoid %x : tensor<64xf32>
  return %0 : tensor<64xf32>
}
