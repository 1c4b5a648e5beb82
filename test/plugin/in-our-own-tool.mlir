// The plugin and the tool share one libCatgrad.so: to load both in one process
// registers everything twice, and must neither abort nor change anything.
// RUN: catgrad-opt %s --load-dialect-plugin=%catgrad_plugin --load-pass-plugin=%catgrad_plugin \
// RUN:   --pass-pipeline='builtin.module(catgrad-derive)' | FileCheck %s
// RUN: catgrad-opt %s --load-pass-plugin=%catgrad_plugin --load-dialect-plugin=%catgrad_plugin \
// RUN:   --catgrad-derive | FileCheck %s

// CHECK-LABEL: func.func @f_rev
// CHECK:         catgrad.multiply
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.multiply %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
catgrad.derive @f_rev of(@f)
