# ===- test_element_types.py - what is special in each element type ---------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""f16 and bf16 bit by bit, on processors with and without instructions for them;
casts between all types at their edges; sums that f16 and bf16 could not hold; and
that no element type makes the code need a compiler's run-time library.

Expected roundings come from the numbers themselves: a wide number lies between two
neighbours, and which one is nearer is known by how it was made.
"""

from __future__ import annotations

import functools
import itertools
import subprocess
from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import cases
import harness
from arrows import Arrow, derive, generator, tensor
from backends import native, reference, stock_bufferized, stock_linalg
from mlir_text import DTYPES, SMALL_FLOATS, is_float
from test_laws import programs

ELEMENTS = tuple(DTYPES)
INTEGERS = ("i8", "i16", "i32", "i64")
LARGEST = {"f16": 0x7BFF, "bf16": 0x7F7F}  # the bits of the largest number; infinity is the next
CPUS = {"native": ("--cpu=native",), "x86-64": ("--cpu=x86-64",), "x86-64 -O0": ("--cpu=x86-64", "-O0")}

# How far a few roundings may lead.
PRECISION = {"f64": 1e-12, "f32": 1e-5, "f16": 4e-3, "bf16": 4e-2}

each_cpu = pytest.mark.parametrize("cpu", CPUS, ids=lambda cpu: cpu.replace(" ", "_"))
each_small = pytest.mark.parametrize("small", SMALL_FLOATS)


def cast_function(name: str, source: str, target: str, size: int) -> str:
    a, r = tensor(source, size), tensor(target, size)
    return Arrow((a,), (r,), f"  %r0 = catgrad.cast %a0 : ({a}) -> {r}", ("%r0",)).function(name)


def assert_same(got: np.ndarray, want: np.ndarray, what: str) -> None:
    """Equal bit by bit; a NaN is any NaN."""
    assert got.dtype == want.dtype and got.shape == want.shape, what
    width = f"u{got.dtype.itemsize}"
    different = got.view(width) != want.view(width)
    if is_float(got.dtype):
        with np.errstate(invalid="ignore"):
            different &= ~(np.isnan(got) & np.isnan(want))
    at = np.flatnonzero(different)
    assert at.size == 0, f"{what}: {got[at[:5]]} is not {want[at[:5]]} at {at[:5]} and {at.size} in all"


def every(small: str) -> np.ndarray:
    """All numbers of a small float, NaNs and infinities among them."""
    return np.arange(2**16, dtype=np.uint16).view(DTYPES[small])


def around_ties(small: str, wide: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of a wide float, and what they round to: ties between neighbours, and what is just beside ties."""
    low = np.arange(LARGEST[small] + 1, dtype=np.uint16)
    number = low.view(DTYPES[small]).astype(np.float64)
    # Infinity stands where the next number would be.
    following = np.append(number[1:], 2 * number[-1] - number[-2])
    tie = ((number + following) / 2).astype(wide)
    above, below = np.nextafter(tie, wide.type(np.inf)), np.nextafter(tie, wide.type(0))
    numbers = np.concatenate([number.astype(wide), tie, above, below])
    bits = np.concatenate([low, low + low % 2, low + 1, low]).astype(np.uint16)
    return np.concatenate([numbers, -numbers]), np.concatenate([bits, bits | 0x8000]).view(DTYPES[small])


# Conversions ----------------------------------------------------------------

@each_cpu
@each_small
def test_every_small_float_widens(small: str, cpu: str, executed) -> None:
    """Exactly, to f32 and f64, and back to itself."""
    numbers = every(small)
    module = native("".join(cast_function(wide, small, wide, numbers.size) + cast_function(f"from_{wide}", wide, small, numbers.size)
                            for wide in ("f32", "f64")), *CPUS[cpu])
    for wide in ("f32", "f64"):
        (got,) = module[wide](numbers)
        with np.errstate(invalid="ignore"):
            assert_same(got, numbers.astype(DTYPES[wide]), f"{small} to {wide}")
        assert_same(module[f"from_{wide}"](got)[0], numbers, f"{small} to {wide} and back")
    executed("cast", small, "values", 4)


@each_cpu
@pytest.mark.parametrize("wide", ["f32", "f64"])
@each_small
def test_rounding_to_small_floats(small: str, wide: str, cpu: str, executed) -> None:
    """To nearest, ties to even, denormals and overflow too: around every tie there is."""
    numbers, expected = around_ties(small, np.dtype(DTYPES[wide]))
    special = np.array([np.nan, -np.nan, np.inf, -np.inf, np.finfo(numbers.dtype).max, np.finfo(numbers.dtype).tiny,
                        np.finfo(numbers.dtype).smallest_subnormal], numbers.dtype)
    infinite = np.array([np.nan, np.nan, np.inf, -np.inf, np.inf], DTYPES[small])
    # The smallest normal f32 is a bf16, too; all others here are far below half a denormal.
    tiny = np.array([2.0**-126 if (small, wide) == ("bf16", "f32") else 0, 0], DTYPES[small])
    numbers, expected = np.concatenate([numbers, special]), np.concatenate([expected, infinite, tiny])
    module = native(cast_function("f", wide, small, numbers.size), *CPUS[cpu])
    assert_same(module["f"](numbers)[0], expected, f"{wide} to {small}")
    executed("cast", wide, "values", 1)


@each_small
def test_between_small_floats(small: str, executed) -> None:
    """f16 to bf16 loses bits, bf16 to f16 bits and range; both by way of f32, which is exact."""
    (other,) = set(SMALL_FLOATS) - {small}
    numbers = every(small)
    with np.errstate(all="ignore"):
        want = numbers.astype(np.float32).astype(DTYPES[other])
    assert_same(native(cast_function("f", small, other, numbers.size))["f"](numbers)[0], want, f"{small} to {other}")
    executed("cast", small, "values", 1)


def nearest(number: int, target: str) -> np.generic:
    """An integer, of any size, in a float type: of two neighbours the nearer, of two as near the even one."""
    dtype = np.dtype(DTYPES[target])
    if dtype.itemsize > 2:
        return dtype.type(float(number)) if target == "f64" else nearest_by_bits(number)
    sizes = magnitudes(target)
    i = bisect_left(sizes, abs(number))
    if i == 0 or (i < len(sizes) and sizes[i] == abs(number)):
        bits = i
    else:
        # Infinity stands where the next number would be.
        down, up = abs(number) - sizes[i - 1], (sizes[i] if i < len(sizes) else 2 * sizes[-1] - sizes[-2]) - abs(number)
        bits = i - 1 if down < up or (down == up and i % 2 == 1) else i
    return np.array(bits | (0x8000 if number < 0 else 0), np.uint16).view(dtype)[()]


@functools.cache
def magnitudes(target: str) -> list[Fraction]:
    """The numbers of a small float that are not negative, by their bits."""
    return [Fraction(float(x)) for x in np.arange(LARGEST[target] + 1, dtype=np.uint16).view(DTYPES[target])]


def nearest_by_bits(number: int) -> np.float32:
    """An integer in f32."""
    shift = max(0, abs(number).bit_length() - 24)
    whole, rest, half = abs(number) >> shift, abs(number) & ((1 << shift) - 1), (1 << shift) // 2
    whole += shift > 0 and (rest > half or (rest == half and whole % 2 == 1))
    return np.float32(float(whole << shift) * (-1 if number < 0 else 1))


@each_cpu
@pytest.mark.parametrize("source", INTEGERS)
def test_integers_round_once(source: str, cpu: str, executed) -> None:
    """Around powers of two, around ties of each float type, and ties of two steps at once."""
    width = 8 * np.dtype(DTYPES[source]).itemsize
    found = {0, 1, -1, 2**(width - 1) - 1, -2**(width - 1)}
    for power, bits in itertools.product(range(width), (8, 11, 24, 53)):
        tie = 2**power + (2**(power - bits) if power >= bits else 0)
        # Just beside a tie by less than a coarser type between would see.
        found |= {sign * (tie + step) for sign in (1, -1) for step in (-2, -1, 0, 1, 2, 2**max(0, power - 24), -2**max(0, power - 53))}
    integers = np.array(sorted(n for n in found if -2**(width - 1) <= n < 2**(width - 1)), DTYPES[source])
    module = native("".join(cast_function(target, source, target, integers.size) for target in DTYPES), *CPUS[cpu])
    for target in ("f64", "f32", "f16", "bf16"):
        with np.errstate(over="ignore"):
            want = np.array([nearest(int(n), target) for n in integers], DTYPES[target])
        assert_same(module[target](integers)[0], want, f"{source} to {target}")
    for target in INTEGERS:
        wrapped = [(int(n) + 2**63) % 2**64 - 2**63 for n in integers]
        assert_same(module[target](integers)[0], np.array(wrapped, np.int64).astype(DTYPES[target]), f"{source} to {target}")
    assert_same(module["i1"](integers)[0], np.array([n != 0 for n in integers.tolist()]), f"{source} to i1")
    executed("cast", source, "values", 9)


def test_bits_and_truncation(executed) -> None:
    """i1 to 0 and 1; floats to integers towards zero, from every small float in range."""
    bits = np.array([True, False, True])
    module = native("".join(cast_function(f"bits_{e}", "i1", e, 3) for e in ELEMENTS))
    for element in ELEMENTS:
        assert_same(module[f"bits_{element}"](bits)[0], np.array([1, 0, 1]).astype(DTYPES[element]), f"i1 to {element}")
    for small, target in itertools.product(SMALL_FLOATS, INTEGERS):
        numbers = every(small)
        bound = 2.0**(8 * np.dtype(DTYPES[target]).itemsize - 1)
        with np.errstate(invalid="ignore"):
            wide = numbers.astype(np.float64)
        numbers = numbers[(wide > -bound - 1) & (wide < bound)]
        (got,) = native(cast_function("f", small, target, numbers.size))["f"](numbers)
        assert got.tolist() == [int(x) for x in numbers.astype(np.float64)], f"{small} to {target}"
    executed("cast", "i1", "values", len(ELEMENTS) + 8)


# Arithmetic -----------------------------------------------------------------

# Each value has one use, so that all of a chain is one loop.
CHAIN = """  %0 = catgrad.multiply %a0, %a1 : {t}
  %1 = catgrad.add %0, %a2 : {t}
  %2 = catgrad.multiply %1, %a0 : {t}
  %3 = catgrad.subtract %2, %a1 : {t}
  %4 = catgrad.negate %3 : {t}
  %5 = catgrad.relu %4 : {t}"""
CHOICE = """  %0 = catgrad.multiply %a0, %a1 : {t}
  %1 = catgrad.compare %0, %a2 {{predicate = #catgrad.predicate<gt>}} : ({t}, {t}) -> {bits}
  %2 = catgrad.subtract %a0, %a2 : {t}
  %3 = catgrad.select %1, %2, %a1 : ({bits}, {t}, {t}) -> {t}"""


@each_cpu
@each_small
def test_fused_operations_round_each_result(small: str, cpu: str, executed) -> None:
    """A chain in one loop gives bit by bit what one operation after the other gives in numpy."""
    random, dtype = generator("chain", small), DTYPES[small]
    size = 4096
    t, bits = tensor(small, size), tensor("i1", size)
    text = (Arrow((t, t, t), (t,), CHAIN.format(t=t), ("%5",)).function("chain")
            + Arrow((t, t, t), (t,), CHOICE.format(t=t, bits=bits), ("%3",)).function("choice"))
    assert harness.emit(text, "bufferized").count("linalg.generic") == 2
    x, y, z = (random.normal(size=size).astype(dtype) for _ in range(3))
    x[:64], z[:1024] = random.choice(every(small), 64), random.choice(every(small), 1024)

    def operate(op: Callable[[np.ndarray, np.ndarray], np.ndarray], a: np.ndarray, b: np.ndarray) -> np.ndarray:
        # f64 has more than twice the bits of f32, so that rounding to f32 first is harmless.
        return op(a.astype(np.float64), b.astype(np.float64)).astype(np.float32).astype(dtype)

    with np.errstate(all="ignore"):
        product = operate(np.multiply, x, y)
        chain = operate(np.subtract, operate(np.multiply, operate(np.add, product, z), x), y)
        chain = np.where(np.isnan(chain), chain, np.where(-chain > 0, -chain, dtype(0)))
        choice = np.where(product > z, operate(np.subtract, x, z), y)
    module = native(text, *CPUS[cpu])
    for name, want in (("chain", chain), ("choice", choice)):
        assert_same(module[name](x, y, z)[0], want, name)
    executed("fused chain", small, "values", 2)


@each_small
def test_sums_are_accumulated_in_f32(small: str, executed) -> None:
    """Small floats stop counting ones at 256 or 2048; sums, products and contractions do not."""
    n = 3000
    v, s, m = tensor(small, n), tensor(small), tensor(small, 1, n)
    text = Arrow((v, m, tensor(small, n, 1)), (s, tensor(small, 1, 1), s, s), f"""
  %0 = catgrad.reduce_sum %a0 {{dimensions = array<i64: 0>}} : ({v}) -> {s}
  %1 = catgrad.matmul %a1, %a2 : ({m}, {tensor(small, n, 1)}) -> {tensor(small, 1, 1)}
  %2 = catgrad.contract %a0, %a0 {{lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>}} : ({v}, {v}) -> {s}
  %3 = catgrad.multiply %a0, %a0 : {v}
  %4 = catgrad.reduce_sum %3 {{dimensions = array<i64: 0>}} : ({v}) -> {s}""", ("%0", "%1", "%2", "%4")).function("f")
    ones = np.ones(n, DTYPES[small])
    expected = np.array(n).astype(DTYPES[small])
    for module in (native(text), native(text, "-O0"), reference(text), stock_linalg(text), stock_bufferized(text)):
        for result in module["f"](ones, ones.reshape(1, n), ones.reshape(n, 1)):
            assert result.reshape(())[()] == expected
    executed("sums", small, "values", 20)


UPSTREAM = """
func.func @f(%x: tensor<65x{e}>, %y: tensor<65x{e}>) -> tensor<65x{e}> {{
  %0 = arith.addf %x, %y : tensor<65x{e}>
  %1 = math.exp %0 : tensor<65x{e}>
  %2 = arith.mulf %1, %x : tensor<65x{e}>
  return %2 : tensor<65x{e}>
}}
catgrad.derive @f_rev of(@f)
func.func @widths(%x: tensor<65xf64>, %n: tensor<65xi64>) -> (tensor<65x{e}>, tensor<65x{e}>) {{
  %0 = arith.truncf %x : tensor<65xf64> to tensor<65x{e}>
  %1 = arith.sitofp %n : tensor<65xi64> to tensor<65x{e}>
  return %0, %1 : tensor<65x{e}>, tensor<65x{e}>
}}
"""


@each_cpu
@each_small
def test_upstream_operations(small: str, cpu: str, executed) -> None:
    """arith and math on small floats: each operation rounds, a conversion once, and derivatives come out near."""
    module, random, dtype = native(UPSTREAM.format(e=small), *CPUS[cpu]), generator("upstream", small), DTYPES[small]
    x, y, d = (random.normal(size=65).astype(dtype) for _ in range(3))
    wide_x, wide_y, wide_d = (a.astype(np.float64) for a in (x, y, d))
    e = np.exp((wide_x + wide_y).astype(dtype).astype(np.float64)).astype(dtype).astype(np.float64)
    want = [(e * wide_x).astype(dtype), *(a.astype(dtype) for a in ((e * wide_x + e) * wide_d, e * wide_x * wide_d))]
    for got, right in zip([*module["f"](x, y), *module["f_rev"](x, y, d)], want, strict=True):
        assert got.dtype == right.dtype
        got, right = got.astype(np.float64), right.astype(np.float64)
        assert np.max(np.abs(got - right)) <= PRECISION[small] * np.max(np.abs(right))
    numbers, expected = (part[-65:] for part in around_ties(small, np.dtype(np.float64)))
    tie = 2**62 + 2**54  # as near to 2^62 as to the next bf16; f16 ends before
    integers = np.array([tie + i - 32 for i in range(65)], np.int64)
    floats, rounded = module["widths"](numbers, integers)
    assert_same(floats, expected, "truncf")
    assert_same(rounded, np.array([nearest(int(n), small) for n in integers], dtype), "sitofp")
    executed("upstream", small, "values", 5)


# Learners -------------------------------------------------------------------

def learner(element: str, other: str, rate: str = "dynamic", report: str = " {report_loss}") -> str:
    """A dense layer; its weights may be of another type than its scale and its results."""
    x, w, y = tensor(element, 4, 3), tensor(other, 3, 2), tensor(element, 4, 2)
    wide = tensor(element, 3, 2)
    cast = f"  %v = catgrad.cast %w : ({w}) -> {wide}\n" if element != other else ""
    return f"""
func.func private @model(%x: {x}) -> {y} {{
  %s = catgrad.parameter "s" {{init = #catgrad.uniform<low = -1.0, high = 1.0>}} : {y}
  %w = catgrad.parameter "w" {{init = #catgrad.normal<mean = 0.25, std = 0.5>}} : {w}
{cast}  %0 = catgrad.matmul %x, {'%v' if cast else '%w'} : ({x}, {wide}) -> {y}
  %1 = catgrad.sigmoid %0 : {y}
  %2 = catgrad.multiply %1, %s : {y}
  return %2 : {y}
}}
catgrad.learner @net model(@model) optimiser(#catgrad.sgd<rate = {rate}>) loss(#catgrad.mse){report}
"""


@pytest.mark.parametrize("element, other", [(e, e) for e in PRECISION] + [("f16", "f32"), ("f32", "bf16"), ("bf16", "f64")])
def test_learners_of_every_float_type(element: str, other: str, executed) -> None:
    """Steps with a dynamic rate of the type of the first parameter, against the reference evaluator."""
    text = learner(element, other)
    library, oracle = native(text), reference(text)
    rate = library["net_step"].inputs[-1]
    assert (rate.name, rate.dtype, rate.shape) == ("rate", np.dtype(DTYPES[element]), ())
    random = generator("learner", element, other)
    s, w = library["net_init"](np.int64(3))
    assert (s.dtype, w.dtype) == (np.dtype(DTYPES[element]), np.dtype(DTYPES[other]))
    loose = max(PRECISION[element], PRECISION[other])
    for _ in range(5):
        x, label = random.normal(size=(4, 3)).astype(s.dtype), random.normal(size=(4, 2)).astype(s.dtype)
        arguments = (s, w, x, label, np.asarray(0.25, s.dtype))
        got, want = library["net_step"].both_ways(*arguments), oracle["net_step"](*arguments)
        for g, r in zip(got, want, strict=True):
            assert g.dtype == r.dtype
            assert np.max(np.abs(g.astype(np.float64) - r.astype(np.float64))) <= loose * max(1.0, float(np.max(np.abs(r.astype(np.float64)))))
        assert got[0].tobytes() != s.tobytes() and got[1].tobytes() != w.tobytes()
        s, w = got[:2]
    executed("learner", element, "programs", 5)


@each_small
def test_initial_values_are_those_of_f32_rounded(small: str, executed) -> None:
    wide, narrow = (native(learner(e, e))["net_init"](np.int64(11)) for e in ("f32", small))
    for w, n in zip(wide, narrow, strict=True):
        assert_same(n, w.astype(DTYPES[small]), "init")
    executed("learner", small, "values", 2)


# What the code needs --------------------------------------------------------

def everything(element: str) -> str:
    """All in which LLVM could meet the type: every operation and some programs with their derivatives, casts to and from all
    types, and a learner if it is a float."""
    arrows = {f"program_{name}": arrow for name, arrow in programs(element).items()}
    arrows |= {f"op_{op}": cases.representative(op, element).arrow for op, of in cases.pairs()
               if of == element and cases.has_representative(op, element)}
    text = "".join(arrow.function(name) + derive(f"{name}_rev", name) for name, arrow in arrows.items())
    text += "".join(cast_function(f"to_{other}", element, other, 37) + cast_function(f"from_{other}", other, element, 37)
                    for other in ELEMENTS)
    return text + (learner(element, element) if is_float(np.dtype(DTYPES[element])) else "")


LIBM = {name + suffix for name in (
    "atan", "ceil", "cos", "erf", "erfc", "exp", "expm1", "floor", "fma", "log", "log1p", "pow", "rint", "sin", "sincos", "sqrt",
    "tan", "tanh", "trunc") for suffix in ("", "f")}
MEMORY = {"memcpy", "memmove", "memset"}


@pytest.mark.parametrize("element, cpu", [
    (element, cpu) for element in ELEMENTS for cpu in CPUS if cpu == "x86-64" or element in SMALL_FLOATS],
    ids=lambda value: value.replace(" ", "_"))
def test_undefined_symbols(element: str, cpu: str, tmp_path: Path, executed) -> None:
    """No helper of compiler-rt or libgcc, such as __truncsfbf2 or __gnu_h2f_ieee."""
    source, target = tmp_path / "all.mlir", tmp_path / "all.o"
    source.write_text(everything(element))
    harness.run_tool("catgrad-compile", source, "-o", target, *CPUS[cpu])
    done = subprocess.run(["nm", "-u", "--format=just-symbols", target], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - {"_GLOBAL_OFFSET_TABLE_"} <= LIBM | MEMORY
    executed("undefined symbols", element, "programs", 1)
