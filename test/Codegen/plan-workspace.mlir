// RUN: catgrad-opt %s --catgrad-plan-workspace --canonicalize | FileCheck %s

// The first and the third buffer are never alive together: they share bytes.
// Offsets are multiples of 64.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<10xf32>, %[[Y:[a-z0-9]+]]: memref<10xf32>, %[[WS:[a-z0-9]+]]: memref<104xi8>)
// CHECK-SAME:    catgrad.workspace_bytes = 104
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C64:.*]] = arith.constant 64 : index
// CHECK:         memref.view %[[WS]][%[[C0]]][] : memref<104xi8> to memref<10xf32>
// CHECK:         memref.view %[[WS]][%[[C64]]][] : memref<104xi8> to memref<10xf32>
// CHECK:         memref.view %[[WS]][%[[C0]]][] : memref<104xi8> to memref<10xf32>
// CHECK-NOT:     memref.alloc
func.func @chain(%x: memref<10xf32>, %y: memref<10xf32>) {
  %a = memref.alloc() : memref<10xf32>
  linalg.exp ins(%x : memref<10xf32>) outs(%a : memref<10xf32>)
  %b = memref.alloc() : memref<10xf32>
  linalg.exp ins(%a : memref<10xf32>) outs(%b : memref<10xf32>)
  %c = memref.alloc() : memref<10xf32>
  linalg.exp ins(%b : memref<10xf32>) outs(%c : memref<10xf32>)
  linalg.exp ins(%c : memref<10xf32>) outs(%y : memref<10xf32>)
  return
}

// A use through a view counts; so the two buffers live at once.
// CHECK-LABEL: func.func @views(
// CHECK-SAME:    catgrad.workspace_bytes = 128
func.func @views(%x: memref<16xf32>, %y: memref<4x4xf32>) {
  %a = memref.alloc() : memref<16xf32>
  %v = memref.expand_shape %a [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  linalg.exp ins(%x : memref<16xf32>) outs(%a : memref<16xf32>)
  %b = memref.alloc() : memref<4x4xf32>
  linalg.exp ins(%y : memref<4x4xf32>) outs(%b : memref<4x4xf32>)
  linalg.add ins(%v, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// So does one of what a region yields: %a lives as %r while %c is written.
// CHECK-LABEL: func.func @choice(
// CHECK-SAME:    catgrad.workspace_bytes = 192
func.func @choice(%x: memref<16xf32>, %y: memref<16xf32>, %p: i1) {
  %r = scf.if %p -> memref<16xf32> {
    %a = memref.alloc() : memref<16xf32>
    linalg.exp ins(%x : memref<16xf32>) outs(%a : memref<16xf32>)
    scf.yield %a : memref<16xf32>
  } else {
    %b = memref.alloc() : memref<16xf32>
    linalg.log ins(%x : memref<16xf32>) outs(%b : memref<16xf32>)
    scf.yield %b : memref<16xf32>
  }
  %c = memref.alloc() : memref<16xf32>
  linalg.exp ins(%y : memref<16xf32>) outs(%c : memref<16xf32>)
  linalg.add ins(%r, %c : memref<16xf32>, memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// A callee's workspace is a range of the caller's, alive during the call.
// CHECK-LABEL: func.func @caller(
// CHECK-SAME:    %[[WS:[a-z0-9]+]]: memref<192xi8>)
// CHECK:         %[[A:.*]] = memref.view %[[WS]][%{{.*}}][] : memref<192xi8> to memref<16xf32>
// CHECK:         %[[T:.*]] = memref.view %[[WS]][%{{.*}}][] : memref<192xi8> to memref<128xi8>
// CHECK:         call @callee(%{{.*}}, %[[A]], %[[T]])
// CHECK:         call @callee(%[[A]], %{{.*}}, %{{.*}}) : (memref<16xf32>, memref<16xf32>, memref<128xi8>) -> ()
// CHECK:         call @leaf(%{{.*}}, %{{.*}}) : (memref<16xf32>, memref<16xf32>) -> ()
func.func @caller(%x: memref<16xf32>, %y: memref<16xf32>) {
  %a = memref.alloc() : memref<16xf32>
  call @callee(%x, %a) : (memref<16xf32>, memref<16xf32>) -> ()
  call @callee(%a, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  call @leaf(%x, %y) : (memref<16xf32>, memref<16xf32>) -> ()
  return
}
// CHECK: func.func private @callee({{.*}}: memref<128xi8>)
func.func private @callee(%x: memref<16xf32>, %y: memref<16xf32>) {
  %a = memref.alloc() : memref<32xf32>
  %s = memref.subview %a[0] [16] [1] : memref<32xf32> to memref<16xf32, strided<[1]>>
  linalg.copy ins(%x : memref<16xf32>) outs(%s : memref<16xf32, strided<[1]>>)
  linalg.copy ins(%s : memref<16xf32, strided<[1]>>) outs(%y : memref<16xf32>)
  return
}
// A private function without buffers has no workspace argument.
// CHECK: func.func private @leaf(%{{[a-z0-9]+}}: memref<16xf32>, %{{[a-z0-9]+}}: memref<16xf32>) attributes
func.func private @leaf(%x: memref<16xf32>, %y: memref<16xf32>) {
  linalg.exp ins(%x : memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// A public one always has.
// CHECK-LABEL: func.func @empty(%{{.*}}: memref<0xi8>)
// CHECK-SAME:    catgrad.workspace_bytes = 0
func.func @empty() {
  return
}
