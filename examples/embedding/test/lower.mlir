// RUN: tiny-opt %s --tiny-differentiate | FileCheck %s
// RUN: tiny-opt %s --tiny-differentiate | FileCheck %s --check-prefix=GONE

// Nothing of ours is left for catgrad-compile.
// GONE-NOT: tiny.{{[a-z]+}} %

// CHECK-LABEL: func.func @f_rev
// CHECK-SAME:    (%[[X:[a-z0-9]+]]: tensor<4xf64>, %[[D:[a-z0-9]+]]: tensor<4xf64>)
// CHECK-DAG:     %[[FACTOR:.*]] = catgrad.constant dense<2.000000e+00>
// CHECK-DAG:     %[[SCALED:.*]] = catgrad.multiply %[[D]], %[[FACTOR]]
// CHECK-DAG:     %[[SLOPE:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         %[[DX:.*]] = catgrad.multiply %[[SLOPE]], %[[SCALED]]
// CHECK-NEXT:    return %[[DX]]
catgrad.derive @f_rev of(@f)

// CHECK-LABEL: func.func @f(
// CHECK:         linalg.generic
// CHECK:           math.log1p
// CHECK:         catgrad.multiply
func.func @f(%x: tensor<4xf64>) -> tensor<4xf64> {
  %0 = tiny.softplus %x : tensor<4xf64>
  %1 = tiny.scale %0 {factor = 2.0} : tensor<4xf64>
  return %1 : tensor<4xf64>
}
