// RUN: catgrad-translate --catgrad-to-json --split-input-file --verify-diagnostics %s

func.func @f(%c: i1, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{an operation with a region is no hyperedge of an open hypergraph: 'scf.if' is not supported}}
  %0 = scf.if %c -> tensor<f32> {
    scf.yield %x : tensor<f32>
  } else {
    scf.yield %x : tensor<f32>
  }
  return %0 : tensor<f32>
}

// -----

// expected-error @below {{expected one block but got 2: control flow is no open hypergraph}}
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  cf.br ^end
^end:
  return %x : tensor<f32>
}

// -----

// expected-error @below {{a function without a body is no open hypergraph}}
func.func private @f(tensor<f32>) -> tensor<f32>

// -----

// expected-error @below {{expected a function but got 'ml_program.global', which is no open hypergraph}}
ml_program.global private @g(dense<1.0> : tensor<f32>) : tensor<f32>
