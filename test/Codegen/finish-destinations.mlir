// RUN: catgrad-opt %s --catgrad-finish-destinations | FileCheck %s

// What bufferisation returned in its destination is just dropped.
// CHECK-LABEL: func.func @in_place(
// CHECK-SAME:    catgrad.parameter_copies = 0
// CHECK-NEXT:    linalg.exp
// CHECK-NEXT:    return{{$}}
func.func @in_place(%w: memref<4xf32>) -> (memref<4xf32> {catgrad.alias = 0 : i64})
    attributes {catgrad.destinations = array<i64: 0>} {
  linalg.exp ins(%w : memref<4xf32>) outs(%w : memref<4xf32>)
  return %w : memref<4xf32>
}

// Another buffer is copied to the destination, which is counted.
// CHECK-LABEL: func.func @elsewhere(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: memref<4xf32>
// CHECK-SAME:    catgrad.parameter_copies = 1
// CHECK:         %[[A:.*]] = memref.alloc
// CHECK:         linalg.copy ins(%[[A]] : memref<4xf32>) outs(%[[W]] : memref<4xf32>)
// CHECK-NEXT:    return{{$}}
func.func @elsewhere(%w: memref<4xf32>) -> (memref<4xf32> {catgrad.alias = 0 : i64})
    attributes {catgrad.destinations = array<i64: 0>} {
  %a = memref.alloc() : memref<4xf32>
  linalg.exp ins(%w : memref<4xf32>) outs(%a : memref<4xf32>)
  return %a : memref<4xf32>
}

// What a region yields may be a destination: it is saved before that is written.
// CHECK-LABEL: func.func @chosen(
// CHECK:         %[[R:.*]] = scf.if
// CHECK:         %[[S:.*]] = memref.alloc
// CHECK-NEXT:    linalg.copy ins(%[[R]] : memref<4xf32>) outs(%[[S]] :
// CHECK-NEXT:    linalg.copy ins(%{{.*}} : memref<4xf32>) outs(%[[A:.*]] :
// CHECK-NEXT:    linalg.copy ins(%[[S]] : memref<4xf32>) outs(%[[B:.*]] :
func.func @chosen(%x: memref<4xf32>, %p: i1, %a: memref<4xf32> {catgrad.output}, %b: memref<4xf32> {catgrad.output})
    -> (memref<4xf32>, memref<4xf32>) attributes {catgrad.destinations = array<i64: 2, 3>} {
  %r = scf.if %p -> memref<4xf32> {
    scf.yield %a : memref<4xf32>
  } else {
    scf.yield %x : memref<4xf32>
  }
  return %x, %r : memref<4xf32>, memref<4xf32>
}

// Two results in each other's destination: both are read before one is written.
// CHECK-LABEL: func.func @exchanged(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: memref<4xf32> {catgrad.output}, %[[B:[a-z0-9]+]]: memref<4xf32>
// CHECK-NEXT:    %[[S:.*]] = memref.alloc
// CHECK-NEXT:    linalg.copy ins(%[[B]] : memref<4xf32>) outs(%[[S]] :
// CHECK-NEXT:    %[[T:.*]] = memref.alloc
// CHECK-NEXT:    linalg.copy ins(%[[A]] : memref<4xf32>) outs(%[[T]] :
// CHECK-NEXT:    linalg.copy ins(%[[S]] : memref<4xf32>) outs(%[[A]] :
// CHECK-NEXT:    linalg.copy ins(%[[T]] : memref<4xf32>) outs(%[[B]] :
func.func @exchanged(%a: memref<4xf32> {catgrad.output}, %b: memref<4xf32> {catgrad.output})
    -> (memref<4xf32>, memref<4xf32>) attributes {catgrad.destinations = array<i64: 0, 1>} {
  return %b, %a : memref<4xf32>, memref<4xf32>
}

// A reshape of the destination is the destination; a call leaves its results
// in the buffers that it was given.
// CHECK-LABEL: func.func @call(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2x2xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK-NEXT:    %[[D:.*]] = memref.expand_shape %[[Y]]
// CHECK-NEXT:    call @callee(%[[X]], %[[D]]) : (memref<2x2xf32>, memref<2x2xf32>) -> ()
// CHECK-NOT:     copy
// CHECK:         return{{$}}
func.func @call(%x: memref<2x2xf32>, %y: memref<4xf32> {catgrad.output}) -> memref<4xf32>
    attributes {catgrad.destinations = array<i64: 1>} {
  %d = memref.expand_shape %y [[0, 1]] output_shape [2, 2] : memref<4xf32> into memref<2x2xf32>
  %0 = call @callee(%x, %d) : (memref<2x2xf32>, memref<2x2xf32>) -> memref<2x2xf32>
  %1 = memref.collapse_shape %d [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  return %1 : memref<4xf32>
}
// CHECK: func.func private @callee({{.*}}) attributes
func.func private @callee(%x: memref<2x2xf32>, %y: memref<2x2xf32> {catgrad.output}) -> memref<2x2xf32>
    attributes {catgrad.destinations = array<i64: 1>} {
  linalg.exp ins(%x : memref<2x2xf32>) outs(%y : memref<2x2xf32>)
  return %y : memref<2x2xf32>
}

// A strided copy must not become a call of a run-time library.
// CHECK-LABEL: func.func @strided(
// CHECK-NOT:     memref.copy
// CHECK:         linalg.copy
// CHECK-NOT:     memref.copy
// CHECK:         return
func.func @strided(%x: memref<2x2xf32>, %y: memref<2x4xf32> {catgrad.output}) -> memref<2x4xf32>
    attributes {catgrad.destinations = array<i64: 1>} {
  %s = memref.subview %y[0, 2] [2, 2] [1, 1] : memref<2x4xf32> to memref<2x2xf32, strided<[4, 1], offset: 2>>
  memref.copy %x, %s : memref<2x2xf32> to memref<2x2xf32, strided<[4, 1], offset: 2>>
  memref.copy %y, %y : memref<2x4xf32> to memref<2x4xf32>
  return %y : memref<2x4xf32>
}

// A function of scalars, which computes an element, stays one.
// CHECK-LABEL: func.func private @square(
// CHECK-SAME:    %[[X:.*]]: f32) -> f32 {
// CHECK-NEXT:    arith.mulf
// CHECK-NEXT:    return %{{.*}} : f32
func.func private @square(%x: f32) -> f32 {
  %0 = arith.mulf %x, %x : f32
  return %0 : f32
}
