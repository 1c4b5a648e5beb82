// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The residual policy of the learner's derivatives.
//
// RUN: catgrad-opt %s --catgrad-expand-learners --canonicalize --cse | FileCheck %s --check-prefix=RULE
// RUN: catgrad-opt %s --catgrad-expand-learners="residuals=inputs" --canonicalize | FileCheck %s --check-prefix=INPUTS

// The rule of sigmoid keeps its output; otherwise it is evaluated again.
// RULE-LABEL: func.func @l_rev_p(
// RULE:         catgrad.sigmoid
// RULE-NOT:     catgrad.sigmoid
// RULE-LABEL: func.func @l_loss(
// INPUTS-LABEL: func.func @l_rev_p(
// INPUTS-SAME:    %[[W:[^:]*]]: tensor<2xf32> {
// INPUTS:         catgrad.constant
// INPUTS:         %[[S:.*]] = catgrad.sigmoid %[[W]]
// INPUTS-NEXT:    catgrad.subtract %{{.*}}, %[[S]]
func.func @model() -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.sigmoid %w : tensor<2xf32>
  %1 = catgrad.negate %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.learner @l model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
