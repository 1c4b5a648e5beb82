// A manifest states what to call and with what.
// RUN: catgrad-compile %s --cpu=x86-64-v3 --emit-manifest - | FileCheck %s
// RUN: catgrad-compile %s --cpu=x86-64-v3 --emit-manifest %t.json
// RUN: %python -m json.tool %t.json | FileCheck %s --check-prefix=SYMBOLS
// The library holds the same.
// RUN: catgrad-compile %s --cpu=x86-64-v3 -o %t.so
// RUN: %python -c "import ctypes, json, sys; \
// RUN:   data = ctypes.c_char.in_dll(ctypes.CDLL(sys.argv[1]), 'manifest_mlir_tmp_manifest'); \
// RUN:   text = ctypes.string_at(ctypes.addressof(data)); \
// RUN:   assert json.loads(text) == json.load(open(sys.argv[2]))" %t.so %t.json

// The functions of a learner stand together, in a fixed order.
// SYMBOLS: "symbol": "iris_init"
// SYMBOLS: "symbol": "iris_predict"
// SYMBOLS: "symbol": "iris_rev"
// SYMBOLS: "symbol": "iris_rev_p"
// SYMBOLS: "symbol": "iris_loss"
// SYMBOLS: "symbol": "iris_step"
// SYMBOLS: "symbol": "types"
// SYMBOLS: "symbol": "small_types"
// SYMBOLS-NOT: "symbol"

// CHECK:      "abi": 1,
// CHECK-NEXT: "target": "cpu",
// CHECK-NEXT: "cpu": "x86-64-v3",
// CHECK-NEXT: "functions": [

// CHECK:      "symbol": "iris_init",
// CHECK-NEXT: "learner": "iris",
// CHECK-NEXT: "kind": "init",
// CHECK-NEXT: "workspace_bytes": {{[0-9]+}},
// CHECK-NEXT: "workspace_align": 64,
// CHECK-NEXT: "inputs": [
// CHECK:        "name": "seed",
// CHECK-NEXT:   "dtype": "i64",
// CHECK-NEXT:   "shape": [],
// CHECK-NEXT:   "role": "hyper"

// CHECK:      "symbol": "iris_step",
// CHECK-NEXT: "learner": "iris",
// CHECK-NEXT: "kind": "step",
// CHECK:      "inputs": [
// CHECK:        "name": "w",
// CHECK-NEXT:   "dtype": "f32",
// CHECK-NEXT:   "shape": [
// CHECK-NEXT:     4,
// CHECK-NEXT:     3
// CHECK-NEXT:   ],
// CHECK-NEXT:   "role": "parameter",
// CHECK-NEXT:   "init": {
// CHECK-NEXT:     "kind": "normal",
// CHECK-NEXT:     "mean": 0,
// CHECK-NEXT:     "std": 0.01
// CHECK-NEXT:   }
// CHECK:        "name": "x",
// CHECK:        "role": "input"
// CHECK:        "name": "label0",
// CHECK:        "role": "label"
// CHECK:        "name": "rate",
// CHECK:        "role": "hyper"
// CHECK:      "outputs": [
// CHECK:        "name": "w_out",
// CHECK-NEXT:   "dtype": "f32",
// CHECK:        "role": "parameter",
// CHECK-NEXT:   "aliases": "w"
// CHECK:        "name": "loss",
// CHECK-NEXT:   "dtype": "f32",
// CHECK-NEXT:   "shape": [],
// CHECK-NEXT:   "role": "loss"

func.func private @model(%x: tensor<5x4xf32> {catgrad.name = "x"}) -> tensor<5x3xf32> {
  %w = catgrad.parameter "w" {init = #catgrad.normal<mean = 0.0, std = 1.0e-2>} : tensor<4x3xf32>
  %y = catgrad.matmul %x, %w : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}
catgrad.learner @iris model(@model) optimiser(#catgrad.sgd<rate = dynamic>) loss(#catgrad.mse) {report_loss}

// Without a learner: kind function, default names and roles.
// CHECK:      "symbol": "types",
// CHECK-NEXT: "kind": "function",
// CHECK:        "name": "x0",
// CHECK-NEXT:   "dtype": "i1",
// CHECK:        "role": "input"
// CHECK:        "name": "x1",
// CHECK-NEXT:   "dtype": "i32",
// CHECK:        "name": "y0",
// CHECK-NEXT:   "dtype": "i1",
// CHECK:        "role": "result"
func.func @types(%a: tensor<3xi1>, %b: tensor<i32>) -> (tensor<3xi1>, tensor<i32>) {
  %0 = catgrad.add %a, %a : tensor<3xi1>
  %1 = catgrad.negate %b : tensor<i32>
  return %0, %1 : tensor<3xi1>, tensor<i32>
}

// CHECK:      "symbol": "small_types",
// CHECK:        "name": "x0",
// CHECK-NEXT:   "dtype": "f16",
// CHECK:        "name": "x1",
// CHECK-NEXT:   "dtype": "bf16",
// CHECK:        "name": "y0",
// CHECK-NEXT:   "dtype": "i8",
// CHECK:        "name": "y1",
// CHECK-NEXT:   "dtype": "i16",
// CHECK:        "name": "y2",
// CHECK-NEXT:   "dtype": "i64",
func.func @small_types(%a: tensor<3xf16>, %b: tensor<bf16>) -> (tensor<3xi8>, tensor<3xi16>, tensor<i64>) {
  %0 = catgrad.cast %a : (tensor<3xf16>) -> tensor<3xi8>
  %1 = catgrad.cast %a : (tensor<3xf16>) -> tensor<3xi16>
  %2 = catgrad.cast %b : (tensor<bf16>) -> tensor<i64>
  return %0, %1, %2 : tensor<3xi8>, tensor<3xi16>, tensor<i64>
}
