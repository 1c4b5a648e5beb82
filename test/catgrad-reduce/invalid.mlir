// RUN: not catgrad-reduce %s --reduce-operations 2>&1 | FileCheck %s --check-prefix=TEST
// RUN: not catgrad-reduce %s --reduce-operations='test=%S/Inputs/interesting.sh test-arg=%catgrad_tools/catgrad-opt' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=DULL

// TEST: error: reduce-operations: expected a test
// DULL: error: reduce-operations: expected an interesting module, for which the test exits with 1
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
