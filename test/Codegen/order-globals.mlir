// RUN: catgrad-opt %s --catgrad-order-globals | FileCheck %s

// By first use; what is not a private constant stays, and so does an unused one.
// CHECK:      memref.global "private" constant @constant_0 : memref<2xf32> = dense<2.000000e+00>
// CHECK-NEXT: memref.global "private" constant @constant_1_0 : memref<2xf32> = dense<1.000000e+00>
// CHECK-NEXT: memref.global "private" constant @unused
// CHECK-NEXT: memref.global constant @public
// CHECK-LABEL: func.func @f
// CHECK-NEXT: memref.get_global @constant_0
// CHECK-NEXT: memref.get_global @public
// CHECK-NEXT: memref.get_global @constant_1_0
// CHECK-NEXT: memref.get_global @constant_0
memref.global "private" constant @a : memref<2xf32> = dense<1.0>
memref.global "private" constant @unused : memref<2xf32> = dense<3.0>
memref.global constant @public : memref<2xf32> = dense<4.0>
memref.global "private" constant @constant_7 : memref<2xf32> = dense<2.0>
func.func @f() {
  %0 = memref.get_global @constant_7 : memref<2xf32>
  %1 = memref.get_global @public : memref<2xf32>
  %2 = memref.get_global @a : memref<2xf32>
  %3 = memref.get_global @constant_7 : memref<2xf32>
  return
}

// A name that is taken gets a number.
func.func private @constant_1()
