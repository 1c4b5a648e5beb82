// RUN: catgrad-opt %s --catgrad-limit-inlining=max-ops=20 --split-input-file --verify-diagnostics

// Each doubles the one before.
func.func private @one(%x: tensor<f32>) -> tensor<f32> {
  %0 = catgrad.exp %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @two(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @one(%x) : (tensor<f32>) -> tensor<f32>
  %1 = call @one(%0) : (tensor<f32>) -> tensor<f32>
  return %1 : tensor<f32>
}
// expected-error@+1 {{expected at most 20 operations with all calls inlined, as a GPU needs them}}
func.func @four(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @two(%x) : (tensor<f32>) -> tensor<f32>
  %1 = call @two(%0) : (tensor<f32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// -----

// expected-error@+1 {{expected at most 20 operations with all calls inlined, as a GPU needs them}}
func.func private @recursive(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @recursive(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @small(%x: tensor<f32>) -> tensor<f32> {
  %0 = catgrad.exp %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func @fits(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @small(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
