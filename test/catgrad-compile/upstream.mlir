// The derivatives of upstream operations are there in the driver, too.
// RUN: catgrad-compile %s --emit=rev -o - | FileCheck %s
// RUN: catgrad-compile %s -o %t.o --emit-header -

// CHECK-LABEL: func.func @f_rev
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
// CHECK:         math.cos %[[X]]
// CHECK-NOT:     catgrad.
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = math.sin %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
