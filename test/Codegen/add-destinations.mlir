// RUN: catgrad-opt %s --catgrad-add-destinations | FileCheck %s

#id = affine_map<(i) -> (i)>

// A result becomes a writable argument behind the inputs.
// CHECK-LABEL: func.func @plain(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = false},
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output})
// CHECK-SAME:    catgrad.destinations = array<i64: 1>
func.func @plain(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[V:.*]] = linalg.exp
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: %[[R:.*]] = tensor.insert_slice %[[V]] into %[[Y]]
  // CHECK: return %[[R]]
  return %0 : tensor<4xf32>
}

// The update of %w stands before a read of %w; it is sunk behind it. Its
// destination is the argument itself.
// CHECK-LABEL: func.func @update(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true},
// CHECK-SAME:    %[[G:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = false},
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output})
// CHECK-SAME:    catgrad.destinations = array<i64: 0, 2>
func.func @update(%w: tensor<4xf32>, %g: tensor<4xf32>)
    -> (tensor<4xf32> {catgrad.alias = 0 : i64}, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %new = linalg.sub ins(%w, %g : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: %[[OLD:.*]] = linalg.exp ins(%[[W]]
  // CHECK: %[[S:.*]] = tensor.insert_slice %[[OLD]] into %[[Y]]
  %old = linalg.exp ins(%w : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: %[[NEW:.*]] = linalg.sub ins(%[[W]], %[[G]]
  // CHECK: %[[R:.*]] = tensor.insert_slice %[[NEW]] into %[[W]]
  // CHECK: return %[[R]], %[[S]]
  return %new, %old : tensor<4xf32>, tensor<4xf32>
}

// Momentum: the update of %w reads the new %v; both are sunk in that order,
// and the old %v is saved before.
// CHECK-LABEL: func.func @momentum(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<4xf32>{{[^,]*}}, %[[V:[a-z0-9]+]]: tensor<4xf32>
// CHECK:         linalg.copy ins(%[[V]]
// CHECK:         %[[VN:.*]] = linalg.add ins(%[[V]], %[[W]]
// CHECK:         linalg.sub ins(%[[W]], %[[VN]]
func.func @momentum(%w: tensor<4xf32>, %v: tensor<4xf32>)
    -> (tensor<4xf32> {catgrad.alias = 0 : i64}, tensor<4xf32> {catgrad.alias = 1 : i64}, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %vn = linalg.add ins(%v, %w : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %wn = linalg.sub ins(%w, %vn : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %wn, %vn, %v : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// An input, and the second use of a value, are copied; an input that is its
// own destination needs nothing.
// CHECK-LABEL: func.func @copies(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4xf32>
// CHECK-SAME:    %[[P:[a-z0-9]+]]: tensor<4xf32>
// CHECK-SAME:    %[[A:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output}
// CHECK-SAME:    %[[B:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output}
// CHECK-SAME:    %[[C:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output}
func.func @copies(%x: tensor<4xf32>, %p: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32> {catgrad.alias = 1 : i64}) {
  // CHECK: %[[V:.*]] = linalg.exp
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: %[[RA:.*]] = tensor.insert_slice %[[V]] into %[[A]]
  // CHECK: %[[RB:.*]] = linalg.copy ins(%[[RA]] : {{.*}}) outs(%[[B]] :
  // CHECK: %[[RC:.*]] = linalg.copy ins(%[[X]] : {{.*}}) outs(%[[C]] :
  // CHECK: return %[[RA]], %[[RB]], %[[RC]], %[[P]]
  return %0, %0, %x, %p : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A reshaped result is computed in the reshaped destination.
// CHECK-LABEL: func.func @reshape(
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: tensor<4xf32> {bufferization.writable = true, catgrad.output}
// CHECK:         %[[V:.*]] = linalg.exp
// CHECK:         %[[D:.*]] = tensor.expand_shape %[[Y]]
// CHECK:         %[[R:.*]] = tensor.insert_slice %[[V]] into %[[D]]
// CHECK:         %[[C:.*]] = tensor.collapse_shape %[[R]]
// CHECK:         return %[[C]]
func.func @reshape(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<2x2xf32>
  %0 = linalg.exp ins(%x : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = tensor.collapse_shape %0 [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A call passes a new tensor for each destination of a private function.
// CHECK-LABEL: func.func @call(
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<4xf32>
// CHECK:         call @callee(%{{.*}}, %[[E]])
func.func @call(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @callee(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// CHECK:      func.func private @callee(
// CHECK-SAME:   catgrad.output
func.func private @callee(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Two sums over one fill get a fill each: one buffer cannot hold both.
// CHECK-LABEL: func.func @shared_fill(
// CHECK-COUNT-2: linalg.fill
// CHECK-NOT:   linalg.fill
func.func @shared_fill(%x: tensor<4xf32>) -> (tensor<f32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %0 = linalg.reduce {arith.addf} ins(%x : tensor<4xf32>) outs(%f : tensor<f32>) dimensions = [0]
  %1 = linalg.reduce {arith.maximumf} ins(%x : tensor<4xf32>) outs(%f : tensor<f32>) dimensions = [0]
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @nothing() attributes {catgrad.destinations = array<i64>}
func.func @nothing() {
  return
}

// A function of scalars, which computes an element, stays one.
// CHECK-LABEL: func.func private @square(
// CHECK-SAME:    %[[X:.*]]: f32) -> f32 {
// CHECK-NEXT:    arith.mulf
// CHECK-NEXT:    return %{{.*}} : f32
func.func private @square(%x: f32) -> f32 {
  %0 = arith.mulf %x, %x : f32
  return %0 : f32
}
