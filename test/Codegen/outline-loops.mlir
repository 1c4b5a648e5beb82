// RUN: catgrad-opt %s --catgrad-outline-kernels | FileCheck %s

// A loop that loads, computes and stores is a kernel; the buffer that it writes
// shares nothing with the one that it reads.
// CHECK-LABEL: func.func @loop(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK-NOT:     scf.for
// CHECK:         call @[[$LOOP:kernel[_0-9]*]](%[[X]], %[[Y]]) : (memref<4xf32>, memref<4xf32>) -> ()
func.func @loop(%x: memref<4xf32>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c4 step %c1 {
      %0 = memref.load %x[%j] : memref<4xf32>
      %1 = memref.load %y[%i] : memref<4xf32>
      %2 = arith.addf %0, %1 : f32
      memref.store %2, %y[%i] : memref<4xf32>
    }
  }
  return
}

// A loop around something else stays, and what is in it is looked at.
// CHECK-LABEL: func.func @around(
// CHECK:         scf.for
// CHECK-NEXT:      func.call @{{kernel[_0-9]*}}
func.func @around(%y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c4 step %c1 {
    linalg.fill ins(%zero : f32) outs(%y : memref<4xf32>)
  }
  return
}

// A loop that has a result stays.
// CHECK-LABEL: func.func @result(
// CHECK:         scf.for
func.func @result(%y: memref<4xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %zero) -> f32 {
    %0 = memref.load %y[%i] : memref<4xf32>
    %1 = arith.addf %s, %0 : f32
    scf.yield %1 : f32
  }
  return %sum : f32
}

// A static part is passed as the whole, once; a part at an offset that is not
// known stays.
// CHECK-LABEL: func.func @parts(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2x4xf32>
// CHECK:         call @[[$PARTS:kernel[_0-9]*]](%[[X]]) : (memref<2x4xf32>) -> ()
// CHECK:         linalg.fill
func.func @parts(%x: memref<2x4xf32>, %offset: index) {
  %zero = arith.constant 0.0 : f32
  %0 = memref.subview %x[0, 1] [2, 1] [1, 1] : memref<2x4xf32> to memref<2x1xf32, strided<[4, 1], offset: 1>>
  %1 = memref.subview %x[0, 3] [2, 1] [1, 1] : memref<2x4xf32> to memref<2x1xf32, strided<[4, 1], offset: 3>>
  linalg.copy ins(%0 : memref<2x1xf32, strided<[4, 1], offset: 1>>) outs(%1 : memref<2x1xf32, strided<[4, 1], offset: 3>>)
  %2 = memref.subview %x[0, %offset] [2, 1] [1, 1] : memref<2x4xf32> to memref<2x1xf32, strided<[4, 1], offset: ?>>
  linalg.fill ins(%zero : f32) outs(%2 : memref<2x1xf32, strided<[4, 1], offset: ?>>)
  return
}

// CHECK:      func.func private @[[$LOOP]](%{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32> {llvm.noalias})
// CHECK-SAME:   passthrough = ["noinline"]
// CHECK:        scf.for
// CHECK:          scf.for
// CHECK:      func.func private @[[$PARTS]](%[[W:.*]]: memref<2x4xf32> {llvm.noalias})
// CHECK-NEXT:   memref.subview %[[W]][0, 1]
// CHECK-NEXT:   memref.subview %[[W]][0, 3]
// CHECK-NEXT:   linalg.copy
