# ===- test_native.py - libraries, loaded and called ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`compile_text`, `load` and what they return; every wrong argument is an error that helps."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import catgrad
import iris
from catgrad import ArgumentError, CatgradError


@pytest.fixture(scope="module")
def hidden() -> catgrad.Library:
    return catgrad.compile_text(iris.text("hidden"))


@pytest.mark.parametrize("model", iris.MODELS)
def test_training_reduces_the_loss(model: str) -> None:
    learner = getattr(catgrad.compile_text(iris.text(model)), model)
    x, label = iris.data()
    p = learner.init(seed=1)
    [before] = learner.loss(*p, x, label)
    for _ in range(200):
        p = learner.step(*p, x, label)
    [after] = learner.loss(*p, x, label)
    assert after < 0.7 * before
    [y] = learner.predict(*p, x)
    assert np.mean(y.argmax(1) == label.argmax(1)) > 0.6


def test_in_place_changes_the_same_arrays_to_the_same_values(hidden: catgrad.Library) -> None:
    learner = hidden.hidden
    p = learner.init(seed=4)
    q = [array.copy() for array in p]
    addresses = [array.ctypes.data for array in q]
    for _ in range(3):
        p = learner.step(*p, *iris.data())
        assert learner.step_(*q, *iris.data()) == []
    assert addresses == [array.ctypes.data for array in q]
    assert all(np.array_equal(a, b) for a, b in zip(p, q, strict=True))


def test_init_takes_every_seed_of_64_bits(hidden: catgrad.Library) -> None:
    init = hidden.hidden.init
    first = [init(seed)[0].tobytes() for seed in (0, 1, -1, 2**63 - 1, 2**64 - 1)]
    assert len(set(first)) == 4 and first[2] == first[4]  # -1 is 2^64 - 1
    assert init(7)[0].tobytes() == init(np.int32(7))[0].tobytes()
    for seed in (2**64, -2**63 - 1, 1.5, None, "1", float("nan")):
        with pytest.raises(ArgumentError, match="expected an integer of 64 bits as seed but got"):
            init(seed)


def test_c_source_gives_a_library_of_the_same_values(hidden: catgrad.Library, tmp_path: Path) -> None:
    (tmp_path / "hidden.c").write_text(hidden.c_source)
    subprocess.run(["gcc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1", "-shared", "-fPIC",
                    str(tmp_path / "hidden.c"), "-o", str(tmp_path / "hidden.so"), "-lm"], check=True)
    built = catgrad.load(tmp_path / "hidden.so").hidden
    p = hidden.hidden.init(seed=4)
    for ours, theirs in zip(built.step(*p, *iris.data()), hidden.hidden.step(*p, *iris.data()), strict=True):
        assert np.linalg.norm(ours - theirs) <= 1e-5 * np.linalg.norm(theirs)
    x = np.ones((3, 2), np.float32)
    double = catgrad.function(lambda x: x + x)
    assert re.search(r"y0\[i\] = (\w+) \+ \1;", double.c_source(x))
    assert np.array_equal(double(x), 2 * x)


def test_saved_library_loads_in_a_process_without_the_compiler(hidden: catgrad.Library, tmp_path: Path) -> None:
    path = tmp_path / "renamed.so"
    hidden.save(path)
    want = hidden.hidden.init(5)[0].sum()
    done = subprocess.run(
        [sys.executable, "-c", "import sys, catgrad\n"
         "library = catgrad.load(sys.argv[1])\nprint(repr(float(library.hidden.init(5)[0].sum())))", path],
        env={"PYTHONPATH": str(iris.EXAMPLE.parents[1] / "python"), "CATGRAD_LIBRARY": "/nowhere.so"},
        capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) == float(want)


ones = np.ones((150, 4), np.float32)
WRONG = {
    "dtype": (ones.astype(np.float64), r"expected float32 but got float64\nhint: x.astype\(np.float32\)"),
    "integers": (ones.astype(np.int32), r"expected float32 but got int32"),
    "byte order": (ones.astype(">f4"), r"in another byte order\nhint: x.astype\(np.float32\)"),
    "transposed": (np.ones((4, 150), np.float32), r"expected shape \(150, 4\) but got \(4, 150\)"),
    "flat": (np.ones(600, np.float32), r"hint: x.reshape\(\(150, 4\)\)"),
    "too short": (ones[:149], r"expected shape \(150, 4\) but got \(149, 4\)"),
    "rank": (ones[None], r"expected shape \(150, 4\) but got \(1, 150, 4\)"),
    "columns first": (np.asfortranarray(ones), r"contiguous.*\nhint: np.ascontiguousarray\(x\)"),
    "every other row": (np.ones((300, 4), np.float32)[::2], r"contiguous"),
    "not aligned": (np.frombuffer(bytes(2401)[1:], np.float32).reshape(150, 4), None),
    "list": ([[1.0] * 4] * 150, r"expected an array float32\[150, 4\] but got list"),
    "none": (None, r"expected an array float32\[150, 4\] but got NoneType"),
    "text": ("x", r"expected an array float32\[150, 4\] but got str"),
    "number": (1.0, r"expected an array float32\[150, 4\] but got float"),
    "bytes": (bytes(2400), r"expected float32 but got uint8"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_array_is_an_error_that_says_what_to_call(hidden: catgrad.Library, case: str) -> None:
    value, message = WRONG[case]
    learner = hidden.hidden
    if message is None:  # aligned by chance: make sure that it is not
        memory = np.zeros(2401, np.uint8)
        value, message = memory[1:].view(np.float32).reshape(150, 4), r"contiguous"
        assert not value.flags.aligned
    with pytest.raises(ArgumentError, match=message) as error:
        learner.predict(*learner.init(0), value)
    assert "hidden_predict, argument 'x'" in str(error.value) and isinstance(error.value, TypeError)


def test_wrong_number_of_arguments(hidden: catgrad.Library) -> None:
    with pytest.raises(ArgumentError, match=r"hidden_predict: expected 5 arguments \(w1, b1, w2, b2, x\) but got 2"):
        hidden.hidden.predict(ones, ones)


def test_in_place_refuses_read_only_and_overlapping_arrays(hidden: catgrad.Library) -> None:
    learner = hidden.hidden
    p = learner.init(0)
    p[0].flags.writeable = False
    with pytest.raises(ArgumentError, match=r"'w1': it is read-only.*\nhint: pass x.copy\(\)"):
        learner.step_(*p, *iris.data())
    learner.step(*p, *iris.data())  # out of place it may be
    memory = np.zeros(150 * 3 + 60, np.float32)
    p = learner.init(0)
    with pytest.raises(ArgumentError, match="'w2' and 'b2' share memory|'b2' and 'w2' share memory"):
        learner.step_(p[0], p[1], memory[:60].reshape(20, 3), memory[59:509].reshape(150, 3), *iris.data())
    with pytest.raises(ArgumentError, match="share memory"):
        x, _ = iris.data()
        learner.step_(*p[:3], p[3], x, p[3])
    learner.step_(p[0], p[1], memory[:60].reshape(20, 3), memory[60:].reshape(150, 3), *iris.data())


def test_nan_in_the_data_is_nan_in_the_result(hidden: catgrad.Library) -> None:
    x = iris.data()[0].copy()
    x[3, 1] = np.nan
    [y] = hidden.hidden.predict(*hidden.hidden.init(0), x)
    assert np.isnan(y[3]).all() and not np.isnan(np.delete(y, 3, 0)).any()


def test_numbers_are_taken_for_rank_0_only_where_they_fit() -> None:
    f = catgrad.compile_text("func.func @f(%a: tensor<f32>, %b: tensor<i8>) -> (tensor<f32>, tensor<i8>) {\n"
                             "return %a, %b : tensor<f32>, tensor<i8> }").f
    assert f(0.5, 7) == [np.float32(0.5), np.int8(7)] and f(np.float32(2), True)[0] == 2
    for a, b, message in ((0.5, 0.5, "'x1': expected int8"), (0.5, 300, "300 does not fit into int8"),
                          (np.float64(1), 1, "'x0': expected float32"), ("1", 1, "got str")):
        with pytest.raises(ArgumentError, match=message):
            f(a, b)


def test_diagnostics_have_places_and_notes_and_a_command() -> None:
    text = "func.func @f(%x: tensor<4xi32>) -> tensor<4xi32> {\n  %0 = catgrad.exp %x : tensor<4xi32>\n" \
           "  return %0 : tensor<4xi32>\n}\n"
    with pytest.raises(CatgradError) as raised:
        catgrad.compile_text(text, file="here.mlir")
    [diagnostic] = raised.value.diagnostics
    assert (diagnostic.severity, diagnostic.file, diagnostic.line) == ("error", "here.mlir", 2)
    assert str(raised.value).startswith("here.mlir:2:")


def test_the_reproducer_fails_in_the_same_way(tmp_path: Path) -> None:
    build = catgrad._compiler.library()._name
    tool = Path(build).parents[1] / "bin" / "catgrad-compile"
    with pytest.raises(CatgradError) as raised:
        catgrad.compile_text("func.func @f(%x: tensor<?xf32>) { return }")
    command = raised.value.reproducer(tmp_path / "f.mlir")
    done = subprocess.run(command.replace("catgrad-compile", str(tool), 1), shell=True, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode != 0 and raised.value.diagnostics[0].message in done.stderr


def test_files_that_are_no_library_of_ours(tmp_path: Path, hidden: catgrad.Library) -> None:
    with pytest.raises(CatgradError, match="could not load"):
        catgrad.load(tmp_path / "missing.so")
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(CatgradError, match="could not load"):
        catgrad.load(tmp_path / "text.so")
    with pytest.raises(CatgradError, match="expected a library with a manifest but found none"):
        catgrad.load(catgrad._compiler.library()._name)
    data = hidden._bytes
    for size in (0, 3, 63, 64, 100, 1000, len(data) // 2):
        (tmp_path / "cut.so").write_bytes(data[:size])  # the dynamic linker dies of some of these
        with pytest.raises(CatgradError, match="could not load"):
            catgrad.load(tmp_path / "cut.so")
    assert data.count(b'"abi":1,') == 1
    (tmp_path / "later.so").write_bytes(data.replace(b'"abi":1,', b'"abi":2,'))
    with pytest.raises(CatgradError, match="expected calling convention 1 but got 2"):
        catgrad.load(tmp_path / "later.so")


def test_unknown_names(hidden: catgrad.Library) -> None:
    with pytest.raises(AttributeError, match="no learner or function 'visible' among: hidden, hidden_init"):
        _ = hidden.visible
    with pytest.raises(CatgradError, match="unknown option 'speed'"):
        catgrad.emit_text(iris.text("linear"), "rev", speed=3)
    with pytest.raises(CatgradError, match="expected option 'emit' to list"):
        catgrad.emit_text(iris.text("linear"), "fortran")


def test_threads_compile_and_step_at_once(hidden: catgrad.Library) -> None:
    """Each thread has a workspace of its own: the values are those of one thread."""
    learner, (x, label) = hidden.hidden, iris.data()
    want = learner.init(1)
    for _ in range(50):
        want = learner.step(*want, x, label)
    failures: list[str] = []

    def run(number: int) -> None:
        try:
            if number % 2:
                text = iris.text("linear").replace("1.0e-4", f"{number}.0e-4")
                assert catgrad.compile_text(text).linear.init(0)
            p = learner.init(1)
            for _ in range(50):
                p = learner.step(*p, x, label)
            assert all(np.array_equal(a, b) for a, b in zip(p, want))
        except BaseException as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(repr(error))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_module_says_what_is_installed() -> None:
    done = subprocess.run([sys.executable, "-m", "catgrad"], capture_output=True, text=True, timeout=60,
                          env={"PYTHONPATH": str(iris.EXAMPLE.parents[1] / "python")})
    assert done.returncode == 0 and "LLVM 22" in done.stdout and "targets   cpu" in done.stdout
    assert re.search(r"calls     /\S+/_call\S+\.so", done.stdout)


def test_the_compiled_module_and_ctypes_give_the_same(hidden: catgrad.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled module takes what is usual, and leaves the rest: NotImplemented, never a wrong call."""
    step = hidden.hidden.step
    assert step._fast is not None, "python/catgrad/_call.cpp was not built: are Python's headers and nanobind there?"
    p, (x, label) = hidden.hidden.init(2), iris.data()
    fast = step._fast(*p, x, label)
    changed = [a.copy() for a in p]
    assert step._fast_in_place(*changed, x, label) == []
    for wrong in ((), (*p, x), (*p, x, label, x), (*p, x.astype(float), label), (*p, x[::-1], label), (*p, label, x),
                  (*p, None, label), (*p, bytes(2400), label), (*p, x.view(np.int32), label)):
        assert step._fast(*wrong) is NotImplemented
    for wrong in ((p[0], p[1], p[2], p[3], x, p[3]), (p[0].tobytes(), *p[1:], x, label)):
        assert step._fast_in_place(*wrong) is NotImplemented
    monkeypatch.setattr(step, "_fast", None)
    monkeypatch.setattr(step, "_fast_in_place", None)
    slow = step(*p, x, label)
    for a, b, c in zip(fast, slow, changed, strict=True):
        assert a.tobytes() == b.tobytes() == c.tobytes()


def test_calls_do_not_leak(hidden: catgrad.Library) -> None:
    step, (x, label) = hidden.hidden.step, iris.data()
    p = hidden.hidden.init(0)
    counts = [sys.getrefcount(a) for a in (*p, x, label, None, NotImplemented)]
    for _ in range(300):
        out = step(*p, x, label)
        step._fast(x)
    references = sys.getrefcount(out[0])
    assert references == 2  # the list, and the argument
    after = [sys.getrefcount(a) for a in (*p, x, label, None, NotImplemented)]
    assert all(abs(one - other) < 50 for one, other in zip(counts, after))


def test_functions_of_many_arguments_are_called_by_ctypes() -> None:
    count = 70
    arguments = ", ".join(f"%x{i}: tensor<f32>" for i in range(count))
    f = catgrad.compile_text(f"func.func @f({arguments}) -> tensor<f32> {{ return %x{count - 1} : tensor<f32> }}").f
    assert f._fast is None and f(*(np.float32(i) for i in range(count)))[0] == count - 1
    for size in (7, 15, 31, 62):  # each of the sizes in the compiled module, filled
        names = [f"%x{i}" for i in range(size)]
        sums = "".join(f"%s{i} = catgrad.add {'%s' + str(i - 1) if i > 1 else '%x0'}, {names[i]} : tensor<f32>\n"
                       for i in range(1, size))
        g = catgrad.compile_text(f"func.func @g({', '.join(name + ': tensor<f32>' for name in names)}) -> tensor<f32> "
                                 f"{{\n{sums}return %s{size - 1} : tensor<f32> }}").g
        arrays = [np.array(2.0**(i % 8), np.float32) for i in range(size)]
        assert g._fast is not None and g._fast(*arrays)[0] == sum(arrays)


def test_diagrams_without_their_package_are_an_error_that_helps() -> None:
    """And all else works: numpy is enough."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys\n"
         "for name in ('open_hypergraphs', 'ml_dtypes', 'scipy', 'jax', 'matplotlib', 'safetensors'):\n"
         "    sys.modules[name] = None\n"
         "import numpy as np, catgrad as cg\n"
         "assert cg.function(lambda x: x + 1)(np.ones(3, np.float32)).sum() == 6\n"
         "for name in ('layers', 'obj', 'compile_model', 'rdiff'):\n"
         "    try:\n        getattr(cg, name)\n"
         "    except cg.CatgradError as error:\n        assert 'hint: pip install' in str(error)\n"
         "    else:\n        raise AssertionError(name)\n"],
        env={"PYTHONPATH": str(iris.EXAMPLE.parents[1] / "python")}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
