// MLIR's own reduction by a pass works with our dialect and our passes.
// RUN: catgrad-reduce %s --opt-reduction-pass='opt-pass=symbol-dce test=%S/Inputs/interesting.sh test-arg=%catgrad_tools/catgrad-opt' \
// RUN:   | FileCheck %s
// RUN: catgrad-reduce %s --opt-reduction-pass='opt-pass=catgrad-implicit-wiring test=%S/Inputs/interesting.sh test-arg=%catgrad_tools/catgrad-opt' \
// RUN:   | FileCheck %s --check-prefix=WIRES

// CHECK-NOT: @unused
// CHECK: tosa.erf
// WIRES: tosa.erf
// WIRES-NOT: catgrad.discard
func.func private @unused(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.erf %x : (tensor<4xf32>) -> tensor<4xf32>
  catgrad.discard %0 : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
