// RUN: tiny-opt %s --catgrad-expand-learners --catgrad-derive | FileCheck %s

// #tiny.sign_sgd inside of the step of a learner.
// CHECK-LABEL: func.func @t_step
// CHECK-SAME:    (%[[W:[a-z0-9]+]]: tensor<2xf32> {{[^%]*}}%[[X:[a-z0-9]+]]: tensor<2xf32>
// CHECK-DAG:     %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00>
// CHECK-DAG:     %[[UP:.*]] = catgrad.constant dense<5.000000e-01>
// CHECK-DAG:     %[[DOWN:.*]] = catgrad.constant dense<-5.000000e-01>
// CHECK:         %[[Y:.*]] = catgrad.multiply %[[X]], %[[W]]
// CHECK:         %[[DY:.*]] = catgrad.subtract %[[Y]]
// CHECK:         %[[D:.*]] = catgrad.multiply %[[X]], %[[DY]]
// CHECK-DAG:     %[[LT:.*]] = catgrad.compare %[[D]], %[[ZERO]] {predicate = #catgrad.predicate<lt>}
// CHECK-DAG:     %[[GT:.*]] = catgrad.compare %[[D]], %[[ZERO]] {predicate = #catgrad.predicate<gt>}
// CHECK-DAG:     %[[INNER:.*]] = catgrad.select %[[LT]], %[[DOWN]], %[[ZERO]]
// CHECK-DAG:     %[[CHANGE:.*]] = catgrad.select %[[GT]], %[[UP]], %[[INNER]]
// CHECK:         %[[NEW:.*]] = catgrad.subtract %[[W]], %[[CHANGE]]
// CHECK-NEXT:    return %[[NEW]]
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %x, %w : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.learner @t model(@model) optimiser(#tiny.sign_sgd<0.5>) loss(#catgrad.mse)
