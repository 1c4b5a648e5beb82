//===- Arithmetic.cpp - Exactly rounded arithmetic on scalars ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file writes the parts that the functions of the reference mathematics
// share. The sums and products without error are those of Dekker (1971) and
// Knuth, as in Muller et al., Handbook of Floating-Point Arithmetic.

#include "Arithmetic.h"

using namespace mlir;

namespace catgrad::reference {

static constexpr uint64_t kSign = uint64_t(1) << 63;

Value Arithmetic::abs(Value x) { return fromBits(andi(toBits(x), ~kSign)); }

Value Arithmetic::withSign(Value magnitude, Value sign) {
  Value rest = andi(toBits(magnitude), ~kSign);
  return fromBits(ori(rest, andi(toBits(sign), kSign)));
}

Value Arithmetic::powerOfTwo(Value k) {
  return fromBits(shl(addi(k, integer(1023)), 52));
}

Value Arithmetic::scale(Value x, Value k) {
  // In two steps, since 2^k may be too large or too small for one.
  Value half = shrs(k, 1);
  return mul(mul(x, powerOfTwo(half)), powerOfTwo(subi(k, half)));
}

Value Arithmetic::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = number(coefficients.front());
  for (double coefficient : coefficients.drop_front())
    sum = fma(sum, x, number(coefficient));
  return sum;
}

Double2 Arithmetic::sum2(Value x, Value y) {
  Value sum = add(x, y);
  Value ofY = sub(sum, x);
  Value ofX = sub(sum, ofY);
  return {sum, add(sub(x, ofX), sub(y, ofY))};
}

Double2 Arithmetic::orderedSum2(Value x, Value y) {
  Value sum = add(x, y);
  return {sum, sub(y, sub(sum, x))};
}

Double2 Arithmetic::product2(Value x, Value y) {
  Value product = mul(x, y);
  return {product, fma(x, y, neg(product))};
}

Double2 Arithmetic::quotient2(Double2 x, Double2 y) {
  Value quotient = div(x.hi, y.hi);
  Value rest = fnma(quotient, y.hi, x.hi);
  rest = fnma(quotient, y.lo, add(rest, x.lo));
  return {quotient, div(rest, y.hi)};
}

} // namespace catgrad::reference
