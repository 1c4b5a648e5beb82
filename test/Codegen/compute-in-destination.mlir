// RUN: catgrad-opt %s --catgrad-compute-in-destination | FileCheck %s

// A new tensor becomes the part of the destination that it is stored in.
// CHECK-LABEL: func.func @same_block
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>, %[[D:[^:]*]]: tensor<4xf32>
// CHECK: linalg.exp ins(%[[X]] : tensor<4xf32>) outs(%[[D]] : tensor<4xf32>)
func.func @same_block(%x: tensor<4xf32>, %d: tensor<4xf32> {bufferization.writable = true}) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = bufferization.materialize_in_destination %0 in %d : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
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
  %1 = bufferization.materialize_in_destination %0 in %d : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
