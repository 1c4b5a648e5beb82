// What native code cannot express is an error at its place, before any pass runs.
// RUN: rm -rf %t && split-file %s %t
// RUN: not catgrad-compile %t/dynamic.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not catgrad-compile %t/unranked.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=UNRANKED
// RUN: not catgrad-compile %t/result.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=RESULT
// RUN: not catgrad-compile %t/scalar.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=SCALAR
// RUN: not catgrad-compile %t/derived.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=DERIVED
// RUN: not catgrad-compile %t/element.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=ELEMENT
// RUN: not catgrad-compile %t/overflow.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// RUN: not catgrad-compile %t/external.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=EXTERNAL
// RUN: not catgrad-compile %t/name.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not catgrad-compile %t/library.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=LIBRARY
// RUN: not catgrad-compile %t/clash.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=CLASH
// RUN: not catgrad-compile %t/manifest.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=MANIFEST
// RUN: not catgrad-compile %t/empty.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not catgrad-compile %t/alias.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=ALIAS
// RUN: not catgrad-compile %t/alias-type.mlir -o %t/x.o 2>&1 | FileCheck %s --check-prefix=ALIAS-TYPE
// RUN: not ls %t/x.o

//--- dynamic.mlir
// DYNAMIC: dynamic.mlir:4:14: error: argument #0 of 'f' has the type 'tensor<?x4xf32>': dynamic shapes are not supported yet
// DYNAMIC-NEXT: func.func @f(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
// DYNAMIC-NEXT: ^
func.func @f(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}
//--- unranked.mlir
// UNRANKED: unranked.mlir:2:22: error: argument #0 of 'f' has the type 'tensor<*xf32>': dynamic shapes are not supported yet
func.func private @f(%x: tensor<*xf32>) {
  return
}
//--- result.mlir
// RESULT: result.mlir:2:1: error: result #1 of 'f' has the type 'tensor<?xf32>': dynamic shapes
func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<?xf32>) {
  %0 = builtin.unrealized_conversion_cast %x : tensor<2xf32> to tensor<?xf32>
  return %x, %0 : tensor<2xf32>, tensor<?xf32>
}
//--- scalar.mlir
// SCALAR: scalar.mlir:2:14: error: argument #0 of 'f' has the type 'f32': native code takes tensors only
func.func @f(%x: f32) -> f32 {
  return %x : f32
}
//--- derived.mlir
// The derivative of a private function is public.
// DERIVED: derived.mlir:7:1: error: argument #0 of 'g' has the type 'f64': native code takes tensors only
func.func private @f(%x: f64) -> f64 {
  %0 = math.sin %x : f64
  return %0 : f64
}
catgrad.derive @g of(@f)
//--- element.mlir
// ELEMENT: element.mlir:2:14: error: argument #0 of 'f' has the type 'tensor<4xf80>': expected an element type f16, bf16, f32, f64, i1, i8, i16, i32 or i64 but got 'f80'
func.func @f(%x: tensor<4xf80>) -> tensor<4xf80> {
  return %x : tensor<4xf80>
}
//--- overflow.mlir
// OVERFLOW: overflow.mlir:2:14: error: argument #0 of 'f' has the type 'tensor<4294967296x4294967296xf32>': its size in bytes overflows 63 bits
func.func @f(%x: tensor<4294967296x4294967296xf32>) -> tensor<4294967296x4294967296xf32> {
  return %x : tensor<4294967296x4294967296xf32>
}
//--- external.mlir
// EXTERNAL: external.mlir:2:1: error: function 'g' has no body, which native code would need
func.func private @g(tensor<4xf32>) -> tensor<4xf32>
func.func private @unused(tensor<?xf16>)
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @g(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
//--- name.mlir
// NAME: name.mlir:2:1: error: expected the name of a public function to be a C identifier but got 'f.g'
func.func @f.g(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
//--- library.mlir
// LIBRARY: library.mlir:2:1: error: public function 'memcpy' has the name of a C library function
func.func @memcpy(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
//--- clash.mlir
// CLASH: clash.mlir:6:1: error: native code needs the symbol 'f_workspace_bytes' twice
// CLASH: clash.mlir:3:1: note: the other use is here
func.func @f_workspace_bytes(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
//--- manifest.mlir
// MANIFEST: error: native code needs the symbol 'x_manifest' twice
// MANIFEST: manifest.mlir:3:1: note: the other use is here
func.func @x_manifest(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
//--- empty.mlir
// EMPTY: empty.mlir:2:1: error: expected at least one public function
module {
  func.func private @f(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}
//--- alias.mlir
// ALIAS: alias.mlir:2:1: error: 'func.func' op result #0: expected 'catgrad.alias' to be the index of an argument but got 1
func.func @f(%x: tensor<4xf32>) -> (tensor<4xf32> {catgrad.alias = 1}) {
  return %x : tensor<4xf32>
}
//--- alias-type.mlir
// ALIAS-TYPE: alias-type.mlir:2:1: error: 'func.func' op result #0: expected 'catgrad.alias' to name an argument of type 'tensor<4xf32>' but got 1 of type 'tensor<5xf32>'
func.func @f(%x: tensor<4xf32>, %y: tensor<5xf32>) -> (tensor<4xf32> {catgrad.alias = 1}) {
  return %x : tensor<4xf32>
}
