// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=bufferized | FileCheck %s
// RUN: catgrad-opt %s --catgrad-to-cpu | FileCheck %s --check-prefix=LLVM

// Functions that give bufferisation little to do. None may need a heap, and
// each must become a function that can be translated.
// CHECK-NOT: memref.alloc
// LLVM-NOT:  func.func
// LLVM-NOT:  malloc

// CHECK-LABEL: func.func @identity(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK:         linalg.copy ins(%[[X]] : memref<4xf32>) outs(%[[Y]] : memref<4xf32>)
func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// The value is computed once and copied.
// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[A:[a-z0-9]+]]: memref<4xf32>{{.*}}, %[[B:[a-z0-9]+]]: memref<4xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : memref<4xf32>) outs(%[[A]] :
// CHECK:         linalg.copy ins(%[[A]] : memref<4xf32>) outs(%[[B]] :
func.func @twice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = catgrad.negate %x : tensor<4xf32>
  return %0, %0 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @constant(
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: memref<2x2xf32>
// CHECK:         linalg.fill {{.*}} outs(%[[Y]] :
func.func @constant() -> tensor<2x2xf32> {
  %0 = catgrad.constant dense<1.5> : tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK-LABEL: func.func @rank_zero(
// CHECK:         outs(%{{.*}} : memref<f32>)
func.func @rank_zero(%x: tensor<f32>) -> tensor<f32> {
  %0 = catgrad.add %x, %x : tensor<f32>
  return %0 : tensor<f32>
}

// LLVM: llvm.func @empty(%{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr)
func.func @empty(%x: tensor<3x0xf32>) -> (tensor<0x3xf32>, tensor<3xf32>) {
  %0 = catgrad.reshape %x : (tensor<3x0xf32>) -> tensor<0x3xf32>
  %1 = catgrad.reduce_sum %x {dimensions = array<i64: 1>} : (tensor<3x0xf32>) -> tensor<3xf32>
  return %0, %1 : tensor<0x3xf32>, tensor<3xf32>
}

// LLVM: llvm.func @nothing(%{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr)
func.func @nothing(%x: tensor<4xf32>) {
  return
}

// A callee that is called twice stays, with destinations of its own.
// CHECK-LABEL: func.func @calls(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK:         call @square(%[[X]], %[[T:[a-z0-9_]+]])
// CHECK:         call @square(%[[T]], %[[Y]])
// LLVM: llvm.func internal @square
func.func @calls(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @square(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @square(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @square(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.multiply %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
