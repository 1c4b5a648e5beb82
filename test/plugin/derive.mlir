// The dialect, a pass and a pipeline in stock mlir-opt, by one option or two.
// RUN: mlir-opt %s --load-dialect-plugin=%catgrad_plugin --load-pass-plugin=%catgrad_plugin \
// RUN:   --pass-pipeline='builtin.module(catgrad-derive)' | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%catgrad_plugin \
// RUN:   --pass-pipeline='builtin.module(catgrad-derive{residuals=inputs})' | FileCheck %s --check-prefix=INPUTS
// RUN: mlir-opt %s --load-dialect-plugin=%catgrad_plugin \
// RUN:   --pass-pipeline='builtin.module(catgrad-explicit-wiring)' | FileCheck %s --check-prefix=PASS
// RUN: mlir-opt --show-dialects --load-dialect-plugin=%catgrad_plugin | FileCheck %s --check-prefix=DIALECTS

// DIALECTS: catgrad

// CHECK-LABEL: func.func @f_rev
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>)
// CHECK:         %[[S:.*]] = catgrad.sigmoid %[[X]]
// CHECK:         catgrad.subtract
// INPUTS-LABEL: func.func @f_rev
// PASS-LABEL: func.func @f(
// PASS:         catgrad.copy
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.sigmoid %x : tensor<4xf32>
  %1 = catgrad.multiply %0, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
