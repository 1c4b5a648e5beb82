// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call of @f becomes a call of @f.fwd and one of @f.rev, which are made once:
// code size stays linear. Each distinct value crosses from one to the other once.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-verify-wiring --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// Sigmoid keeps its output, which is also the result: it is returned once.
// CHECK-LABEL: func.func private @f.fwd(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK-NEXT:    return %[[S]]
// CHECK-LABEL: func.func private @f.rev(
// CHECK-SAME:    %[[S:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NOT:     catgrad.sigmoid
// CHECK:         %[[DX:.*]] = catgrad.multiply %{{.*}}, %[[D]]
// CHECK-NEXT:    return %[[DX]]
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Called twice, one pair of functions; reverse calls in reverse order.
// CHECK-LABEL: func.func @twice_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[S:.*]] = call @f.fwd(%[[X]])
// CHECK-NEXT:    %[[T:.*]] = call @f.fwd(%[[S]])
// CHECK-NEXT:    %[[E:.*]] = call @f.rev(%[[T]], %[[D]])
// CHECK-NEXT:    %[[DX:.*]] = call @f.rev(%[[S]], %[[E]])
// CHECK-NEXT:    return %[[DX]]
func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @f(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @twice_rev of(@twice)

// Derived twice, still one pair.
// CHECK-NOT: func.func private @f
// CHECK-LABEL: func.func @twice_rev_again(
// CHECK-NEXT:    call @f.fwd
catgrad.derive @twice_rev_again of(@twice)

// -----

// The reverse needs two arguments (x, y), a constant (3), and two values of the
// function's own (z, for two operations, and w). Only those two are returned, once
// each; the constant is made again in the reverse function.
// CHECK-LABEL: func.func private @g.fwd(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
// CHECK:         %[[Z:.*]] = catgrad.multiply %[[X]], %[[Y]]
// CHECK:         %[[W:.*]] = catgrad.multiply %[[Z]], %{{.*}}
// CHECK:         %[[R:.*]] = catgrad.multiply %[[W]], %[[Z]]
// CHECK-NEXT:    return %[[R]], %[[Z]], %[[W]]
// CHECK-LABEL: func.func private @g.rev(
// The residuals in the order of the operations that keep them, x, y, z, w; then the
// cotangent.
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<2xf32>, %[[Z:[^:]*]]: tensor<2xf32>, %[[W:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    %[[C:.*]] = catgrad.constant dense<3.000000e+00>
// CHECK-NEXT:    %[[DW:.*]] = catgrad.multiply %[[Z]], %[[D]]
// CHECK-NEXT:    %[[DZ1:.*]] = catgrad.multiply %[[W]], %[[D]]
// CHECK-NEXT:    %[[DZ0:.*]] = catgrad.multiply %[[DW]], %[[C]]
// CHECK-NEXT:    %[[DZ:.*]] = catgrad.add %[[DZ0]], %[[DZ1]]
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[Y]], %[[DZ]]
// CHECK-NEXT:    %[[DY:.*]] = catgrad.multiply %[[X]], %[[DZ]]
// CHECK-NEXT:    return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @route_rev(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>)
// CHECK-NEXT:    %[[F:.*]]:3 = call @g.fwd(%[[X]], %[[Y]])
// CHECK-NEXT:    %[[DXY:.*]]:2 = call @g.rev(%[[X]], %[[Y]], %[[F]]#1, %[[F]]#2, %[[D]])
// CHECK-NEXT:    return %[[DXY]]#0, %[[DXY]]#1
func.func @g(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %c = catgrad.constant dense<3.0> : tensor<2xf32>
  %z = catgrad.multiply %x, %y : tensor<2xf32>
  %0 = catgrad.multiply %z, %c : tensor<2xf32>
  %1 = catgrad.multiply %0, %z : tensor<2xf32>
  return %1 : tensor<2xf32>
}
func.func @route(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @g(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @route_rev of(@route)

// -----

// An argument that is a result, a constant that is one, and one value that is two
// results: the forward function returns a single value.
// CHECK-LABEL: func.func private @h.fwd(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[X]]
// CHECK-NEXT:    return %[[N]] : tensor<2xi32>
// CHECK-LABEL: func.func private @h.rev(
// CHECK-SAME:    %[[D0:[^:]*]]: tensor<2xi32>, %[[D1:[^:]*]]: tensor<2xi32>, %[[D2:[^:]*]]: tensor<2xi32>, %[[D3:[^:]*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[D2]], %[[D3]]
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[SUM]]
// CHECK-NEXT:    %[[DX:.*]] = catgrad.add %[[N]], %[[D0]]
// CHECK-NEXT:    return %[[DX]]
// CHECK-LABEL: func.func @results_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xi32>, %[[D:.*]]: tensor<2xi32>) -> tensor<2xi32>
// CHECK-NEXT:    %[[C:.*]] = catgrad.constant dense<5>
// CHECK-NEXT:    %[[N:.*]] = call @h.fwd(%[[X]])
// The four results of h are x, 5, -x, -x.
// CHECK:         %[[P:.*]] = catgrad.multiply %[[X]], %[[C]]
// CHECK:         call @h.rev(
func.func @h(%x: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %c = catgrad.constant dense<5> : tensor<2xi32>
  %n = catgrad.negate %x : tensor<2xi32>
  return %x, %c, %n, %n : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}
func.func @results(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0:4 = call @h(%x) : (tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>)
  %1 = catgrad.multiply %0#0, %0#1 : tensor<2xi32>
  %2 = catgrad.multiply %0#2, %0#3 : tensor<2xi32>
  %3 = catgrad.multiply %1, %2 : tensor<2xi32>
  return %3 : tensor<2xi32>
}
catgrad.derive @results_rev of(@results)

// -----

// A result of the callee that nobody uses has cotangent zero.
// CHECK-LABEL: func.func @unused_result_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK:         %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK:         %[[DX:.*]] = call @two.rev(%[[D]], %[[ZERO]])
// CHECK-NEXT:    return %[[DX]]
func.func @two(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = catgrad.negate %x : tensor<2xf32>
  return %x, %0 : tensor<2xf32>, tensor<2xf32>
}
func.func @unused_result(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0:2 = call @two(%x) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %0#0 : tensor<2xf32>
}
catgrad.derive @unused_result_rev of(@unused_result)

// -----

// A callee is derived for the inputs that are asked for where it is called: each
// choice of them gives one pair.
// CHECK-DAG: func.func private @m.fwd(
// CHECK-DAG: func.func private @m.rev(%{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-DAG: func.func private @m.fwd.wrt.0(
// CHECK-DAG: func.func private @m.rev.wrt.0(%{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>) -> tensor<2xf32>
// CHECK-DAG: func.func private @m.fwd.wrt.1(
// CHECK-DAG: func.func private @m.rev.wrt.1(
func.func @m(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.multiply %x, %y : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @masks(
// CHECK-LABEL: func.func @masks_rev(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>) -> tensor<2xf32>
// m(x, y): only x is asked for. m(y, that): only its second input depends on x.
// m(x, that): both do.
// CHECK-DAG:     %[[A:.*]] = call @m.fwd.wrt.0(%[[X]], %[[Y]])
// CHECK-DAG:     %[[B:.*]] = call @m.fwd.wrt.1(%[[Y]], %[[A]])
// CHECK:         call @m.fwd(%[[X]], %[[B]])
// CHECK:         %[[DXB:.*]]:2 = call @m.rev(%[[X]], %[[B]], %[[D]])
// CHECK-NEXT:    %[[DA:.*]] = call @m.rev.wrt.1(%[[Y]], %[[A]], %[[DXB]]#1)
// CHECK-NEXT:    %[[DX:.*]] = call @m.rev.wrt.0(%[[X]], %[[Y]], %[[DA]])
// The sum of both uses of x.
// CHECK-NEXT:    %[[SUM:.*]] = catgrad.add %[[DX]], %[[DXB]]#0
// CHECK-NEXT:    return %[[SUM]]
func.func @masks(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @m(%x, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = call @m(%y, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = call @m(%x, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %2 : tensor<2xf32>
}
catgrad.derive @masks_rev of(@masks) wrt([0])

// -----

// A call that no input asked for reaches stays a call.
// CHECK-LABEL: func.func @constant_call_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[S:.*]] = call @f(%[[Y]])
// CHECK-NEXT:    %[[DX:.*]] = catgrad.multiply %[[S]], %[[D]]
// CHECK-NEXT:    return %[[DX]]
func.func private @f(tensor<2xf32>) -> tensor<2xf32>
func.func @constant_call(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%y) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = catgrad.multiply %x, %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @constant_call_rev of(@constant_call) wrt([0])

// -----

// A callee that calls: the residual of the inner call is one of the outer call.
// CHECK-LABEL: func.func private @inner.fwd(
// CHECK-LABEL: func.func private @outer.fwd(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT:    %[[S:.*]] = call @inner.fwd(%[[X]])
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[S]]
// CHECK-NEXT:    return %[[N]], %[[S]]
// CHECK-LABEL: func.func private @outer.rev(
// CHECK-SAME:    %[[S:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[D]]
// CHECK-NEXT:    %[[DX:.*]] = call @inner.rev(%[[S]], %[[N]])
// CHECK-NEXT:    return %[[DX]]
func.func @inner(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @outer(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @inner(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = catgrad.negate %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}
func.func @nested(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @outer(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @nested_rev of(@nested)

// -----

// A name that is taken stays with its owner.
// CHECK-LABEL: func.func private @f.fwd_0(
// CHECK-LABEL: func.func private @f.rev(
// CHECK-LABEL: func.func @f.fwd(
// CHECK-LABEL: func.func @taken_rev(
// CHECK:         call @f.fwd_0(
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @f.fwd() {
  return
}
func.func @taken(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @taken_rev of(@taken)
