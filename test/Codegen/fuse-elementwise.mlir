// RUN: catgrad-opt %s --convert-catgrad-to-linalg --catgrad-order-loops --catgrad-fuse-elementwise | FileCheck %s

// A chain with a broadcast and a constant: one loop nest, the constant a scalar.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[X:.*]]: tensor<5x7xf32>, %[[B:.*]]: tensor<7xf32>)
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2.0
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[B]] : tensor<5x7xf32>, tensor<7xf32>)
// CHECK: arith.addf
// CHECK: math.exp
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @chain(%x: tensor<5x7xf32>, %b: tensor<7xf32>) -> tensor<5x7xf32> {
  %0 = catgrad.broadcast %b {dimensions = array<i64: 0>} : (tensor<7xf32>) -> tensor<5x7xf32>
  %1 = catgrad.add %x, %0 : tensor<5x7xf32>
  %2 = catgrad.sigmoid %1 : tensor<5x7xf32>
  %3 = catgrad.constant dense<2.0> : tensor<5x7xf32>
  %4 = catgrad.multiply %2, %3 : tensor<5x7xf32>
  return %4 : tensor<5x7xf32>
}

// A constant with several uses goes into all of them.
// CHECK-LABEL: func.func @shared_constant
// CHECK-NOT: linalg.fill
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK-NOT: linalg.fill
// CHECK: return
func.func @shared_constant(%x: tensor<5xf32>, %y: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>) {
  %0 = catgrad.constant dense<2.0> : tensor<5xf32>
  %1 = catgrad.multiply %x, %0 : tensor<5xf32>
  %2 = catgrad.multiply %y, %0 : tensor<5xf32>
  return %1, %2 : tensor<5xf32>, tensor<5xf32>
}

// The squares go into their sum.
// CHECK-LABEL: func.func @into_sum
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @into_sum(%x: tensor<5x7xf32>) -> tensor<5xf32> {
  %0 = catgrad.multiply %x, %x : tensor<5x7xf32>
  %1 = catgrad.reduce_sum %0 {dimensions = array<i64: 1>} : (tensor<5x7xf32>) -> tensor<5xf32>
  return %1 : tensor<5xf32>
}

// A matrix product reads each element several times: the stock pass would
// compute each exp three times.
// CHECK-LABEL: func.func @not_into_matmul
// CHECK: math.exp
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]
// CHECK-NOT: math.exp
// CHECK: return
func.func @not_into_matmul(%x: tensor<5x7xf32>, %y: tensor<7x3xf32>) -> tensor<5x3xf32> {
  %0 = catgrad.sigmoid %x : tensor<5x7xf32>
  %1 = catgrad.matmul %0, %y : (tensor<5x7xf32>, tensor<7x3xf32>) -> tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// Two consumers: computed once.
// CHECK-LABEL: func.func @two_uses
// CHECK-COUNT-1: math.exp
// CHECK-NOT: math.exp
// CHECK: return
func.func @two_uses(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>) {
  %0 = catgrad.sigmoid %x : tensor<5xf32>
  %1 = catgrad.negate %0 : tensor<5xf32>
  %2 = catgrad.multiply %0, %x : tensor<5xf32>
  return %1, %2 : tensor<5xf32>, tensor<5xf32>
}

// The consumer of a product is fused with what follows, not with the product.
// CHECK-LABEL: func.func @after_matmul
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK: arith.addf
// CHECK: arith.maximumf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @after_matmul(%x: tensor<5x7xf32>, %y: tensor<7x3xf32>, %b: tensor<5x3xf32>) -> tensor<5x3xf32> {
  %0 = catgrad.matmul %x, %y : (tensor<5x7xf32>, tensor<7x3xf32>) -> tensor<5x3xf32>
  %1 = catgrad.add %0, %b : tensor<5x3xf32>
  %2 = catgrad.relu %1 : tensor<5x3xf32>
  return %2 : tensor<5x3xf32>
}
