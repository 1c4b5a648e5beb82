// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the operations that combine elements along axes, by
// itself, in free form, canonicalised.
//
// RUN: catgrad-opt %s --catgrad-explicit-wiring --catgrad-reverse-derivative \
// RUN:   --catgrad-implicit-wiring --canonicalize --cse | FileCheck %s

// R[reduce_max]: those that equal the result share d evenly.
// CHECK-LABEL: func.func @reduce_max_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[D:.*]]: tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-DAG:   %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-DAG:   %[[Y:.*]] = catgrad.reduce_max %[[X]] {dimensions = array<i64: 0>}
// CHECK:        %[[ALL:.*]] = catgrad.broadcast %[[Y]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[IS:.*]] = catgrad.compare %[[X]], %[[ALL]] {predicate = #catgrad.predicate<eq>}
// CHECK-NEXT:   %[[ONES:.*]] = catgrad.cast %[[IS]] : (tensor<2x3xi1>) -> tensor<2x3xf32>
// CHECK-NEXT:   %[[COUNT:.*]] = catgrad.reduce_sum %[[ONES]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[SHARE:.*]] = catgrad.divide %[[D]], %[[COUNT]] : tensor<3xf32>
// CHECK-NEXT:   %[[SHARES:.*]] = catgrad.broadcast %[[SHARE]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[DX:.*]] = catgrad.select %[[IS]], %[[SHARES]], %[[ZERO]]
// CHECK-NEXT:   return %[[DX]]
func.func @reduce_max(%x: tensor<2x3xf32>) -> tensor<3xf32> {
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
catgrad.derive @reduce_max_rev of(@reduce_max)

// R[reduce_min]: those that equal the result share d evenly.
// CHECK-LABEL: func.func @reduce_min_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[D:.*]]: tensor<3xf32>) -> tensor<2x3xf32>
// CHECK-DAG:   %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-DAG:   %[[Y:.*]] = catgrad.reduce_min %[[X]] {dimensions = array<i64: 0>}
// CHECK:        %[[ALL:.*]] = catgrad.broadcast %[[Y]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[IS:.*]] = catgrad.compare %[[X]], %[[ALL]] {predicate = #catgrad.predicate<eq>}
// CHECK-NEXT:   %[[ONES:.*]] = catgrad.cast %[[IS]] : (tensor<2x3xi1>) -> tensor<2x3xf32>
// CHECK-NEXT:   %[[COUNT:.*]] = catgrad.reduce_sum %[[ONES]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[SHARE:.*]] = catgrad.divide %[[D]], %[[COUNT]] : tensor<3xf32>
// CHECK-NEXT:   %[[SHARES:.*]] = catgrad.broadcast %[[SHARE]] {dimensions = array<i64: 0>}
// CHECK-NEXT:   %[[DX:.*]] = catgrad.select %[[IS]], %[[SHARES]], %[[ZERO]]
// CHECK-NEXT:   return %[[DX]]
func.func @reduce_min(%x: tensor<2x3xf32>) -> tensor<3xf32> {
  %0 = catgrad.reduce_min %x {dimensions = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
catgrad.derive @reduce_min_rev of(@reduce_min)

// Nobody is there to share.
// CHECK-LABEL: func.func @reduce_max_of_nothing_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<0x3xf32>, %[[D:.*]]: tensor<3xf32>) -> tensor<0x3xf32>
// CHECK-NEXT:   %[[ZERO:.*]] = catgrad.constant dense<{{.*}}> : tensor<0x3xf32>
// CHECK-NEXT:   return %[[ZERO]]
func.func @reduce_max_of_nothing(%x: tensor<0x3xf32>) -> tensor<3xf32> {
  %0 = catgrad.reduce_max %x {dimensions = array<i64: 0>} : (tensor<0x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
catgrad.derive @reduce_max_of_nothing_rev of(@reduce_max_of_nothing)

// R[reduce_prod]: a tree. (ab)(c): the rows are split 1, 1, 1; then ab and c.
// CHECK-LABEL: func.func @reduce_prod_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<3x2xi32>, %[[D:.*]]: tensor<2xi32>) -> tensor<3x2xi32>
// CHECK-NEXT:   %[[ROW:.*]] = catgrad.reshape %[[D]] : (tensor<2xi32>) -> tensor<1x2xi32>
// CHECK-NEXT:   %[[ABC:.*]]:3 = catgrad.split %[[X]] {axis = 0 : i64, sizes = array<i64: 1, 1, 1>}
// CHECK-NEXT:   %[[AB:.*]] = catgrad.multiply %[[ABC]]#0, %[[ABC]]#1
// CHECK-NEXT:   %[[NEXT:.*]] = catgrad.concat %[[AB]], %[[ABC]]#2 {axis = 0 : i64}
// CHECK-NEXT:   %[[TWO:.*]]:2 = catgrad.split %[[NEXT]] {axis = 0 : i64, sizes = array<i64: 1, 1>}
// CHECK-NEXT:   %[[DAB:.*]] = catgrad.multiply %[[TWO]]#1, %[[ROW]]
// CHECK-NEXT:   %[[DC:.*]] = catgrad.multiply %[[TWO]]#0, %[[ROW]]
// CHECK-NEXT:   %[[DNEXT:.*]] = catgrad.concat %[[DAB]], %[[DC]] {axis = 0 : i64}
// CHECK-NEXT:   %[[PARTS:.*]]:2 = catgrad.split %[[DNEXT]] {axis = 0 : i64, sizes = array<i64: 1, 1>}
// CHECK-NEXT:   %[[DA:.*]] = catgrad.multiply %[[ABC]]#1, %[[PARTS]]#0
// CHECK-NEXT:   %[[DB:.*]] = catgrad.multiply %[[ABC]]#0, %[[PARTS]]#0
// CHECK-NEXT:   %[[DX:.*]] = catgrad.concat %[[DA]], %[[DB]], %[[PARTS]]#1 {axis = 0 : i64}
// CHECK-NEXT:   return %[[DX]]
func.func @reduce_prod(%x: tensor<3x2xi32>) -> tensor<2xi32> {
  %0 = catgrad.reduce_prod %x {dimensions = array<i64: 0>} : (tensor<3x2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @reduce_prod_rev of(@reduce_prod)

// R[cumsum] = cumsum from the other end.
// CHECK-LABEL: func.func @cumsum_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi1>, %[[D:.*]]: tensor<2x3xi1>) -> tensor<2x3xi1>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.cumsum %[[D]] {axis = 1 : i64, exclusive, reverse} : tensor<2x3xi1>
// CHECK-NEXT:   return %[[DX]]
func.func @cumsum(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = catgrad.cumsum %x {axis = 1, exclusive} : tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}
catgrad.derive @cumsum_rev of(@cumsum)

// And back.
// CHECK-LABEL: func.func @cumsum_reverse_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[D:.*]]: tensor<2x3xf32>) -> tensor<2x3xf32>
// CHECK-NEXT:   %[[DX:.*]] = catgrad.cumsum %[[D]] {axis = 0 : i64} : tensor<2x3xf32>
// CHECK-NEXT:   return %[[DX]]
func.func @cumsum_reverse(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.cumsum %x {axis = 0, reverse} : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
catgrad.derive @cumsum_reverse_rev of(@cumsum_reverse)

// An index is locally constant.
// CHECK-LABEL: func.func @argmax_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[D:.*]]: tensor<2xi32>) -> tensor<2x3xf32>
// CHECK-NEXT:   %[[ZERO:.*]] = catgrad.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT:   return %[[ZERO]]
func.func @argmax(%x: tensor<2x3xf32>) -> tensor<2xi32> {
  %0 = catgrad.argmax %x {axis = 1} : (tensor<2x3xf32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}
catgrad.derive @argmax_rev of(@argmax)
