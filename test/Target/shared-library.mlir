// A shared library exports the public functions and the manifest only, names
// libm only if it needs it, and is linked the same way every time.
// RUN: rm -rf %t && mkdir -p %t/a %t/b
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t/a/libpair.so
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t/b/libpair.so
// RUN: cmp %t/a/libpair.so %t/b/libpair.so
// RUN: llvm-nm -D --defined-only %t/a/libpair.so | FileCheck %s --check-prefix=EXPORTS
// RUN: llvm-nm -D --defined-only %t/a/libpair.so | count 5
// RUN: llvm-readelf -d %t/a/libpair.so | FileCheck %s --check-prefix=DYNAMIC
// RUN: llvm-readelf -S %t/a/libpair.so | FileCheck %s --check-prefix=SECTIONS
// RUN: test -x %t/a/libpair.so
// RUN: ls %t/a | count 1

// EXPORTS:      T first
// EXPORTS-NEXT: T first_workspace_bytes
// EXPORTS-NEXT: R pair_manifest
// EXPORTS-NEXT: T second
// EXPORTS-NEXT: T second_workspace_bytes

// DYNAMIC-NOT: NEEDED
// DYNAMIC: (SONAME) Library soname: [libpair.so]
// DYNAMIC-NOT: NEEDED

// SECTIONS-NOT: .debug
// SECTIONS: .dynsym
// SECTIONS-NOT: .debug
func.func @first(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @shared(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @shared(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func @second(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @shared(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @shared(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.multiply %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
