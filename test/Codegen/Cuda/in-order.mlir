// RUN: catgrad-opt %s --catgrad-split-reductions=in-order --catgrad-form-kernels --catgrad-map-kernels=in-order --canonicalize | FileCheck %s

// Sums of floats are those of one thread, however long; the greatest element, and
// sums of integers, are the same in any order.
// CHECK-DAG: gpu.launch_func @kernels::@sum_0_points
// CHECK-DAG: gpu.launch_func @kernels::@greatest_0_rows
// CHECK-DAG: gpu.launch_func @kernels::@integers_0_rows

func.func @sum(%x: memref<10000x3xf32>, %y: memref<3xf32>) {
  linalg.reduce { arith.addf } ins(%x : memref<10000x3xf32>) outs(%y : memref<3xf32>) dimensions = [0]
  return
}

func.func @greatest(%x: memref<1000x3xf32>, %y: memref<3xf32>) {
  linalg.reduce { arith.maximumf } ins(%x : memref<1000x3xf32>) outs(%y : memref<3xf32>) dimensions = [0]
  return
}

func.func @integers(%x: memref<1000x3xi32>, %y: memref<3xi32>) {
  linalg.reduce { arith.addi } ins(%x : memref<1000x3xi32>) outs(%y : memref<3xi32>) dimensions = [0]
  return
}
