# ===- test_arrays.py - arrays of other libraries -------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Arrays come by the buffer protocol or by DLPack from whoever has them, and are not copied."""

from __future__ import annotations

import sys
import types
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import catgrad
import iris
from catgrad import ArgumentError


class Foreign:
    """An array of a library that has DLPack and no buffers, such as torch's.

    `versioned=False`: as libraries give it that know nothing of DLPack 1.0.
    """

    def __init__(self, array: np.ndarray, versioned: bool = True) -> None:
        self.array, self.versioned, self.asked = array, versioned, 0

    def __dlpack__(self, **words: Any) -> Any:
        if not self.versioned and words.pop("max_version", None):
            raise TypeError("unexpected keyword argument 'max_version'")
        self.asked += 1
        return self.array.__dlpack__(**words)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


@pytest.fixture(scope="module")
def learner() -> catgrad.Learner:
    return catgrad.compile_text(iris.text("hidden")).hidden


@pytest.fixture(params=["compiled", "ctypes"])
def step(request: pytest.FixtureRequest, learner: catgrad.Learner, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The step, called by the compiled module or without it."""
    if request.param == "ctypes":
        monkeypatch.setattr(learner.step, "_fast", None)
        monkeypatch.setattr(learner.step, "_fast_in_place", None)
    return learner.step


def producers(array: np.ndarray) -> dict[str, Any]:
    """The array as each library has it; none copies it."""
    constant = array.view()
    constant.flags.writeable = False
    return {"jax": jnp.asarray(array), "buffer": memoryview(array), "DLPack": Foreign(array),
            "DLPack before 1.0": Foreign(array, versioned=False), "read-only numpy": constant,
            "read-only buffer": memoryview(constant), "read-only DLPack": Foreign(constant)}


@pytest.mark.parametrize("kind", producers(np.zeros(1)))
def test_every_producer_is_an_input(learner: catgrad.Learner, step: Any, kind: str) -> None:
    values = [*learner.init(0), *iris.data()]
    want = step(*values)
    got = step(*(producers(value)[kind] for value in values))
    for ours, theirs in zip(got, want, strict=True):
        assert type(ours) is np.ndarray and ours.tobytes() == theirs.tobytes()


def test_the_compiled_module_takes_them_all(learner: catgrad.Learner) -> None:
    values = [*learner.init(0), *iris.data()]
    for kind in producers(values[0]):
        assert learner.step._fast(*(producers(value)[kind] for value in values)) is not NotImplemented, kind


@pytest.mark.parametrize("versioned", [True, False])
def test_arrays_of_dlpack_are_changed_in_place(learner: catgrad.Learner, versioned: bool) -> None:
    p = learner.init(0)
    want = learner.step(*p, *iris.data())
    assert learner.step_(*(Foreign(a, versioned) for a in p), *(Foreign(a, versioned) for a in iris.data())) == []
    assert all(a.tobytes() == b.tobytes() for a, b in zip(p, want, strict=True))


@pytest.mark.parametrize("kind", ["jax", "read-only numpy", "read-only buffer", "read-only DLPack"])
def test_read_only_arrays_are_not_changed(learner: catgrad.Learner, step: Any, kind: str) -> None:
    """JAX's arrays, too, although they do not say by DLPack that they are constant."""
    p = learner.init(0)
    values = [producers(a)[kind] for a in p]
    before = [np.array(value) if kind != "read-only DLPack" else value.array.copy() for value in values]
    with pytest.raises(ArgumentError, match=r"'w1': it is read-only.*\nhint: pass x.copy\(\), or call the function without"):
        step.in_place(*values, *iris.data())
    for value, array in zip(values, before):
        assert np.array_equal(value.array if kind == "read-only DLPack" else value, array)


def test_memory_is_shared(learner: catgrad.Learner) -> None:
    """What changes between two calls is seen by the second: nothing keeps a copy."""
    p, x = learner.init(0), iris.data()[0].copy()
    for value in (Foreign(x), memoryview(x)):
        before = learner.predict(*p, value)[0]
        x *= 2
        assert learner.predict(*p, value)[0].tobytes() == learner.predict(*p, x)[0].tobytes() != before.tobytes()


WRONG = {
    "shape": (lambda x: x[:149], r"expected shape \(150, 4\) but got \(149, 4\)"),
    "flat": (lambda x: x.reshape(600), r"hint: x.reshape\(\(150, 4\)\)"),
    "integers": (lambda x: x.astype(np.int32), r"expected float32 but got int32"),
    "dtype": (lambda x: x.astype(np.float64), r"expected float32 but got float64\nhint: x.astype\(np.float32\)"),
    "order": (np.asfortranarray, r"contiguous.*\nhint: np.ascontiguousarray\(x\)"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arrays_of_others_are_the_same_errors(learner: catgrad.Learner, case: str) -> None:
    change, message = WRONG[case]
    array = change(iris.data()[0])
    values = [Foreign(array)]
    if case not in ("dtype", "order"):  # JAX has neither
        values.append(jnp.asarray(array))
    for value in values:
        with pytest.raises(ArgumentError, match=message):
            learner.predict(*learner.init(0), value)


def test_arrays_that_are_elsewhere_are_an_error(learner: catgrad.Learner) -> None:
    """A device's array is none that the CPU reads."""
    class Elsewhere(Foreign):
        kind = 2

        def __dlpack__(self, **words: Any) -> Any:
            raise BufferError("it is lost")

        def __dlpack_device__(self) -> tuple[int, int]:
            return self.kind, 0

    x = Elsewhere(iris.data()[0])
    for x.kind, message in ((2, "'x': expected an array on the CPU but got one on a CUDA device\nhint: .*x.cpu"),
                            (10, "but got one on a device of DLPack's kind 10"),
                            (1, "'x': its memory cannot be read: it is lost\nhint: pass a copy on the CPU")):
        with pytest.raises(ArgumentError, match=message):
            learner.predict(*learner.init(0), x)


def test_what_its_owner_keeps_is_not_taken(step: Any, learner: catgrad.Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor of torch that records its history refuses __dlpack__, and torch.utils.dlpack.to_dlpack does not."""
    class Recorded(Foreign):
        __module__ = "torch"
        requires_grad = True

        def __dlpack__(self, **words: Any) -> Any:
            raise BufferError("Can't export tensors that require gradient")

    package = types.ModuleType("torch.utils.dlpack")
    package.to_dlpack = lambda tensor: tensor.array.__dlpack__()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.dlpack", package)
    for name in ("torch", "torch.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    with pytest.raises(ArgumentError, match=r"'w1': its memory cannot be read: Can't export.*\nhint: pass x.detach\(\)"):
        step(*map(Recorded, learner.init(0)), *iris.data())


def test_bf16_comes_by_dlpack() -> None:
    """numpy's DLPack has no bf16: the compiled module alone takes what torch and JAX have of it."""
    f = catgrad.compile_text("func.func @f(%x: tensor<3xbf16>) -> tensor<3xbf16> {\n"
                             "%0 = catgrad.add %x, %x : tensor<3xbf16>\nreturn %0 : tensor<3xbf16> }").f
    [y] = f(jnp.arange(3, dtype=jnp.bfloat16))
    assert y.dtype.name == "bfloat16" and y.astype(np.float32).tolist() == [0, 2, 4]


def test_no_reference_stays(learner: catgrad.Learner) -> None:
    x = Foreign(iris.data()[0].copy())
    p = learner.init(0)
    counts = sys.getrefcount(x), sys.getrefcount(x.array)
    for _ in range(100):
        learner.predict(*p, x)
    assert (sys.getrefcount(x), sys.getrefcount(x.array)) == counts and x.asked == 100
