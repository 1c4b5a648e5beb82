// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$SUM:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[$TURNED:.*]] = affine_map<(d0, d1) -> (d0, -d1 + 2)>
// CHECK-DAG: #[[$LOOP:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @reduce_sum
// CHECK: %[[ZERO:.*]] = linalg.fill
// CHECK: linalg.reduce { arith.addf } ins(%{{.*}} : tensor<2x3x4xf32>) outs(%[[ZERO]] : tensor<3xf32>) dimensions = [0, 2]
// CHECK: linalg.reduce { arith.addi {{.*}}} ins(%{{.*}} : tensor<0x3xi32>) outs(%{{.*}} : tensor<3xi32>) dimensions = [0]
// CHECK: linalg.reduce { arith.xori } ins(%{{.*}} : tensor<4xi1>) outs(%{{.*}} : tensor<i1>) dimensions = [0]
func.func @reduce_sum(%x: tensor<2x3x4xf32>, %y: tensor<0x3xi32>, %z: tensor<4xi1>) -> (tensor<3xf32>, tensor<3xi32>, tensor<i1>) {
  %0 = catgrad.reduce_sum %x {dimensions = array<i64: 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  %1 = catgrad.reduce_sum %y {dimensions = array<i64: 0>} : (tensor<0x3xi32>) -> tensor<3xi32>
  %2 = catgrad.reduce_sum %z {dimensions = array<i64: 0>} : (tensor<4xi1>) -> tensor<i1>
  return %0, %1, %2 : tensor<3xf32>, tensor<3xi32>, tensor<i1>
}

// CHECK-LABEL: func.func @extrema
// CHECK: arith.constant 0xFF800000 : f32
// CHECK: linalg.reduce { arith.maximumf } ins(%{{.*}} : tensor<2x3xf32>) outs(%{{.*}} : tensor<3xf32>) dimensions = [0]
// CHECK: arith.constant 2147483647 : i32
// CHECK: linalg.reduce { arith.minsi } ins(%{{.*}} : tensor<0x3xi32>)
// CHECK: arith.constant false
// CHECK: linalg.reduce { arith.ori } ins(%{{.*}} : tensor<4xi1>)
func.func @extrema(%x: tensor<2x3xf32>, %y: tensor<0x3xi32>, %z: tensor<4xi1>) -> (tensor<3xf32>, tensor<3xi32>, tensor<i1>) {
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
  %1 = catgrad.reduce_min %y {dimensions = array<i64: 0>} : (tensor<0x3xi32>) -> tensor<3xi32>
  %2 = catgrad.reduce_max %z {dimensions = array<i64: 0>} : (tensor<4xi1>) -> tensor<i1>
  return %0, %1, %2 : tensor<3xf32>, tensor<3xi32>, tensor<i1>
}

// CHECK-LABEL: func.func @reduce_prod
// CHECK: arith.constant 1.0{{.*}} : f32
// CHECK: linalg.reduce { arith.mulf } ins(%{{.*}} : tensor<2x3xf32>) outs(%{{.*}} : tensor<2xf32>) dimensions = [1]
func.func @reduce_prod(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// The sum is carried along the axis, which also indexes the result.
// CHECK-LABEL: func.func @cumsum
// CHECK: linalg.generic {indexing_maps = [#[[$ALL]], #[[$ALL]], #[[$SUM]]], iterator_types = ["parallel", "reduction"]}
// CHECK: ^bb0(%[[IN:.*]]: f32, %{{.*}}: f32, %[[BEFORE:.*]]: f32)
// CHECK: %[[AFTER:.*]] = arith.addf %[[BEFORE]], %[[IN]]
// CHECK: linalg.yield %[[AFTER]], %[[AFTER]]
// CHECK: linalg.generic {indexing_maps = [#[[$TURNED]], #[[$LOOP]], #[[$TURNED]], #[[$SUM]]]
// CHECK: ^bb0(%[[IN:.*]]: f32, %{{.*}}: i8, %{{.*}}: f32, %[[BEFORE:.*]]: f32)
// CHECK: %[[AFTER:.*]] = arith.addf %[[BEFORE]], %[[IN]]
// CHECK: linalg.yield %[[BEFORE]], %[[AFTER]]
func.func @cumsum(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.cumsum %x {axis = 1} : tensor<2x3xf32>
  %1 = catgrad.cumsum %0 {axis = 1, reverse, exclusive} : tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @argmax
// CHECK: %[[GREATER:.*]] = arith.cmpf ugt
// CHECK: %[[NUMBER:.*]] = arith.cmpf ord
// CHECK: arith.andi %[[GREATER]], %[[NUMBER]]
// CHECK: arith.cmpi sgt
// CHECK: arith.cmpi ugt
func.func @argmax(%x: tensor<2x3xf32>, %y: tensor<2x3xi32>, %z: tensor<2x3xi1>) -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %0 = catgrad.argmax %x {axis = 1} : (tensor<2x3xf32>) -> tensor<2xi32>
  %1 = catgrad.argmax %y {axis = 1} : (tensor<2x3xi32>) -> tensor<2xi32>
  %2 = catgrad.argmax %z {axis = 1} : (tensor<2x3xi1>) -> tensor<2xi32>
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}
