// RUN: catgrad-opt %s --catgrad-outline-kernels | FileCheck %s

// Two equal nests share one kernel; a buffer that is read and written is
// passed once; constants move along.
// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>, %[[Y:[a-z0-9]+]]: memref<4xf32>
// CHECK:         call @[[$FILL:kernel[_0-9]*]](%[[Y]]) : (memref<4xf32>) -> ()
// CHECK:         call @[[$ADD:kernel[_0-9]*]](%[[X]], %[[Y]]) : (memref<4xf32>, memref<4xf32>) -> ()
// CHECK:         call @[[$ADD]](%[[Y]], %[[X]])
func.func @f(%x: memref<4xf32>, %y: memref<4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4xf32>)
  linalg.add ins(%x, %y : memref<4xf32>, memref<4xf32>) outs(%y : memref<4xf32>)
  linalg.add ins(%y, %x : memref<4xf32>, memref<4xf32>) outs(%x : memref<4xf32>)
  return
}

// Two views of one buffer, one of them written, are not noalias; neither is a
// problem between planned ranges of the workspace.
// CHECK-LABEL: func.func @views(
// CHECK:         call @[[$VIEWS:kernel[_0-9]*]](
// CHECK:         call @[[$RANGES:kernel[_0-9]*]](
func.func @views(%x: memref<4xf32>, %ws: memref<128xi8>) {
  %v = memref.expand_shape %x [[0, 1]] output_shape [4, 1] : memref<4xf32> into memref<4x1xf32>
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i, 0)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%v : memref<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %a = memref.view %ws[%c0][] : memref<128xi8> to memref<4xf32>
  %b = memref.view %ws[%c64][] : memref<128xi8> to memref<4xf32>
  linalg.exp ins(%a : memref<4xf32>) outs(%b : memref<4xf32>)
  return
}

// A nest without iterations disappears; a scalar becomes an argument.
// CHECK-LABEL: func.func @rest(
// CHECK-NOT:     linalg.add
// CHECK:         call @{{kernel[_0-9]*}}(%{{.*}}, %{{.*}}) : (f32, memref<4xf32>) -> ()
func.func @rest(%z: memref<0x3xf32>, %s: f32, %y: memref<4xf32>) {
  linalg.add ins(%z, %z : memref<0x3xf32>, memref<0x3xf32>) outs(%z : memref<0x3xf32>)
  linalg.fill ins(%s : f32) outs(%y : memref<4xf32>)
  return
}

// CHECK:      func.func private @[[$FILL]](%{{.*}}: memref<4xf32> {llvm.noalias})
// CHECK-SAME:   passthrough = ["noinline"]
// CHECK-NEXT:   %[[C:.*]] = arith.constant 0.0
// CHECK-NEXT:   linalg.fill ins(%[[C]]
// CHECK:      func.func private @[[$ADD]](%{{.*}}: memref<4xf32> {llvm.noalias}, %[[O:.*]]: memref<4xf32> {llvm.noalias})
// CHECK-NEXT:   linalg.add ins(%{{.*}}, %[[O]] : {{.*}}) outs(%[[O]] :
// CHECK:      func.func private @[[$VIEWS]](%{{.*}}: memref<4xf32>, %{{.*}}: memref<4x1xf32>)
// CHECK:      func.func private @[[$RANGES]](%{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32> {llvm.noalias})
