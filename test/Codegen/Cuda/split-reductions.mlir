// RUN: catgrad-opt %s --catgrad-split-reductions --split-input-file | FileCheck %s

// Parts of 400 numbers, then their sum; the initial value of the result counts once.
// CHECK-LABEL: func.func @long(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<10000x3xf32>, %[[Y:[a-z0-9]+]]: memref<3xf32>
// CHECK:         %[[PARTS:.*]] = memref.alloc() : memref<25x3xf32>
// CHECK:         linalg.fill {{.*}} outs(%[[PARTS]]
// CHECK:         %[[EXPANDED:.*]] = memref.expand_shape %[[X]] {{\[\[}}0, 1], [2]] output_shape [25, 400, 3]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[EXPANDED]] {{.*}} outs(%[[PARTS]]
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[PARTS]] {{.*}} outs(%[[Y]]
// CHECK-NEXT:    ^bb0(%[[PART:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT:      arith.addf %[[SUM]], %[[PART]]
func.func @long(%x: memref<10000x3xf32>, %y: memref<3xf32>) {
  linalg.generic {indexing_maps = [affine_map<(c, r) -> (r, c)>, affine_map<(c, r) -> (c)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<10000x3xf32>) outs(%y : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// What is short, has no parts of equal length, or many results, stays.
// CHECK-LABEL: func.func @stay(
// CHECK-NOT:     memref.alloc
// CHECK:         return
func.func @stay(%x: memref<1000xf32>, %prime: memref<10007xf32>, %wide: memref<10000x200xf32>, %y: memref<f32>, %z: memref<200xf32>) {
  linalg.generic {indexing_maps = [affine_map<(r) -> (r)>, affine_map<(r) -> ()>], iterator_types = ["reduction"]}
      ins(%x : memref<1000xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(r) -> (r)>, affine_map<(r) -> ()>], iterator_types = ["reduction"]}
      ins(%prime : memref<10007xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(c, r) -> (r, c)>, affine_map<(c, r) -> (c)>], iterator_types = ["parallel", "reduction"]}
      ins(%wide : memref<10000x200xf32>) outs(%z : memref<200xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  return
}
