// RUN: catgrad-opt %s --catgrad-compute-in-destination | FileCheck %s

// A new tensor becomes the destination that it is stored in, and no store is left.
// CHECK-LABEL: func.func @same_block
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>, %[[D:[^:]*]]: tensor<4xf32>
// CHECK: linalg.exp ins(%[[X]] : tensor<4xf32>) outs(%[[D]] : tensor<4xf32>)
// CHECK-NOT: tensor.insert_slice
// CHECK: return
func.func @same_block(%x: tensor<4xf32>, %d: tensor<4xf32> {bufferization.writable = true}) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %0 into %d[0] [4] [1] : tensor<4xf32> into tensor<4xf32>
  return %1 : tensor<4xf32>
}

// One in a branch stays: the other branch returns an argument.
// CHECK-LABEL: func.func @branch
// CHECK: %[[E:.*]] = tensor.empty()
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[E]] : tensor<4xf32>)
func.func @branch(%x: tensor<4xf32>, %c: i1, %d: tensor<4xf32> {bufferization.writable = true}) -> tensor<4xf32> {
  %0 = scf.if %c -> tensor<4xf32> {
    scf.yield %x : tensor<4xf32>
  } else {
    %e = tensor.empty() : tensor<4xf32>
    %1 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %1 : tensor<4xf32>
  }
  %1 = tensor.insert_slice %0 into %d[0] [4] [1] : tensor<4xf32> into tensor<4xf32>
  return %1 : tensor<4xf32>
}

// Of a part it becomes that part.
// CHECK-LABEL: func.func @part
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>, %[[D:[^:]*]]: tensor<8xf32>
// CHECK: %[[P:.*]] = tensor.extract_slice %[[D]][2] [4] [1]
// CHECK: %[[V:.*]] = linalg.exp ins(%[[X]] : tensor<4xf32>) outs(%[[P]] : tensor<4xf32>)
// CHECK: tensor.insert_slice %[[V]] into %[[D]][2] [4] [1]
func.func @part(%x: tensor<4xf32>, %d: tensor<8xf32> {bufferization.writable = true}) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %0 into %d[2] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %1 : tensor<8xf32>
}

// What a function called wrote to its destination lies there, too.
// CHECK-LABEL: func.func @call
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>, %[[D:[^:]*]]: tensor<4xf32>
// CHECK: %[[R:.*]] = call @callee(%[[X]], %[[D]])
// CHECK: return %[[R]]
func.func @call(%x: tensor<4xf32>, %d: tensor<4xf32> {bufferization.writable = true}) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = call @callee(%x, %e) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %0 into %d[0] [4] [1] : tensor<4xf32> into tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @callee(%x: tensor<4xf32>, %d: tensor<4xf32> {bufferization.writable = true}) -> tensor<4xf32>
    attributes {catgrad.destinations = array<i64: 1>} {
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%d : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// A loop may not overwrite what it still has to read: elementwise operations
// read each element before they write it, a reversal does not.
// CHECK-LABEL: func.func @loop
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK-DAG: %[[S:.*]] = linalg.exp ins(%[[A]] : tensor<4xf32>) outs(%[[A]] : tensor<4xf32>)
// CHECK-DAG: %[[P:.*]] = tensor.extract_slice %[[B]][0] [4] [1]
// CHECK: %[[T:.*]] = linalg.generic {{.*}} ins(%[[B]] : tensor<4xf32>) outs(%[[P]] : tensor<4xf32>)
// CHECK: %[[U:.*]] = tensor.insert_slice %[[T]] into %[[B]][0] [4] [1]
// CHECK: scf.yield %[[S]], %[[U]] :
#turned = affine_map<(i) -> (3 - i)>
#id = affine_map<(i) -> (i)>
func.func @loop(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %b = %x) -> (tensor<4xf32>, tensor<4xf32>) {
    %d = tensor.empty() : tensor<4xf32>
    %e = tensor.empty() : tensor<4xf32>
    %0 = linalg.exp ins(%a : tensor<4xf32>) outs(%d : tensor<4xf32>) -> tensor<4xf32>
    %1 = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel"]}
        ins(%b : tensor<4xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<4xf32>
    %2 = tensor.insert_slice %0 into %a[0] [4] [1] : tensor<4xf32> into tensor<4xf32>
    %3 = tensor.insert_slice %1 into %b[0] [4] [1] : tensor<4xf32> into tensor<4xf32>
    scf.yield %2, %3 : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}
