// When a phase fails, the reproducer has its input and its passes, and running
// it again gives the same error. Nothing is written when all goes well.
// RUN: rm -rf %t && mkdir %t
// RUN: not catgrad-compile %s -o %t/a.so --crash-reproducer=%t/phase.mlir 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: FileCheck %s <%t/phase.mlir
// RUN: not catgrad-opt --run-reproducer %t/phase.mlir 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: not catgrad-opt %s --catgrad-derive --mlir-pass-pipeline-crash-reproducer=%t/tool.mlir 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: FileCheck %s <%t/tool.mlir
// RUN: catgrad-compile %s --emit=catgrad -o - --crash-reproducer=%t/none.mlir | FileCheck %s --check-prefix=INPUT
// RUN: not ls %t/none.mlir
// RUN: not ls %t/a.so

// ERROR: crash-reproducer.mlir:[[#@LINE+5]]:8: error: 'math.isnan' has no reverse derivative
// ERROR: note: {{.*}}`ReverseDerivative`{{.*}}: reproducer generated at
// AGAIN: 'math.isnan' has no reverse derivative
// INPUT: catgrad.derive @f_rev of(@f)
func.func @f(%x: tensor<4xf32>) -> tensor<4xi1> {
  %0 = math.isnan %x : tensor<4xf32>
  return %0 : tensor<4xi1>
}
// CHECK: catgrad.derive @f_rev of(@f)
catgrad.derive @f_rev of(@f)
// CHECK: mlir_reproducer: {
// CHECK: pipeline: "builtin.module({{.*}}catgrad-reverse-derivative{max-ops=1000000 residuals=rule}
