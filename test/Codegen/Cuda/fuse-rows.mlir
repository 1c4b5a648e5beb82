// RUN: catgrad-opt %s --catgrad-form-kernels --split-input-file | FileCheck %s
// RUN: catgrad-opt %s --catgrad-form-kernels=fuse-rows=false --split-input-file | FileCheck %s --check-prefix=APART
// RUN: catgrad-opt %s --catgrad-form-kernels --catgrad-map-kernels --canonicalize --split-input-file | FileCheck %s --check-prefix=MAPPED

// Sums along rows, and what is computed of them and of the rows: one kernel. What
// only it reads needs no memory.
// CHECK-LABEL: func.func @softmax(
// CHECK-NOT:     memref.alloc
// CHECK:         call @softmax_0(%{{.*}}, %{{.*}})
// CHECK-NEXT:    return
// APART-LABEL: func.func @softmax(
// APART-COUNT-4: call @softmax_
// APART-NEXT:    return

// A thread has an element of each chunk of 64, which stays in a register. The
// second sum goes to the shared memory of the first one, when all have read it.
// MAPPED-LABEL: gpu.func @softmax_0_fused_rows(
// MAPPED-SAME:    %[[X:.*]]: memref<6x40xf32> {llvm.noalias, llvm.readonly}, %[[Y:.*]]: memref<6x40xf32> {llvm.noalias})
// MAPPED-SAME:    workgroup(%[[SHARED:[a-z0-9]+]] : memref<256xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// MAPPED-SAME:    known_block_size = array<i32: 256, 1, 1>, known_grid_size = array<i32: 2, 1, 1>
// MAPPED:         %[[FIRST:.*]]:2 = scf.if %{{.*}} -> (f32, f32) {
// MAPPED:           memref.load %[[X]]
// MAPPED:         } else {
// MAPPED:         memref.store %[[FIRST]]#0, %[[SHARED]]
// MAPPED-COUNT-6: gpu.barrier
// MAPPED:         %[[MAX:.*]] = arith.maximumf
// MAPPED:         %[[SECOND:.*]]:2 = scf.if %{{.*}} -> (f32, f32) {
// MAPPED-NOT:       memref.load
// MAPPED:           arith.subf %[[FIRST]]#1, %[[MAX]]
// MAPPED:           math.exp
// MAPPED:         gpu.barrier
// MAPPED:         memref.store %[[SECOND]]#0, %[[SHARED]]
// MAPPED-COUNT-6: gpu.barrier
// MAPPED:         scf.if
// MAPPED-NEXT:      arith.divf %[[SECOND]]#1
// MAPPED:           memref.store %{{.*}}, %[[Y]]
// MAPPED-NOT:     memref.store
// MAPPED:         gpu.return
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @softmax(%x: memref<6x40xf32>, %y: memref<6x40xf32>) {
  %zero = arith.constant 0.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %max = memref.alloc() : memref<6xf32>
  linalg.fill ins(%least : f32) outs(%max : memref<6xf32>)
  linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<6x40xf32>) outs(%max : memref<6xf32>) {
  ^bb0(%a: f32, %m: f32):
    %0 = arith.maximumf %m, %a : f32
    linalg.yield %0 : f32
  }
  %e = memref.alloc() : memref<6x40xf32>
  linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : memref<6x40xf32>, memref<6xf32>) outs(%e : memref<6x40xf32>) {
  ^bb0(%a: f32, %m: f32, %c: f32):
    %0 = arith.subf %a, %m : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  }
  %sum = memref.alloc() : memref<6xf32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<6xf32>)
  linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%e : memref<6x40xf32>) outs(%sum : memref<6xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%e, %sum : memref<6x40xf32>, memref<6xf32>) outs(%y : memref<6x40xf32>) {
  ^bb0(%a: f32, %s: f32, %c: f32):
    %0 = arith.divf %a, %s : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// A long row is a loop; what a later stage reads of it goes through memory. What a
// thread reads of the state, and one of them writes, has a barrier between.
// CHECK-LABEL: func.func @centre(
// CHECK:         %[[D:.*]] = memref.alloc() : memref<2x3000xf32>
// CHECK:         call @centre_0(%{{.*}}, %{{.*}}, %[[D]], %{{.*}})
// CHECK-NEXT:    return
// MAPPED-LABEL: gpu.func @centre_0_fused_rows(
// MAPPED-SAME:    %[[X:[a-z0-9]+]]: memref<2x3000xf32> {llvm.noalias, llvm.readonly}, %[[STATE:[a-z0-9]+]]: memref<2xf32> {llvm.noalias}, %[[D:[a-z0-9]+]]: memref<2x3000xf32> {llvm.noalias}, %[[Y:[a-z0-9]+]]: memref<2x3000xf32> {llvm.noalias})
// MAPPED:         %[[BEFORE:.*]] = memref.load %[[STATE]]
// MAPPED:         scf.for
// MAPPED:           memref.load %[[X]]
// MAPPED:         scf.for
// MAPPED:           memref.store %{{.*}}, %[[D]]
// MAPPED:         scf.for
// MAPPED:           memref.load %[[D]]
// MAPPED:           memref.store %{{.*}}, %[[Y]]
// MAPPED:         gpu.barrier
// MAPPED:         scf.if
// MAPPED-NEXT:      memref.store %{{.*}}, %[[STATE]]
func.func @centre(%state: memref<2xf32>, %x: memref<2x3000xf32>, %y: memref<2x3000xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<2x3000xf32>) outs(%state : memref<2xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  %d = memref.alloc() : memref<2x3000xf32>
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %state : memref<2x3000xf32>, memref<2xf32>) outs(%d : memref<2x3000xf32>) {
  ^bb0(%a: f32, %s: f32, %c: f32):
    %0 = arith.subf %a, %s : f32
    linalg.yield %0 : f32
  }
  %zero = arith.constant 0.0 : f32
  %square = memref.alloc() : memref<2xf32>
  linalg.fill ins(%zero : f32) outs(%square : memref<2xf32>)
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%d : memref<2x3000xf32>) outs(%square : memref<2xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.mulf %a, %a : f32
    %1 = arith.addf %s, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%d, %square : memref<2x3000xf32>, memref<2xf32>) outs(%y : memref<2x3000xf32>) {
  ^bb0(%a: f32, %s: f32, %c: f32):
    %0 = arith.mulf %a, %s : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Not along rows: sums of columns, and a product whose operands other rows read
// as well.
// CHECK-LABEL: func.func @columns(
// CHECK-COUNT-2: call @columns_
// CHECK-NEXT:    return
// MAPPED-NOT:  fused_rows
func.func @columns(%x: memref<40x50xf32>, %s: memref<50xf32>, %y: memref<40x50xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<40x50xf32>) outs(%s : memref<50xf32>) {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.addf %b, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : memref<40x50xf32>, memref<50xf32>) outs(%y : memref<40x50xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}
