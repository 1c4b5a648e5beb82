// RUN: catgrad-opt %s --catgrad-reference-math --split-input-file --verify-diagnostics

func.func @unknown(%x: f64) -> f64 {
  // expected-error @+1 {{has no expansion with the same bits on every processor for 'f64'}}
  %0, %1 = math.sincos %x : f64
  return %0 : f64
}

// -----

func.func @vector(%x: vector<4xf32>) -> vector<4xf32> {
  // expected-error @+1 {{has no expansion with the same bits on every processor for 'vector<4xf32>'}}
  %0 = math.exp %x : vector<4xf32>
  return %0 : vector<4xf32>
}

// -----

func.func @long(%x: f80) -> f80 {
  // expected-error @+1 {{has no expansion with the same bits on every processor for 'f80'}}
  %0 = math.exp %x : f80
  return %0 : f80
}

// -----

func.func @integer_exponent(%x: f64, %n: i32) -> f64 {
  // expected-error @+1 {{has no expansion with the same bits on every processor for 'f64'}}
  %0 = math.fpowi %x, %n : f64, i32
  return %0 : f64
}
