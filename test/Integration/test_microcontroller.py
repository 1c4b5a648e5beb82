# ===- test_microcontroller.py - C source on a Cortex-M ---------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The C source of an iris model, built by gcc for a Cortex-M3 and run by qemu: the
parameters that it trains are those of native code. `make deps-arm` installs both."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import harness
from backends import C_FLAGS, c_source, native
from iris_native import EXAMPLE, data

GCC, QEMU = "arm-none-eabi-gcc", "qemu-system-arm"
STEPS = 20
MAIN = Path(__file__).parent / "cortex_m" / "main.c"


def literal(name: str, array: np.ndarray) -> str:
    """A constant array of C, exactly."""
    return f"static const float {name}[{array.size}] = {{{', '.join(float(v).hex() for v in array.flat)}}};\n"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """What the program prints: arrays of float32 by name."""
    missing = [tool for tool in (GCC, QEMU) if not shutil.which(tool)]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not found: `make deps-arm` installs what runs code for a Cortex-M")
    folder = tmp_path_factory.mktemp("cortex_m")
    x, label = data(np.float32)
    (folder / "data.h").write_text(f"enum {{ STEPS = {STEPS} }};\n" + literal("x", x) + literal("label", label))
    harness.run_tool("catgrad-compile", EXAMPLE / "linear.mlir", "-o", folder / "linear.c",
                     "--emit-header", folder / "linear.h")
    command = [GCC, *C_FLAGS, "-O1", "-mthumb", "-mcpu=cortex-m3", "--specs=rdimon.specs",
               "-Wl,--section-start=.vectors=0", f"-I{folder}", str(MAIN), str(folder / "linear.c"), "-lm",
               "-o", str(folder / "iris.elf")]
    subprocess.run(command, check=True, timeout=harness.TIMEOUT)
    done = subprocess.run([QEMU, "-M", "mps2-an385", "-nographic", "-monitor", "none", "-semihosting", "-kernel",
                           str(folder / "iris.elf")], capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL, timeout=harness.TIMEOUT)
    bits: dict[str, list[int]] = {}
    for line in done.stdout.splitlines():
        name, value = line.split()
        bits.setdefault(name, []).append(int(value, 16))
    return {name: np.array(values, np.uint32).view(np.float32) for name, values in bits.items()}


def test_trains_like_native_code(printed: dict[str, np.ndarray], executed) -> None:
    text = (EXAMPLE / "linear.mlir").read_text()
    x, label = data(np.float32)
    library = native(text)
    (w,) = library["linear_init"](7)
    assert np.allclose(printed["init"].reshape(w.shape), w, rtol=1e-6, atol=1e-9)
    trained = w
    for _ in range(STEPS):
        (trained,) = library["linear_step"](trained, x, label)
    assert np.linalg.norm(trained - w) > 0.1 * np.linalg.norm(w)
    for name, want in (("step", trained), ("predict", library["linear_predict"](trained, x)[0])):
        got = printed[name].reshape(want.shape)
        assert np.linalg.norm(got - want) <= 1e-5 * np.linalg.norm(want), name
    executed("iris linear on a Cortex-M3", "f32", "phases", 3)


def test_arithmetic_is_that_of_the_host(printed: dict[str, np.ndarray], executed) -> None:
    """Sums and products are rounded alike everywhere: from the same start, the same bits."""
    library = c_source((EXAMPLE / "linear.mlir").read_text())
    x, label = data(np.float32)
    w = printed["init"].reshape(4, 3)
    for _ in range(STEPS):
        (w,) = library["linear_step"](w, x, label)
    assert w.tobytes() == printed["step"].tobytes()
    executed("iris linear on a Cortex-M3", "f32", "phases")
