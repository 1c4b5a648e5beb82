// RUN: catgrad-translate --catgrad-to-json %s | FileCheck %s
// RUN: catgrad-translate --catgrad-to-json %s | catgrad-translate --json-to-catgrad | FileCheck %s --check-prefix=BACK
// RUN: catgrad-translate --catgrad-to-json %s | catgrad-translate --json-to-catgrad | catgrad-translate --catgrad-to-json | FileCheck %s

// A value that is used twice is one node in two sources; one that nothing uses
// is in none. The boundary is in order.
func.func @f(%x: tensor<2xf32> {catgrad.name = "x"}, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi1>) {
  %0 = catgrad.multiply %x, %x : tensor<2xf32>
  %1 = catgrad.compare %0, %x {predicate = #catgrad.predicate<gt>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
  %2 = call @g(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %2, %1 : tensor<2xf32>, tensor<2xi1>
}
func.func private @g(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = catgrad.constant dense<[0x7FC00001, 1.0]> : tensor<2xf32>
  %1 = catgrad.add %x, %0 : tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK:      "format": "catgrad-open-hypergraph",
// CHECK-NEXT: "version": 1,
// CHECK-NEXT: "attributes": {},
// CHECK:      "name": "f",
// CHECK-NEXT: "attributes": {"arg_attrs": "[{catgrad.name = \"x\"}, {}]"},
// CHECK-NEXT: "nodes": ["tensor<2xf32>", "tensor<2xf32>", "tensor<2xf32>", "tensor<2xi1>", "tensor<2xf32>"],
// CHECK-NEXT: "sources": [0, 1],
// CHECK-NEXT: "targets": [4, 3],
// CHECK-NEXT: "edges": [
// CHECK-NEXT:   {"operation": "catgrad.multiply", "attributes": {}, "sources": [0, 0], "targets": [2]},
// CHECK-NEXT:   {"operation": "catgrad.compare", "attributes": {"predicate": "#catgrad.predicate<gt>"}, "sources": [2, 0], "targets": [3]},
// CHECK-NEXT:   {"operation": "func.call", "attributes": {"callee": "@g"}, "sources": [2], "targets": [4]}
// CHECK:      "name": "g",
// CHECK-NEXT: "attributes": {"sym_visibility": "\"private\""},
// CHECK:      "value": "dense<[0x7FC00001, 1.000000e+00]> : tensor<2xf32>"

// BACK:      func.func @f(%[[X:.*]]: tensor<2xf32> {catgrad.name = "x"}, %{{.*}}: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi1>) {
// BACK-NEXT:   %[[M:.*]] = catgrad.multiply %[[X]], %[[X]] : tensor<2xf32>
// BACK-NEXT:   %[[C:.*]] = catgrad.compare %[[M]], %[[X]] {predicate = #catgrad.predicate<gt>}
// BACK-NEXT:   %[[G:.*]] = call @g(%[[M]])
// BACK-NEXT:   return %[[G]], %[[C]]
// BACK:      func.func private @g
