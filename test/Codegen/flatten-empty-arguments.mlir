// RUN: catgrad-opt %s --catgrad-flatten-empty-arguments | FileCheck %s
// RUN: catgrad-opt %s --pass-pipeline='builtin.module(catgrad-flatten-empty-arguments,func.func(convert-linalg-to-loops),expand-strided-metadata,convert-scf-to-cf,finalize-memref-to-llvm,convert-func-to-llvm{use-bare-ptr-memref-call-conv=1})' \
// RUN:   | FileCheck %s --check-prefix=LLVM

// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<0xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK:         %[[S:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [3, 0], strides: [0, 1] : memref<0xf32> to memref<3x0xf32>
// CHECK:         linalg.exp ins(%[[S]] :
// CHECK:         %[[P:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [0]
// CHECK:         call @g(%[[P]], %[[Y]]) : (memref<0xf32>, memref<4xf32>) -> ()
// LLVM:        llvm.func @f(%{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr)
func.func @f(%x: memref<3x0xf32>, %y: memref<4xf32>, %z: memref<3x0xf32>) {
  linalg.exp ins(%x : memref<3x0xf32>) outs(%z : memref<3x0xf32>)
  call @g(%x, %y) : (memref<3x0xf32>, memref<4xf32>) -> ()
  return
}
// CHECK: func.func private @g(%{{.*}}: memref<0xf32>, %{{.*}}: memref<4xf32>)
// LLVM:  llvm.func @g(
func.func private @g(%x: memref<3x0xf32>, %y: memref<4xf32>) {
  return
}
