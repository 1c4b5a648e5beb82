# ===- test_package.py - the installed package and a compiler on it --------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""`cmake --install` into a scratch prefix, and examples/embedding built on it.

The tree is moved once after the installation, and the consumer is a copy of the
example: neither can reach back into the source or the build folder.
"""

from __future__ import annotations

import fcntl
import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import harness
from harness import BUILD, ROOT

# A fixed place, so that ccache knows the consumer's compiles from the last run.
FOLDER = BUILD / "test" / "package"
PREFIX = FOLDER / "prefix"
CONSUMER = FOLDER / "embedding"
TINY = CONSUMER / "build" / "tiny-opt"

# The run of the suite, the same in all its processes.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"process {os.getpid()}")


def call(*command: str | Path, cwd: Path | None = None, text: str | None = None) -> str:
    """The standard output of a command, which has to succeed."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, input=text, text=True,
                          capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@functools.cache
def cache() -> dict[str, str]:
    """The entries of the build's CMakeCache.txt."""
    text = (BUILD / "CMakeCache.txt").read_text()
    return dict(re.findall(r"^([\w-]+):\w+=(.*)$", text, re.MULTILINE))


def compilers() -> list[str]:
    """Flags that make another project use the compilers of this build, and ccache."""
    return [f"-D{name}={cache()[name]}" for name in (
        "CMAKE_C_COMPILER", "CMAKE_CXX_COMPILER", "CMAKE_CXX_COMPILER_LAUNCHER",
        "CMAKE_EXE_LINKER_FLAGS") if cache().get(name)]


@contextmanager
def once(name: str) -> Iterator[bool]:
    """True for the first process of this run that comes here; the others wait until it is done."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / f"{name}.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        first = lock.read() != RUN
        yield first
        lock.seek(0)
        lock.truncate()
        lock.write(RUN)


@pytest.fixture(scope="module")
def prefix() -> Path:
    """The installed tree, moved from where it was installed."""
    with once("prefix") as first:
        if first:
            shutil.rmtree(PREFIX, ignore_errors=True)
            shutil.rmtree(FOLDER / "made", ignore_errors=True)
            call("cmake", "--install", BUILD, "--prefix", FOLDER / "made")
            (FOLDER / "made").rename(PREFIX)
    return PREFIX


@pytest.fixture(scope="module")
def tiny_opt(prefix: Path) -> Path:
    """The consumer's compiler, built on the installed tree alone."""
    with once("consumer") as first:
        if first:
            shutil.rmtree(CONSUMER, ignore_errors=True)
            shutil.copytree(ROOT / "examples" / "embedding", CONSUMER,
                            ignore=shutil.ignore_patterns("build"))
            call("cmake", "-G", "Ninja", "-S", CONSUMER, "-B", CONSUMER / "build",
                 f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release", *compilers())
            call("cmake", "--build", CONSUMER / "build", "--parallel", "2")
    return TINY


# The tree ---------------------------------------------------------------------


def public(folder: Path, *patterns: str) -> set[Path]:
    """The files below a folder whose name fits, relative to it."""
    return {path.relative_to(folder) for pattern in patterns for path in folder.rglob(pattern)}


def test_headers_and_definitions_are_installed(prefix: Path) -> None:
    """Every .h and .td of include/, and every header that TableGen made."""
    sources = public(ROOT / "include", "*.h", "*.td")
    generated = public(BUILD / "include", "*.h.inc")
    assert len(sources) > 30 and len(generated) > 8
    assert public(prefix / "include", "*.h", "*.td", "*.h.inc") == sources | generated


def test_library_and_tools_are_installed(prefix: Path) -> None:
    """With a soname, and run paths that hold wherever the tree is."""
    dynamic = call("readelf", "-d", prefix / "lib" / "libCatgrad.so")
    assert re.search(r"SONAME.*\[libCatgrad\.so\.0\.\d+\]", dynamic)
    soname = re.search(r"\[(libCatgrad\.so\.[\d.]+)\]", dynamic).group(1)
    binaries = sorted(path.name for path in (prefix / "bin").iterdir())
    assert {"catgrad-opt", "catgrad-compile", "catgrad-lsp-server", "catgrad-reduce"} <= set(binaries)
    for path in [*(prefix / "bin").iterdir(), prefix / "lib" / "CatgradPlugin.so"]:
        assert f"[{soname}]" in call("readelf", "-d", path)
        loaded = re.search(rf"{re.escape(soname)} => (\S+)", call("ldd", path)).group(1)
        assert Path(loaded).resolve().parent == (prefix / "lib").resolve()
    assert "CatgradPlugin.so" not in binaries
    assert "#catgrad" in call(prefix / "bin" / "catgrad-opt", "-", text=(
        "func.func @f() attributes {a = #catgrad.mse} { return }"))


def test_nothing_names_the_source_or_the_build(prefix: Path) -> None:
    """The tree can be given away: no path of this machine, no precompiled header."""
    for path in prefix.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert str(ROOT).encode() not in content, path
            assert str(BUILD).encode() not in content, path
    cmake = sorted((prefix / "lib" / "cmake" / "Catgrad").iterdir())
    assert {"CatgradConfig.cmake", "CatgradConfigVersion.cmake", "CatgradTargets.cmake"} <= {
        path.name for path in cmake}
    for path in cmake:
        assert not re.search(r"pch|Precompiled|lld|-W", path.read_text()), path
        # MLIR's headers come from the MLIR that is found, so only the hint names it.
        places = re.findall(r"/usr/\S+", path.read_text())
        assert len(places) <= (path.name == "CatgradConfig.cmake") + ("IMPORT_PREFIX" in places), places


@pytest.mark.parametrize(("version", "languages", "said"), [
    ("0.1", "C CXX", "found: 1 0.1."),
    ("0.0", "C CXX", "found: 0 "),
    ("0.2", "C CXX", "found: 0 "),
    ("1.0", "C CXX", "found: 0 "),
    ("0.1", "CXX", "need both languages: project(<name> LANGUAGES C CXX)"),
])
def test_find_package(prefix: Path, tmp_path: Path, version: str, languages: str, said: str) -> None:
    """It is found by version, where before 1.0 the minor one counts; a wrong use is explained."""
    (tmp_path / "CMakeLists.txt").write_text(f"""
        cmake_minimum_required(VERSION 3.25)
        project(asks LANGUAGES {languages})
        find_package(Catgrad {version} CONFIG)
        message(NOTICE "found: ${{Catgrad_FOUND}} ${{Catgrad_VERSION}}")
    """)
    done = subprocess.run(
        ["cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "build",
         f"-DCMAKE_PREFIX_PATH={prefix}", *compilers()],
        capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr


def test_each_header_compiles_alone(prefix: Path) -> None:
    """Each public header includes what it needs: one compile each, two at a time."""
    include = prefix / "include"
    folder = FOLDER / "headers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mlir = Path(cache()["MLIR_DIR"]).parents[2] / "include"
    launcher = cache().get("CMAKE_CXX_COMPILER_LAUNCHER", "").split(";") if cache().get(
        "CMAKE_CXX_COMPILER_LAUNCHER") else []

    def compile_one(header: Path) -> str:
        """What the compiler has to say; nothing if all is well."""
        stem = str(header).replace("/", "_")
        # Twice, so that an include guard is needed as well. C headers are C.
        is_c = header.parts[0] == "catgrad-c"
        source = folder / f"{stem}.{'c' if is_c else 'cpp'}"
        source.write_text(f'#include "{header}"\n#include "{header}"\n')
        words = ([cache()["CMAKE_C_COMPILER"], "-std=c99", "-pedantic"] if is_c else
                 [cache()["CMAKE_CXX_COMPILER"], "-std=c++20"])
        done = subprocess.run(
            [*launcher, *words, "-O0", "-Wall", "-Werror", "-I", include, "-isystem", mlir,
             "-c", source, "-o", source.with_suffix(".o")],
            capture_output=True, text=True, timeout=300, check=False)
        return done.stderr if done.returncode else ""

    headers = sorted(public(include, "*.h"))
    assert len(headers) > 20
    with ThreadPoolExecutor(2) as pool:
        said = dict(zip(headers, pool.map(compile_one, headers)))
    assert not any(said.values()), "\n".join(
        f"{header}:\n{text}" for header, text in said.items() if text)


# The consumer -----------------------------------------------------------------


def test_consumer_finds_the_prefix(prefix: Path, tiny_opt: Path) -> None:
    """It was told of our prefix only, and found MLIR through it."""
    found = (CONSUMER / "build" / "CMakeCache.txt").read_text()
    assert re.search(rf"^Catgrad_DIR:PATH={re.escape(str(prefix))}/", found, re.MULTILINE)
    assert re.search(r"^MLIR_DIR:PATH=/", found, re.MULTILINE)
    assert not re.search(rf"{re.escape(str(BUILD))}/(lib|include|bin)\b", found)
    assert f"{prefix}/lib/libCatgrad.so" in call("ldd", tiny_opt)


def test_consumer_lit(tiny_opt: Path) -> None:
    """Its own lit tests pass, by its own target."""
    said = call("cmake", "--build", CONSUMER / "build", "--target", "check-tiny")
    tests = len(list((CONSUMER / "test").glob("*.mlir")))
    assert tests >= 4
    assert re.search(rf"Passed: {tests} \(100\.00%\)", said), said


def compile_tiny(prefix: Path, tiny_opt: Path, text: str, folder: Path) -> harness.Library:
    """A model in both dialects as native code, by the consumer and the installed driver."""
    lowered = call(tiny_opt, "-", "--tiny-differentiate", text=text)
    library, manifest = folder / "libtiny.so", folder / "tiny.json"
    call(prefix / "bin" / "catgrad-compile", "-", "-o", library, "--emit-manifest", manifest,
         text=lowered)
    return harness.Library(library, json.loads(manifest.read_text()))


def test_external_model_executed(prefix: Path, tiny_opt: Path, tmp_path: Path) -> None:
    """The rules of softplus (external model) and scale (trait) against central differences, f64."""
    library = compile_tiny(prefix, tiny_opt, """
        func.func @f(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
          %0 = tiny.softplus %x : tensor<3x5xf64>
          %1 = catgrad.multiply %0, %x : tensor<3x5xf64>
          %2 = tiny.scale %1 {factor = -2.5} : tensor<3x5xf64>
          %3 = tiny.softplus %2 : tensor<3x5xf64>
          return %3 : tensor<3x5xf64>
        }
        catgrad.derive @f_rev of(@f)
        catgrad.derive @f_rev_rev of(@f_rev)
    """, tmp_path)
    generator = np.random.default_rng(0)
    x, d, v, w = generator.normal(size=(4, 3, 5))
    f, f_rev, f_rev_rev = (library[name] for name in ("f", "f_rev", "f_rev_rev"))

    def softplus(a: np.ndarray) -> np.ndarray:
        return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))

    np.testing.assert_allclose(f(x)[0], softplus(-2.5 * softplus(x) * x), rtol=1e-12)
    h = 1e-5
    slope = np.sum((f(x + h * v)[0] - f(x - h * v)[0]) * d) / (2 * h)
    np.testing.assert_allclose(np.sum(f_rev(x, d)[0] * v), slope, rtol=1e-8)
    # The derivative of the derivative, in x.
    slope = np.sum((f_rev(x + h * v, d)[0] - f_rev(x - h * v, d)[0]) * w) / (2 * h)
    np.testing.assert_allclose(np.sum(f_rev_rev(x, d, w)[0] * v), slope, rtol=1e-8)


def test_model_executed(prefix: Path, tiny_opt: Path, tmp_path: Path) -> None:
    """The example's model: a rule by symbol, and an optimiser of the consumer's dialect."""
    text = (CONSUMER / "model.mlir").read_text()
    library = compile_tiny(prefix, tiny_opt, text, tmp_path)
    (w,) = library["tiny_init"](np.int64(3))
    assert np.std(w) > 0.3
    generator = np.random.default_rng(1)
    x = generator.normal(size=(8, 4)).astype(np.float32)
    label = generator.normal(size=(8, 3)).astype(np.float32)

    z = (x @ w).astype(np.float64)
    y = np.round(4 * np.log1p(np.exp(z)))
    np.testing.assert_array_equal(library["tiny_predict"](w, x)[0], y)
    assert len(np.unique(y)) > 4
    # Straight through: the derivative of the rounding is the identity.
    dw = x.T.astype(np.float64) @ (4 / (1 + np.exp(-z)) * (y - label))
    (got,) = library["tiny_rev_p"](w, x, (y - label).astype(np.float32))
    np.testing.assert_allclose(got, dw, rtol=1e-4, atol=1e-4)
    # The update is rate * sign, so each element moves by the rate.
    (new,) = library["tiny_step"].both_ways(w, x, label)
    assert np.min(np.abs(dw)) > 1e-3 and {-1, 1} == set(np.sign(dw).flat)
    np.testing.assert_allclose(new, w - 1e-2 * np.sign(dw), rtol=0, atol=1e-6)


def test_plugin_of_the_prefix(prefix: Path, tmp_path: Path) -> None:
    """The installed plugin finds the installed library, in stock mlir-opt."""
    mlir_opt = Path(cache()["MLIR_DIR"]).parents[2] / "bin" / "mlir-opt"
    said = call(mlir_opt, "-", f"--load-dialect-plugin={prefix / 'lib' / 'CatgradPlugin.so'}",
                "--pass-pipeline=builtin.module(catgrad-derive)", text="""
        func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
          %0 = catgrad.sigmoid %x : tensor<4xf32>
          return %0 : tensor<4xf32>
        }
        catgrad.derive @f_rev of(@f)
    """)
    assert "func.func @f_rev" in said
