// RUN: catgrad-opt %s --catgrad-box-scalars | FileCheck %s

// Public functions stay.
// CHECK-LABEL: func.func @public(%{{.*}}: f64, %{{.*}}: index) -> f64
// CHECK: %[[R:.*]] = call @public
// CHECK: return %[[R]] : f64
func.func @public(%x: f64, %n: index) -> f64 {
  %0 = call @public(%x, %n) : (f64, index) -> f64
  return %0 : f64
}

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[T:.*]]: tensor<2xf64>, %[[N:.*]]: index)
// CHECK: %[[X:.*]] = tensor.extract
// CHECK: %[[X0:.*]] = tensor.from_elements %[[X]] : tensor<f64>
// CHECK: %[[R:.*]]:2 = call @g(%[[X0]], %[[T]], %[[N]], %{{.*}}) : (tensor<f64>, tensor<2xf64>, index, tensor<i1>) -> (tensor<f64>, tensor<2xf64>)
// CHECK: %[[R0:.*]] = tensor.extract %[[R]]#0[] : tensor<f64>
// CHECK: %[[S:.*]] = tensor.splat %[[R0]] : tensor<2xf64>
// CHECK: return %[[R]]#1, %[[S]]
func.func @f(%t: tensor<2xf64>, %n: index) -> (tensor<2xf64>, tensor<2xf64>) {
  %x = tensor.extract %t[%n] : tensor<2xf64>
  %b = arith.cmpi eq, %n, %n : index
  %0:2 = call @g(%x, %t, %n, %b) : (f64, tensor<2xf64>, index, i1) -> (f64, tensor<2xf64>)
  %1 = tensor.splat %0#0 : tensor<2xf64>
  return %0#1, %1 : tensor<2xf64>, tensor<2xf64>
}

// CHECK-LABEL: func.func private @g(
// CHECK-SAME: %[[X:.*]]: tensor<f64> {catgrad.name = "x"}, %[[T:.*]]: tensor<2xf64>, %{{.*}}: index, %[[B:.*]]: tensor<i1>) -> (tensor<f64>, tensor<2xf64>)
// CHECK-DAG: %[[X0:.*]] = tensor.extract %[[X]][] : tensor<f64>
// CHECK-DAG: %[[B0:.*]] = tensor.extract %[[B]][] : tensor<i1>
// CHECK: %[[S:.*]] = arith.select %[[B0]], %[[X0]], %{{.*}} : f64
// CHECK: %[[S0:.*]] = tensor.from_elements %[[S]] : tensor<f64>
// CHECK: return %[[S0]], %[[T]] : tensor<f64>, tensor<2xf64>
func.func private @g(%x: f64 {catgrad.name = "x"}, %t: tensor<2xf64>, %n: index, %b: i1) -> (f64, tensor<2xf64>) {
  %zero = arith.constant 0.0 : f64
  %0 = arith.select %b, %x, %zero : f64
  return %0, %t : f64, tensor<2xf64>
}
