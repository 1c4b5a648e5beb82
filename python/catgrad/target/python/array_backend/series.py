# ===- series.py - functions by their series ------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions in terms of exp, log and sqrt, right to nearly all digits of f64, also near zero.

For libraries of arrays that have no others. Arrays have Python's operators and the methods
exp, log, sqrt, abs, maximum, minimum, and `where` of a condition.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def polynomial(x: Any, coefficients: Sequence[float]) -> Any:
    """c[0] + c[1] x + c[2] x^2 + .., by Horner's rule."""
    result = x * coefficients[-1] + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        result = result * x + coefficient
    return result


def expm1(x: Any) -> Any:
    """exp(x) - 1, which is x + x^2/2! + .. near zero."""
    near = x.maximum(-0.5).minimum(0.5)
    by_series = near * polynomial(near, [1 / math.factorial(n + 1) for n in range(14)])
    return (x.abs() < 0.5).where(by_series, x.exp() - 1)


def log1p(x: Any) -> Any:
    """log(1 + x) = 2 artanh(s) with s = x / (2 + x), which is 2 (s + s^3/3 + ..) near zero."""
    near = x.maximum(-0.5).minimum(0.5)
    s = near / (near + 2)
    by_series = 2 * s * polynomial(s * s, [1 / (2 * n + 1) for n in range(18)])
    return (x.abs() < 0.5).where(by_series, (x + 1).log())


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), with exp of numbers that are not positive only."""
    return x.maximum(0) + log1p((-x.abs()).exp())


def tanh(x: Any) -> Any:
    """With e = exp(-2 |x|) - 1 it is -e / (e + 2), and the sign of x."""
    e = expm1(-2 * x.abs())
    return (x < 0).where(e, -e) / (e + 2)


def atan(x: Any) -> Any:
    """The angle halved twice, where the series is short."""
    size = x.abs()
    tangent = (size > 1).where(1 / size.maximum(1), size)  # of the complement, if it is the smaller
    for _ in range(2):
        tangent = tangent / ((tangent * tangent + 1).sqrt() + 1)
    angle = 4 * tangent * polynomial(tangent * tangent, [(-1) ** n / (2 * n + 1) for n in range(13)])
    angle = (size > 1).where(math.pi / 2 - angle, angle)
    return (x < 0).where(-angle, angle)


def erf_near_zero(x: Any) -> Any:
    """2/sqrt(pi) (x - x^3/3 + x^5/(5 2!) - ..), for |x| < 1/2."""
    return x * polynomial(x * x, [(-1) ** n * 2 / math.sqrt(math.pi) / math.factorial(n) / (2 * n + 1)
                                  for n in range(13)])


def erfc_from_half(x: Any) -> Any:
    """For 1/2 <= x <= 30 the trapezoidal rule is exact to all digits (Chiarella and Reichel, *On the
    evaluation of integrals related to the error function*, Math. Comp. 22, 1968)."""
    step = 0.5
    total = 1 / (x * x)
    for n in range(1, 14):
        total = total + 2 * math.exp(-(n * step) ** 2) / (x * x + (n * step) ** 2)
    # The pole at i x, where x lies below pi / step: beyond that it counts for nothing.
    pole = 2 / (1 - (x.minimum(20) * (2 * math.pi / step)).minimum(80).exp())
    return (-x * x).exp() * x * total * (step / math.pi) + (x < math.pi / step).where(pole, 0.0)


def erf(x: Any) -> Any:
    size = x.abs()
    far = 1 - erfc_from_half(size.maximum(0.5).minimum(30))
    return (size < 0.5).where(erf_near_zero(x.maximum(-0.5).minimum(0.5)), (x < 0).where(-far, far))


def erfc(x: Any) -> Any:
    far = erfc_from_half(x.abs().maximum(0.5).minimum(30))
    near = 1 - erf_near_zero(x.maximum(-0.5).minimum(0.5))
    return (x.abs() < 0.5).where(near, (x < 0).where(2 - far, far))
