// RUN: catgrad-opt %s --convert-catgrad-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @floats
// CHECK: %[[INIT:.*]] = tensor.empty() : tensor<2x3xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<2x3xf32>) outs(%[[INIT]] :
// CHECK: arith.addf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: arith.negf
func.func @floats(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = catgrad.add %a, %b : tensor<2x3xf32>
  %1 = catgrad.subtract %0, %b : tensor<2x3xf32>
  %2 = catgrad.multiply %1, %b : tensor<2x3xf32>
  %3 = catgrad.negate %2 : tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}

// No overflow flags: integers wrap around.
// CHECK-LABEL: func.func @integers
// CHECK: arith.addi %{{.*}}, %{{.*}} : i32
// CHECK: arith.subi %{{.*}}, %{{.*}} : i32
// CHECK: arith.muli %{{.*}}, %{{.*}} : i32
// CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK: arith.subi %[[ZERO]], %{{.*}} : i32
func.func @integers(%a: tensor<3xi32>, %b: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.add %a, %b : tensor<3xi32>
  %1 = catgrad.subtract %0, %b : tensor<3xi32>
  %2 = catgrad.multiply %1, %b : tensor<3xi32>
  %3 = catgrad.negate %2 : tensor<3xi32>
  return %3 : tensor<3xi32>
}

// Negation on i1 is the identity.
// CHECK-LABEL: func.func @bits
// CHECK: arith.xori
// CHECK: %[[DIFFERENCE:.*]] = linalg.generic
// CHECK: arith.xori
// CHECK: %[[PRODUCT:.*]] = linalg.generic
// CHECK: arith.andi
// CHECK: return %[[PRODUCT]]
func.func @bits(%a: tensor<3xi1>, %b: tensor<3xi1>) -> tensor<3xi1> {
  %0 = catgrad.add %a, %b : tensor<3xi1>
  %1 = catgrad.subtract %0, %b : tensor<3xi1>
  %2 = catgrad.multiply %1, %b : tensor<3xi1>
  %3 = catgrad.negate %2 : tensor<3xi1>
  return %3 : tensor<3xi1>
}

// CHECK-LABEL: func.func @compare
// CHECK: arith.cmpf une,
// CHECK: arith.cmpf ole,
// CHECK: arith.cmpi sgt,
// CHECK: arith.cmpi ult,
func.func @compare(%a: tensor<3xf32>, %b: tensor<3xi32>, %c: tensor<3xi1>) -> (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>) {
  %0 = catgrad.compare %a, %a {predicate = #catgrad.predicate<ne>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %1 = catgrad.compare %a, %a {predicate = #catgrad.predicate<le>} : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %2 = catgrad.compare %b, %b {predicate = #catgrad.predicate<gt>} : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
  %3 = catgrad.compare %c, %c {predicate = #catgrad.predicate<lt>} : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  return %0, %1, %2, %3 : tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>
}

// CHECK-LABEL: func.func @select
// CHECK: ^bb0(%[[C:.*]]: i1, %[[A:.*]]: f32, %[[B:.*]]: f32,
// CHECK: arith.select %[[C]], %[[A]], %[[B]] : f32
func.func @select(%c: tensor<3xi1>, %a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.select %c, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @cast_float
// CHECK: arith.extf %{{.*}} : f32 to f64
// CHECK: arith.truncf %{{.*}} : f64 to f32
// CHECK: arith.fptosi %{{.*}} : f32 to i32
// CHECK: arith.cmpf une,
func.func @cast_float(%a: tensor<3xf32>, %b: tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf32>, tensor<3xi32>, tensor<3xi1>) {
  %0 = catgrad.cast %a : (tensor<3xf32>) -> tensor<3xf64>
  %1 = catgrad.cast %b : (tensor<3xf64>) -> tensor<3xf32>
  %2 = catgrad.cast %a : (tensor<3xf32>) -> tensor<3xi32>
  %3 = catgrad.cast %a : (tensor<3xf32>) -> tensor<3xi1>
  return %0, %1, %2, %3 : tensor<3xf64>, tensor<3xf32>, tensor<3xi32>, tensor<3xi1>
}

// CHECK-LABEL: func.func @cast_integer
// CHECK: arith.sitofp %{{.*}} : i32 to f32
// CHECK: arith.cmpi ne,
// CHECK: arith.uitofp %{{.*}} : i1 to f32
// CHECK: arith.extui %{{.*}} : i1 to i32
func.func @cast_integer(%a: tensor<3xi32>, %b: tensor<3xi1>) -> (tensor<3xf32>, tensor<3xi1>, tensor<3xf32>, tensor<3xi32>) {
  %0 = catgrad.cast %a : (tensor<3xi32>) -> tensor<3xf32>
  %1 = catgrad.cast %a : (tensor<3xi32>) -> tensor<3xi1>
  %2 = catgrad.cast %b : (tensor<3xi1>) -> tensor<3xf32>
  %3 = catgrad.cast %b : (tensor<3xi1>) -> tensor<3xi32>
  return %0, %1, %2, %3 : tensor<3xf32>, tensor<3xi1>, tensor<3xf32>, tensor<3xi32>
}

// CHECK-LABEL: func.func @divide(
// CHECK:         arith.divf
func.func @divide(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.divide %x, %y : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// No divisor of 0, and none of -1, which would stop the program.
// CHECK-LABEL: func.func @divide_integer(
// CHECK:         %[[ZERO:.*]] = arith.cmpi eq, %[[Y:.*]], %{{.*}} : i32
// CHECK:         %[[ONE:.*]] = arith.cmpi eq, %[[Y]], %{{.*}} : i32
// CHECK:         %[[EITHER:.*]] = arith.ori %[[ZERO]], %[[ONE]] : i1
// CHECK:         %[[D:.*]] = arith.select %[[EITHER]], %{{.*}}, %[[Y]] : i32
// CHECK:         arith.divsi %[[X:.*]], %[[D]] : i32
func.func @divide_integer(%x: tensor<3xi32>, %y: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.divide %x, %y : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @power(
// CHECK:         math.powf
func.func @power(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = catgrad.power %x, %y : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// A step for each bit of the exponent.
// CHECK-LABEL: func.func @power_integer(
// CHECK:         %[[BITS:.*]] = arith.constant 8 : index
// CHECK:         scf.for %{{.*}} = %{{.*}} to %[[BITS]]
func.func @power_integer(%x: tensor<3xi8>, %y: tensor<3xi8>) -> tensor<3xi8> {
  %0 = catgrad.power %x, %y : tensor<3xi8>
  return %0 : tensor<3xi8>
}

// CHECK-LABEL: func.func @invert(
// CHECK:         arith.xori %{{.*}}, %c-1_i32
func.func @invert(%x: tensor<3xi32>) -> tensor<3xi32> {
  %0 = catgrad.invert %x : tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @invert_bit(
// CHECK:         arith.xori %{{.*}}, %true
func.func @invert_bit(%x: tensor<3xi1>) -> tensor<3xi1> {
  %0 = catgrad.invert %x : tensor<3xi1>
  return %0 : tensor<3xi1>
}
