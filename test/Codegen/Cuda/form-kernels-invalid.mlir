// RUN: catgrad-opt %s --catgrad-form-kernels --split-input-file --verify-diagnostics

// A branch that data decides.
func.func @branch(%c: memref<i1>, %x: memref<4xf32>, %y: memref<4xf32>) {
  %0 = memref.load %c[] : memref<i1>
  // expected-error@+1 {{cannot run on the GPU: between the launches of a step there is no loop or branch of the host}}
  scf.if %0 {
    linalg.exp ins(%x : memref<4xf32>) outs(%y : memref<4xf32>)
  }
  return
}

// -----

// A loop around what would be launches.
func.func @loop(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-error@+1 {{cannot run on the GPU: between the launches of a step there is no loop or branch of the host}}
  scf.for %i = %c0 to %c4 step %c1 {
    linalg.exp ins(%x : memref<4xf32>) outs(%x : memref<4xf32>)
  }
  return
}

// -----

func.func private @other(%x: memref<4xf32>) {
  return
}
func.func @call(%x: memref<4xf32>) {
  // expected-error@+1 {{cannot run on the GPU: a step is launches of kernels only}}
  call @other(%x) : (memref<4xf32>) -> ()
  return
}

// -----

// expected-error@+1 {{expected a body but got a declaration}}
func.func private @declared(memref<4xf32>)

// -----

// The number would be another one by the time that the kernel reads it.
func.func @overwritten(%x: memref<f32>, %y: memref<4xf32>, %z: memref<f32>) {
  // expected-error@+1 {{cannot run on the GPU: what it reads is overwritten before it is used}}
  %0 = memref.load %x[] : memref<f32>
  linalg.copy ins(%z : memref<f32>) outs(%x : memref<f32>)
  linalg.fill ins(%0 : f32) outs(%y : memref<4xf32>)
  return
}
