// Stock tools only, but for the plugin: the derivative, lowered by MLIR's own
// passes and run by mlir-runner. f(x, y) = x^2 y + y at (3, 2), with d = 1, 10.
// A call needs a function, so that main joins after the derivative was made.
// RUN: split-file %s %t
// RUN: mlir-opt %t/f.mlir --load-dialect-plugin=%catgrad_plugin \
// RUN:   --pass-pipeline='builtin.module(catgrad-derive,convert-catgrad-to-linalg)' \
// RUN:   | sed -e '/^module {$/d' -e '/^}$/d' > %t/linalg.mlir
// RUN: cat %t/linalg.mlir %t/main.mlir | mlir-opt --pass-pipeline='builtin.module( \
// RUN:     one-shot-bufferize{bufferize-function-boundaries}, \
// RUN:     func.func(convert-linalg-to-loops),convert-scf-to-cf,expand-strided-metadata, \
// RUN:     finalize-memref-to-llvm,convert-arith-to-llvm,convert-func-to-llvm, \
// RUN:     convert-cf-to-llvm,reconcile-unrealized-casts)' \
// RUN:   | mlir-runner -e main --entry-point-result=void \
// RUN:     --shared-libs=%mlir_libs/libmlir_runner_utils.so,%mlir_libs/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s

// CHECK: [12,  120]
// CHECK: [10,  100]

//--- f.mlir
func.func @f(%x: tensor<2xf64>, %y: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.multiply %x, %x : tensor<2xf64>
  %1 = catgrad.multiply %0, %y : tensor<2xf64>
  %2 = catgrad.add %1, %y : tensor<2xf64>
  return %2 : tensor<2xf64>
}
catgrad.derive @f_rev of(@f)

//--- main.mlir
func.func private @printMemrefF64(tensor<*xf64>)
func.func @main() {
  %x = arith.constant dense<3.0> : tensor<2xf64>
  %y = arith.constant dense<2.0> : tensor<2xf64>
  %d = arith.constant dense<[1.0, 10.0]> : tensor<2xf64>
  %dx, %dy = call @f_rev(%x, %y, %d)
      : (tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> (tensor<2xf64>, tensor<2xf64>)
  %0 = tensor.cast %dx : tensor<2xf64> to tensor<*xf64>
  call @printMemrefF64(%0) : (tensor<*xf64>) -> ()
  %1 = tensor.cast %dy : tensor<2xf64> to tensor<*xf64>
  call @printMemrefF64(%1) : (tensor<*xf64>) -> ()
  return
}
