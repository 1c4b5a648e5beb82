// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reverse derivative of the elementary functions, each by itself, in free form.
//
// RUN: catgrad-opt %s --catgrad-derive | FileCheck %s

// R[exp](x, d) = y * d with y the result.
// CHECK-LABEL: func.func @exp_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.exp %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK-NEXT:    return %[[V1]]
func.func @exp(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.exp %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @exp_rev of(@exp)

// R[expm1](x, d) = exp(x) * d.
// CHECK-LABEL: func.func @expm1_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.exp %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK-NEXT:    return %[[V1]]
func.func @expm1(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.expm1 %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @expm1_rev of(@expm1)

// R[log](x, d) = d / x.
// CHECK-LABEL: func.func @log_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.divide %[[D]], %[[X]]
// CHECK-NEXT:    return %[[V0]]
func.func @log(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.log %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @log_rev of(@log)

// R[log1p](x, d) = d / (1 + x).
// CHECK-LABEL: func.func @log1p_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.add %[[X]], %[[C0]]
// CHECK:         %[[V2:.*]] = catgrad.divide %[[D]], %[[V1]]
// CHECK-NEXT:    return %[[V2]]
func.func @log1p(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.log1p %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @log1p_rev of(@log1p)

// R[sqrt](x, d) = d / (y + y) with y the result.
// CHECK-LABEL: func.func @sqrt_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.sqrt %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.add %[[V0]], %[[V0]]
// CHECK:         %[[V2:.*]] = catgrad.divide %[[D]], %[[V1]]
// CHECK-NEXT:    return %[[V2]]
func.func @sqrt(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.sqrt %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @sqrt_rev of(@sqrt)

// R[rsqrt](x, d) = -1/2 * d * y * y * y with y the result.
// CHECK-LABEL: func.func @rsqrt_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<-5.000000e-01> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.rsqrt %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[D]], %[[C0]]
// CHECK:         %[[V3:.*]] = catgrad.multiply %[[V2]], %[[V1]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V3]], %[[V1]]
// CHECK:         %[[V5:.*]] = catgrad.multiply %[[V4]], %[[V1]]
// CHECK-NEXT:    return %[[V5]]
func.func @rsqrt(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.rsqrt %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @rsqrt_rev of(@rsqrt)

// R[sin](x, d) = cos(x) * d.
// CHECK-LABEL: func.func @sin_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.cos %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK-NEXT:    return %[[V1]]
func.func @sin(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.sin %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @sin_rev of(@sin)

// R[cos](x, d) = -(sin(x) * d).
// CHECK-LABEL: func.func @cos_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK:         %[[V0:.*]] = catgrad.sin %[[X]]
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[V0]], %[[D]]
// CHECK:         %[[V2:.*]] = catgrad.negate %[[V1]]
// CHECK-NEXT:    return %[[V2]]
func.func @cos(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.cos %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @cos_rev of(@cos)

// R[tan](x, d) = (1 + y * y) * d with y the result.
// CHECK-LABEL: func.func @tan_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.tan %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.multiply %[[V1]], %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.add %[[V2]], %[[C0]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V3]], %[[D]]
// CHECK-NEXT:    return %[[V4]]
func.func @tan(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.tan %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @tan_rev of(@tan)

// R[atan](x, d) = s * (s * d) / ((s * x)^2 + s^2) with s = 1, or 2^-514 where x is large.
// CHECK-LABEL: func.func @atan_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.157920892373162E+77> : tensor<2xf64>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<1.8645851828000517E-155> : tensor<2xf64>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V3:.*]] = catgrad.abs %[[X]]
// CHECK:         %[[V4:.*]] = catgrad.compare %[[V3]], %[[C0]] {predicate = #catgrad.predicate<gt>}
// CHECK:         %[[V5:.*]] = catgrad.select %[[V4]], %[[C1]], %[[C2]]
// CHECK:         %[[V6:.*]] = catgrad.multiply %[[V5]], %[[X]]
// CHECK:         %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V6]]
// CHECK:         %[[V8:.*]] = catgrad.multiply %[[V5]], %[[V5]]
// CHECK:         %[[V9:.*]] = catgrad.add %[[V7]], %[[V8]]
// CHECK:         %[[V10:.*]] = catgrad.multiply %[[V5]], %[[D]]
// CHECK:         %[[V11:.*]] = catgrad.divide %[[V10]], %[[V9]]
// CHECK:         %[[V12:.*]] = catgrad.multiply %[[V5]], %[[V11]]
// CHECK-NEXT:    return %[[V12]]
func.func @atan(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.atan %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @atan_rev of(@atan)

// The same on f16, with other scales.
// CHECK-LABEL: func.func @atan_f16_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf16>, %[[D:.*]]: tensor<2xf16>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.600000e+01> : tensor<2xf16>
// CHECK-DAG:     %[[C1:.*]] = catgrad.constant dense<9.765620e-04> : tensor<2xf16>
// CHECK-DAG:     %[[C2:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf16>
// CHECK:         %[[V3:.*]] = catgrad.abs %[[X]]
// CHECK:         %[[V4:.*]] = catgrad.compare %[[V3]], %[[C0]] {predicate = #catgrad.predicate<gt>}
// CHECK:         %[[V5:.*]] = catgrad.select %[[V4]], %[[C1]], %[[C2]]
// CHECK:         %[[V6:.*]] = catgrad.multiply %[[V5]], %[[X]]
// CHECK:         %[[V7:.*]] = catgrad.multiply %[[V6]], %[[V6]]
// CHECK:         %[[V8:.*]] = catgrad.multiply %[[V5]], %[[V5]]
// CHECK:         %[[V9:.*]] = catgrad.add %[[V7]], %[[V8]]
// CHECK:         %[[V10:.*]] = catgrad.multiply %[[V5]], %[[D]]
// CHECK:         %[[V11:.*]] = catgrad.divide %[[V10]], %[[V9]]
// CHECK:         %[[V12:.*]] = catgrad.multiply %[[V5]], %[[V11]]
// CHECK-NEXT:    return %[[V12]]
func.func @atan_f16(%x: tensor<2xf16>) -> tensor<2xf16> {
  %0 = catgrad.atan %x : tensor<2xf16>
  return %0 : tensor<2xf16>
}
catgrad.derive @atan_f16_rev of(@atan_f16)

// R[tanh](x, d) = (1 - y) * (1 + y) * d with y the result.
// CHECK-LABEL: func.func @tanh_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.tanh %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.subtract %[[C0]], %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.add %[[V1]], %[[C0]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V2]], %[[V3]]
// CHECK:         %[[V5:.*]] = catgrad.multiply %[[V4]], %[[D]]
// CHECK-NEXT:    return %[[V5]]
func.func @tanh(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.tanh %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @tanh_rev of(@tanh)

// R[erf](x, d) = 2 / sqrt(pi) * exp(-x * x) * d.
// CHECK-LABEL: func.func @erf_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<1.1283791670955126> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[X]], %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.negate %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.exp %[[V2]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V3]], %[[C0]]
// CHECK:         %[[V5:.*]] = catgrad.multiply %[[V4]], %[[D]]
// CHECK-NEXT:    return %[[V5]]
func.func @erf(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.erf %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @erf_rev of(@erf)

// R[erfc](x, d) = -2 / sqrt(pi) * exp(-x * x) * d.
// CHECK-LABEL: func.func @erfc_rev(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf64>, %[[D:.*]]: tensor<2xf64>)
// CHECK-DAG:     %[[C0:.*]] = catgrad.constant dense<-1.1283791670955126> : tensor<2xf64>
// CHECK:         %[[V1:.*]] = catgrad.multiply %[[X]], %[[X]]
// CHECK:         %[[V2:.*]] = catgrad.negate %[[V1]]
// CHECK:         %[[V3:.*]] = catgrad.exp %[[V2]]
// CHECK:         %[[V4:.*]] = catgrad.multiply %[[V3]], %[[C0]]
// CHECK:         %[[V5:.*]] = catgrad.multiply %[[V4]], %[[D]]
// CHECK-NEXT:    return %[[V5]]
func.func @erfc(%x: tensor<2xf64>) -> tensor<2xf64> {
  %0 = catgrad.erfc %x : tensor<2xf64>
  return %0 : tensor<2xf64>
}
catgrad.derive @erfc_rev of(@erfc)
