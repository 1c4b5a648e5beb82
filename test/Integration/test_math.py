# ===- test_math.py - functions of one number on their whole range ----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Values and reverse derivatives of the functions of one number, from the smallest
denormal to the largest number, at zeros of both signs, infinities and NaN, against
numpy in a wider type: accurate, and finite where the true value is.

The composite ones also against their definitions: R of the definition is the rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import harness
from arrows import Arrow, derive, tensor
from backends import Module, native
from mlir_text import DTYPES

WIDE = {"f32": np.float64, "f64": np.longdouble}
# Of a value in units of its last place, of a derivative relative and absolute.
ULPS = {"f32": 4.0, "f64": 4.0}
RELATIVE, ABSOLUTE = {"f32": 4e-6, "f64": 1e-13}, {"f32": 1e-6, "f64": 1e-15}

Function = Callable[[np.ndarray], np.ndarray]
ROOT_OF_PI = np.sqrt(np.arccos(np.longdouble(-1)))


def in_f64(function: Callable[[float], float]) -> Function:
    """What Python has in f64 only."""
    return lambda x: np.array([function(float(number)) for number in x]).astype(x.dtype)


def distribution(x: float) -> float:
    """The normal one."""
    return math.erfc(-x / math.sqrt(2)) / 2


def logistic(x: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def normal(x: np.ndarray) -> np.ndarray:
    """The density of the normal distribution."""
    return np.exp(-x * x / 2) / (ROOT_OF_PI * np.sqrt(np.longdouble(2))).astype(x.dtype)


def gate(x: np.ndarray) -> np.ndarray:
    """The argument of the sigmoid in the approximate gelu."""
    scale = 2 * np.sqrt(np.longdouble(2)) / ROOT_OF_PI
    return (scale * (x + x.dtype.type(0.044715) * x**3)).astype(x.dtype)


def gate_slope(x: np.ndarray) -> np.ndarray:
    scale = 2 * np.sqrt(np.longdouble(2)) / ROOT_OF_PI
    return (scale * (1 + 3 * x.dtype.type(0.044715) * x**2)).astype(x.dtype)


def gelu_tanh_slope(x: np.ndarray) -> np.ndarray:
    s = logistic(gate(x))
    return s + np.where(np.abs(x) < 100, x * s * logistic(-gate(x)) * gate_slope(x), 0)


# The value and the derivative.
FUNCTIONS: dict[str, tuple[Function, Function]] = {
    "exp": (np.exp, np.exp),
    "expm1": (np.expm1, np.exp),
    "log": (np.log, lambda x: 1 / x),
    "log1p": (np.log1p, lambda x: 1 / (1 + x)),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "rsqrt": (lambda x: 1 / np.sqrt(x), lambda x: -0.5 / (x * np.sqrt(x))),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "tan": (np.tan, lambda x: 1 + np.tan(x)**2),
    "atan": (np.arctan, lambda x: 1 / (1 + x * x)),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x)**2),
    "erf": (in_f64(math.erf), lambda x: (2 / ROOT_OF_PI).astype(x.dtype) * np.exp(-x * x)),
    "erfc": (in_f64(math.erfc), lambda x: -(2 / ROOT_OF_PI).astype(x.dtype) * np.exp(-x * x)),
    "sigmoid": (logistic, lambda x: logistic(x) * logistic(-x)),
    "silu": (lambda x: x * logistic(x), lambda x: logistic(x) * (1 + x * logistic(-x))),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), logistic),
    "gelu": (lambda x: x * in_f64(distribution)(x),
             lambda x: in_f64(distribution)(x) + x * normal(x)),
    "gelu_tanh": (lambda x: x * logistic(gate(x)), gelu_tanh_slope),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(x.dtype)),
    "clamp": (lambda x: np.clip(x, -1.5, 6.0), lambda x: ((x > -1.5) & (x < 6.0)).astype(x.dtype)),
    "abs": (np.abs, np.sign),
    "sign": (np.sign, np.zeros_like),
    "floor": (np.floor, np.zeros_like),
    "ceil": (np.ceil, np.zeros_like),
}
SPELLING = {"gelu_tanh": 'gelu %a0 {approximate = "tanh"}', "clamp": "clamp %a0 {low = -1.5 : f64, high = 6.0 : f64}"}
COMPOSITES = ("clamp", "silu", "softplus", "gelu", "gelu_tanh")
# Products and quotients whose rounding errors add up.
LOOSE = {"silu", "softplus", "gelu", "gelu_tanh", "sigmoid", "tanh"}


def points(element: str) -> np.ndarray:
    dtype = DTYPES[element]
    limits = np.finfo(dtype)
    sizes = np.concatenate([np.geomspace(limits.smallest_subnormal, limits.max, 500, dtype=np.float64),
                            np.linspace(0.01, 30, 800), [1.0, 1.5, 6.0, 88.0, 104.0, 745.0, limits.tiny]])
    return np.concatenate([sizes, -sizes, [0.0, -0.0, np.inf, -np.inf, np.nan]]).astype(dtype)


def functions(element: str) -> str:
    t = tensor(element, points(element).size)
    return "".join(
        Arrow((t,), (t,), f"  %r0 = catgrad.{SPELLING.get(name, f'{name} %a0')} : {t}", ("%r0",)).function(f"of_{name}")
        + derive(f"of_{name}_rev", f"of_{name}") + derive(f"of_{name}_rev_rev", f"of_{name}_rev") for name in FUNCTIONS)


def module(element: str) -> Module:
    return native(functions(element))


each = pytest.mark.parametrize("element", ("f32", "f64"))
each_function = pytest.mark.parametrize("name", FUNCTIONS)


def assert_close(got: np.ndarray, want: np.ndarray, allowed: np.ndarray, x: np.ndarray, what: str) -> None:
    """NaN and infinities where they are wanted, and the rest within what is allowed."""
    limit = np.finfo(got.dtype).max
    finite = np.abs(want) < limit  # false for NaN
    edge = np.abs(want) > limit * (1 - 1e-5)  # either side of the overflow is right
    assert np.array_equal(np.isnan(got), np.isnan(want)), f"{what}: NaN at {x[np.isnan(got) != np.isnan(want)]}"
    lost = finite & ~edge & ~np.isfinite(got)
    assert not np.any(lost), f"{what}: not finite at {x[lost]}"
    infinite = np.isinf(want)
    assert np.all(np.isinf(got[infinite])), f"{what}: not infinite at {x[infinite]}"
    check = finite & ~edge
    error = np.abs(got[check].astype(want.dtype) - want[check])
    bad = error > allowed[check]
    assert not np.any(bad), (f"{what}: at {x[check][bad][:5]} got {got[check][bad][:5]}, "
                             f"not {want[check][bad][:5]}: {np.max(error[bad] / allowed[check][bad]):.3g} times too far")


@each_function
@each
def test_values(element: str, name: str, executed) -> None:
    """Within some units in the last place; denormal results may become zero."""
    x = points(element)
    (got,) = module(element)[f"of_{name}"](x)
    with np.errstate(all="ignore"):
        want = FUNCTIONS[name][0](x.astype(WIDE[element]))
    if name in ("silu", "gelu", "gelu_tanh"):  # -inf * 0
        x, got, want = (array[x != -np.inf] for array in (x, got, want))
    limits = np.finfo(got.dtype)
    spacing = np.spacing(np.abs(want).astype(got.dtype)).astype(want.dtype)
    ulps = ULPS[element] * (4 if name in LOOSE else 1)
    # A factor may have been such a denormal.
    allowed = np.maximum(ulps * spacing, limits.tiny * np.clip(np.abs(x), 1, 40))
    if name in ("gelu", "erfc", "gelu_tanh", "silu"):
        # The argument of an exponential in their tail is rounded; that of gelu_tanh is a cube.
        size = np.minimum(np.abs(x), 40).astype(want.dtype)
        allowed = np.maximum(allowed, np.abs(want) * (2 * size**2 + size**3 / 4) * limits.eps)
    assert_close(got, want, allowed, x, f"{name} of {element}")
    executed(name, element, "values")


@each_function
@each
def test_derivatives(element: str, name: str, executed) -> None:
    x = points(element)
    check_derivative(element, name, x, module(element)[f"of_{name}_rev"](x, np.ones_like(x))[0])
    executed(name, element, "transpose")


def check_derivative(element: str, name: str, x: np.ndarray, got: np.ndarray) -> None:
    with np.errstate(all="ignore"):
        value, want = (function(x.astype(WIDE[element])) for function in FUNCTIONS[name])
    # Inside of the domain; at an infinity a rule may have no limit.
    inside = np.isfinite(x) & ~np.isnan(value)
    x, got, want = x[inside], got[inside], want[inside]
    allowed = RELATIVE[element] * np.abs(want) + ABSOLUTE[element]
    assert_close(got, want, allowed, x, f"the derivative of {name} on {element}")


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("log", "log1p", "sqrt", "rsqrt", "tan",
                                                                             "exp", "expm1")])
@each
def test_second_derivatives_are_finite(element: str, name: str, executed) -> None:
    """Those of functions with bounded derivatives: no infinity times zero on the way."""
    x = points(element)
    x = np.where(np.isfinite(x), x, np.zeros_like(x))
    ones = np.ones_like(x)
    for got in module(element)[f"of_{name}_rev_rev"](x, ones, ones):
        assert np.all(np.isfinite(got)), f"{name} of {element} at {x[~np.isfinite(got)]}"
    executed(name, element, "second")


@pytest.mark.parametrize("name", COMPOSITES)
@each
def test_definitions(element: str, name: str, executed) -> None:
    """R of the definition is the rule: the same slope, away from infinities."""
    x = points(element)
    inside = np.isfinite(x)
    ones = np.ones_like(x)
    expanded = native(harness.opt(functions(element), "--catgrad-expand-composites"))
    for symbol, arguments in ((f"of_{name}", (x,)), (f"of_{name}_rev", (x, ones))):
        (got,), (want,) = (backend[symbol](*arguments) for backend in (module(element), expanded))
        wide = want[inside].astype(WIDE[element])
        assert_close(got[inside], wide, RELATIVE[element] * np.abs(wide) + ABSOLUTE[element], x[inside], symbol)
        executed(name, element, "law B7")


# Functions of two numbers ---------------------------------------------------

# Zero, negative, tiny and large bases, and exponents for each.
POWERS = (np.array([0, 0, 0, 0, -2, -2, -0.5, 2, 1e-30, 3, 0, 1e200, -1, 0.5]),
          np.array([0, 1, 2, 3, 3, 2, -2, 0.5, 1, 0, 0.5, 1.5, 5, 1e-300]))


def check_power(x: np.ndarray, y: np.ndarray, by_base: np.ndarray, by_exponent: np.ndarray) -> None:
    with np.errstate(all="ignore"):
        want = np.where(y == 0, 0, y * np.power(x, y - 1))
    assert np.allclose(by_base, want, rtol=1e-14, atol=0)
    positive = x > 0
    assert np.allclose(by_exponent[positive], (np.power(x, y, where=positive, out=x.copy())
                                               * np.log(np.where(positive, x, 1)))[positive], rtol=1e-13)
    assert np.all(by_exponent[x == 0] == 0)
    assert np.all(np.isnan(by_exponent[x < 0]))  # no derivative, and no silent zero


def test_power(executed) -> None:
    """Powers of zero and of negative numbers, and their derivatives of first and second order."""
    x, y = POWERS
    t = tensor("f64", x.size)
    power = Arrow((t, t), (t,), f"  %r0 = catgrad.power %a0, %a1 : {t}", ("%r0",))
    square = Arrow((t,), (t,), f"  %c = catgrad.constant dense<2.0> : {t}\n"
                               f"  %r0 = catgrad.power %a0, %c : {t}", ("%r0",))
    lib = native(power.function("power") + derive("power_rev", "power") + derive("power_rev_rev", "power_rev")
                 + square.function("square") + derive("square_rev", "square")
                 + derive("square_rev_rev", "square_rev") + derive("square_rev_rev_rev", "square_rev_rev"))
    with np.errstate(all="ignore"):
        assert np.array_equal(lib["power"](x, y)[0], np.power(x, y))
    check_power(x, y, *lib["power_rev"](x, y, np.ones_like(x)))

    x = np.append(x, [-0.0, 5e-324, -1e150])
    t = tensor("f64", x.size)
    square = Arrow((t,), (t,), f"  %c = catgrad.constant dense<2.0> : {t}\n"
                               f"  %r0 = catgrad.power %a0, %c : {t}", ("%r0",))
    lib = native(square.function("f") + derive("f_rev", "f") + derive("f_rev_rev", "f_rev")
                 + derive("f_rev_rev_rev", "f_rev_rev"))
    ones = np.ones_like(x)
    assert np.array_equal(lib["f_rev"](x, ones)[0], 2 * x)
    second, _ = lib["f_rev_rev"](x, ones, ones)
    assert np.array_equal(second, 2 * ones)
    for third in lib["f_rev_rev_rev"](x, ones, ones, ones, ones):
        assert np.all(np.isfinite(third)), third
    executed("power", "f64", "values", 6)


@each
def test_divide(element: str, executed) -> None:
    """Quotients of all pairs of special numbers, and derivatives at large ones."""
    dtype = DTYPES[element]
    special = np.array([0.0, -0.0, 1.0, -3.0, np.inf, -np.inf, np.nan, np.finfo(dtype).tiny, np.finfo(dtype).max], dtype)
    x, y = (part.reshape(-1).copy() for part in np.meshgrid(special, special))
    t = tensor(element, x.size)
    lib = native(Arrow((t, t), (t,), f"  %r0 = catgrad.divide %a0, %a1 : {t}", ("%r0",)).function("f")
                 + derive("f_rev", "f"))
    with np.errstate(all="ignore"):
        want = x / y
    (got,) = lib["f"](x, y)
    assert np.array_equal(np.isnan(got), np.isnan(want))
    assert got[~np.isnan(want)].tobytes() == want[~np.isnan(want)].tobytes()
    # x / y^2 without the square, which would overflow.
    large = np.full_like(x, np.sqrt(np.finfo(dtype).max) * 2)
    by_lhs, by_rhs = lib["f_rev"](large, large, np.ones_like(x))
    assert np.allclose(by_lhs, 1 / large, rtol=1e-6, atol=0)
    assert np.allclose(by_rhs, -1 / large, rtol=1e-6, atol=0)
    executed("divide", element, "values", 2)


def test_integer_division_and_powers(executed) -> None:
    """No trap: the divisors 0 and -1, the least number, exponents of all sizes, against Python's integers."""
    least = -2**31
    numbers = np.array([0, 1, -1, 2, -2, 3, 7, -7, 100, least, least + 1, 2**31 - 1], np.int32)
    x, y = (part.reshape(-1).copy() for part in np.meshgrid(numbers, numbers))
    t = tensor("i32", x.size)
    lib = native("".join(Arrow((t, t), (t,), f"  %r0 = catgrad.{op} %a0, %a1 : {t}", ("%r0",)).function(op)
                         for op in ("divide", "power")))
    quotients = [0 if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
                 for a, b in zip(x.tolist(), y.tolist())]
    powers = [pow(a % 2**32, b % 2**32, 2**32) for a, b in zip(x.tolist(), y.tolist())]
    for op, want in (("divide", quotients), ("power", powers)):
        assert np.array_equal(lib[op](x, y)[0], np.array(want).astype(np.uint32).view(np.int32)
                              if op == "power" else np.array(want).astype(np.int64).astype(np.int32)), op
        executed(op, "i32", "values")
    inverse = lib["power"](x, np.full_like(x, -1))[0]
    odd = x % 2 != 0
    with np.errstate(over="ignore"):
        assert np.all((inverse * x)[odd] == 1) and np.all(inverse[~odd] == 0)
