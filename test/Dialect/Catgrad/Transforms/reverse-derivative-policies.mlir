// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the forward part keeps: what each rule chooses, the inputs of each
// operation, or across calls only the inputs of the function.
//
// DEFINE: %{residuals} =
// DEFINE: %{derive} = catgrad-opt %s --catgrad-explicit-wiring \
// DEFINE:   --catgrad-reverse-derivative="residuals=%{residuals}" --catgrad-verify-wiring \
// DEFINE:   --catgrad-implicit-wiring --canonicalize --cse
//
// REDEFINE: %{residuals} = rule
// RUN: %{derive} | FileCheck %s --check-prefixes=CHECK,RULE
// REDEFINE: %{residuals} = inputs
// RUN: %{derive} | FileCheck %s --check-prefixes=CHECK,INPUTS
// REDEFINE: %{residuals} = recompute
// RUN: %{derive} | FileCheck %s --check-prefixes=CHECK,RECOMPUTE
//
// RUN: not catgrad-opt %s --catgrad-reverse-derivative="residuals=all" 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: Cannot find option named 'all'

// The rules keep the output s of sigmoid, which is also an input of the product,
// and x; the inputs of each operation are x, x and s. To recompute takes only x.

// CHECK-LABEL:    func.func private @f.fwd(
// RULE-SAME:        %[[X:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// INPUTS-SAME:      %[[X:.*]]: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
// RECOMPUTE-SAME:   %[[X:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK:            %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK-NEXT:       %[[P:.*]] = catgrad.multiply %[[S]], %[[X]]
// RULE-NEXT:        return %[[P]], %[[S]]
// INPUTS-NEXT:      return %[[P]], %[[S]]
// RECOMPUTE-NEXT:   return %[[P]]

// CHECK-LABEL:    func.func private @f.rev(
// RULE-SAME:        %[[S:[^:]*]]: tensor<2xf32>, %[[X:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>) -> tensor<2xf32>
// INPUTS-SAME:      %[[X:[^:]*]]: tensor<2xf32>, %[[S:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>) -> tensor<2xf32>
// RECOMPUTE-SAME:   %[[X:[^:]*]]: tensor<2xf32>, %[[D:[^:]*]]: tensor<2xf32>) -> tensor<2xf32>

// RULE-NOT:         catgrad.sigmoid
// RULE:             return

// INPUTS:           %[[DS:.*]] = catgrad.multiply %[[X]], %[[D]]
// INPUTS-NEXT:      catgrad.multiply %[[S]], %[[D]]
// INPUTS-NEXT:      %[[AGAIN:.*]] = catgrad.sigmoid %[[X]]
// INPUTS-NEXT:      catgrad.subtract %{{.*}}, %[[AGAIN]]

// RECOMPUTE:        %[[S:.*]] = catgrad.sigmoid %[[X]]
// RECOMPUTE-NOT:    catgrad.sigmoid
// RECOMPUTE:        catgrad.multiply %[[S]], %[[D]]
// RECOMPUTE:        return

// CHECK-LABEL:    func.func @g_rev(
// CHECK-SAME:       %[[X:.*]]: tensor<2xf32>, %[[D:.*]]: tensor<2xf32>) -> tensor<2xf32>
// RULE-NEXT:        %[[F:.*]]:2 = call @f.fwd(%[[X]])
// RULE-NEXT:        %[[DX:.*]] = call @f.rev(%[[F]]#1, %[[X]], %[[D]])
// A call is an operation, too: the input is kept, and it is evaluated again.
// INPUTS-NEXT:      call @f(%[[X]])
// INPUTS-NEXT:      %[[F:.*]]:2 = call @f.fwd(%[[X]])
// INPUTS-NEXT:      %[[DX:.*]] = call @f.rev(%[[X]], %[[F]]#1, %[[D]])
// RECOMPUTE-NEXT:   call @f(%[[X]])
// RECOMPUTE-NEXT:   call @f.fwd(%[[X]])
// RECOMPUTE-NEXT:   %[[DX:.*]] = call @f.rev(%[[X]], %[[D]])
// CHECK-NEXT:       return %[[DX]]

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.sigmoid %x : tensor<2xf32>
  %1 = catgrad.multiply %0, %x : tensor<2xf32>
  return %1 : tensor<2xf32>
}
func.func @g(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
catgrad.derive @g_rev of(@g)
