// What the command line says about itself, and phases timed.
// RUN: catgrad-compile --help | FileCheck %s --check-prefix=HELP
// RUN: catgrad-compile --cpu=help | FileCheck %s --check-prefix=CPUS
// RUN: catgrad-compile %s -o %t.so --time-phases 2>&1 | FileCheck %s --check-prefix=TIMES
// RUN: catgrad-compile %s -o %t.so 2>&1 | count 0
// RUN: catgrad-compile %s --cpu=native -O3 -o %t.so 2>&1 | count 0

// HELP-NOT: --aarch64
// HELP: --emit-header
// HELP: EXAMPLES:
// HELP: EXIT STATUS:
// HELP-NEXT: 0

// Processors that the host's kind of code cannot run on are not offered.
// CPUS-NOT: i386
// CPUS: {{^x86-64-v3$|^generic$}}

// TIMES:      {{^phase +ms +share$}}
// TIMES-NEXT: {{^parse +[0-9.]+ +[0-9.]+%$}}
// TIMES-NEXT: catgrad
// TIMES-NEXT: rev
// TIMES-NEXT: linalg
// TIMES-NEXT: bufferized
// TIMES-NEXT: llvm
// TIMES-NEXT: translate
// TIMES-NEXT: optimise
// TIMES-NEXT: codegen
// TIMES-NEXT: link
// TIMES-NEXT: {{^total +[0-9.]+$}}
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.add %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
