// Errors of the command line: a message, exit status 1, and no output file.
// RUN: rm -rf %t && split-file %s %t && mkdir %t/folder.o

// RUN: not catgrad-compile %t/missing.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: catgrad-compile: error: cannot open input file '{{.*}}missing.mlir': No such file or directory
// RUN: not catgrad-compile %t/folder.o -o %t/x.o 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: catgrad-compile: error: {{.*}}folder.o': Is a directory

// RUN: not catgrad-compile 2>&1 | FileCheck %s --check-prefix=NO-INPUT
// NO-INPUT: expected an input file
// RUN: not catgrad-compile %t/in.mlir 2>&1 | FileCheck %s --check-prefix=NO-OUTPUT
// NO-OUTPUT: expected an output file: -o, --emit-header or --emit-manifest
// RUN: not catgrad-compile %t/in.mlir --emit=obj --emit-header %t/x.h 2>&1 | FileCheck %s --check-prefix=NO-FILE
// NO-FILE: expected an output file (-o) for --emit
// RUN: not catgrad-compile %t/in.mlir -o %t/x.dll 2>&1 | FileCheck %s --check-prefix=SUFFIX
// SUFFIX: cannot tell from the name '{{.*}}x.dll' what to emit
// RUN: not catgrad-compile %t/in.mlir -o - --emit=obj 2>&1 | FileCheck %s --check-prefix=BINARY
// BINARY: binary output needs a file name
// RUN: not catgrad-compile %t/in.mlir -o %t/in.mlir 2>&1 | FileCheck %s --check-prefix=OVERWRITE
// OVERWRITE: output '{{.*}}in.mlir' is the input file
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --emit-header %t/x.o 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: two outputs have the name '{{.*}}x.o'
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --cpu=nonsuch 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: unknown processor 'nonsuch' (catgrad-compile --cpu=help lists the known ones)
// CPU-NOT: {{.}}
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o -O4 2>&1 | FileCheck %s --check-prefix=LEVEL
// LEVEL: expected an optimisation level -O0 to -O3 but got -O4
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --emit=cubin 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: Cannot find option named 'cubin'
// RUN: not catgrad-compile %t/in.mlir -o %t/x.ptx 2>&1 | FileCheck %s --check-prefix=CPU-PTX
// CPU-PTX: error: expected target cuda for this kind of output
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --gpu=sm_90 2>&1 | FileCheck %s --check-prefix=CPU-GPU
// CPU-GPU: expected --target=cuda for --gpu and --cubin
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --cubin 2>&1 | FileCheck %s --check-prefix=CPU-GPU
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --target=cuda --gpu=sm_80,gfx90a 2>&1 | FileCheck %s --check-prefix=CHIPS
// CHIPS: expected a list of chips such as sm_80,sm_90 but got 'sm_80,gfx90a'
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --target=cuda --gpu= 2>&1 | FileCheck %s --check-prefix=NO-CHIPS
// NO-CHIPS: expected a list of chips such as sm_80,sm_90 but got ''
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --target=rocm 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: Cannot find option named 'rocm'
// RUN: not catgrad-compile %t/clash.mlir -o %t/f.o --target=cuda 2>&1 | FileCheck %s --check-prefix=CLASH
// CLASH: error: native code needs the symbol 'f_cuda_init' twice
// CLASH-NEXT: clash.mlir:1:1: note: the other use is here

// Unwritable: nothing is left behind, not even the files that could be written.
// RUN: not catgrad-compile %t/in.mlir -o %t/x.o --emit-header %t/none/x.h 2>&1 | FileCheck %s --check-prefix=UNWRITABLE
// UNWRITABLE: catgrad-compile: error: cannot write '{{.*}}none/x.h': No such file or directory
// RUN: not catgrad-compile %t/in.mlir -o %t/folder.o --emit-header %t/x.h 2>&1 | FileCheck %s --check-prefix=IS-FOLDER
// IS-FOLDER: catgrad-compile: error: cannot write '{{.*}}folder.o': Is a directory
// RUN: not catgrad-compile %t/in.mlir -o - --emit=asm 2>&1 >/dev/full | FileCheck %s --check-prefix=FULL
// FULL: catgrad-compile: error: cannot write '-': No space left on device

// An error of a phase names its place, and shows the line.
// RUN: not catgrad-compile %t/bad.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=SOURCE
// SOURCE: bad.mlir:2:8: error: 'catgrad.add' op
// SOURCE-NEXT: %0 = "catgrad.add"
// SOURCE-NEXT: ^
// RUN: ls %t | FileCheck %s --check-prefix=LEFT
// LEFT: bad.mlir
// LEFT-NEXT: clash.mlir
// LEFT-NEXT: folder.o
// LEFT-NEXT: in.mlir
// LEFT-NOT: {{.}}
//--- in.mlir
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = catgrad.add %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
//--- bad.mlir
func.func @f(%x: tensor<4xf32>) -> tensor<5xf32> {
  %0 = "catgrad.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
//--- clash.mlir
func.func @f_cuda_init(%x: tensor<4xf32>) -> tensor<4xf32> attributes {catgrad.kind = "init"} {
  return %x : tensor<4xf32>
}
