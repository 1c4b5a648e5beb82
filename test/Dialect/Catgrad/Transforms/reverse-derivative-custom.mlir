// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function may bring its own optic by symbol: its body is not derived.
//
// RUN: catgrad-opt %s --split-input-file --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-verify-wiring --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s
// RUN: catgrad-opt %s --split-input-file --catgrad-explicit-wiring \
// RUN:   --catgrad-reverse-derivative="residuals=inputs" | FileCheck %s --check-prefix=INPUTS

// The forward function gives the result and a residual of another type.
func.func @fwd(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<i1>) {
  %0 = catgrad.constant dense<true> : tensor<i1>
  return %x, %0 : tensor<2xf32>, tensor<i1>
}
func.func private @rev(tensor<i1>, tensor<2xf32>) -> tensor<2xf32>

// The body holds an operation without derivative; nobody asks.
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev} {
  %0 = tosa.floor %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Derived by itself.
// CHECK-LABEL: func.func @f_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[F:.*]]:2 = call @fwd(%[[X]])
// CHECK-NEXT:    %[[DX:.*]] = call @rev(%[[F]]#1, %[[D]])
// CHECK-NEXT:    return %[[DX]]
catgrad.derive @f_rev of(@f)

// Called. The residual crosses, whatever the policy.
// CHECK-LABEL: func.func @g_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    %[[N:.*]] = catgrad.negate %[[X]]
// CHECK-NEXT:    %[[F:.*]]:2 = call @fwd(%[[N]])
// CHECK-NEXT:    %[[E:.*]] = call @rev(%[[F]]#1, %[[D]])
// CHECK-NEXT:    %[[DX:.*]] = catgrad.negate %[[E]]
// CHECK-NEXT:    return %[[DX]]
// INPUTS-LABEL: func.func @g_rev(
// INPUTS:         call @fwd(
// INPUTS:         call @rev(
func.func @g(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.negate %x : tensor<2xf32>
  %1 = call @f(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
catgrad.derive @g_rev of(@g)

// -----

// An external function with an optic of its own; the reverse gives a cotangent
// for each input, of which one is asked for.
func.func private @fwd(tensor<2xf32>, tensor<i32>) -> tensor<2xf32>
func.func private @rev(tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
func.func private @f(tensor<2xf32>, tensor<i32>) -> tensor<2xf32> attributes {catgrad.forward = @fwd, catgrad.reverse = @rev}

// CHECK-LABEL: func.func @g_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[I:.*]]: tensor<i32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT:    call @fwd(%[[X]], %[[I]])
// CHECK-NEXT:    %[[DXI:.*]]:2 = call @rev(%[[D]])
// CHECK-NEXT:    return %[[DXI]]#0
func.func @g(%x: tensor<2xf32>, %i: tensor<i32>) -> tensor<2xf32> {
  %0 = call @f(%x, %i) : (tensor<2xf32>, tensor<i32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @g_rev of(@g) wrt([0])
