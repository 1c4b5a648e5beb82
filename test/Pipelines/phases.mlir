// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=catgrad | FileCheck %s --check-prefix=CATGRAD
// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=rev | FileCheck %s --check-prefix=REV
// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=linalg | FileCheck %s --check-prefix=LINALG
// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=bufferized | FileCheck %s --check-prefix=BUFFERIZED
// RUN: catgrad-opt %s --catgrad-to-cpu | FileCheck %s --check-prefix=LLVM
// RUN: catgrad-opt %s --catgrad-to-cpu=compile-to=bufferized \
// RUN:   | catgrad-opt --catgrad-cpu-phase=compile-to=llvm | FileCheck %s --check-prefix=LLVM

// A learner through all phases; a phase starts where the one before ends.

// CATGRAD: func.func @model
// CATGRAD:   catgrad.parameter "w"
// CATGRAD: catgrad.learner @m

// REV-NOT:   catgrad.learner @
// REV-NOT:   catgrad.copy
// REV-LABEL: func.func @m_step(
// REV:         catgrad.matmul
// REV:         catgrad.sigmoid

// LINALG-LABEL: func.func @m_step(
// LINALG-NOT:   catgrad.matmul
// LINALG:       linalg.matmul

// In place, without a copy: the update writes the first argument.
// BUFFERIZED-NOT:   memref.alloc
// BUFFERIZED-LABEL: func.func @m_step(
// BUFFERIZED-SAME:    %[[W:[a-z0-9]+]]: memref<4x3xf32>
// BUFFERIZED-SAME:    catgrad.parameter_copies = 0
// BUFFERIZED-NOT:     copy
// BUFFERIZED:         outs(%[[W]] :
// BUFFERIZED:         return{{$}}

// Every argument is a pointer, and nothing needs a heap.
// LLVM-NOT: malloc
// LLVM:     llvm.func @m_step(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: !llvm.ptr, %arg3: !llvm.ptr, %arg4: !llvm.ptr) attributes
// LLVM:     llvm.func @m_step_workspace_bytes() -> i64
// LLVM:     llvm.func internal @kernel
// LLVM-SAME:  noinline
// LLVM-NOT: malloc

func.func @model(%x: tensor<5x4xf32>) -> tensor<5x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<4x3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  %1 = catgrad.sigmoid %0 : tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}
catgrad.learner @m model(@model) optimiser(#catgrad.sgd<rate = 1.0e-2>) loss(#catgrad.mse)
