//===- Functions.h - Elementary functions of f64 ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file declares elementary functions that are written with exactly rounded
// operations only. They take and give f64, on the whole range, with infinities,
// NaN and zeros with a sign as C has them.

#ifndef CATGRAD_LIB_CODEGEN_REFERENCE_FUNCTIONS_H
#define CATGRAD_LIB_CODEGEN_REFERENCE_FUNCTIONS_H

#include "Arithmetic.h"

namespace catgrad::reference {

/// (hi + lo) * 2^exponent with hi between 0.7 and 1.5.
struct Scaled {
  Double2 mantissa;
  Value exponent;
};

/// e^x for x of twice the precision; beyond 800 it is that of 800.
Scaled emitScaledExp(Arithmetic &a, Double2 x);
/// The logarithm of x.hi + x.lo > 0, to about 2^-66; x.lo is 0 if x.hi is
/// denormal.
Double2 emitTwofoldLog(Arithmetic &a, Double2 x);

/// e^x - 1 for x of at most 40, without the sign of zero.
Double2 emitTwofoldExpm1(Arithmetic &a, Value x);

Value emitExp(Arithmetic &a, Value x);
Value emitExp2(Arithmetic &a, Value x);
Value emitExpm1(Arithmetic &a, Value x);
Value emitLog(Arithmetic &a, Value x);
Value emitLog2(Arithmetic &a, Value x);
Value emitLog10(Arithmetic &a, Value x);
Value emitLog1p(Arithmetic &a, Value x);
Value emitCbrt(Arithmetic &a, Value x);
Value emitPow(Arithmetic &a, Value x, Value y);
Value emitRsqrt(Arithmetic &a, Value x);

Value emitSinh(Arithmetic &a, Value x);
Value emitCosh(Arithmetic &a, Value x);
Value emitTanh(Arithmetic &a, Value x);
Value emitAsinh(Arithmetic &a, Value x);
Value emitAcosh(Arithmetic &a, Value x);
Value emitAtanh(Arithmetic &a, Value x);

Value emitSin(Arithmetic &a, Value x);
Value emitCos(Arithmetic &a, Value x);
Value emitTan(Arithmetic &a, Value x);
Value emitAsin(Arithmetic &a, Value x);
Value emitAcos(Arithmetic &a, Value x);
Value emitAtan(Arithmetic &a, Value x);
Value emitAtan2(Arithmetic &a, Value y, Value x);

Value emitErf(Arithmetic &a, Value x);
Value emitErfc(Arithmetic &a, Value x);

} // namespace catgrad::reference

#endif // CATGRAD_LIB_CODEGEN_REFERENCE_FUNCTIONS_H
