# ===- upstream_cases.py - a function for every upstream op with a model --===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Functions over arith, math, linalg, tensor and scf, by name.

All inputs and results are tensors of f64, so that every function is called and
differentiated in the same way. `low` and `high` bound what the inputs are drawn
from: away from kinks, poles and the borders of the domain.
"""

from __future__ import annotations

from collections.abc import Iterator

from upstream_base import Case, t
from upstream_control_flow import control_flow

# Elementwise ------------------------------------------------------------------

UNARY = {
    "arith.negf": (-2, 2), "math.exp": (-2, 2), "math.exp2": (-2, 2), "math.expm1": (-1, 1), "math.log": (0.3, 3),
    "math.log2": (0.3, 3), "math.log10": (0.3, 3), "math.log1p": (-0.5, 2), "math.sqrt": (0.3, 3),
    "math.rsqrt": (0.3, 3), "math.cbrt": (0.3, 3), "math.absf": (-2, -0.1), "math.sin": (-3, 3), "math.cos": (-3, 3),
    "math.tan": (-1, 1), "math.asin": (-0.8, 0.8), "math.acos": (-0.8, 0.8), "math.atan": (-3, 3),
    "math.sinh": (-2, 2), "math.cosh": (-2, 2), "math.tanh": (-2, 2), "math.asinh": (-2, 2),
    "math.acosh": (1.2, 3), "math.atanh": (-0.8, 0.8), "math.erf": (-2, 2), "math.erfc": (-2, 2),
    # Locally constant: within a step.
    "math.ceil": (0.1, 0.4), "math.floor": (0.1, 0.4), "math.round": (0.1, 0.4), "math.roundeven": (0.1, 0.4),
    "math.trunc": (0.1, 0.4),
}
BINARY = {
    "arith.addf": (-2, 2), "arith.subf": (-2, 2), "arith.mulf": (-2, 2), "arith.divf": (0.5, 2),
    "arith.maximumf": (-2, 2), "arith.minimumf": (-2, 2), "arith.maxnumf": (-2, 2), "arith.minnumf": (-2, 2),
    "math.atan2": (0.2, 2), "math.powf": (0.3, 2),
}


def elementwise() -> Iterator[Case]:
    """Each op on a tensor, and on numbers."""
    for arity, ops in ((1, UNARY), (2, BINARY), (3, {"math.fma": (-2, 2)})):
        for op, (low, high) in ops.items():
            name = op.replace(".", "_")
            letters = "abc"[:arity]
            yield Case(name, (t(2, 3),) * arity, (t(2, 3),),
                       f"  %r = {op} {', '.join(f'%{x}' for x in letters)} : {t(2, 3)}", low, high)
            extracts = "".join(f"  %n{x} = tensor.extract %{x}[] : tensor<f64>\n" for x in letters)
            yield Case(name + "_number", (t(),) * arity, (t(),),
                       f"{extracts}  %n = {op} {', '.join(f'%n{x}' for x in letters)} : f64\n"
                       f"  %r = tensor.splat %n : tensor<f64>", low, high)
    yield Case("square_by_mul", (t(4),), (t(4),), f"  %r = arith.mulf %a, %a : {t(4)}")
    yield Case("negative_base", (t(4),), (t(4),), f"  %two = arith.constant dense<3.0> : {t(4)}\n"
               f"  %r = math.powf %a, %two : {t(4)}", -2, -0.5)
    yield Case("select_each", (t(4), t(4)), (t(4),), f"""\
  %p = arith.cmpf ogt, %a, %b : {t(4)}
  %x = math.sin %a : {t(4)}
  %r = arith.select %p, %x, %b : tensor<4xi1>, {t(4)}""")
    yield Case("select_by_number", (t(4), t(4)), (t(4),), f"""\
  %i = arith.constant 2 : index
  %n = tensor.extract %a[%i] : {t(4)}
  %m = tensor.extract %b[%i] : {t(4)}
  %p = arith.cmpf olt, %n, %m : f64
  %x = math.sin %a : {t(4)}
  %r = arith.select %p, %x, %b : {t(4)}""")
    # Through integers: the derivative is that of the other factor alone.
    yield Case("conversions", (t(),), (t(),), """\
  %x = tensor.extract %a[] : tensor<f64>
  %i = arith.fptosi %x : f64 to i32
  %u = arith.fptoui %x : f64 to i32
  %w = arith.extsi %i : i32 to i64
  %v = arith.extui %u : i32 to i64
  %s = arith.addi %w, %v : i64
  %d = arith.index_cast %s : i64 to index
  %e = arith.index_castui %d : index to i64
  %q = arith.trunci %e : i64 to i32
  %p = arith.cmpi sgt, %q, %i : i32
  %f = arith.sitofp %q : i32 to f64
  %g = arith.uitofp %p : i1 to f64
  %h = arith.addf %f, %g : f64
  %m = arith.mulf %h, %x : f64
  %r = tensor.splat %m : tensor<f64>""", 1.1, 1.4)
    yield Case("single_precision", (t(3),), (t(3),), f"""\
  %s = arith.truncf %a : {t(3)} to tensor<3xf32>
  %e = arith.extf %s : tensor<3xf32> to {t(3)}
  %r = arith.mulf %e, %e : {t(3)}""")


# linalg -----------------------------------------------------------------------

def structured(name: str, inputs: list[tuple[int, ...]], result: tuple[int, ...], attributes: str = "",
               low: float = -1.5, high: float = 1.5) -> Case:
    """A named op, whose initial value is an input too."""
    types = [t(*shape) for shape in inputs]
    ins = ", ".join(f"%{letter}" for letter in "abcdefgh"[:len(inputs)])
    init = "abcdefgh"[len(inputs)]
    return Case(name.replace(".", "_"), (*types, t(*result)), (t(*result),),
                f"  %r = {name} {attributes} ins({ins} : {', '.join(types)}) outs(%{init} : {t(*result)}) -> {t(*result)}",
                low, high)


def linalg() -> Iterator[Case]:
    for name, shapes, result in (
            ("matmul", [(2, 3), (3, 4)], (2, 4)), ("batch_matmul", [(2, 2, 3), (2, 3, 2)], (2, 2, 2)),
            ("batch_reduce_matmul", [(2, 2, 3), (2, 3, 2)], (2, 2)), ("matvec", [(2, 3), (3,)], (2,)),
            ("vecmat", [(3,), (3, 2)], (2,)), ("batch_matvec", [(2, 2, 3), (2, 3)], (2, 2)),
            ("batch_vecmat", [(2, 3), (2, 3, 2)], (2, 2)), ("dot", [(3,), (3,)], ())):
        yield structured(f"linalg.{name}", shapes, result)
    yield structured("linalg.contract", [(2, 3), (4, 3)], (4, 2), "indexing_maps = [affine_map<(i, j, k) -> (i, k)>, "
                     "affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (j, i)>]")
    for name, low, high in (
            ("add", -2, 2), ("sub", -2, 2), ("mul", -2, 2), ("div", 0.5, 2), ("max", -2, 2), ("min", -2, 2),
            ("powf", 0.3, 2)):
        yield structured(f"linalg.{name}", [(2, 3), (2, 3)], (2, 3), "", low, high)
    for name, low, high in (
            ("negf", -2, 2), ("exp", -2, 2), ("log", 0.3, 3), ("sqrt", 0.3, 3), ("rsqrt", 0.3, 3), ("square", -2, 2),
            ("tanh", -2, 2), ("reciprocal", 0.5, 2), ("abs", 0.1, 2), ("erf", -2, 2), ("copy", -2, 2)):
        yield structured(f"linalg.{name}", [(2, 3)], (2, 3), "", low, high)
    yield structured("linalg.elementwise", [(2, 3), (2, 3)], (2, 3), "kind=#linalg.elementwise_kind<mul>")
    yield Case("linalg_select", (t(3), t(3), t(3)), (t(3),), f"""\
  %p = arith.cmpf ogt, %a, %b : {t(3)}
  %r = linalg.select ins(%p, %a, %b : tensor<3xi1>, {t(3)}, {t(3)}) outs(%c : {t(3)}) -> {t(3)}""")
    yield Case("linalg_transpose", (t(2, 3), t(3, 2)), (t(3, 2),),
               f"  %r = linalg.transpose ins(%a : {t(2, 3)}) outs(%b : {t(3, 2)}) permutation = [1, 0]")
    yield Case("linalg_broadcast", (t(3), t(2, 3)), (t(2, 3),),
               f"  %r = linalg.broadcast ins(%a : {t(3)}) outs(%b : {t(2, 3)}) dimensions = [0]")
    yield Case("linalg_map", (t(3), t(3), t(3)), (t(3),), f"""\
  %r = linalg.map ins(%a, %b : {t(3)}, {t(3)}) outs(%c : {t(3)}) (%x: f64, %y: f64, %o: f64) {{
    %m = arith.mulf %x, %y : f64
    %s = math.sin %m : f64
    linalg.yield %s : f64
  }}""")
    yield Case("linalg_reduce", (t(2, 3), t(3)), (t(3),),
               f"  %r = linalg.reduce {{ arith.addf }} ins(%a : {t(2, 3)}) outs(%b : {t(3)}) dimensions = [0]")
    yield Case("linalg_fill", (t(), t(2, 3)), (t(2, 3),), f"""\
  %x = tensor.extract %a[] : tensor<f64>
  %r = linalg.fill ins(%x : f64) outs(%b : {t(2, 3)}) -> {t(2, 3)}""")
    yield from generics()


def generic(maps: str, iterators: str, ins: str, outs: str, results: str, arguments: str, body: str,
            name: str = "%r") -> str:
    """The text of a linalg.generic."""
    kinds = ", ".join(f'"{ {"p": "parallel", "r": "reduction"}[letter] }"' for letter in iterators)
    inputs = f" ins({ins})" if ins else ""
    return (f"  {name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}{inputs} outs({outs}) {{\n"
            f"  ^bb0({arguments}):\n{body}\n  }} -> {results}\n")


def generics() -> Iterator[Case]:
    yield Case("generic_pointwise", (t(2, 3), t(3, 2), t(3), t()), (t(2, 3),),
               f"  %e = tensor.empty() : {t(2, 3)}\n" +
               generic("#id2, #swap, #col, #none2, #id2", "pp",
                       f"%a, %b, %c, %d : {t(2, 3)}, {t(3, 2)}, {t(3)}, {t()}", f"%e : {t(2, 3)}", t(2, 3),
                       "%x: f64, %y: f64, %z: f64, %n: f64, %o: f64", """\
    %0 = arith.mulf %x, %y : f64
    %1 = arith.mulf %z, %n : f64
    %2 = arith.addf %0, %1 : f64
    %3 = math.tanh %2 : f64
    %4 = arith.mulf %3, %y : f64
    linalg.yield %4 : f64"""))
    # One input, read by two operands; the number is broadcast and captured.
    yield Case("generic_same_input_twice", (t(2, 2), t()), (t(2, 2),),
               f"  %s = tensor.extract %b[] : tensor<f64>\n  %e = tensor.empty() : {t(2, 2)}\n" +
               generic("#id2, #swap, #none2, #id2", "pp", f"%a, %a, %s : {t(2, 2)}, {t(2, 2)}, f64", f"%e : {t(2, 2)}",
                       t(2, 2), "%x: f64, %y: f64, %n: f64, %o: f64", """\
    %0 = arith.mulf %x, %y : f64
    %1 = arith.mulf %0, %n : f64
    %2 = arith.addf %1, %s : f64
    %3 = math.sin %2 : f64
    linalg.yield %3 : f64"""))
    yield Case("generic_reads_outs", (t(3), t(3)), (t(3),),
               generic("#id1, #id1", "p", f"%a : {t(3)}", f"%b : {t(3)}", t(3), "%x: f64, %o: f64", """\
    %0 = arith.mulf %x, %o : f64
    %1 = math.exp %o : f64
    %2 = arith.addf %0, %1 : f64
    linalg.yield %2 : f64"""))
    yield Case("generic_two_results", (t(2, 3), t(2, 3)), (t(2, 3), t(3, 2)),
               f"  %e = tensor.empty() : {t(2, 3)}\n  %g = tensor.empty() : {t(3, 2)}\n" +
               generic("#id2, #id2, #id2, #swap", "pp", f"%a, %b : {t(2, 3)}, {t(2, 3)}",
                       f"%e, %g : {t(2, 3)}, {t(3, 2)}", f"({t(2, 3)}, {t(3, 2)})",
                       "%x: f64, %y: f64, %o: f64, %p: f64", """\
    %0 = arith.mulf %x, %y : f64
    %1 = math.sin %x : f64
    %2 = arith.addf %0, %1 : f64
    linalg.yield %0, %2 : f64, f64""", "%r:2").replace("%r:2 =", "%q:2 =") +
               f"  %z = arith.constant dense<0.0> : {t(2, 3)}\n  %r0 = arith.addf %q#0, %z : {t(2, 3)}\n"
               f"  %r1 = arith.negf %q#1 : {t(3, 2)}")
    yield Case("generic_sum_two_results", (t(2, 3), t(2), t(3), t()), (t(2), t(2)),
               "  %n = tensor.extract %d[] : tensor<f64>\n" +
               generic("#id2, #col, #row, #row", "pr", f"%a, %c : {t(2, 3)}, {t(3)}", f"%b, %b : {t(2)}, {t(2)}",
                       f"({t(2)}, {t(2)})", "%x: f64, %y: f64, %o: f64, %p: f64", """\
    %0 = arith.mulf %x, %y : f64
    %1 = arith.mulf %x, %n : f64
    %2 = math.sin %1 : f64
    %3 = arith.addf %o, %0 : f64
    %4 = arith.addf %2, %p : f64
    linalg.yield %3, %4 : f64, f64""", "%q:2") +
               f"  %r0 = math.sin %q#0 : {t(2)}\n  %r1 = arith.negf %q#1 : {t(2)}")
    # The sum does not depend on one of its inputs; one loop is in no input that is kept.
    yield Case("generic_sum_of_column", (t(2, 3), t(2)), (t(),),
               f"  %z = arith.constant dense<0.0> : {t()}\n" +
               generic("#id2, #row, #none2", "rr", f"%a, %b : {t(2, 3)}, {t(2)}", f"%z : {t()}", t(),
                       "%x: f64, %y: f64, %o: f64",
                       "    %0 = math.sin %y : f64\n    %1 = arith.addf %o, %0 : f64\n    linalg.yield %1 : f64"))
    yield Case("generic_index", (t(2, 3), t()), (t(2, 3),),
               f"  %n = tensor.extract %b[] : tensor<f64>\n  %e = tensor.empty() : {t(2, 3)}\n" +
               generic("#id2, #id2", "pp", f"%a : {t(2, 3)}", f"%e : {t(2, 3)}", t(2, 3), "%x: f64, %o: f64", """\
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.muli %i, %j : index
    %l = arith.index_cast %k : index to i64
    %f = arith.sitofp %l : i64 to f64
    %c = arith.cmpi eq, %i, %j : index
    %0 = arith.mulf %f, %n : f64
    %1 = arith.mulf %0, %x : f64
    %2 = arith.select %c, %1, %n : f64
    linalg.yield %2 : f64"""))
    yield Case("generic_yields_input", (t(3), t()), (t(3), t(3)),
               f"  %n = tensor.extract %b[] : tensor<f64>\n  %e = tensor.empty() : {t(3)}\n" +
               generic("#id1, #id1, #id1", "p", f"%a : {t(3)}", f"%e, %e : {t(3)}, {t(3)}", f"({t(3)}, {t(3)})",
                       "%x: f64, %o: f64, %p: f64", "    linalg.yield %x, %n : f64, f64", "%q:2") +
               f"  %r0 = math.sin %q#0 : {t(3)}\n  %r1 = math.cos %q#1 : {t(3)}")
    yield Case("generic_same_value_twice", (t(3),), (t(3), t(3)),
               f"  %e = tensor.empty() : {t(3)}\n" +
               generic("#id1, #id1, #id1", "p", f"%a : {t(3)}", f"%e, %e : {t(3)}, {t(3)}", f"({t(3)}, {t(3)})",
                       "%x: f64, %o: f64, %p: f64", "    %0 = math.exp %x : f64\n    linalg.yield %0, %0 : f64, f64",
                       "%q:2") +
               f"  %r0 = math.sin %q#0 : {t(3)}\n  %r1 = math.cos %q#1 : {t(3)}")
    yield Case("generic_if_in_body", (t(4), t()), (t(4),),
               f"  %n = tensor.extract %b[] : tensor<f64>\n  %e = tensor.empty() : {t(4)}\n" +
               generic("#id1, #id1", "p", f"%a : {t(4)}", f"%e : {t(4)}", t(4), "%x: f64, %o: f64", """\
    %c = arith.cmpf ogt, %x, %n : f64
    %0 = scf.if %c -> f64 {
      %1 = arith.mulf %x, %n : f64
      %2 = math.sin %1 : f64
      scf.yield %2 : f64
    } else {
      scf.yield %n : f64
    }
    linalg.yield %0 : f64"""))
    yield Case("generic_three_loops", (t(2, 3), t(3, 2), t(2, 2)), (t(2, 2),),
               generic("#ik, #kj, #ij", "ppr", f"%a, %b : {t(2, 3)}, {t(3, 2)}", f"%c : {t(2, 2)}", t(2, 2),
                       "%x: f64, %y: f64, %o: f64", """\
    %0 = arith.mulf %x, %y : f64
    %1 = math.tanh %0 : f64
    %2 = arith.addf %o, %1 : f64
    linalg.yield %2 : f64"""))


# tensor -----------------------------------------------------------------------

def tensors() -> Iterator[Case]:
    def simple(name: str, inputs: tuple[str, ...], result: str, body: str) -> Case:
        return Case(name, inputs, (result,), body)

    yield simple("expand_shape", (t(6),), t(2, 3),
                 f"  %r = tensor.expand_shape %a [[0, 1]] output_shape [2, 3] : {t(6)} into {t(2, 3)}")
    yield simple("collapse_shape", (t(2, 3, 2),), t(6, 2),
                 f"  %r = tensor.collapse_shape %a [[0, 1], [2]] : {t(2, 3, 2)} into {t(6, 2)}")
    yield simple("extract_slice", (t(4, 5),), t(2, 2),
                 f"  %r = tensor.extract_slice %a[1, 0] [2, 2] [2, 3] : {t(4, 5)} to {t(2, 2)}")
    yield simple("extract_row", (t(4, 3),), t(3),
                 f"  %i = arith.constant 2 : index\n  %j = arith.addi %i, %i : index\n  %k = arith.subi %j, %i : index\n"
                 f"  %r = tensor.extract_slice %a[%k, 0] [1, 3] [1, 1] : {t(4, 3)} to {t(3)}")
    yield simple("insert_slice", (t(2, 2), t(4, 5)), t(4, 5),
                 f"  %r = tensor.insert_slice %a into %b[1, 0] [2, 2] [2, 3] : {t(2, 2)} into {t(4, 5)}")
    yield simple("insert_row", (t(3), t(4, 3)), t(4, 3),
                 f"  %i = arith.constant 2 : index\n"
                 f"  %r = tensor.insert_slice %a into %b[%i, 0] [1, 3] [1, 1] : {t(3)} into {t(4, 3)}")
    yield simple("extract", (t(2, 3),), t(), f"""\
  %i = arith.constant 1 : index
  %x = tensor.extract %a[%i, %i] : {t(2, 3)}
  %r = tensor.splat %x : tensor<f64>""")
    yield simple("insert", (t(2, 3), t()), t(2, 3), f"""\
  %i = arith.constant 1 : index
  %x = tensor.extract %b[] : tensor<f64>
  %r = tensor.insert %x into %a[%i, %i] : {t(2, 3)}""")
    yield simple("splat", (t(),), t(2, 3),
                 f"  %x = tensor.extract %a[] : tensor<f64>\n  %r = tensor.splat %x : {t(2, 3)}")
    yield simple("empty_overwritten", (t(3),), t(3),
                 f"  %e = tensor.empty() : {t(3)}\n  %r = tensor.insert_slice %a into %e[0] [3] [1] : {t(3)} into {t(3)}")
    yield simple("pad", (t(2, 3), t()), t(4, 4), f"""\
  %x = tensor.extract %b[] : tensor<f64>
  %r = tensor.pad %a low[1, 0] high[1, 1] {{
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f64
  }} : {t(2, 3)} to {t(4, 4)}""")
    yield simple("pad_zero", (t(2),), t(5), f"""\
  %r = tensor.pad %a low[1] high[2] {{
  ^bb0(%i: index):
    %z = arith.constant 0.0 : f64
    tensor.yield %z : f64
  }} : {t(2)} to {t(5)}""")


CASES = [*elementwise(), *linalg(), *tensors(), *control_flow()]
