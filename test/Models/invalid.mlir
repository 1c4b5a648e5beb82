// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What has no derivative among upstream operations: an error at the operation, and
// the path.
//
// RUN: catgrad-opt %s --split-input-file --verify-diagnostics --catgrad-derive

// expected-note @+1 {{the path comes from input 0}}
func.func @dynamic(%x: tensor<?xf64>) -> tensor<?xf64> {
  // expected-error @+1 {{'math.exp2' has no reverse derivative}}
  %0 = math.exp2 %x : tensor<?xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<?xf64>
}
catgrad.derive @dynamic_rev of(@dynamic)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @remainder(%x: f64, %y: f64) -> f64 {
  // expected-error @+1 {{'arith.remf' has no reverse derivative}}
  %0 = arith.remf %x, %y : f64
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : f64
}
catgrad.derive @remainder_rev of(@remainder)

// -----

// Integers divide, but there is no derivative in Z/2^n.
// expected-note @+1 {{the path comes from input 0}}
func.func @divide(%x: i32, %y: i32) -> i32 {
  // expected-error @+1 {{'arith.divsi' has no reverse derivative}}
  %0 = arith.divsi %x, %y : i32
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : i32
}
catgrad.derive @divide_rev of(@divide)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @max_reduction(%x: tensor<2x3xf64>, %z: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error @+1 {{'linalg.reduce' has no reverse derivative}}
  %0 = linalg.reduce { arith.maximumf } ins(%x : tensor<2x3xf64>) outs(%z : tensor<2xf64>) dimensions = [1]
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<2xf64>
}
catgrad.derive @max_reduction_rev of(@max_reduction)

// -----

// What is summed is used twice: no sum.
// expected-note @+1 {{the path comes from input 0}}
func.func @doubling(%x: tensor<3xf64>, %z: tensor<f64>) -> tensor<f64> {
  // expected-error @+1 {{'linalg.generic' has no reverse derivative}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<3xf64>) outs(%z : tensor<f64>) {
  ^bb0(%a: f64, %acc: f64):
    %1 = arith.addf %acc, %acc : f64
    linalg.yield %1 : f64
  } -> tensor<f64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<f64>
}
catgrad.derive @doubling_rev of(@doubling)

// -----

// A loop that the result does not have and that is no sum: the last one wins.
// expected-note @+1 {{the path comes from input 0}}
func.func @overwriting(%x: tensor<3xf64>, %z: tensor<f64>) -> tensor<f64> {
  // expected-error @+1 {{'linalg.generic' has no reverse derivative}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["parallel"]}
      ins(%x : tensor<3xf64>) outs(%z : tensor<f64>) {
  ^bb0(%a: f64, %acc: f64):
    linalg.yield %a : f64
  } -> tensor<f64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<f64>
}
catgrad.derive @overwriting_rev of(@overwriting)

// -----

// The maps of a convolution are no projected permutations.
// expected-note @+1 {{the path comes from input 0}}
func.func @convolution(%x: tensor<5xf64>, %k: tensor<3xf64>, %z: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @+1 {{'linalg.generic' has no reverse derivative}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %k : tensor<5xf64>, tensor<3xf64>) outs(%z : tensor<3xf64>) {
  ^bb0(%a: f64, %b: f64, %acc: f64):
    %1 = arith.mulf %a, %b : f64
    %2 = arith.addf %acc, %1 : f64
    linalg.yield %2 : f64
  } -> tensor<3xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<3xf64>
}
catgrad.derive @convolution_rev of(@convolution)

// -----

// The same by its name.
// expected-note @+1 {{the path comes from input 0}}
func.func @convolution_named(%x: tensor<5xf64>, %k: tensor<3xf64>, %z: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @+1 {{'linalg.conv_1d' has no reverse derivative}}
  %0 = linalg.conv_1d ins(%x, %k : tensor<5xf64>, tensor<3xf64>) outs(%z : tensor<3xf64>) -> tensor<3xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<3xf64>
}
catgrad.derive @convolution_named_rev of(@convolution_named)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @loop_in_body(%x: tensor<3xf64>, %z: tensor<3xf64>) -> tensor<3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{'linalg.generic' has no reverse derivative}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<3xf64>) outs(%z : tensor<3xf64>) {
  ^bb0(%a: f64, %o: f64):
    %1 = scf.for %i = %c0 to %c1 step %c1 iter_args(%v = %a) -> f64 {
      %2 = arith.mulf %v, %v : f64
      scf.yield %2 : f64
    }
    linalg.yield %1 : f64
  } -> tensor<3xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<3xf64>
}
catgrad.derive @loop_in_body_rev of(@loop_in_body)

// -----

// Inside of a body the path is that of the body.
func.func @remainder_in_body(%x: tensor<3xf64>, %z: tensor<3xf64>) -> tensor<3xf64> {
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<3xf64>) outs(%z : tensor<3xf64>) {
  // expected-note @+2 {{the path comes from input 0}}
  // expected-note @+1 {{which is used several times}}
  ^bb0(%a: f64, %o: f64):
    // expected-error @+1 {{'arith.remf' has no reverse derivative}}
    %1 = arith.remf %a, %a : f64
    // expected-note @+1 {{and ends in this 'linalg.yield'}}
    linalg.yield %1 : f64
  } -> tensor<3xf64>
  return %0 : tensor<3xf64>
}
catgrad.derive @remainder_in_body_rev of(@remainder_in_body)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @trip_count(%x: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{'scf.for' has no reverse derivative}}
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> f64 {
    %1 = arith.mulf %v, %v : f64
    scf.yield %1 : f64
  }
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : f64
}
catgrad.derive @trip_count_rev of(@trip_count) wrt([0])

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @while(%x: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  // expected-error @+1 {{'scf.while' has no reverse derivative}}
  %0 = scf.while (%v = %x) : (f64) -> f64 {
    %1 = arith.cmpf olt, %v, %one : f64
    scf.condition(%1) %v : f64
  } do {
  ^bb0(%v: f64):
    %1 = arith.addf %v, %v : f64
    scf.yield %1 : f64
  }
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : f64
}
catgrad.derive @while_rev of(@while)

// -----

// What is padded with depends on where.
// expected-note @+1 {{the path comes from input 0}}
func.func @pad(%x: tensor<2xf64>) -> tensor<5xf64> {
  // expected-error @+1 {{'tensor.pad' has no reverse derivative}}
  %0 = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    %1 = arith.index_cast %i : index to i64
    %2 = arith.sitofp %1 : i64 to f64
    tensor.yield %2 : f64
  } : tensor<2xf64> to tensor<5xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<5xf64>
}
catgrad.derive @pad_rev of(@pad)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @cropping_pad(%x: tensor<4xf64>) -> tensor<3xf64> {
  %z = arith.constant 0.0 : f64
  // expected-error @+1 {{'tensor.pad' has no reverse derivative}}
  %0 = tensor.pad %x low[-1] high[0] {
  ^bb0(%i: index):
    tensor.yield %z : f64
  } : tensor<4xf64> to tensor<3xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<3xf64>
}
catgrad.derive @cropping_pad_rev of(@cropping_pad)

// -----

// expected-note @+1 {{the path comes from input 0}}
func.func @dynamic_slice(%x: tensor<?xf64>) -> tensor<2xf64> {
  // expected-error @+1 {{'tensor.extract_slice' has no reverse derivative}}
  %0 = tensor.extract_slice %x[0] [2] [1] : tensor<?xf64> to tensor<2xf64>
  // expected-note @+1 {{and ends in this 'func.return'}}
  return %0 : tensor<2xf64>
}
catgrad.derive @dynamic_slice_rev of(@dynamic_slice)

// -----

// A loop within a loop, with a bound that is not constant, inside a choice.
// expected-note @+1 {{the path comes from this value outside of the region}}
func.func @nested(%x: f64, %n: index, %p: i1) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.if %p -> f64 {
    // expected-error @+1 {{'scf.for' has no reverse derivative}}
    %1 = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> f64 {
      %2 = arith.mulf %v, %v : f64
      scf.yield %2 : f64
    }
    // expected-note @+1 {{and ends in this 'scf.yield'}}
    scf.yield %1 : f64
  } else {
    scf.yield %x : f64
  }
  return %0 : f64
}
catgrad.derive @nested_rev of(@nested) wrt([0])

// -----

// Off the path nothing is asked for.
func.func @off_the_path(%x: f64, %n: index) -> (f64, index) {
  %0 = arith.divui %n, %n : index
  %1 = arith.mulf %x, %x : f64
  return %1, %0 : f64, index
}
catgrad.derive @off_the_path_rev of(@off_the_path) wrt([0])

// -----

// Memory is no path of values: never a silent zero.
func.func @through_memory(%x: f64) -> f64 {
  %m = memref.alloc() : memref<f64>
  // expected-error @+1 {{'memref.store' writes to a buffer what depends on an input asked for, and has no reverse derivative; differentiate before bufferisation}}
  memref.store %x, %m[] : memref<f64>
  %y = memref.load %m[] : memref<f64>
  return %y : f64
}
catgrad.derive @through_memory_rev of(@through_memory)

// -----

func.func @through_memory_in_a_region(%x: f64, %p: i1) -> f64 {
  %m = memref.alloc() : memref<f64>
  // expected-error @+1 {{'scf.if' writes to a buffer what depends on an input asked for}}
  scf.if %p {
    memref.store %x, %m[] : memref<f64>
  }
  %y = memref.load %m[] : memref<f64>
  return %y : f64
}
catgrad.derive @through_memory_in_a_region_rev of(@through_memory_in_a_region)

// -----

// Constants may lie in memory, and a carried index need not be differentiable.
func.func @off_the_path_in_a_loop(%x: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %half = arith.constant 0.5 : f64
  %m = memref.alloc() : memref<f64>
  memref.store %half, %m[] : memref<f64>
  %y = memref.load %m[] : memref<f64>
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x, %k = %c1) -> (f64, index) {
    %l = arith.remui %k, %c3 : index
    %o = arith.addi %l, %c1 : index
    %q = arith.mulf %v, %y : f64
    scf.yield %q, %o : f64, index
  }
  return %r#0 : f64
}
catgrad.derive @off_the_path_in_a_loop_rev of(@off_the_path_in_a_loop)
