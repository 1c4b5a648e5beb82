// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of each operation of math that has one.
// The values are tested by test/Integration/test_upstream.py.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s


// CHECK-LABEL: func.func @exp_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.exp %[[A0]] : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[V2]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V3]] : f64
func.func @exp(%x: f64) -> f64 {
  %r = math.exp %x : f64
  return %r : f64
}
catgrad.derive @exp_rev of(@exp)

// CHECK-LABEL: func.func @exp2_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.69314718055994529 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.exp2 %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V2]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V5]] : f64
func.func @exp2(%x: f64) -> f64 {
  %r = math.exp2 %x : f64
  return %r : f64
}
catgrad.derive @exp2_rev of(@exp2)

// CHECK-LABEL: func.func @expm1_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.expm1 %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.addf %[[V3]], %[[V2]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V5]] : f64
func.func @expm1(%x: f64) -> f64 {
  %r = math.expm1 %x : f64
  return %r : f64
}
catgrad.derive @expm1_rev of(@expm1)

// CHECK-LABEL: func.func @log_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.divf %[[V2]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V4]] : f64
func.func @log(%x: f64) -> f64 {
  %r = math.log %x : f64
  return %r : f64
}
catgrad.derive @log_rev of(@log)

// CHECK-LABEL: func.func @log2_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.4426950408889634 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.divf %[[V2]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V4]] : f64
func.func @log2(%x: f64) -> f64 {
  %r = math.log2 %x : f64
  return %r : f64
}
catgrad.derive @log2_rev of(@log2)

// CHECK-LABEL: func.func @log10_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.43429448190325176 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.divf %[[V2]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V4]] : f64
func.func @log10(%x: f64) -> f64 {
  %r = math.log10 %x : f64
  return %r : f64
}
catgrad.derive @log10_rev of(@log10)

// CHECK-LABEL: func.func @log1p_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.addf %[[A0]], %[[V2]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.divf %[[V2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V5]] : f64
func.func @log1p(%x: f64) -> f64 {
  %r = math.log1p %x : f64
  return %r : f64
}
catgrad.derive @log1p_rev of(@log1p)

// CHECK-LABEL: func.func @sqrt_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 5.000000e-01 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.sqrt %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.divf %[[V2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V5]] : f64
func.func @sqrt(%x: f64) -> f64 {
  %r = math.sqrt %x : f64
  return %r : f64
}
catgrad.derive @sqrt_rev of(@sqrt)

// CHECK-LABEL: func.func @rsqrt_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant -5.000000e-01 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.rsqrt %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[V3]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[V2]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V7]] : f64
func.func @rsqrt(%x: f64) -> f64 {
  %r = math.rsqrt %x : f64
  return %r : f64
}
catgrad.derive @rsqrt_rev of(@rsqrt)

// CHECK-LABEL: func.func @cbrt_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.33333333333333331 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.cbrt %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.divf %[[V2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @cbrt(%x: f64) -> f64 {
  %r = math.cbrt %x : f64
  return %r : f64
}
catgrad.derive @cbrt_rev of(@cbrt)

// CHECK-LABEL: func.func @absf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant -1.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.cmpf olt, %[[A0]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.select %[[V5]], %[[V3]], %[[V4]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf ogt, %[[A0]], %[[V4]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[V2]], %[[V6]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.mulf %[[V8]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V9]] : f64
func.func @absf(%x: f64) -> f64 {
  %r = math.absf %x : f64
  return %r : f64
}
catgrad.derive @absf_rev of(@absf)

// CHECK-LABEL: func.func @sin_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.cos %[[A0]] : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[V2]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V3]] : f64
func.func @sin(%x: f64) -> f64 {
  %r = math.sin %x : f64
  return %r : f64
}
catgrad.derive @sin_rev of(@sin)

// CHECK-LABEL: func.func @cos_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.sin %[[A0]] : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.negf %[[V2]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V4]] : f64
func.func @cos(%x: f64) -> f64 {
  %r = math.cos %x : f64
  return %r : f64
}
catgrad.derive @cos_rev of(@cos)

// CHECK-LABEL: func.func @tan_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.tan %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.addf %[[V4]], %[[V2]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @tan(%x: f64) -> f64 {
  %r = math.tan %x : f64
  return %r : f64
}
catgrad.derive @tan_rev of(@tan)

// CHECK-LABEL: func.func @asin_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.subf %[[V2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = math.rsqrt %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @asin(%x: f64) -> f64 {
  %r = math.asin %x : f64
  return %r : f64
}
catgrad.derive @asin_rev of(@asin)

// CHECK-LABEL: func.func @acos_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.subf %[[V2]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = math.rsqrt %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.negf %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V7]] : f64
func.func @acos(%x: f64) -> f64 {
  %r = math.acos %x : f64
  return %r : f64
}
catgrad.derive @acos_rev of(@acos)

// CHECK-LABEL: func.func @atan_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.addf %[[V3]], %[[V2]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.divf %[[V2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @atan(%x: f64) -> f64 {
  %r = math.atan %x : f64
  return %r : f64
}
catgrad.derive @atan_rev of(@atan)

// CHECK-LABEL: func.func @sinh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.cosh %[[A0]] : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[V2]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V3]] : f64
func.func @sinh(%x: f64) -> f64 {
  %r = math.sinh %x : f64
  return %r : f64
}
catgrad.derive @sinh_rev of(@sinh)

// CHECK-LABEL: func.func @cosh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.sinh %[[A0]] : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[V2]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V3]] : f64
func.func @cosh(%x: f64) -> f64 {
  %r = math.cosh %x : f64
  return %r : f64
}
catgrad.derive @cosh_rev of(@cosh)

// CHECK-LABEL: func.func @tanh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = math.tanh %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.subf %[[V2]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @tanh(%x: f64) -> f64 {
  %r = math.tanh %x : f64
  return %r : f64
}
catgrad.derive @tanh_rev of(@tanh)

// CHECK-LABEL: func.func @asinh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.addf %[[V3]], %[[V2]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = math.rsqrt %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V6]] : f64
func.func @asinh(%x: f64) -> f64 {
  %r = math.asinh %x : f64
  return %r : f64
}
catgrad.derive @asinh_rev of(@asinh)

// CHECK-LABEL: func.func @acosh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.subf %[[A0]], %[[V2]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = math.rsqrt %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.addf %[[A0]], %[[V2]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = math.rsqrt %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V4]], %[[V6]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.mulf %[[V7]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V8]] : f64
func.func @acosh(%x: f64) -> f64 {
  %r = math.acosh %x : f64
  return %r : f64
}
catgrad.derive @acosh_rev of(@acosh)

// CHECK-LABEL: func.func @atanh_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.subf %[[V2]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.addf %[[A0]], %[[V2]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[V3]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.divf %[[V2]], %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V7]] : f64
func.func @atanh(%x: f64) -> f64 {
  %r = math.atanh %x : f64
  return %r : f64
}
catgrad.derive @atanh_rev of(@atanh)

// CHECK-LABEL: func.func @erf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 1.1283791670955126 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.negf %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = math.exp %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[V2]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V7]] : f64
func.func @erf(%x: f64) -> f64 {
  %r = math.erf %x : f64
  return %r : f64
}
catgrad.derive @erf_rev of(@erf)

// CHECK-LABEL: func.func @erfc_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant -1.1283791670955126 : f64
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.negf %[[V3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = math.exp %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.mulf %[[V5]], %[[V2]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[V6]], %[[A1]] : f64
// CHECK-NEXT:    return %[[V7]] : f64
func.func @erfc(%x: f64) -> f64 {
  %r = math.erfc %x : f64
  return %r : f64
}
catgrad.derive @erfc_rev of(@erfc)

// CHECK-LABEL: func.func @ceil_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @ceil(%x: f64) -> f64 {
  %r = math.ceil %x : f64
  return %r : f64
}
catgrad.derive @ceil_rev of(@ceil)

// CHECK-LABEL: func.func @floor_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @floor(%x: f64) -> f64 {
  %r = math.floor %x : f64
  return %r : f64
}
catgrad.derive @floor_rev of(@floor)

// CHECK-LABEL: func.func @round_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @round(%x: f64) -> f64 {
  %r = math.round %x : f64
  return %r : f64
}
catgrad.derive @round_rev of(@round)

// CHECK-LABEL: func.func @roundeven_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @roundeven(%x: f64) -> f64 {
  %r = math.roundeven %x : f64
  return %r : f64
}
catgrad.derive @roundeven_rev of(@roundeven)

// CHECK-LABEL: func.func @trunc_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64)
// CHECK:         %[[V2:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    return %[[V2]] : f64
func.func @trunc(%x: f64) -> f64 {
  %r = math.trunc %x : f64
  return %r : f64
}
catgrad.derive @trunc_rev of(@trunc)

// CHECK-LABEL: func.func @atan2_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A0]] : f64
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[A1]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.addf %[[V3]], %[[V4]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = arith.divf %[[A2]], %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[V6]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[V6]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = arith.negf %[[V8]] : f64
// CHECK-NEXT:    return %[[V7]], %[[V9]] : f64, f64
func.func @atan2(%x: f64, %y: f64) -> f64 {
  %r = math.atan2 %x, %y : f64
  return %r : f64
}
catgrad.derive @atan2_rev of(@atan2)

// CHECK-LABEL: func.func @powf_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64)
// CHECK:         %[[V3:[a-z0-9_]+]] = arith.constant 1.000000e+00 : f64
// CHECK:         %[[V4:[a-z0-9_]+]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.subf %[[A1]], %[[V3]] : f64
// CHECK-NEXT:    %[[V6:[a-z0-9_]+]] = math.powf %[[A0]], %[[V5]] : f64
// CHECK-NEXT:    %[[V7:[a-z0-9_]+]] = arith.cmpf ogt, %[[A0]], %[[V4]] : f64
// CHECK-NEXT:    %[[V8:[a-z0-9_]+]] = arith.select %[[V7]], %[[A0]], %[[V3]] : f64
// CHECK-NEXT:    %[[V9:[a-z0-9_]+]] = math.powf %[[V8]], %[[A1]] : f64
// CHECK-NEXT:    %[[V10:[a-z0-9_]+]] = math.log %[[V8]] : f64
// CHECK-NEXT:    %[[V11:[a-z0-9_]+]] = arith.mulf %[[V9]], %[[V10]] : f64
// CHECK-NEXT:    %[[V12:[a-z0-9_]+]] = arith.cmpf oeq, %[[A1]], %[[V4]] : f64
// CHECK-NEXT:    %[[V13:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[V6]] : f64
// CHECK-NEXT:    %[[V14:[a-z0-9_]+]] = arith.select %[[V12]], %[[V4]], %[[V13]] : f64
// CHECK-NEXT:    %[[V15:[a-z0-9_]+]] = arith.mulf %[[V14]], %[[A2]] : f64
// CHECK-NEXT:    %[[V16:[a-z0-9_]+]] = arith.select %[[V7]], %[[V11]], %[[V4]] : f64
// CHECK-NEXT:    %[[V17:[a-z0-9_]+]] = arith.mulf %[[V16]], %[[A2]] : f64
// CHECK-NEXT:    return %[[V15]], %[[V17]] : f64, f64
func.func @powf(%x: f64, %y: f64) -> f64 {
  %r = math.powf %x, %y : f64
  return %r : f64
}
catgrad.derive @powf_rev of(@powf)

// CHECK-LABEL: func.func @fma_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: f64, %[[A1:[a-z0-9]+]]: f64, %[[A2:[a-z0-9]+]]: f64, %[[A3:[a-z0-9]+]]: f64)
// CHECK-NEXT:    %[[V4:[a-z0-9_]+]] = arith.mulf %[[A1]], %[[A3]] : f64
// CHECK-NEXT:    %[[V5:[a-z0-9_]+]] = arith.mulf %[[A0]], %[[A3]] : f64
// CHECK-NEXT:    return %[[V4]], %[[V5]], %[[A3]] : f64, f64, f64
func.func @fma(%x: f64, %y: f64, %z: f64) -> f64 {
  %r = math.fma %x, %y, %z : f64
  return %r : f64
}
catgrad.derive @fma_rev of(@fma)

// CHECK-LABEL: func.func @exp_tensor_rev(
// CHECK-SAME:    %[[A0:[a-z0-9]+]]: tensor<2xf32>, %[[A1:[a-z0-9]+]]: tensor<2xf32>)
// CHECK-NEXT:    %[[V2:[a-z0-9_]+]] = math.exp %[[A0]] : tensor<2xf32>
// CHECK-NEXT:    %[[V3:[a-z0-9_]+]] = arith.mulf %[[V2]], %[[A1]] : tensor<2xf32>
// CHECK-NEXT:    return %[[V3]] : tensor<2xf32>
func.func @exp_tensor(%x: tensor<2xf32>) -> tensor<2xf32> {
  %r = math.exp %x : tensor<2xf32>
  return %r : tensor<2xf32>
}
catgrad.derive @exp_tensor_rev of(@exp_tensor)
