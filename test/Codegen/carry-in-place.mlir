// RUN: catgrad-opt %s --catgrad-carry-in-place | FileCheck %s
// RUN: catgrad-compile %s --emit=bufferized -o - | FileCheck %s --check-prefix=BUFFERS

// Numbers, and what is carried unchanged, stay as they are.
// CHECK-LABEL: func.func @swap
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}, %[[N:.*]] = %{{.*}})
// CHECK: %[[SUM:.*]] = linalg.add
// CHECK: %[[M:.*]] = arith.addf %[[N]], %[[N]]
// CHECK: %[[NEW_A:.*]] = tensor.insert_slice %[[B]] into %[[A]][0] [4] [1]
// CHECK: %[[NEW_B:.*]] = tensor.insert_slice %[[SUM]] into %[[B]][0] [4] [1]
// CHECK: scf.yield %[[NEW_A]], %[[NEW_B]], %[[C]], %[[M]] :
// The loop carries no buffer.
// BUFFERS-LABEL: func.func @swap
// BUFFERS: scf.for {{.*}} iter_args(%{{[^,]*}} = %{{[^,]*}}) -> (f32)
func.func @swap(%x: tensor<4xf32>, %y: tensor<4xf32>, %n: tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %f = tensor.extract %n[] : tensor<f32>
  %r:4 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %b = %y, %c = %x, %m = %f)
      -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, f32) {
    %e = tensor.empty() : tensor<4xf32>
    %0 = linalg.add ins(%a, %c : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %1 = arith.addf %m, %m : f32
    scf.yield %b, %0, %c, %1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, f32
  }
  %t = tensor.splat %r#3 : tensor<f32>
  return %r#0, %r#1, %t : tensor<4xf32>, tensor<4xf32>, tensor<f32>
}

// What another update reads is overwritten after it: from the last to the first.
// CHECK-LABEL: func.func @shift
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}})
// CHECK: %[[NEW:.*]] = linalg.add
// CHECK: %[[NEW_C:.*]] = tensor.insert_slice %[[B]] into %[[C]]
// CHECK: %[[NEW_B:.*]] = tensor.insert_slice %[[A]] into %[[B]]
// CHECK: %[[NEW_A:.*]] = tensor.insert_slice %[[NEW]] into %[[A]]
// CHECK: scf.yield %[[NEW_A]], %[[NEW_B]], %[[NEW_C]] :
// BUFFERS-LABEL: func.func @shift
// BUFFERS: scf.for {{[^(]*}} {
func.func @shift(%x: tensor<4xf32>, %y: tensor<4xf32>, %z: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:3 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %b = %y, %c = %z)
      -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %0 = linalg.add ins(%a, %c : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %0, %a, %b : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  return %r#2 : tensor<4xf32>
}

// No order serves a swap: what would be lost is saved first, here through a view.
// CHECK-LABEL: func.func @exchange
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK: %[[VIEW:.*]] = tensor.collapse_shape
// CHECK: %[[SAVED:.*]] = bufferization.alloc_tensor() copy(%[[VIEW]]) : tensor<4xf32>
// CHECK: tensor.insert_slice
// CHECK: tensor.insert_slice
// BUFFERS-LABEL: func.func @exchange
// BUFFERS: scf.for {{[^(]*}} {
func.func @exchange(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %b = %y) -> (tensor<4xf32>, tensor<4xf32>) {
    %0 = tensor.expand_shape %a [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
    %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
    scf.yield %b, %1 : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// A stack that the loop only pushes to lies where it was: no copy of the whole.
// CHECK-LABEL: func.func @push
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}})
// CHECK: %[[NEW:.*]] = tensor.insert_slice %[[A]] into %[[S]][%{{.*}}, 0] [1, 4] [1, 1]
// CHECK: %[[NEW_A:.*]] = tensor.insert_slice %{{.*}} into %[[A]][0] [4] [1]
// CHECK: scf.yield %[[NEW_A]], %[[NEW]] :
// BUFFERS-LABEL: func.func @push
// BUFFERS: scf.for
// BUFFERS-NOT: memref<5x4xf32> to memref<5x4xf32>
// BUFFERS: return
func.func @push(%x: tensor<4xf32>) -> tensor<5x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<5x4xf32>
  %r:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %s = %e) -> (tensor<4xf32>, tensor<5x4xf32>) {
    %d = tensor.empty() : tensor<4xf32>
    %0 = linalg.add ins(%a, %x : tensor<4xf32>, tensor<4xf32>) outs(%d : tensor<4xf32>) -> tensor<4xf32>
    %1 = tensor.insert_slice %a into %s[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<5x4xf32>
    scf.yield %0, %1 : tensor<4xf32>, tensor<5x4xf32>
  }
  return %r#1 : tensor<5x4xf32>
}

// What a branch returns of a carried tensor is copied, not so the constant.
// CHECK-LABEL: func.func @keep
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
// CHECK: scf.if
// CHECK-NOT: bufferization.alloc_tensor
// CHECK: scf.yield
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[A]])
// CHECK: scf.yield %[[COPY]] :
// BUFFERS-LABEL: func.func @keep
// BUFFERS: scf.for {{[^(]*}} {
func.func @keep(%x: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %k = arith.constant dense<1.0> : tensor<4xf32>
  %p = tensor.extract %c[] : tensor<i1>
  %r = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x) -> tensor<4xf32> {
    %0 = scf.if %p -> tensor<4xf32> {
      scf.yield %k : tensor<4xf32>
    } else {
      scf.yield %a : tensor<4xf32>
    }
    scf.yield %0 : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// Of tensors without elements there is nothing to store.
// CHECK-LABEL: func.func @no_elements
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
// CHECK: scf.yield %[[A]] :
func.func @no_elements(%x: tensor<3x0xf32>) -> tensor<3x0xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x) -> tensor<3x0xf32> {
    %0 = math.exp %a : tensor<3x0xf32>
    scf.yield %0 : tensor<3x0xf32>
  }
  return %r : tensor<3x0xf32>
}
