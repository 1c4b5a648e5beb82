# ===- test_function.py - ordinary functions -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`@catgrad.function` against numpy, and what it refuses."""

from __future__ import annotations

import inspect
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catgrad as cg
import iris
from catgrad import CatgradError, TraceError
from catgrad.functions import BINARY, COMPARE, REDUCE, UNARY

ROOT = Path(__file__).resolve().parents[2]
generator = np.random.default_rng(7)
x34 = generator.uniform(0.2, 0.9, (3, 4)).astype(np.float32)
y34 = generator.uniform(0.2, 0.9, (3, 4)).astype(np.float32)
x4, x31, x234 = y34[0], y34[:, :1].copy(), generator.standard_normal((2, 3, 4)).astype(np.float32)
i34 = generator.integers(-9, 9, (3, 4)).astype(np.int32)
index = np.array([[2, 0], [1, 1]], np.int32)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


ORACLES: dict[str, Any] = {
    "atan": np.arctan, "erf": np.vectorize(math.erf), "erfc": np.vectorize(math.erfc), "negate": np.negative,
    "relu": lambda x: np.maximum(x, 0), "rsqrt": lambda x: 1 / np.sqrt(x), "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x), "softplus": lambda x: np.log1p(np.exp(x)),
}


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


# What is computed, by catgrad and by numpy, and on what.
CASES: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    **{name: ((lambda name: lambda x: getattr(cg, name)(x))(name), ORACLES.get(name, getattr(np, name, None)), (x34,))
       for name in UNARY if name != "invert"},
    **{name: ((lambda name: lambda x, y: getattr(cg, name)(x, y))(name), getattr(np, name), (x34, x4))
       for name in BINARY},
    **{name: ((lambda name: lambda x, y: getattr(cg, name)(x, y))(name), getattr(np, name), (x34, x31))
       for name in COMPARE},
    **{name: ((lambda name: lambda x: (getattr(cg, name)(x, 1), getattr(cg, name)(x), getattr(x, name)((0, -1), True)))(
        name), (lambda name: lambda x: (getattr(np, name)(x, 1), getattr(np, name)(x),
                                        getattr(np, name)(x, (0, -1), keepdims=True)))(name), (x234,))
       for name in REDUCE},
    "invert": (lambda x: ~x, np.invert, (i34,)),
    "operators": (lambda x, y: -x + 2 * y - y / 4 + 1 / x ** 2 - abs(y - 1), None, (x34, x31)),
    "integers": (lambda x: (x * 3 - 7, x + x, abs(x)), None, (i34,)),
    "where": (lambda x, y: cg.where(x > y, x, 0.0), lambda x, y: np.where(x > y, x, np.float32(0)), (x34, x4)),
    "clip": (lambda x: (cg.clip(x, 0.3, 0.5), cg.clip(x, low=0.4)), lambda x: (np.clip(x, 0.3, 0.5), np.maximum(
        x, np.float32(0.4))), (x34,)),
    "gelu": (lambda x: cg.gelu(x), lambda x: x * np.vectorize(math.erfc)(-x / math.sqrt(2)) / 2, (x34,)),
    "cast": (lambda x: ((10 * x).astype(cg.i32), (x > 0.5).astype("f64")),
             lambda x: ((10 * x).astype(np.int32), (x > 0.5).astype(np.float64)), (x34,)),
    "mean": (lambda x: (x.mean(), cg.mean(x, (0, 2)), x.var(-1, True)),
             lambda x: (x.mean(), x.mean((0, 2)), x.var(-1, keepdims=True)), (x234,)),
    "argmax": (lambda x: x.argmax(1), lambda x: x.argmax(1).astype(np.int32), (x234,)),
    "logsumexp": (lambda x: cg.logsumexp(x, -1), lambda x: np.log(np.exp(x).sum(-1)), (x234,)),
    "cumsum": (lambda x: (cg.cumsum(x, 1), cg.cumsum(x, 0, reverse=True), cg.cumsum(x, -1, exclusive=True)),
               lambda x: (x.cumsum(1), x[::-1].cumsum(0)[::-1], x.cumsum(-1) - x), (x234,)),
    "softmax": (lambda x: (cg.softmax(x), cg.log_softmax(x, 0)), lambda x: (softmax(x), np.log(softmax(x, 0))), (x234,)),
    "layer_norm": (lambda x, s: cg.layer_norm(x, s, s), lambda x, s: (x - x.mean(-1, keepdims=True)) / np.sqrt(
        x.var(-1, keepdims=True) + 1e-5) * s + s, (x234, x4)),
    "rms_norm": (lambda x, s: cg.rms_norm(x, s), lambda x, s: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * s,
                 (x234, x4)),
    "reshape": (lambda x: (x.reshape(4, -1), x.reshape((2, 12)), cg.squeeze(cg.expand_dims(x, 1), 1)),
                lambda x: (x.reshape(4, -1), x.reshape(2, 12), x), (x234,)),
    "transpose": (lambda x: (x.T, x.transpose(1, 0, 2), cg.swapaxes(x, 0, -1)),
                  lambda x: (x.T, x.transpose(1, 0, 2), x.swapaxes(0, -1)), (x234,)),
    "broadcast_to": (lambda x: cg.broadcast_to(x, (2, 3, 5)), lambda x: np.broadcast_to(x, (2, 3, 5)), (x31,)),
    "concatenate": (lambda x, y: (cg.concatenate([x, y], 1), cg.stack([x, x], -1)),
                    lambda x, y: (np.concatenate([x, y], 1), np.stack([x, x], -1)), (x34, x31)),
    "split": (lambda x: (*cg.split(x, [1, 3], 1), *cg.split(x, 3), *cg.unstack(x, 0)),
              lambda x: (*np.split(x, [1], 1), *np.split(x, 3), *x), (x34,)),
    "iteration": (lambda x: [row + i for i, row in enumerate(x)][::-1], lambda x: [x[2] + 2, x[1] + 1, x[0]], (x34,)),
    "flip": (lambda x: (cg.flip(x), cg.flip(x, 1)), lambda x: (np.flip(x), np.flip(x, 1)), (x34,)),
    "pad": (lambda x: cg.pad(x, [(1, 0), (0, 2)]), lambda x: np.pad(x, [(1, 0), (0, 2)]), (x34,)),
    "constants": (lambda x: x + np.arange(4, dtype=np.float32) + cg.ones(4, "f32") - cg.zeros((3, 1), cg.f32)
                  + cg.arange(4, "f32"), lambda x: x + 2 * np.arange(4, dtype=np.float32) + 1, (x34,)),
    "infinities": (lambda x: cg.where(x > 0.5, x, -math.inf), lambda x: np.where(x > 0.5, x, np.float32(-np.inf)), (x34,)),
    "take": (lambda x, i: (cg.take(x, i), x[i], cg.take(x, i, 1), x[:, i]),
             lambda x, i: (x[i], x[i], np.take(x, i, 1), x[:, i]), (x34, index)),
    "one_hot": (lambda i: cg.one_hot(i, 3, cg.f32), lambda i: np.eye(3, dtype=np.float32)[i], (index,)),
    "scatter_add": (lambda x, i: cg.scatter_add(x, i, 3), lambda x, i: np.stack(
        [x[i == k].sum(0) for k in range(3)]), (x234[:, :2].copy(), index)),
    "matmul": (lambda a, b, v: (a @ b, a @ v, v @ b, a[0] @ b[1], a @ b[0], v @ v),
               lambda a, b, v: (a @ b, a @ v, v @ b, a[0] @ b[1], a @ b[0], v @ v),
               (x234, generator.standard_normal((2, 4, 5)).astype(np.float32), x4)),
    "batches": (lambda a, b: a @ b, None, (generator.standard_normal((2, 1, 3, 4)).astype(np.float32),
                                           generator.standard_normal((5, 4, 2)).astype(np.float32))),
}


def run(case: str) -> tuple[list[Any], list[Any]]:
    ours, theirs, arrays = CASES[case]
    with np.errstate(all="ignore"):
        want = (theirs or ours)(*arrays)
    got = cg.function(ours)(*arrays)
    return ([*got], [*want]) if isinstance(got, (list, tuple)) else ([got], [want])


@pytest.mark.parametrize("case", CASES)
def test_values_are_those_of_numpy(case: str) -> None:
    for ours, theirs in zip(*run(case), strict=True):
        theirs = np.asarray(theirs)
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype or theirs.dtype == np.float64 and ours.dtype == np.float32
        assert np.allclose(ours, theirs, rtol=2e-5, atol=2e-6), case


EINSUMS = ["ij,jk->ik", "ij,kj->ik", "ij,ij->ij", "ij,ij->", "ij,jk", "ij->ji", "ij->", "ij->j", "bij,bjk->bik", "bij,bkj->bki",
           "bij,bik->jk", "ij,kl->ikjl", "i,j->ji", "bhij,bhkj->bhik", "ij,jk,kl->il", "abc,cd->abd", "ij,j->i", "ij,k->k"]


@pytest.mark.parametrize("formula", EINSUMS)
def test_einsum(formula: str) -> None:
    sizes = dict(zip("abcdhijkl", range(2, 11)))
    arrays = [generator.standard_normal([sizes[a] for a in term]).astype(np.float32)
              for term in formula.split("->")[0].split(",")]
    got = cg.function(lambda *xs: cg.einsum(formula, *xs))(*arrays)
    want = np.einsum(formula, *arrays)
    assert got.shape == want.shape and np.allclose(got, want, rtol=1e-4, atol=1e-4)


def test_indexing_is_numpys() -> None:
    x = np.arange(120, dtype=np.float32).reshape(4, 5, 6)
    parts: list[Any] = [0, -1, 3, slice(None), slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(4, 0, -2),
                        slice(2, 2), slice(-3, None), None, Ellipsis]
    draw = np.random.default_rng(3)
    keys = [(), 0, Ellipsis, None, slice(3, 0, -1)]
    while len(keys) < 60:
        key = tuple(parts[i] for i in draw.integers(0, len(parts), draw.integers(1, 5)))
        if sum(k is Ellipsis for k in key) <= 1 and sum(k is not None and k is not Ellipsis for k in key) <= 3:
            if all(not isinstance(k, int) or -4 <= k < 4 for k in key):
                keys.append(key)
    for start in range(0, len(keys), 20):
        some = keys[start:start + 20]
        got = cg.function(lambda x: tuple(x[key] for key in some))(x)  # noqa: B023 - it is called at once
        for key, ours in zip(some, got):
            assert ours.shape == x[key].shape and np.array_equal(ours, x[key]), key


def test_a_function_shows_what_becomes_of_it() -> None:
    f, type_ = cg.function(lambda x: cg.exp(x) * 2), cg.f32[4]
    assert "catgrad.exp" in f.mlir(type_) and "linalg.generic" in f.mlir(type_, phase="linalg")
    assert "exp(" in f.source(type_) and "expf(" in f.c_source(type_)
    assert ".globl\tf" in f.asm(type_) and "<svg" in f.draw(type_)._repr_svg_()


def test_numpys_own_functions_are_traced() -> None:
    def of_elements(x: Any, y: Any) -> Any:
        return (np.exp(x), np.maximum(x, 0.5), np.arctan(x), np.absolute(x), np.negative(x), np.greater(x, y),
                np.float32(2) * x, np.ones(4, np.float32) - x, np.divide(x, y))

    def of_arrays(x: Any, y: Any) -> Any:
        return (np.sum(x, axis=1), np.max(x), np.mean(x, axis=0, keepdims=True), np.var(x, 1), np.where(x > 0.5, x, y),
                np.concatenate([x, y]), np.stack([x, y], axis=1), np.einsum("ij,kj->ik", x, y), np.cumsum(x, axis=0),
                np.reshape(x, (2, 6)), np.transpose(x), np.ones((2, 3), np.float32) @ x, np.clip(x, 0.2, 0.6))

    for function in (of_elements, of_arrays):
        for found, expected in zip(cg.function(function)(x34, y34), function(x34, y34), strict=True):
            assert found.shape == expected.shape and np.allclose(found, expected, rtol=1e-5)
    text = cg.function(lambda x: np.exp(cg.Parameter((4,)) + x)).mlir(cg.f32[4])
    assert "catgrad.exp" in text and "catgrad.parameter" in text


def test_every_operation_of_the_dialect_can_be_reached() -> None:
    """The reference lists them; the cases above use all but those of wires and learners."""
    page = (ROOT / "docs" / "reference" / "dialect.md").read_text()
    listed = set(re.findall(r"^####? `catgrad\.(\w+)`", page, re.MULTILINE))
    assert len(listed) > 60
    used = set()
    for ours, _, arrays in CASES.values():
        used |= set(re.findall(r'"catgrad\.(\w+)"\(', cg.function(ours).mlir(*arrays)))
    used |= set(re.findall(r'"catgrad\.(\w+)"\(', cg.function(
        lambda x, y: cg.einsum("ij,kj->ik", x, y) + cg.Parameter((3, 3))).mlir(x34, y34)))
    assert listed - used == {"copy", "discard", "derive", "learner"}


def test_pytrees_go_in_and_come_out() -> None:
    f = cg.function(lambda p, x: {"y": [x @ p["w"] + p["b"], p["w"]], "none": None, "pair": (x, x)})
    got = f({"w": x4.reshape(4, 1), "b": x4[:1]}, x34)
    assert list(got) == ["y", "none", "pair"] and got["none"] is None and isinstance(got["pair"], tuple)
    assert np.allclose(got["y"][0], x34 @ x4.reshape(4, 1) + x4[:1])


def test_arrows_compose() -> None:
    f, g = cg.function(lambda x: (cg.sin(x), x)), cg.function(lambda a, b: a * b)
    assert np.allclose((f >> g)(x34), np.sin(x34) * x34, rtol=1e-6)
    a, b = ((f >> g) @ (lambda x: x + 1))(x34, x4)
    assert np.allclose(a, np.sin(x34) * x34, rtol=1e-6) and np.allclose(b, x4 + 1)
    with pytest.raises(CatgradError, match="fixed number of arguments"):
        cg.function(lambda *xs: xs[0]) @ g


def test_derivative_is_the_compilers() -> None:
    f = cg.function(lambda x, y: cg.exp(x) * y)
    dx, dy = f.derive()(x34, y34, np.ones_like(x34))
    assert np.allclose(dx, np.exp(x34) * y34, rtol=1e-6) and np.allclose(dy, np.exp(x34), rtol=1e-6)
    with pytest.raises(CatgradError, match=r"expected cotangents f32\[3, 4\] but got f32\[4\]"):
        f.derive()(x34, y34, x4)


def test_arrow_is_the_same_function_as_a_diagram() -> None:
    from catgrad.bidirectional.functor import Forget
    from catgrad.target.python import to_python_function
    f = cg.function(lambda x, y: cg.sigmoid(x * y) + x)
    arrow = f.arrow(x34, x4)
    assert len(arrow.source) == 2 and len(arrow.target) == 1
    assert np.allclose(to_python_function(Forget()(arrow))(x34, x4)[0], f(x34, x4), rtol=1e-6)
    assert "ops.sigmoid" in f.source(x34, x4) and "linalg" in f.mlir(x34, x4, phase="linalg")


def line_of(function: Any, offset: int) -> str:
    return f"{Path(__file__)}:{inspect.getsourcelines(function)[1] + offset}"


def test_errors_stand_at_the_line_of_python() -> None:
    @cg.function
    def at_trace(x: Any) -> Any:
        y = x + 1
        return y @ y

    @cg.function
    def at_compile(x: Any) -> Any:
        y = x.astype(cg.i32)
        return cg.exp(y)

    with pytest.raises(TraceError, match="matmul: expected equal inner sizes") as traced:
        at_trace(x34)
    assert str(traced.value).startswith(line_of(at_trace.function, 3))
    with pytest.raises(CatgradError, match="expected element type") as compiled:
        at_compile(x34)
    diagnostic = compiled.value.diagnostics[0]
    assert f"{diagnostic.file}:{diagnostic.line}" == line_of(at_compile.function, 3)


REFUSED: dict[str, tuple[Any, tuple[Any, ...], str]] = {
    "two types": (lambda x, i: x + i, (x34, i34), r"add: expected equal element types .*\n?hint: x.astype\(cg.f32\)"),
    "fraction": (lambda i: i * 0.5, (i34,), "expected a whole number beside"),
    "shapes": (lambda x, y: x + y, (x34, x34[:2]), "add: cannot broadcast"),
    "truth": (lambda x: x if x > 0 else -x, (x34,), "not known while the function is traced"),
    "numpy": (lambda x: np.asarray(x), (x34,), "numpy cannot compute with the tensors"),
    "axis": (lambda x: x.sum(2), (x34,), "expected axis within rank 2 but got 2"),
    "index": (lambda x: x[3], (x34,), "expected index of axis 0 within rank 3 but got 3"),
    "indices": (lambda x: x[0, 0, 0], (x34,), "expected at most 2 indices"),
    "mask": (lambda x: x[x > 0.5], (x34,), r"got a mask.*\n?hint: cg.where"),
    "assignment": (lambda x: x.__setitem__(0, 1), (x34,), "do not change"),
    "numpy's sort": (lambda x: np.sort(x), (x34,), "numpy's sort is not defined"),
    "numpy's log10": (lambda x: np.log10(x), (x34,), "numpy's log10 is not defined"),
    "numpy's add.reduce": (lambda x: np.add.reduce(x), (x34,), "numpy's add.reduce is not defined"),
    "in place": (lambda x: np.ones(4, np.float32).__iadd__(x), (x34,), "numpy's add is not defined"),
    "arguments": (lambda x, y: x + y, (x34,), r"expected the types of the arguments of <lambda>\(x, y\) but got 1 types"),
    "reshape": (lambda x: x.reshape(5, 5), (x34,), "expected as many elements"),
    "einsum": (lambda x: cg.einsum("ii->i", x), (x34,), "each letter once"),
    "einsum sizes": (lambda x: cg.einsum("ij,ij->i", x, x.T), (x34,), "expected one size for 'i'"),
    "nothing": (lambda x: None, (x34,), "returns a tensor but it returned None"),
    "text": (lambda x: x + "1", (x34,), "expected a tensor"),
    "parameters": (lambda x: x @ cg.Parameter((4, 2)), (x34,), "nobody says their values"),
    "complex": (lambda x: x, (x34.astype(complex),), "got numpy's complex128"),
    "too large": (lambda i: i + 2**40, (i34,), "expected a number that i32 can hold but got 1099511627776"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_meaning_is_an_error(case: str) -> None:
    function, arrays, message = REFUSED[case]
    with pytest.raises(CatgradError, match=message):
        cg.function(function)(*arrays)


def test_tensors_do_not_leave_their_function() -> None:
    kept = []
    cg.function(lambda x: kept.append(x) or x)(x34)  # type: ignore[func-returns-value]
    with pytest.raises(TraceError, match="a tensor of another function"):
        cg.function(lambda x: x + kept[0])(x34)
    with pytest.raises(TraceError, match="compute nothing by themselves"):
        cg.exp(x34)
    assert cg.function(lambda x: x + 1)(x34).shape == (3, 4)  # nothing is left open


def test_drawings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    f = cg.function(lambda x, y: cg.sigmoid(x @ y))
    drawing = f.draw(x34, x34.T.copy())
    assert drawing.dot.startswith("digraph") and "sigmoid" in drawing.dot and "matmul" in drawing.dot
    reverse = f.derive().draw(x34, x34.T.copy(), np.ones((3, 3), np.float32))
    assert "transpose" in reverse.dot and reverse.dot.count("matmul") > 1
    assert "@<lambda>" in drawing.dot and "@R[<lambda>]" in reverse.dot  # the titles
    drawing.save(tmp_path / "f.dot")
    assert (tmp_path / "f.dot").read_text() == drawing.dot
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CatgradError, match="needs Graphviz"):
        drawing.save(tmp_path / "f.svg")
    assert drawing._repr_svg_() is None and "apt-get install graphviz" in repr(drawing)  # what a notebook shows
    (tmp_path / "dot").write_text("#!/bin/sh\n[ \"$1\" = -Tsvg ] && echo '<svg>' && exec /bin/cat\n")
    (tmp_path / "dot").chmod(0o755)
    assert drawing._repr_svg_() == "<svg>\n" + drawing.dot  # Graphviz is no package that the tests need
