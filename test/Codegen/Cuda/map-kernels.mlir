// RUN: catgrad-opt %s --catgrad-form-kernels --catgrad-map-kernels --canonicalize --split-input-file | FileCheck %s

// Points: a guarded thread for each element, and static sizes. Indices are short.
// CHECK-LABEL: module attributes {gpu.container_module}
// CHECK:         func.func @points(
// CHECK:           %[[T:.*]] = arith.constant 256
// CHECK:           gpu.launch_func @kernels::@points_0_points blocks in (%{{.*}}, %[[ONE:.*]], %[[ONE]]) threads in (%[[T]], %[[ONE]], %[[ONE]]) args(%{{.*}} : memref<3x100xf32>, %{{.*}} : memref<3x100xf32>)
// CHECK:         gpu.module @kernels attributes {dlti.dl_spec = #dlti.dl_spec<index = 32 : i64>}
// CHECK:           gpu.func @points_0_points(%[[X:.*]]: memref<3x100xf32> {llvm.noalias, llvm.readonly}, %[[Y:.*]]: memref<3x100xf32> {llvm.noalias}) kernel attributes {known_block_size = array<i32: 256, 1, 1>, known_grid_size = array<i32: 2, 1, 1>}
// CHECK:             %[[INSIDE:.*]] = arith.cmpi ult, %[[NUMBER:.*]], %c300
// CHECK:             scf.if %[[INSIDE]]
// CHECK:               %[[COLUMN:.*]] = arith.remui %[[NUMBER]], %c100
// CHECK:               %[[ROW:.*]] = arith.divui %[[NUMBER]], %c100
// CHECK:               memref.load %[[X]][%[[ROW]], %[[COLUMN]]]
// CHECK:               memref.store %{{.*}}, %[[Y]][%[[ROW]], %[[COLUMN]]]
func.func @points(%x: memref<3x100xf32>, %y: memref<3x100xf32>) {
  linalg.exp ins(%x : memref<3x100xf32>) outs(%y : memref<3x100xf32>)
  return
}

// -----

// Rows: parts meet in shared memory, with a barrier before each step of the tree.
// CHECK:       gpu.func @rows_0_rows({{.*}}) workgroup(%[[SHARED:.*]] : memref<256xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK:         %[[PART:.*]] = scf.for
// CHECK:         memref.store %[[PART]], %[[SHARED]]
// CHECK:         gpu.barrier
// CHECK:         scf.if
// CHECK:           arith.addf
// CHECK:         gpu.barrier
// CHECK:         scf.if
// CHECK:         memref.load %[[SHARED]]
// CHECK:         gpu.return
func.func @rows(%x: memref<3x100xf32>, %y: memref<3xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<3xf32>)
  linalg.reduce ins(%x : memref<3x100xf32>) outs(%y : memref<3xf32>) dimensions = [1]
      (%a: f32, %b: f32) {
        %0 = arith.addf %a, %b : f32
        linalg.yield %0 : f32
      }
  return
}

// -----

// Tiles: both operands through shared memory, barriers before and after use.
// CHECK:       gpu.func @tiles_0_tiles({{.*}}) workgroup(%{{.*}} : memref<1152xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %{{.*}} : memref<1152xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME:    known_grid_size = array<i32: 4, 1, 1>
// CHECK:         scf.for {{.*}} iter_args
// CHECK:           gpu.barrier
// CHECK:           scf.for
// CHECK:           gpu.barrier
// CHECK:           scf.yield
// CHECK:         gpu.return
func.func @tiles(%x: memref<40x50xf32>, %y: memref<50x60xf32>, %z: memref<40x60xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%z : memref<40x60xf32>)
  linalg.matmul ins(%x, %y : memref<40x50xf32>, memref<50x60xf32>) outs(%z : memref<40x60xf32>)
  return
}

// -----

// Loops: the one whose turns write apart belongs to the threads.
// CHECK:       gpu.func @loops_0_loops(
// CHECK-SAME:    known_block_size = array<i32: 32, 1, 1>
// CHECK:         %[[J:.*]] = gpu.thread_id x
// CHECK:         scf.if
// CHECK:           scf.for %[[I:.*]] =
// CHECK:             memref.load %{{.*}}[%{{.*}}, %[[J]]]
// CHECK:             memref.store %{{.*}}, %{{.*}}[%{{.*}}, %[[J]]]
func.func @loops(%k: memref<8xi32>, %x: memref<8x4xf32>, %y: memref<3x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %number = memref.load %k[%i] : memref<8xi32>
    %row = arith.index_cast %number : i32 to index
    scf.for %j = %c0 to %c4 step %c1 {
      %0 = memref.load %x[%i, %j] : memref<8x4xf32>
      %1 = memref.load %y[%row, %j] : memref<3x4xf32>
      %2 = arith.addf %0, %1 : f32
      memref.store %2, %y[%row, %j] : memref<3x4xf32>
    }
  }
  return
}

// -----

// Indices of 64 bits: those of a buffer too large, and those that are data.
// CHECK-LABEL: func.func @large(
// CHECK:       gpu.module @kernels {
func.func @large(%x: memref<1073741824xi8>) {
  %c = arith.constant 1 : i8
  linalg.fill ins(%c : i8) outs(%x : memref<1073741824xi8>)
  return
}

// -----

// CHECK-LABEL: func.func @data(
// CHECK:       gpu.module @kernels {
func.func @data(%x: memref<4xi64>, %y: memref<4xi1>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : memref<4xi64>) outs(%y : memref<4xi1>) {
  ^bb0(%a: i64, %b: i1):
    %0 = arith.index_cast %a : i64 to index
    %1 = linalg.index 0 : index
    %2 = arith.cmpi eq, %0, %1 : index
    linalg.yield %2 : i1
  }
  return
}

// -----

// Vectors: a thread has four neighbours, at one go if no buffer forbids it.
// CHECK:       gpu.func @vectors_0_vectors(%[[X:.*]]: memref<512x256xf32> {llvm.noalias, llvm.readonly}, %[[Y:.*]]: memref<512x256xf32> {llvm.noalias})
// CHECK-SAME:    known_block_size = array<i32: 256, 1, 1>, known_grid_size = array<i32: 128, 1, 1>
// CHECK:         %[[ALIGNED:.*]] = arith.cmpi eq
// CHECK-NEXT:    scf.if %[[ALIGNED]] {
// CHECK:           %[[FLAT:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [131072], strides: [1]
// CHECK:           vector.load %[[FLAT]][%{{.*}}] {alignment = 16 : i64} : memref<131072xf32>, vector<4xf32>
// CHECK-COUNT-4:   math.exp
// CHECK:           vector.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : memref<131072xf32>, vector<4xf32>
// CHECK:         } else {
// CHECK:           scf.for
// CHECK:             memref.load %[[X]]
// CHECK:             memref.store %{{.*}}, %[[Y]]
func.func @vectors(%x: memref<512x256xf32>, %y: memref<512x256xf32>) {
  linalg.exp ins(%x : memref<512x256xf32>) outs(%y : memref<512x256xf32>)
  return
}
