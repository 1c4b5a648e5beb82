#!/usr/bin/env python3
# ===- run_device.py - the tests of CUDA on a real GPU -----------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Run those tests of the CUDA back end that do not need the test double on the GPU of
this machine, or say that there is none. Arguments go to pytest."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

INTEGRATION = Path(__file__).resolve().parents[1] / "Integration"


def find_device() -> tuple[str | None, str]:
    """The name of the first device, or None, and what is missing."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        return None, f"no CUDA driver: {error}"
    if hasattr(driver, "fakecudaGetStatistics"):
        return None, "libcuda.so.1 is the test double: unset LD_LIBRARY_PATH"
    count, device, name = ctypes.c_int(), ctypes.c_int(), ctypes.create_string_buffer(256)
    for call in (lambda: driver.cuInit(0), lambda: driver.cuDeviceGetCount(ctypes.byref(count)),
                 lambda: driver.cuDeviceGet(ctypes.byref(device), 0),
                 lambda: driver.cuDeviceGetName(name, len(name), device)):
        if status := call():
            return None, f"the CUDA driver finds no device (error {status})"
    return name.value.decode(), ""


def main() -> int:
    name, problem = find_device()
    if name is None:
        bar = "=" * 78
        print(f"{bar}\nSKIPPED: nothing was tested on a GPU.\n{problem}\n{bar}", flush=True)
        return 0
    print(f"testing on {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not double",
               *map(str, sorted(INTEGRATION.glob("test_cuda*.py"))), *sys.argv[1:]]
    environment = {**os.environ, "CATGRAD_CUDA_DRIVER": "libcuda.so.1"}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
