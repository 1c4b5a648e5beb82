// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of a learner. Step is the reverse derivative of
// optimiser ; model ; loss.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-expand-learners --canonicalize --cse | FileCheck %s

//===----------------------------------------------------------------------===//
// All five functions, with their metadata
//===----------------------------------------------------------------------===//

// predict takes the model's place.
// CHECK-LABEL: func.func private @model(
func.func @model(%x: tensor<5x4xf32> {catgrad.name = "image"}) -> tensor<5x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 0.5>} : tensor<4x3xf32>
  %0 = catgrad.matmul %x, %w : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}
// CHECK-NOT: catgrad.learner @
catgrad.learner @iris model(@model) optimiser(#catgrad.sgd<rate = 0.25>) loss(#catgrad.mse)

// CHECK-LABEL: func.func @iris_predict(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x3xf32> {catgrad.init = #catgrad.normal<mean = 0.000000e+00, std = 5.000000e-01>, catgrad.name = "w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[X:[^:]*]]: tensor<5x4xf32> {catgrad.name = "image", catgrad.role = "input"})
// CHECK-SAME:    -> (tensor<5x3xf32> {catgrad.name = "y0", catgrad.role = "result"})
// CHECK-SAME:    attributes {catgrad.kind = "predict", catgrad.learner = "iris"}
// CHECK-NEXT:    %[[Y:.*]] = catgrad.matmul %[[X]], %[[W]]
// CHECK-NEXT:    return %[[Y]]

// CHECK-LABEL: func.func @iris_rev(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x3xf32> {catgrad.init = #catgrad.normal<mean = 0.000000e+00, std = 5.000000e-01>, catgrad.name = "w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[X:[^:]*]]: tensor<5x4xf32> {catgrad.name = "image", catgrad.role = "input"},
// CHECK-SAME:    %[[D:[^:]*]]: tensor<5x3xf32> {catgrad.name = "dy0", catgrad.role = "cotangent"})
// CHECK-SAME:    -> (tensor<4x3xf32> {catgrad.name = "dw", catgrad.role = "cotangent"}, tensor<5x4xf32> {catgrad.name = "dimage", catgrad.role = "cotangent"})
// CHECK-SAME:    attributes {catgrad.kind = "rev", catgrad.learner = "iris"}
// CHECK-DAG:     %[[WT:.*]] = catgrad.transpose %[[W]]
// CHECK-DAG:     %[[DX:.*]] = catgrad.matmul %[[D]], %[[WT]]
// CHECK-DAG:     %[[XT:.*]] = catgrad.transpose %[[X]]
// CHECK-DAG:     %[[DW:.*]] = catgrad.matmul %[[XT]], %[[D]]
// CHECK:         return %[[DW]], %[[DX]]

// CHECK-LABEL: func.func @iris_rev_p(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x3xf32> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<5x4xf32> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<5x3xf32> {{{[^}]*}}})
// CHECK-SAME:    -> (tensor<4x3xf32> {catgrad.name = "dw", catgrad.role = "cotangent"})
// CHECK-SAME:    attributes {catgrad.kind = "rev_p", catgrad.learner = "iris"}
// CHECK-NEXT:    %[[XT:.*]] = catgrad.transpose %[[X]]
// CHECK-NEXT:    %[[DW:.*]] = catgrad.matmul %[[XT]], %[[D]]
// CHECK-NEXT:    return %[[DW]]

// 1/2 |y - label|^2.
// CHECK-LABEL: func.func @iris_loss(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x3xf32> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<5x4xf32> {{{[^}]*}}},
// CHECK-SAME:    %[[LABEL:[^:]*]]: tensor<5x3xf32> {catgrad.name = "label0", catgrad.role = "label"})
// CHECK-SAME:    -> (tensor<f32> {catgrad.name = "loss", catgrad.role = "loss"})
// CHECK-SAME:    attributes {catgrad.kind = "loss", catgrad.learner = "iris"}
// CHECK:         %[[HALF:.*]] = catgrad.constant dense<5.000000e-01> : tensor<f32>
// CHECK:         %[[Y:.*]] = catgrad.matmul %[[X]], %[[W]]
// CHECK-NEXT:    %[[E:.*]] = catgrad.subtract %[[Y]], %[[LABEL]]
// CHECK-NEXT:    %[[EE:.*]] = catgrad.multiply %[[E]], %[[E]]
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.reduce_sum %[[EE]] {dimensions = array<i64: 0, 1>}
// CHECK-NEXT:    %[[V:.*]] = catgrad.multiply %[[SUM]], %[[HALF]]
// CHECK-NEXT:    return %[[V]]

// w - rate * (x^T (y - label)).
// CHECK-LABEL: func.func @iris_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<4x3xf32> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"}, %[[X:[^:]*]]: tensor<5x4xf32> {{{[^}]*}}},
// CHECK-SAME:    %[[LABEL:[^:]*]]: tensor<5x3xf32> {catgrad.name = "label0", catgrad.role = "label"})
// CHECK-SAME:    -> (tensor<4x3xf32> {catgrad.alias = 0 : i64, catgrad.name = "w_out", catgrad.role = "parameter"})
// CHECK-SAME:    attributes {catgrad.kind = "step", catgrad.learner = "iris"}
// CHECK-NEXT:    %[[RATE:.*]] = catgrad.constant dense<2.500000e-01> : tensor<4x3xf32>
// CHECK-NEXT:    %[[Y:.*]] = catgrad.matmul %[[X]], %[[W]]
// CHECK-NEXT:    %[[E:.*]] = catgrad.subtract %[[Y]], %[[LABEL]]
// CHECK-NEXT:    %[[XT:.*]] = catgrad.transpose %[[X]]
// CHECK-NEXT:    %[[DW:.*]] = catgrad.matmul %[[XT]], %[[E]]
// CHECK-NEXT:    %[[CHANGE:.*]] = catgrad.multiply %[[DW]], %[[RATE]]
// CHECK-NEXT:    %[[NEW:.*]] = catgrad.subtract %[[W]], %[[CHANGE]]
// CHECK-NEXT:    return %[[NEW]]

// -----

//===----------------------------------------------------------------------===//
// A rate at run time, the value of the loss
//===----------------------------------------------------------------------===//

// The rate has the type of the first parameter, and is cast for the others. The
// loss is that of the old parameters.
// CHECK-LABEL: func.func @dynamic_step(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2xf32> {{{[^}]*}}catgrad.name = "a", catgrad.role = "parameter"},
// CHECK-SAME:    %[[B:[^:]*]]: tensor<f64> {{{[^}]*}}catgrad.name = "b", catgrad.role = "parameter"},
// CHECK-SAME:    %[[LABEL:[^:]*]]: tensor<2xf32> {catgrad.name = "label0", catgrad.role = "label"},
// CHECK-SAME:    %[[RATE:[^:]*]]: tensor<f32> {catgrad.name = "rate", catgrad.role = "hyper"})
// CHECK-SAME:    -> (tensor<2xf32> {catgrad.alias = 0 : i64, catgrad.name = "a_out", catgrad.role = "parameter"},
// CHECK-SAME:    tensor<f64> {catgrad.alias = 1 : i64, catgrad.name = "b_out", catgrad.role = "parameter"},
// CHECK-SAME:    tensor<f32> {catgrad.name = "loss", catgrad.role = "loss"})
// CHECK-DAG:     %[[E:.*]] = catgrad.subtract %[[A]], %[[LABEL]]
// CHECK-DAG:     %[[RATES:.*]] = catgrad.broadcast %[[RATE]] {dimensions = array<i64: 0>}
// CHECK-DAG:     %[[CHANGE:.*]] = catgrad.multiply %[[E]], %[[RATES]]
// CHECK-DAG:     %[[NEW:.*]] = catgrad.subtract %[[A]], %[[CHANGE]]
// CHECK-DAG:     catgrad.cast %[[RATE]] : (tensor<f32>) -> tensor<f64>
// CHECK-DAG:     %[[EE:.*]] = catgrad.multiply %[[E]], %[[E]]
// CHECK-DAG:     %[[SUM:.*]] = catgrad.reduce_sum %[[EE]]
// CHECK-DAG:     %[[HALF:.*]] = catgrad.constant dense<5.000000e-01> : tensor<f32>
// CHECK-DAG:     %[[LOSS:.*]] = catgrad.multiply %[[SUM]], %[[HALF]]
// CHECK:         return %[[NEW]], %{{.*}}, %[[LOSS]]
func.func @model() -> tensor<2xf32> {
  %a = catgrad.parameter "a" {init = #catgrad.zeros} : tensor<2xf32>
  %b = catgrad.parameter "b" {init = #catgrad.zeros} : tensor<f64>
  return %a : tensor<2xf32>
}
catgrad.learner @dynamic model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse) {report_loss}

// -----

//===----------------------------------------------------------------------===//
// An optimiser and a loss that are functions
//===----------------------------------------------------------------------===//

// Momentum: one state for each parameter, and the rate as an input.
func.func private @momentum(%m: tensor<2xf64> {catgrad.name = "m.w"}, %p: tensor<2xf64>, %dp: tensor<2xf64>,
                            %rate: tensor<f64> {catgrad.name = "speed"}, %other: tensor<f64>)
    -> (tensor<2xf64>, tensor<2xf64>) {
  %0 = catgrad.add %m, %dp : tensor<2xf64>
  %1 = catgrad.broadcast %rate {dimensions = array<i64: 0>} : (tensor<f64>) -> tensor<2xf64>
  %2 = catgrad.multiply %0, %1 : tensor<2xf64>
  %3 = catgrad.subtract %p, %2 : tensor<2xf64>
  return %3, %0 : tensor<2xf64>, tensor<2xf64>
}
// Labels of another type than the results.
func.func private @lens(%y: tensor<2xf64>, %label: tensor<2xi1>) -> tensor<2xf64> {
  %0 = catgrad.cast %label : (tensor<2xi1>) -> tensor<2xf64>
  %1 = catgrad.subtract %y, %0 : tensor<2xf64>
  return %1 : tensor<2xf64>
}
func.func private @value(%y: tensor<2xf64>, %label: tensor<2xi1>) -> tensor<f64> {
  %0 = catgrad.reduce_sum %y {dimensions = array<i64: 0>} : (tensor<2xf64>) -> tensor<f64>
  return %0 : tensor<f64>
}
func.func @model(%x: tensor<2xf64>) -> tensor<2xf64> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf64>
  %0 = catgrad.multiply %x, %w : tensor<2xf64>
  return %0 : tensor<2xf64>
}
// CHECK-LABEL: func.func @own_loss(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf64> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<2xf64> {{{[^}]*}}}, %[[LABEL:[^:]*]]: tensor<2xi1> {catgrad.name = "label0", catgrad.role = "label"})
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[X]], %[[W]]
// CHECK-NEXT:    %[[V:.*]] = call @value(%[[Y]], %[[LABEL]])
// CHECK-NEXT:    return %[[V]]
// Parameters, state, inputs, labels, hyper inputs.
// CHECK-LABEL: func.func @own_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf64> {{{[^}]*}}catgrad.name = "w", catgrad.role = "parameter"},
// CHECK-SAME:    %[[M:[^:]*]]: tensor<2xf64> {catgrad.name = "m.w", catgrad.role = "state"},
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf64> {catgrad.name = "x0", catgrad.role = "input"},
// CHECK-SAME:    %[[LABEL:[^:]*]]: tensor<2xi1> {catgrad.name = "label0", catgrad.role = "label"},
// CHECK-SAME:    %[[SPEED:[^:]*]]: tensor<f64> {catgrad.name = "speed", catgrad.role = "hyper"},
// CHECK-SAME:    %[[OTHER:[^:]*]]: tensor<f64> {catgrad.name = "hyper1", catgrad.role = "hyper"})
// CHECK-SAME:    -> (tensor<2xf64> {catgrad.alias = 0 : i64, catgrad.name = "w_out", catgrad.role = "parameter"},
// CHECK-SAME:    tensor<2xf64> {catgrad.alias = 1 : i64, catgrad.name = "m.w_out", catgrad.role = "state"},
// CHECK-SAME:    tensor<f64> {catgrad.name = "loss", catgrad.role = "loss"})
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[X]], %[[W]]
// CHECK-NEXT:    %[[DY:.*]] = call @lens(%[[Y]], %[[LABEL]])
// CHECK-NEXT:    %[[DW:.*]] = catgrad.multiply %[[X]], %[[DY]]
// CHECK-NEXT:    %[[NEW:.*]]:2 = call @momentum(%[[M]], %[[W]], %[[DW]], %[[SPEED]], %[[OTHER]])
// CHECK-NEXT:    %[[V:.*]] = call @value(%[[Y]], %[[LABEL]])
// CHECK-NEXT:    return %[[NEW]]#0, %[[NEW]]#1, %[[V]]
catgrad.learner @own model(@model) optimiser(@momentum) loss(@lens, value = @value) {report_loss}

// -----

// A loss that is a function of its own: its derivative is taken, at the model's
// results alone, and the value that is reported comes with it.
func.func private @value(%y: tensor<2xf64>, %label: tensor<2xf64>) -> tensor<f64> {
  %0 = catgrad.multiply %y, %label : tensor<2xf64>
  %1 = catgrad.reduce_sum %0 {dimensions = array<i64: 0>} : (tensor<2xf64>) -> tensor<f64>
  return %1 : tensor<f64>
}
func.func @model(%x: tensor<2xf64>) -> tensor<2xf64> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf64>
  %0 = catgrad.multiply %x, %w : tensor<2xf64>
  return %0 : tensor<2xf64>
}
// CHECK-LABEL: func.func private @value.rev.wrt.0(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<2xf64>, %[[LABEL:[^:]*]]: tensor<2xf64>, %[[D:[^:]*]]: tensor<f64>) -> tensor<2xf64>
// CHECK:         %[[DD:.*]] = catgrad.broadcast %[[D]]
// CHECK:         %[[DY:.*]] = catgrad.multiply %[[LABEL]], %[[DD]]
// CHECK:         return %[[DY]] :
// CHECK-LABEL: func.func @mine_loss(
// CHECK:         call @value(%{{.*}}, %{{.*}})
// CHECK-LABEL: func.func @mine_step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf64> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<2xf64> {{{[^}]*}}}, %[[LABEL:[^:]*]]: tensor<2xf64> {catgrad.name = "label0", catgrad.role = "label"})
// CHECK-NEXT:    %[[ONE:.*]] = catgrad.constant dense<1.000000e+00> : tensor<f64>
// CHECK-NEXT:    %[[Y:.*]] = catgrad.multiply %[[X]], %[[W]]
// CHECK-NEXT:    %[[V:.*]] = call @value.fwd.wrt.0(%[[Y]], %[[LABEL]])
// CHECK-NEXT:    %[[DY:.*]] = call @value.rev.wrt.0(%[[Y]], %[[LABEL]], %[[ONE]])
// CHECK-NEXT:    %[[DW:.*]] = catgrad.multiply %[[X]], %[[DY]]
// CHECK-NEXT:    %[[NEW:.*]] = catgrad.subtract %[[W]], %[[DW]]
// CHECK-NEXT:    return %[[NEW]], %[[V]] : tensor<2xf64>, tensor<f64>
catgrad.learner @mine model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(@value) {report_loss}

// -----

//===----------------------------------------------------------------------===//
// Models at the edges
//===----------------------------------------------------------------------===//

// Weight tying: both uses of w give a cotangent, and they are summed.
// CHECK-LABEL: func.func @tied_rev_p(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<2xf32> {{{[^}]*}}}) -> (tensor<2xf32>
// CHECK-NEXT:    %[[WD:.*]] = catgrad.multiply %[[W]], %[[D]]
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[WD]], %[[WD]]
// CHECK-NEXT:    return %[[SUM]]
func.func @tied_model() -> tensor<2xf32> {
  %0 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %1 = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %2 = catgrad.multiply %0, %1 : tensor<2xf32>
  return %2 : tensor<2xf32>
}
catgrad.learner @tied model(@tied_model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// An unused parameter has cotangent zero, an unused input too; an input returned
// as it is passes its cotangent through.
// CHECK-LABEL: func.func @unused_rev(
// CHECK-SAME:    %[[U:[^:]*]]: tensor<3xf64> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[Y:[^:]*]]: tensor<2xi1> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<2xf32> {{{[^}]*}}})
// CHECK-DAG:     %[[DU:.*]] = catgrad.constant dense<0.000000e+00> : tensor<3xf64>
// CHECK-DAG:     %[[DY:.*]] = catgrad.constant dense<false> : tensor<2xi1>
// CHECK:         return %[[DU]], %[[D]], %[[DY]]
func.func @model(%x: tensor<2xf32>, %y: tensor<2xi1>) -> tensor<2xf32> {
  %u = catgrad.parameter "u" {init = #catgrad.zeros} : tensor<3xf64>
  return %x : tensor<2xf32>
}
catgrad.learner @unused model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// The same value returned twice: two cotangents, two labels, one sum.
// CHECK-LABEL: func.func @same_rev_p(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<2xf32> {catgrad.name = "dy0", catgrad.role = "cotangent"}, %[[E:[^:]*]]: tensor<2xf32> {catgrad.name = "dy1", catgrad.role = "cotangent"})
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[D]], %[[E]]
// CHECK-NEXT:    %[[DW:.*]] = catgrad.negate %[[SUM]]
// CHECK-NEXT:    return %[[DW]]
// CHECK-LABEL: func.func @same_loss(
// CHECK-SAME:    tensor<2xf32> {catgrad.name = "label0", catgrad.role = "label"}, %{{.*}}: tensor<2xf32> {catgrad.name = "label1", catgrad.role = "label"})
func.func @model() -> (tensor<2xf32>, tensor<2xf32>) {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.negate %w : tensor<2xf32>
  return %0, %0 : tensor<2xf32>, tensor<2xf32>
}
catgrad.learner @same model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// A constant model without parameters: step has only inputs and labels.
// CHECK-LABEL: func.func @constant_predict(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<3xf32> {catgrad.name = "x0", catgrad.role = "input"})
// CHECK-NEXT:    %[[C:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK-NEXT:    return %[[C]]
// CHECK-LABEL: func.func @constant_step(
// CHECK-SAME:    tensor<3xf32> {catgrad.name = "x0", catgrad.role = "input"}, %{{.*}}: tensor<2xf32> {catgrad.name = "label0", catgrad.role = "label"}) attributes
// CHECK-NEXT:    return{{$}}
func.func @model(%x: tensor<3xf32>) -> tensor<2xf32> {
  %0 = catgrad.constant dense<1.0> : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.learner @constant model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse)

// -----

// A callee called twice: its optic is made once for rev, and once for rev_p and
// step, where only parameters are asked for.
// CHECK-LABEL: func.func @called_rev_p(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[X:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<2xf32> {{{[^}]*}}})
// CHECK-NEXT:    %[[V0:.*]] = call @layer.fwd.wrt.0(%[[W]], %[[X]])
// CHECK-NEXT:    call @layer.fwd(%[[W]], %[[V0]])
// CHECK-NEXT:    %[[D1:.*]]:2 = call @layer.rev(%[[W]], %[[V0]], %[[D]])
// CHECK-NEXT:    %[[D0:.*]] = call @layer.rev.wrt.0(%[[W]], %[[X]], %[[D1]]#1)
// CHECK-NEXT:    %[[DW:.*]] = catgrad.add %[[D0]], %[[D1]]#0
// CHECK-NEXT:    return %[[DW]]
func.func private @layer(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %w, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @layer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @layer(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.learner @called model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// A model that brings its own optic.
// CHECK-LABEL: func.func @custom_rev_p(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xf32> {{{[^}]*}}}, %[[D:[^:]*]]: tensor<2xf32> {{{[^}]*}}})
// CHECK-NEXT:    call @fwd(%[[W]])
// CHECK-NEXT:    %[[DW:.*]] = call @rev(%[[D]])
// CHECK-NEXT:    return %[[DW]]
func.func private @fwd(tensor<2xf32>) -> tensor<2xf32>
func.func private @rev(tensor<2xf32>) -> tensor<2xf32>
func.func @model() -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  return %w : tensor<2xf32>
}
catgrad.learner @custom model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// Names are made distinct: an input has the name that a cotangent would get.
// CHECK-LABEL: func.func @names_rev(
// CHECK-SAME:    catgrad.name = "w", catgrad.role = "parameter"
// CHECK-SAME:    catgrad.name = "dw", catgrad.role = "input"
// CHECK-SAME:    catgrad.name = "dy0", catgrad.role = "cotangent"
// CHECK-SAME:    -> (tensor<2xf32> {catgrad.name = "dw_", catgrad.role = "cotangent"}, tensor<2xf32> {catgrad.name = "ddw", catgrad.role = "cotangent"})
func.func @model(%x: tensor<2xf32> {catgrad.name = "dw"}) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %w, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.learner @names model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)

// -----

// Two learners of one model; the residuals option reaches the derivatives.
// CHECK-DAG: func.func @a_step(
// CHECK-DAG: func.func @b_step(
// CHECK-NOT: catgrad.learner @
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.zeros} : tensor<2xf32>
  %0 = catgrad.multiply %w, %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.learner @a model(@model) optimiser(#catgrad.sgd<rate = 1.0>) loss(#catgrad.mse)
catgrad.learner @b model(@model) optimiser(#catgrad.sgd<rate = 2.0>) loss(#catgrad.mse)
