// What LLVM leaves to libm makes the library name libm.so.6, with the version of
// the symbol, although no development package is asked for.
// RUN: catgrad-compile %s --cpu=x86-64 -o %t.so
// RUN: llvm-readelf -d %t.so | FileCheck %s
// RUN: llvm-nm -D -u %t.so | FileCheck %s --check-prefix=UNDEFINED

// CHECK: (NEEDED) Shared library: [libm.so.6]
// UNDEFINED-NOT: U
// UNDEFINED: U exp@GLIBC
// UNDEFINED-NOT: U
func.func @f(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = catgrad.sigmoid %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}
