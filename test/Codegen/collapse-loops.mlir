// RUN: catgrad-opt %s --catgrad-collapse-loops --cse | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// An update in place becomes one loop over one value.
// CHECK-LABEL: func.func @elementwise(
// CHECK-DAG:     %[[W:.*]] = memref.collapse_shape %arg0 {{\[}}[0, 1]] : memref<150x20xf32> into memref<3000xf32>
// CHECK-DAG:     %[[G:.*]] = memref.collapse_shape %arg1
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel"]}
// CHECK-SAME:      ins(%[[W]], %[[G]] :
// CHECK-SAME:      outs(%[[W]] :
func.func @elementwise(%w: memref<150x20xf32>, %g: memref<150x20xf32>) {
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %g : memref<150x20xf32>, memref<150x20xf32>) outs(%w : memref<150x20xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// One operand tells the loops apart.
// CHECK-LABEL: func.func @broadcast(
// CHECK-NOT:     memref.collapse_shape
// CHECK:         iterator_types = ["parallel", "parallel"]
func.func @broadcast(%b: memref<20xf32>, %y: memref<150x20xf32>) {
  linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<20xf32>) outs(%y : memref<150x20xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// Only the batch loops of a contraction are alike.
// CHECK-LABEL: func.func @batch(
// CHECK:         iterator_types = ["parallel", "parallel", "reduction", "parallel"]
func.func @batch(%x: memref<2x3x4x5xf32>, %w: memref<2x3x5x6xf32>, %y: memref<2x3x4x6xf32>) {
  linalg.generic {indexing_maps = [affine_map<(a, b, m, k, n) -> (a, b, m, k)>,
                                   affine_map<(a, b, m, k, n) -> (a, b, k, n)>,
                                   affine_map<(a, b, m, k, n) -> (a, b, m, n)>],
                  iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]}
      ins(%x, %w : memref<2x3x4x5xf32>, memref<2x3x5x6xf32>) outs(%y : memref<2x3x4x6xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %o : f32
    linalg.yield %1 : f32
  }
  return
}

// A strided buffer has no collapsed form, an index would have to be divided.
// CHECK-LABEL: func.func @kept(
// CHECK-NOT:     memref.collapse_shape
func.func @kept(%s: memref<4x4xf32, strided<[8, 1]>>, %i: memref<4x4xindex>) {
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
      outs(%s : memref<4x4xf32, strided<[8, 1]>>) {
  ^bb0(%o: f32):
    %0 = arith.negf %o : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
      outs(%i : memref<4x4xindex>) {
  ^bb0(%o: index):
    %0 = linalg.index 1 : index
    linalg.yield %0 : index
  }
  return
}
