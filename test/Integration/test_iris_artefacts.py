# ===- test_iris_artefacts.py - the objects of the iris models -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""What symbols the objects of the iris models need, how large they are, that they
allocate nothing and touch no memory but what they are given."""

from __future__ import annotations

import functools
import math
import re
import signal
import tempfile
from pathlib import Path

import pytest

import harness
from iris_numpy import MODELS, Model
from iris_native import COMPILER, EXAMPLE, library, models, run, run_well

MEMORY = {"memcpy", "memmove", "memset"}
# Those of C99's math.h that could be of use, each with its float variant.
LIBM = {
    name + suffix
    for name in (
        "acos asin atan atan2 ceil copysign cos cosh erf erfc exp exp2 expm1 fabs floor"
        " fma fmax fmin fmod hypot ldexp log log10 log1p log2 pow rint round sin sincos"
        " sinh sqrt tan tanh trunc"
    ).split()
    for suffix in ("", "f")
}


@functools.cache
def compile_object(model: Model, *flags: str) -> Path:
    """Compiles the example's file to NAME.o and NAME.h in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    path = folder / f"{model.name}.o"
    header = folder / f"{model.name}.h"
    source = EXAMPLE / f"{model.name}.mlir"
    run_well(COMPILER, source, "-o", path, "--emit-header", header, *flags)
    return path


@models
def test_undefined_symbols(model: Model) -> None:
    """The object needs libm and the three memory functions, nothing else."""
    names = run_well("nm", "-u", "--format=just-symbols", compile_object(model))
    assert set(names.split()) <= LIBM | MEMORY
    shared = run_well("nm", "-D", "-u", "--format=just-symbols", library(model).path)
    undefined = {name.split("@")[0] for name in shared.split()}
    assert undefined <= LIBM | MEMORY
    # The library itself names what it needs to be loaded.
    dynamic = run_well("readelf", "-d", library(model).path)
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    assert set(needed) <= {"libm.so.6", "libc.so.6"}
    assert not undefined & LIBM or "libm.so.6" in needed


@models
def test_no_mutable_data(model: Model) -> None:
    """No global that a call could write: the functions are re-entrant."""
    symbols = run_well("nm", "--format=posix", compile_object(model))
    kinds = {line.split()[0]: line.split()[1] for line in symbols.splitlines()}
    assert kinds
    assert not [name for name, kind in kinds.items() if kind in "BbDdCSsGg"]


@pytest.mark.parametrize(
    ("name", "kilobytes"), [("linear", 20), ("simple", 64), ("dense", 64), ("hidden", 64)]
)
def test_size(name: str, kilobytes: int, tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.so"
    run_well("strip", "-o", stripped, library(MODELS[name]).path)
    assert stripped.stat().st_size <= 1024 * kilobytes


# Exact buffers on the heap, where valgrind sees every byte that is read or
# written outside of them, and every decision that depends on garbage.
DRIVER = """
#include "NAME.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Defined by the allocator of the test when that is loaded. */
void forbid_allocation(int) __attribute__((weak));
static void forbid(int on) { if (forbid_allocation) forbid_allocation(on); }

static void *make(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory) exit(2);
  return memory;
}
static float *numbers(size_t count) {
  float *memory = malloc(count * sizeof(float));
  if (!memory) exit(2);
  return memory;
}
static double sum(const float *values, size_t count) {
  double total = 0;
  for (size_t i = 0; i < count; ++i) total += values[i];
  return total;
}

int main(int argc, char **argv) {
  (void)argv;
  const int64_t seed = 0;
  float *x = numbers(600), *label = numbers(450), *y = numbers(450);
  float *dy = numbers(450), *dx = numbers(600), *loss = numbers(1);
  DECLARE
  for (int i = 0; i < 600; ++i) x[i] = 0.1f * (float)(i * 37 % 64);
  for (int i = 0; i < 450; ++i) label[i] = (float)(i % 3 == i / 150);
  for (int i = 0; i < 450; ++i) dy[i] = 0.01f * (float)(i % 7 - 3);
  void *init = make(NAME_init_workspace_bytes());
  void *step = make(NAME_step_workspace_bytes());
  void *predict = make(NAME_predict_workspace_bytes());
  void *value = make(NAME_loss_workspace_bytes());
  void *rev = make(NAME_rev_workspace_bytes());
  void *rev_p = make(NAME_rev_p_workspace_bytes());

  forbid(1);
  if (argc > 1) /* to see that this stops the program */
    x = malloc(600 * sizeof(float));
  NAME_init(&seed, PARAMETERS, init);
  for (int i = 0; i < 3; ++i)
    NAME_step(PARAMETERS, x, label, PARAMETERS, step);
  NAME_step(PARAMETERS, x, label, OUTPUTS, step);
  NAME_predict(PARAMETERS, x, y, predict);
  NAME_loss(PARAMETERS, x, label, loss, value);
  NAME_rev(PARAMETERS, x, dy, COTANGENTS, dx, rev);
  NAME_rev_p(PARAMETERS, x, dy, COTANGENTS_AGAIN, rev_p);
  forbid(0);

  double total = sum(y, 450) + sum(dx, 600) + *loss;
  COLLECT
  printf("%.17g\\n", total);
  return 0;
}
"""

ALLOCATOR = """
/* An allocator that hands out a block bit by bit and takes nothing back. While
   it is forbidden to allocate, a call ends the program. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char block[1 << 26];
static size_t used;
static volatile int forbidden;

void forbid_allocation(int on) { forbidden = on; }

static void check(void) {
  static const char message[] = "allocator called\\n";
  if (!forbidden) return;
  if (write(2, message, sizeof message - 1) < 0) {}
  abort();
}
static void *take(size_t alignment, size_t bytes) {
  check();
  uintptr_t base = (uintptr_t)block;
  if (alignment < 16) alignment = 16;
  uintptr_t at = (base + used + 16 + alignment - 1) / alignment * alignment;
  if (bytes > sizeof block || at - base + bytes > sizeof block) return NULL;
  used = at - base + bytes;
  *(size_t *)(at - 16) = bytes;
  return (void *)at;
}
void *malloc(size_t bytes) { return take(16, bytes); }
void *calloc(size_t n, size_t size) {
  if (size && n > sizeof block / size) return NULL;
  return take(16, n * size); /* the block starts as zeros, and nothing returns */
}
void *realloc(void *old, size_t bytes) {
  void *memory = take(16, bytes);
  if (memory && old) {
    size_t had = ((size_t *)old)[-2];
    memcpy(memory, old, had < bytes ? had : bytes);
  }
  return memory;
}
void *memalign(size_t alignment, size_t bytes) { return take(alignment, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) { return take(alignment, bytes); }
int posix_memalign(void **result, size_t alignment, size_t bytes) {
  *result = take(alignment, bytes);
  return *result ? 0 : ENOMEM;
}
void free(void *memory) { if (memory) check(); }
"""


@functools.cache
def build_driver(model: Model, *flags: str) -> Path:
    """Builds a C program that calls every function of the model."""
    object_file = compile_object(model, *flags)
    names = list(model.parameters)
    sizes = [math.prod(shape) for shape in model.parameters.values()]

    def each(pattern: str, separator: str) -> str:
        pairs = zip(names, sizes)
        return separator.join(pattern.format(n=name, s=size) for name, size in pairs)

    buffers = ("{n}", "{n}_out", "d{n}", "d{n}_again")
    text = DRIVER
    for word, value in {
        "NAME": model.name,
        "DECLARE": " ".join(each(f"float *{b} = numbers({{s}});", " ") for b in buffers),
        "COLLECT": " ".join(each(f"total += sum({b}, {{s}});", " ") for b in buffers),
        "PARAMETERS": each("{n}", ", "),
        "OUTPUTS": each("{n}_out", ", "),
        "COTANGENTS_AGAIN": each("d{n}_again", ", "),
        "COTANGENTS": each("d{n}", ", "),
    }.items():
        text = text.replace(word, value)
    source = object_file.with_name("driver.c")
    program = object_file.with_name("driver")
    source.write_text(text)
    warnings = "-std=c11 -Wall -Wextra -Wno-unused-parameter -Werror".split()
    run_well("cc", "-g", "-O1", *warnings, source, object_file, "-lm", "-o", program)
    return program


@functools.cache
def build_allocator() -> Path:
    """Builds the shared object with the allocator."""
    folder = Path(tempfile.mkdtemp(dir=harness.scratch().name))
    source, path = folder / "allocator.c", folder / "allocator.so"
    source.write_text(ALLOCATOR)
    # Else the compiler sees "malloc, then zero" in calloc and calls calloc.
    flags = "-O1 -fPIC -shared -fno-builtin -Wall -Wextra -Werror".split()
    run_well("cc", *flags, source, "-o", path)
    return path


@models
def test_no_allocation(model: Model) -> None:
    """No function of the model allocates; and if one did, the test would see it."""
    program = build_driver(model)
    preload = {"LD_PRELOAD": str(build_allocator())}
    done = run(program, **preload)
    assert done.returncode == 0, done.stderr
    assert math.isfinite(float(done.stdout))
    assert done.stdout == run_well(program)
    caught = run(program, "allocate", **preload)
    assert caught.returncode == -signal.SIGABRT
    assert caught.stderr == "allocator called\n"


@models
def test_memcheck(model: Model) -> None:
    """valgrind finds no bad access and no use of garbage in any function."""
    program = build_driver(model, "--cpu=x86-64-v3")
    done = run("valgrind", "-q", "--error-exitcode=9", "--leak-check=no", program)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
