// RUN: mlir-opt %s --load-dialect-plugin=%catgrad_plugin --verify-diagnostics --split-input-file \
// RUN:   --pass-pipeline='builtin.module(catgrad-derive)'

// Our verifiers and our diagnostics, too.
func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @below {{'catgrad.negate' op dynamic shapes are not supported yet}}
  %0 = catgrad.negate %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// expected-error @below {{expected}}
catgrad.derive @g_rev of(@g)
