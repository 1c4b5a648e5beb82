// RUN: catgrad-opt %s --catgrad-exact-math | FileCheck %s

// CHECK-LABEL: func.func @f32
// CHECK-NEXT:    llvm.call_intrinsic "llvm.fma"(%{{.*}}, %{{.*}}, %{{.*}}) : (f32, f32, f32) -> f32
// CHECK-NEXT:    llvm.call_intrinsic "llvm.sqrt"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.floor"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.ceil"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.round"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.roundeven"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.trunc"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.fabs"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.copysign"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.maximum"
// CHECK-NEXT:    llvm.call_intrinsic "llvm.minimum"
// CHECK-NEXT:    return
func.func @f32(%x: f32, %y: f32, %z: f32) -> f32 {
  %0 = math.fma %x, %y, %z : f32
  %1 = math.sqrt %0 : f32
  %2 = math.floor %1 : f32
  %3 = math.ceil %2 : f32
  %4 = math.round %3 : f32
  %5 = math.roundeven %4 : f32
  %6 = math.trunc %5 : f32
  %7 = math.absf %6 : f32
  %8 = math.copysign %7, %y : f32
  %9 = arith.maximumf %8, %z : f32
  %10 = arith.minimumf %9, %x : f32
  return %10 : f32
}

// Short floats are computed in f32; vectors are for others.
// CHECK-LABEL: func.func @stay
// CHECK-NEXT:    math.sqrt %{{.*}} : bf16
// CHECK-NEXT:    math.fma %{{.*}} : vector<2xf32>
func.func @stay(%x: bf16, %y: vector<2xf32>) -> (bf16, vector<2xf32>) {
  %0 = math.sqrt %x : bf16
  %1 = math.fma %y, %y, %y : vector<2xf32>
  return %0, %1 : bf16, vector<2xf32>
}
