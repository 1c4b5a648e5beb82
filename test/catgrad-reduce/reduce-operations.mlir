// From eight operations and three functions to the one that is at fault.
// RUN: catgrad-reduce %s --reduce-operations='test=%S/Inputs/interesting.sh test-arg=%catgrad_tools/catgrad-opt' \
// RUN:   | FileCheck %s

// CHECK:      module {
// CHECK-NEXT:   func.func @f(%[[X:.*]]: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:     %[[Y:.*]] = tosa.erf %[[X]]
// CHECK-NEXT:     return %[[Y]]
// CHECK-NEXT:   }
// CHECK-NEXT:   catgrad.derive @f_rev of(@f)
// CHECK-NEXT: }
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.sigmoid %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @unused(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @helper(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.sigmoid %x : tensor<4xf32>
  %1 = call @helper(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = catgrad.multiply %1, %x : tensor<4xf32>
  %3 = tosa.erf %2 : (tensor<4xf32>) -> tensor<4xf32>
  %4 = catgrad.add %3, %1 : tensor<4xf32>
  %5 = catgrad.relu %4 : tensor<4xf32>
  return %4 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
