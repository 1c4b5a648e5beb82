// RUN: catgrad-opt %s --catgrad-plan-workspace --split-input-file --verify-diagnostics

func.func @dynamic(%n: index) {
  // expected-error @below {{expected a static size but got 'memref<?xf32>'}}
  %a = memref.alloc(%n) : memref<?xf32>
  linalg.exp ins(%a : memref<?xf32>) outs(%a : memref<?xf32>)
  return
}

// -----

func.func @overflow(%v: f32) {
  // expected-error @below {{expected a size in bytes below 2^62 but got 'memref<1099511627776x1099511627776xf32>'}}
  %a = memref.alloc() : memref<1099511627776x1099511627776xf32>
  linalg.fill ins(%v : f32) outs(%a : memref<1099511627776x1099511627776xf32>)
  return
}

// -----

func.func @stack(%v: f32) {
  // expected-error @below {{expected memref.alloc in generated code}}
  %a = memref.alloca() : memref<4xf32>
  linalg.fill ins(%v : f32) outs(%a : memref<4xf32>)
  return
}

// -----

// expected-error @below {{expected no recursion but this function calls itself}}
func.func @recursive() {
  call @recursive() : () -> ()
  return
}

// -----

// Each size is below 2^62, and their sum is not even below 2^63.
// expected-error @below {{expected a workspace below 2^62 bytes}}
func.func @sum(%v: f32) {
  %a = memref.alloc() : memref<1073741823x1073741823xf32>
  %b = memref.alloc() : memref<1073741823x1073741823xf32>
  %c = memref.alloc() : memref<1073741823x1073741823xf32>
  linalg.fill ins(%v : f32) outs(%a : memref<1073741823x1073741823xf32>)
  linalg.fill ins(%v : f32) outs(%b : memref<1073741823x1073741823xf32>)
  linalg.fill ins(%v : f32) outs(%c : memref<1073741823x1073741823xf32>)
  linalg.copy ins(%a : memref<1073741823x1073741823xf32>) outs(%b : memref<1073741823x1073741823xf32>)
  linalg.copy ins(%b : memref<1073741823x1073741823xf32>) outs(%c : memref<1073741823x1073741823xf32>)
  linalg.copy ins(%c : memref<1073741823x1073741823xf32>) outs(%a : memref<1073741823x1073741823xf32>)
  return
}
