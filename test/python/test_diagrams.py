# ===- test_diagrams.py - what Python catgrad's programs use -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Diagrams, `compile_model`, `rdiff`, definitions and Python operations.

upstream.py runs the tests of the original; here stands what they do not say.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from open_hypergraphs import FiniteFunction, OpenHypergraph

import iris
from catgrad import *  # noqa: F403 - that is how programs begin
from catgrad import CatgradError, Dtype, NdArrayType, compile_model, layers, obj, rdiff
from catgrad.bidirectional import operation as ops
from catgrad.bidirectional.functor import Bidirectional, Forget
from catgrad.combinators import identity, permutation, twist, unit
from catgrad.core import operation as core
from catgrad.signature import op
from catgrad.special.definition import Definition, inline, recursive_extract_definitions
from catgrad.special.parameter import Parameter, factor_parameters
from catgrad.target.python import to_python_class, to_python_class_ast, to_python_function
from catgrad.target.python.array_backend import Numpy
from catgrad.target.python.special import PythonOp
from ways import example, rate

F, B = Forget(), Bidirectional()
T = NdArrayType((2, 3), Dtype.float32)
X = obj(T)


def model(name: str) -> OpenHypergraph:
    return example.MODELS[name][1]()


def random(generator: np.random.Generator, A: FiniteFunction) -> list[np.ndarray]:
    return [generator.uniform(0.5, 2, type_.shape).astype(np.float32) for type_ in A]


def near(ours: list[np.ndarray], theirs: list[np.ndarray], tolerance: float = 1e-5) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape and np.linalg.norm(a - b) <= tolerance * np.linalg.norm(b)


@pytest.mark.parametrize("name", iris.MODELS)
def test_models_train_alike_on_numpy_and_as_native_code(name: str) -> None:
    CompiledModel, P, source = compile_model(model(name), layers.sgd(rate(name)), layers.mse)
    assert isinstance(source, ast.Module) and "class Dynamic" in ast.unparse(source)
    python, native = CompiledModel(Numpy), CompiledModel()
    (x, label), p = iris.data(), native.init(3)
    assert [(a.shape, a.dtype) for a in p] == [(type_.shape, np.float32) for type_ in P]
    near(python.init(3), p, 1e-6)
    q = p
    for _ in range(100):
        p, q = python.step(*p, x, label), native.step(*q, x, label)
    near(p, q)
    near(python.predict(*p, x), native.predict(*q, x), 1e-4)


@pytest.mark.parametrize("name", iris.MODELS)
def test_the_example_as_written_learns(name: str) -> None:
    """f64 data and f32 parameters on the class Numpy: all is f64 after the first step, as numpy has it."""
    CompiledModel, P, _ = compile_model(model(name), layers.sgd(example.MODELS[name][0]), layers.mse)
    compiled = CompiledModel(Numpy)
    generator = np.random.default_rng(0)
    p = [generator.normal(0, 0.01, type_.shape).astype(Numpy.dtype(type_.dtype)) for type_ in P]
    x, y = (a.astype(np.float64) for a in iris.data())
    for _ in range(300):
        p = compiled.step(*p, x, y)
    [y_hats] = compiled.predict(*p, x)
    assert all(a.dtype == np.float64 for a in [*p, y_hats])
    assert np.mean(np.argmax(y_hats, axis=1) == np.argmax(y, axis=1)) > 0.6


ARROWS: dict[str, OpenHypergraph] = {
    "wires": ops.copy(X) >> twist(X, X) >> (identity(X) @ ops.discard(X)),
    "polynomial": ops.copy(X) >> (ops.scale(3)(X) @ identity(X)) >> ops.multiply(X) >> ops.increment(1)(X),
    "division": op(ops.Divide(T)),
    "power": op(ops.Power(T)),
    "root": ops.exponentiate(0.5)(X) >> ops.scale_inverse(7)(X),
    "sigmoid": layers.sigmoid(X) >> ops.negate(X),
    "relu": ops.increment(-1)(X) >> layers.relu(X),
    "maximum": op(ops.NMax(NdArrayType((2,), Dtype.float32), NdArrayType((3,), Dtype.float32))),
    "sum": op(ops.NCopy(T, NdArrayType((2,), Dtype.float32)))
           >> op(ops.NAdd(NdArrayType((2,), Dtype.float32), NdArrayType((3, 2), Dtype.float32))),
    "parts": op(ops.NSplit(NdArrayType((2,), Dtype.float32), 3)) >> permutation(
        obj(*[NdArrayType((2,), Dtype.float32)] * 3), [2, 0, 1]) >> op(ops.NConcatenate(
            NdArrayType((2,), Dtype.float32), 3)),
    "matrices": op(ops.MatrixMultiply(*(NdArrayType((n,), Dtype.float32) for n in (2, 3, 4, 5)))),
    "tensors": op(ops.Compose(T, NdArrayType((4, 2), Dtype.float32), NdArrayType((3,), Dtype.float32))),
    "shape": op(ops.Reshape(T, NdArrayType((6,), Dtype.float32))),
    "axes": op(ops.Permute(T, [1, 0])),
    "two results": ops.copy(X) >> (layers.sigmoid(X) @ ops.scale(2)(X)),
    "nothing": unit(),
}


@pytest.mark.parametrize("name", ARROWS)
def test_the_functor_gives_what_the_compiler_gives(name: str) -> None:
    """R as a functor on the diagram, R as the compiler's pass, and R by difference quotients."""
    f = ARROWS[name]
    whole = rdiff(f)
    assert whole.source == f.source + f.target and whole.target == f.source
    both = B.adapt(B(f), f.source, f.target) >> (ops.discard(f.target) @ identity(f.source))
    generator = np.random.default_rng(1)
    x, dy, direction = random(generator, f.source), random(generator, f.target), random(generator, f.source)
    near(to_python_function(F(whole))(*x, *dy), to_python_function(F(both))(*x, *dy))
    run = to_python_function(F(f))

    def value(t: float) -> float:
        ys = run(*(a.astype(np.float64) + t * d for a, d in zip(x, direction)))
        return sum(float(np.sum(y * d)) for y, d in zip(ys, dy))

    slope = (value(1e-5) - value(-1e-5)) / 2e-5
    ours = sum(float(np.sum(a * d)) for a, d in zip(to_python_function(F(whole))(*x, *dy), direction))
    assert ours == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_derivatives_are_arrows_that_can_be_derived_again() -> None:
    f = ops.copy(X) >> ops.multiply(X) >> layers.sigmoid(X)
    second = rdiff(rdiff(f))
    x, dy, ddx = random(np.random.default_rng(2), X + X + X)
    got = to_python_function(F(second))(x, dy, ddx)
    h = 1e-5
    first = to_python_function(F(rdiff(f)))
    wide = x.astype(np.float64)
    slope = (first(wide + h, dy)[0] - first(wide - h, dy)[0]) / (2 * h)
    assert np.allclose(got[0], slope * ddx, rtol=1e-3, atol=1e-4)
    functor = B.adapt(B(rdiff(f)), X + X, X) >> (ops.discard(X) @ identity(X + X))
    near(to_python_function(F(functor))(x, dy, ddx), got)


def test_operations_keep_what_their_rules_keep() -> None:
    kept = [(ops.Copy(T), 0), (ops.Discard(T), 0), (ops.Add(T), 0), (ops.Negate(T), 0), (ops.Gt(T), 0),
            (ops.Multiply(T), 2), (ops.Sigmoid(T), 1), (ops.Exponentiate(T, 2.5), 1), (ops.ScaleInverse(T, 2), 0),
            (ops.Permute(T, [1, 0]), 0), (ops.Constant(T, 1), 0)]
    for x, count in kept:
        assert len(x.residual()) == count, x
        assert x.fwd().source == x.source() and x.fwd().target == x.target() + x.residual()
        assert x.rev().source == x.residual() + x.target() and x.rev().target == x.source()


@dataclass
class Signed(ops.Lens):
    """An optimiser of the user's: a step of fixed size, by the sign of the gradient."""

    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def to_core(self) -> OpenHypergraph:
        return identity(obj(self.T))

    def rev(self) -> OpenHypergraph:
        A = obj(self.T)
        step = core.DialectOperation("catgrad.sign", (), (self.T,), (self.T,))
        return (identity(A) @ (op(step) >> ops.scale(0.125)(A))) >> ops.subtract(A)


@dataclass
class Thrice(Signed):
    """A loss of the user's: three times the error."""

    def rev(self) -> OpenHypergraph:
        return ops.subtract(obj(self.T)) >> ops.scale(3)(obj(self.T))

    def value(self) -> OpenHypergraph:
        A, one = obj(self.T), NdArrayType((), self.T.dtype)
        square = ops.subtract(A) >> ops.copy(A) >> ops.multiply(A) >> ops.scale(1.5)(A)
        return square >> op(ops.NAdd(one, self.T))


def test_optimisers_and_losses_of_the_user() -> None:
    def lens(kind: Any) -> Any:
        return ops.canonical(lambda type_: op(kind(type_)))

    CompiledModel, _, _ = compile_model(model("linear"), lens(Signed), lens(Thrice))
    p, (x, label) = CompiledModel().init(0), iris.data()
    want = p[0] - np.float32(0.125) * np.sign(x.T @ (3 * (x @ p[0] - label)))
    near(CompiledModel().step(*p, x, label), [want], 1e-6)
    near(CompiledModel(Numpy).step(*p, x, label), [want], 1e-6)
    error = x @ p[0] - label
    near(CompiledModel().loss(*p, x, label), [np.float32(1.5 * np.sum(error * error))])
    with pytest.raises(ValueError, match=r"or one lens with a method value\(\)"):
        compile_model(model("linear"), lens(Signed), lens(Signed))


@dataclass(frozen=True)
class Twice(Definition):
    T: NdArrayType

    def arrow(self) -> OpenHypergraph:
        return ops.copy(obj(self.T)) >> ops.add(obj(self.T))


@dataclass(frozen=True)
class FourTimes(Definition):
    T: NdArrayType

    def arrow(self) -> OpenHypergraph:
        return op(Twice(self.T)) >> op(Twice(self.T))


@dataclass(frozen=True)
class Endless(Definition):
    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)

    def arrow(self) -> OpenHypergraph:
        return op(Endless(self.T))


def test_definitions_are_methods_of_their_own_and_are_derived() -> None:
    f = op(FourTimes(T))
    tree = to_python_class_ast({"f": f})
    methods = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert sum("Twice" in name for name in methods) == 1 and sum("FourTimes" in name for name in methods) == 1
    x = np.ones((2, 3), np.float32)
    assert np.array_equal(to_python_function(f)(x)[0], 4 * x)
    assert len(inline(f).H.x) == 2 and len(inline(inline(f)).H.x) == 4
    assert np.array_equal(to_python_function(rdiff(f))(x, x)[0], 4 * x)
    assert set(recursive_extract_definitions([FourTimes(T)])) == {FourTimes(T), Twice(T)}
    for call in (lambda: to_python_function(op(Endless(T))), lambda: recursive_extract_definitions([Endless(T)])):
        with pytest.raises(ValueError, match="expected a definition that does not use itself"):
            call()


@dataclass(frozen=True)
class Swap(PythonOp):
    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T, self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T, self.T)

    def __call__(self, x: Any, y: Any) -> list[Any]:
        return [y, x]


def test_python_operations_run_and_have_no_source_and_no_reverse() -> None:
    f = (ops.negate(X) @ identity(X)) >> op(Swap(T))
    x, y = np.ones((2, 3)), np.zeros((2, 3))
    assert [a.sum() for a in to_python_class({"f": f})(Numpy).f(x, y)] == [0, -6]
    with pytest.raises(ValueError, match="got a PythonOp"):
        to_python_class_ast({"f": f})
    with pytest.raises(AttributeError):
        rdiff(f)


@dataclass
class Unknown:
    T: NdArrayType

    def source(self) -> FiniteFunction:
        return obj(self.T)

    def target(self) -> FiniteFunction:
        return obj(self.T)


def test_what_is_refused() -> None:
    I32 = NdArrayType((2, 3), Dtype.int32)
    loop = OpenHypergraph(FiniteFunction.initial(2), FiniteFunction.initial(2), ops.negate(X).H)
    for call, message in (
        (lambda: to_python_function(op(Unknown(T))), "expected an operation that the compiler knows"),
        (lambda: to_python_function(loop), "without cycles and loose wires"),
        (lambda: to_python_class({"_f": identity(X)}), "expected a name of a public method but got '_f'"),
        (lambda: to_python_class({"a b": identity(X)}), "expected a name"),
        (lambda: T + I32, "expected equal element types"),
        (lambda: layers.linear(T, I32, T), "expected equal element types"),
        (lambda: core.Reshape(T, NdArrayType((7,), Dtype.float32)), "expected as many elements"),
        (lambda: core.Reshape(T, NdArrayType((6,), Dtype.int32)), "expected equal element types"),
        (lambda: core.Permute(T, [0, 0]), "expected a permutation"),
        (lambda: core.Constant(T, "1"), "expected a number"),
        (lambda: core.Invert(T), "expected integers or bool"),
        (lambda: ops.Sigmoid(I32), "expected a floating-point type"),
        (lambda: ops.Exponentiate(I32, 2), "expected a floating-point type"),
        (lambda: ops.ScaleInverse(T, 0), "expected a number to divide by"),
        (lambda: permutation(X + X, [0, 2]), "expected a permutation of 2 wires"),
        (lambda: core.NSplit(T, 0), "expected one part or more"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="expected an array backend such as Numpy but got 7"):
        compile_model(model("linear"), layers.sgd(0.1), layers.mse)[0](7)
    with pytest.raises(TypeError, match="expected a tuple"):
        NdArrayType([2, 3], Dtype.float32)  # type: ignore[arg-type]
    with pytest.raises(CatgradError, match="rate"):
        compile_model(model("linear"), layers.sgd(-1.0), layers.mse)


def test_parameters_are_factored_in_order() -> None:
    f = (op(Parameter(T)) @ identity(X)) >> ops.add(X) >> (op(Parameter(T)) @ identity(X)) >> ops.multiply(X)
    e, d = factor_parameters(f)
    assert e.target == X + X and d.source == X + X + X
    a, b, x = random(np.random.default_rng(0), d.source)
    assert np.array_equal(to_python_function(F(d))(a, b, x)[0], (a + x) * b)
