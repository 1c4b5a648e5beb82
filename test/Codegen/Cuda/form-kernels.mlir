// RUN: catgrad-opt %s --catgrad-form-kernels --split-input-file | FileCheck %s

// A product with its initial value, activation and update is one kernel; the
// product itself never reaches memory.
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: memref<4x3xf32>, %[[X:[a-z0-9]+]]: memref<8x4xf32>, %[[D:[a-z0-9]+]]: memref<8x3xf32>
// CHECK-NEXT:    call @step_0(%[[X]], %[[D]], %[[W]])
// CHECK-NEXT:    return
// CHECK:       func.func private @step_0(%{{.*}}: memref<8x4xf32>, %{{.*}}: memref<8x3xf32>, %[[UPDATED:.*]]: memref<4x3xf32>) attributes {catgrad.kernel}
// CHECK:         %[[SUM:.*]] = memref.alloc() : memref<4x3xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[SUM]]
// CHECK:         linalg.generic {{.*}} outs(%[[SUM]]
// CHECK:         linalg.generic {{.*}} ins(%[[UPDATED]], %[[SUM]] {{.*}} outs(%[[UPDATED]]
func.func @step(%w: memref<4x3xf32>, %x: memref<8x4xf32>, %d: memref<8x3xf32>) {
  %zero = arith.constant 0.0 : f32
  %sum = memref.alloc() : memref<4x3xf32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<4x3xf32>)
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %d : memref<8x4xf32>, memref<8x3xf32>) outs(%sum : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%w, %sum : memref<4x3xf32>, memref<4x3xf32>) outs(%w : memref<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// A thread that reads what another one writes waits for the next launch; so does
// a transposition in place of two buffers, and a sum of a sum.
// CHECK-LABEL: func.func @across(
// CHECK-NEXT:    memref.alloc
// CHECK-NEXT:    call @across_0
// CHECK-NEXT:    call @across_1
// CHECK-NEXT:    return
func.func @across(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %t = memref.alloc() : memref<4x4xf32>
  linalg.exp ins(%x : memref<4x4xf32>) outs(%t : memref<4x4xf32>)
  linalg.transpose ins(%t : memref<4x4xf32>) outs(%y : memref<4x4xf32>) permutation = [1, 0]
  return
}

// -----

// Work on another buffer moves up, also over a launch between.
// CHECK-LABEL: func.func @apart(
// CHECK-NEXT:    call @apart_0(%{{.*}}, %{{.*}}, %{{.*}})
// CHECK-NEXT:    call @apart_1
// CHECK-NEXT:    return
// CHECK:       func.func private @apart_0
// CHECK:         math.exp
// CHECK:         math.log
// CHECK:         return
func.func @apart(%x: memref<4x4xf32>, %y: memref<4x4xf32>, %z: memref<4x4xf32>, %t: memref<4x4xf32>) {
  linalg.exp ins(%x : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  linalg.transpose ins(%y : memref<4x4xf32>) outs(%t : memref<4x4xf32>) permutation = [1, 0]
  linalg.log ins(%x : memref<4x4xf32>) outs(%z : memref<4x4xf32>)
  return
}

// -----

// Equal kernels are one; an operation without elements is none.
// CHECK-LABEL: func.func @shared(
// CHECK:         call @[[KERNEL:shared_0]](%[[A:[a-z0-9]+]], %[[B:[a-z0-9]+]])
// CHECK-NEXT:    call @[[KERNEL]](%[[B]], %[[A]])
// CHECK-NEXT:    return
// CHECK-NOT:   func.func private @shared_1
func.func @shared(%x: memref<4x4xf32>, %y: memref<4x4xf32>, %none: memref<0xf32>) {
  linalg.transpose ins(%x : memref<4x4xf32>) outs(%y : memref<4x4xf32>) permutation = [1, 0]
  linalg.exp ins(%none : memref<0xf32>) outs(%none : memref<0xf32>)
  linalg.transpose ins(%y : memref<4x4xf32>) outs(%x : memref<4x4xf32>) permutation = [1, 0]
  return
}

// -----

// Numbers from memory are loaded where they are used.
// CHECK-LABEL: func.func @number(
// CHECK-NEXT:    call @number_0
// CHECK-NEXT:    return
// CHECK:       func.func private @number_0
// CHECK:         memref.load
// CHECK:         arith.negf
// CHECK:         linalg.generic
func.func @number(%x: memref<f32>, %y: memref<4xf32>) {
  %0 = memref.load %x[] : memref<f32>
  %1 = arith.negf %0 : f32
  linalg.fill ins(%1 : f32) outs(%y : memref<4xf32>)
  return
}
