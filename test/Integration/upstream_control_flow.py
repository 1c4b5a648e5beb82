# ===- upstream_control_flow.py - functions with control flow -------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A function for every operation of scf that has a model."""

from __future__ import annotations

from collections.abc import Iterator

from upstream_base import Case, t

# scf --------------------------------------------------------------------------

def control_flow() -> Iterator[Case]:
    bounds = ("  %c0 = arith.constant 0 : index\n  %c1 = arith.constant 1 : index\n"
              "  %c2 = arith.constant 2 : index\n  %c3 = arith.constant 3 : index\n  %c9 = arith.constant 9 : index\n")
    number = "  %x = tensor.extract %a[] : tensor<f64>\n  %y = tensor.extract %b[] : tensor<f64>\n"
    splat = "  %r = tensor.splat %n : tensor<f64>"
    two = (t(), t())

    def numbers(name: str, body: str, low: float = 0.2, high: float = 1.2) -> Case:
        return Case(name, two, (t(),), bounds + number + body.rstrip() + "\n" + splat, low, high)

    for truth in ("ogt", "olt"):  # each branch taken once
        yield Case(f"if_{truth}", two, (t(), t()), number + f"""\
  %z = arith.constant 0.0 : f64
  %p = arith.cmpf {truth}, %x, %z : f64
  %w = arith.mulf %x, %y : f64
  %n:2 = scf.if %p -> (f64, f64) {{
    %0 = arith.mulf %w, %x : f64
    %1 = math.sin %0 : f64
    scf.yield %1, %y : f64, f64
  }} else {{
    %0 = math.exp %y : f64
    scf.yield %0, %0 : f64, f64
  }}
  %m = arith.mulf %n#0, %w : f64
  %r0 = tensor.splat %m : tensor<f64>
  %r1 = tensor.splat %n#1 : tensor<f64>""", 0.2, 1.2)
    yield numbers("if_without_results", """\
  %p = arith.cmpf ogt, %x, %y : f64
  scf.if %p {
    %0 = arith.mulf %x, %y : f64
  }
  %n = arith.mulf %x, %y : f64""")
    yield numbers("if_condition_captured", """\
  %p = arith.cmpf ogt, %x, %y : f64
  %n = scf.if %p -> f64 {
    %0 = arith.select %p, %x, %y : f64
    %1 = arith.mulf %0, %x : f64
    scf.yield %1 : f64
  } else {
    %0 = arith.select %p, %x, %y : f64
    %1 = arith.mulf %0, %x : f64
    scf.yield %1 : f64
  }""")
    yield Case("if_tensor", (t(2, 3), t(3)), (t(3),), f"""\
  %z = arith.constant 0.0 : f64
  %c1 = arith.constant 1 : index
  %v = tensor.extract %b[%c1] : {t(3)}
  %p = arith.cmpf ogt, %v, %z : f64
  %r = scf.if %p -> {t(3)} {{
    %0 = tensor.extract_slice %a[1, 0] [1, 3] [1, 1] : {t(2, 3)} to {t(3)}
    %1 = arith.mulf %0, %b : {t(3)}
    scf.yield %1 : {t(3)}
  }} else {{
    %1 = linalg.reduce {{ arith.addf }} ins(%a : {t(2, 3)}) outs(%b : {t(3)}) dimensions = [0]
    scf.yield %1 : {t(3)}
  }}""")

    def power(name: str, lower: str, upper: str, step: str) -> Case:
        return numbers(name, f"""\
  %n = scf.for %i = {lower} to {upper} step {step} iter_args(%v = %x) -> f64 {{
    %0 = arith.mulf %v, %y : f64
    %1 = math.sin %0 : f64
    %j = arith.index_cast %i : index to i64
    %f = arith.sitofp %j : i64 to f64
    %2 = arith.mulf %1, %f : f64
    %3 = arith.addf %2, %y : f64
    scf.yield %3 : f64
  }}""")

    yield power("for_once", "%c0", "%c1", "%c1")
    yield power("for_three", "%c0", "%c3", "%c1")
    yield power("for_offset_and_step", "%c2", "%c9", "%c3")
    yield power("for_never", "%c3", "%c2", "%c1")
    yield power("for_last_step_short", "%c1", "%c3", "%c9")
    yield numbers("for_unchanged_and_swapped", """\
  %q:4 = scf.for %i = %c0 to %c3 step %c1 iter_args(%u = %x, %v = %y, %w = %x, %k = %y) -> (f64, f64, f64, f64) {
    %0 = arith.mulf %u, %w : f64
    %1 = math.sin %0 : f64
    scf.yield %v, %1, %w, %x : f64, f64, f64, f64
  }
  %0 = arith.mulf %q#0, %q#1 : f64
  %1 = arith.mulf %q#2, %q#3 : f64
  %2 = arith.addf %0, %1 : f64
  %n = arith.mulf %2, %x : f64""")
    yield numbers("for_carries_index_and_condition", """\
  %t = arith.constant true
  %q:3 = scf.for %i = %c0 to %c3 step %c1 iter_args(%u = %x, %k = %c1, %p = %t) -> (f64, index, i1) {
    %0 = arith.mulf %u, %y : f64
    %1 = math.sin %u : f64
    %2 = arith.select %p, %0, %1 : f64
    %l = arith.addi %k, %i : index
    %m = arith.index_cast %l : index to i64
    %f = arith.sitofp %m : i64 to f64
    %3 = arith.mulf %2, %f : f64
    %z = arith.cmpf olt, %3, %y : f64
    scf.yield %3, %l, %z : f64, index, i1
  }
  %n = arith.mulf %q#0, %x : f64""")
    yield numbers("for_in_for", """\
  %n = scf.for %i = %c0 to %c3 step %c1 iter_args(%u = %x) -> f64 {
    %0 = scf.for %j = %c1 to %c9 step %c3 iter_args(%v = %u) -> f64 {
      %1 = arith.mulf %v, %u : f64
      %2 = arith.mulf %1, %y : f64
      %3 = math.sin %2 : f64
      %4 = arith.addf %3, %v : f64
      scf.yield %4 : f64
    }
    %1 = arith.mulf %0, %x : f64
    %2 = math.tanh %1 : f64
    scf.yield %2 : f64
  }""")
    yield numbers("if_in_for_in_if", """\
  %p = arith.cmpf ogt, %x, %y : f64
  %half = arith.constant 0.5 : f64
  %n = scf.if %p -> f64 {
    %0 = scf.for %i = %c0 to %c3 step %c1 iter_args(%u = %y) -> f64 {
      %s = arith.mulf %u, %x : f64
      %q = arith.cmpf ogt, %s, %half : f64
      %1 = scf.if %q -> f64 {
        %2 = arith.mulf %s, %y : f64
        %3 = math.cos %2 : f64
        scf.yield %3 : f64
      } else {
        %2 = arith.addf %u, %s : f64
        scf.yield %2 : f64
      }
      scf.yield %1 : f64
    }
    scf.yield %0 : f64
  } else {
    %0 = scf.for %i = %c1 to %c3 step %c1 iter_args(%u = %x) -> f64 {
      %1 = arith.mulf %u, %y : f64
      %2 = math.sin %1 : f64
      scf.yield %2 : f64
    }
    scf.yield %0 : f64
  }""")
    # Narrow induction variables. MLIR's own folder takes a distance that does not fit
    # in them for no iteration at all, so these fit.
    yield numbers("for_narrow_induction", """\
  %lo = arith.constant -60 : i8
  %up = arith.constant 60 : i8
  %st = arith.constant 50 : i8
  %n = scf.for %i = %lo to %up step %st iter_args(%u = %x) -> f64 : i8 {
    %f = arith.sitofp %i : i8 to f64
    %c = arith.constant 0.01 : f64
    %0 = arith.mulf %f, %c : f64
    %1 = arith.mulf %u, %y : f64
    %2 = arith.mulf %1, %0 : f64
    %3 = math.cos %2 : f64
    scf.yield %3 : f64
  }""")
    yield numbers("for_narrow_many", """\
  %lo = arith.constant -60 : i8
  %up = arith.constant 60 : i8
  %st = arith.constant 1 : i8
  %n = scf.for %i = %lo to %up step %st iter_args(%u = %x) -> f64 : i8 {
    %1 = arith.mulf %u, %y : f64
    %3 = math.cos %1 : f64
    scf.yield %3 : f64
  }""")
    yield numbers("for_unsigned", """\
  %lo = arith.constant 100 : i8
  %up = arith.constant 200 : i8
  %st = arith.constant 30 : i8
  %n = scf.for unsigned %i = %lo to %up step %st iter_args(%u = %x) -> f64 : i8 {
    %f = arith.uitofp %i : i8 to f64
    %c = arith.constant 0.01 : f64
    %0 = arith.mulf %f, %c : f64
    %1 = arith.mulf %u, %y : f64
    %2 = arith.mulf %1, %0 : f64
    %3 = math.cos %2 : f64
    scf.yield %3 : f64
  }""")
    yield Case("for_slices", (t(3, 2), t(2, 2), t(2)), (t(2), t(3, 2)), bounds + f"""\
  %e = tensor.empty() : {t(3, 2)}
  %q:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%h = %c, %ys = %e) -> ({t(2)}, {t(3, 2)}) {{
    %x = tensor.extract_slice %a[%i, 0] [1, 2] [1, 1] : {t(3, 2)} to {t(2)}
    %m = linalg.matvec ins(%b, %h : {t(2, 2)}, {t(2)}) outs(%x : {t(2)}) -> {t(2)}
    %n = math.tanh %m : {t(2)}
    %y = tensor.insert_slice %n into %ys[%i, 0] [1, 2] [1, 1] : {t(2)} into {t(3, 2)}
    scf.yield %n, %y : {t(2)}, {t(3, 2)}
  }}
  %r0 = arith.mulf %q#0, %c : {t(2)}
  %r1 = math.sin %q#1 : {t(3, 2)}""")
    # One weight in both branches, in the loop and outside.
    yield Case("tied_weight", (t(2, 2), t(2)), (t(2),), bounds + f"""\
  %z = arith.constant 0.0 : f64
  %w = tensor.extract %a[%c0, %c1] : {t(2, 2)}
  %p = arith.cmpf ogt, %w, %z : f64
  %q = scf.for %i = %c0 to %c2 step %c1 iter_args(%h = %b) -> {t(2)} {{
    %m = scf.if %p -> {t(2)} {{
      %0 = linalg.matvec ins(%a, %h : {t(2, 2)}, {t(2)}) outs(%b : {t(2)}) -> {t(2)}
      scf.yield %0 : {t(2)}
    }} else {{
      %0 = linalg.vecmat ins(%h, %a : {t(2)}, {t(2, 2)}) outs(%h : {t(2)}) -> {t(2)}
      scf.yield %0 : {t(2)}
    }}
    %n = math.tanh %m : {t(2)}
    scf.yield %n : {t(2)}
  }}
  %r = linalg.matvec ins(%a, %q : {t(2, 2)}, {t(2)}) outs(%b : {t(2)}) -> {t(2)}""")
