// How files are written: replaced as a whole, links kept, devices left alone.
// RUN: rm -rf %t && mkdir %t && echo old > %t/real.s && ln -s real.s %t/link.s
// RUN: catgrad-compile %s -o %t/link.s --emit-header %t/f.h --emit-manifest %t/f.json
// RUN: test -L %t/link.s
// RUN: FileCheck %s --input-file=%t/real.s
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// RUN: catgrad-compile %s --emit=asm -o /dev/null --emit-header - | FileCheck %s --check-prefix=HEADER
// RUN: test -c /dev/null

// The header and the manifest alone take the name of the input.
// RUN: catgrad-compile %s --emit-header - | FileCheck %s --check-prefix=HEADER-ONLY

// CHECK: f:
// FILES:      f.h
// FILES-NEXT: f.json
// FILES-NEXT: link.s
// FILES-NEXT: real.s
// FILES-NOT:  {{.}}
// HEADER: void f(const float *x0, float *y0, void *workspace);
// HEADER-ONLY: #ifndef CATGRAD_OUTPUTS_H
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.add %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
