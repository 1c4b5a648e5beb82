// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each value with none or several uses is reported where it is defined.
//
// RUN: catgrad-opt %s --catgrad-verify-wiring --split-input-file --verify-diagnostics
// RUN: catgrad-opt %s --catgrad-explicit-wiring --split-input-file -o - \
// RUN:   | not catgrad-opt --catgrad-verify-wiring --split-input-file -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not=error:

// After explicit wiring only what cannot be wired is left.
// CHECK: error: expected a body of one block but got 2

func.func @good(%x: tensor<2xf32>, %y: index) -> tensor<2xf32> {
  %a, %b = catgrad.copy %x : tensor<2xf32>
  catgrad.discard %y : index
  %0 = catgrad.add %b, %a : tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func private @external(tensor<2xf32>)
func.func @empty() {
  return
}

// -----

// expected-error @+2 {{expected exactly one use of argument 1 but got 0; run catgrad-explicit-wiring first}}
// expected-error @+1 {{expected exactly one use of argument 2 but got 3; run catgrad-explicit-wiring first}}
func.func @arguments(%x: tensor<2xf32>, %y: tensor<2xf32>, %z: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = catgrad.add %z, %z : tensor<2xf32>
  return %x, %z, %0 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @results(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // expected-error @+1 {{expected exactly one use of result 1 of 'catgrad.copy' but got 2; run catgrad-explicit-wiring first}}
  %a, %b = catgrad.copy %x : tensor<2xf32>
  // expected-error @+1 {{expected exactly one use of result 0 of 'catgrad.constant' but got 0}}
  %c = catgrad.constant dense<0.0> : tensor<2xf32>
  %0 = catgrad.add %a, %b : tensor<2xf32>
  return %0, %b : tensor<2xf32>, tensor<2xf32>
}

// -----

// expected-error @+1 {{expected a body of one block but got 2; control flow is not supported yet}}
func.func @several_blocks(%x: tensor<2xf32>) -> tensor<2xf32> {
  cf.br ^next
^next:
  return %x : tensor<2xf32>
}

// -----

// All uses within the regions of one operation are one consumer.
func.func @regions(%x: tensor<2xf32>, %c: i1) -> tensor<2xf32> {
  %0 = scf.if %c -> tensor<2xf32> {
    %1 = catgrad.add %x, %x : tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  } else {
    scf.yield %x : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
// expected-error @+1 {{expected exactly one use of argument 0 but got 2}}
func.func @captured_and_used(%x: tensor<2xf32>, %c: i1) -> tensor<2xf32> {
  %0 = scf.if %c -> tensor<2xf32> {
    scf.yield %x : tensor<2xf32>
  } else {
    %1 = catgrad.constant dense<1.0> : tensor<2xf32>
    scf.yield %1 : tensor<2xf32>
  }
  %2 = catgrad.add %0, %x : tensor<2xf32>
  return %2 : tensor<2xf32>
}
