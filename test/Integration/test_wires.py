# ===- test_wires.py - laws of wires and of further derivatives -----------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The axioms about wires (RD.3) and what the axioms say of each operation (B5); forward
derivatives made of reverse ones (B1, RD.6, RD.7); what is kept does not matter (C5);
copying (E6, E7). Notation as in test_laws.py.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import harness
from arrows import (Arrow, Types, call, compose, copies, derive, generator, identity, names, operation, pair, product,
                    projection, ring_add, ring_einsum, ring_multiply, ring_negate, samples, tensor, zero)
from backends import Module, native
from test_laws import ELEMENTS, Family, assert_agree, program, programs, subjects, zeros

# The axioms about wires -----------------------------------------------------

@cache
def wires(element: str) -> tuple[Types, Module]:
    """id, projections, !, 0 and the symmetry on two types."""
    a, b = tensor(element, 2, 3), tensor(element, 5)
    types = (a, b)
    arrows = {"id": identity(types), "pi0": projection(types, 0), "pi1": projection(types, 1),
              "bang": Arrow(types, (), "", ()), "zero": zero(types, (b, a)),
              "swap": Arrow(types, (b, a), "", ("%a1", "%a0")), "copies": copies(types)}
    return types, native("".join(arrow.function(n) + derive(f"{n}_rev", n) for n, arrow in arrows.items()))


@pytest.mark.parametrize("element", ELEMENTS)
def test_rd3_wires(element: str, executed) -> None:
    """RD.3, RD.4 and B4: identity, projections, the map to nothing, zero and symmetry."""
    types, module = wires(element)
    random = generator(element, "wires")
    a, d = samples(random, types), samples(random, types)
    nothing = zeros(a)
    assert_agree(module["id"](*a), a, "id")
    assert_agree(module["id_rev"](*a, *d), d, "R[id]")
    assert_agree(module["pi0_rev"](*a, d[0]), [d[0], nothing[1]], "R[pi0]")
    assert_agree(module["pi1_rev"](*a, d[1]), [nothing[0], d[1]], "R[pi1]")
    assert module["bang"](*a) == []
    assert_agree(module["bang_rev"](*a), nothing, "R[!]")
    assert_agree(module["zero_rev"](*a, d[1], d[0]), nothing, "R[0]")
    assert_agree(module["swap_rev"](*a, d[1], d[0]), d, "R[symmetry]")
    executed("wires", element, "law RD.3", 7)


# B5: what the axioms say of each operation ----------------------------------

@cache
def b5_module(element: str) -> Module:
    x, y, v = tensor(element, 3, 4), tensor(element, 4, 5), tensor(element, 4)
    z = tensor(element, 3, 5)
    arrows = {
        "copy": operation(f"%r0, %r1 = catgrad.copy %a0 : {x}", (x,), (x, x)),
        "add": operation(f"%r0 = catgrad.add %a0, %a1 : {x}", (x, x), (x,)),
        "subtract": operation(f"%r0 = catgrad.subtract %a0, %a1 : {x}", (x, x), (x,)),
        "negate": operation(f"%r0 = catgrad.negate %a0 : {x}", (x,), (x,)),
        "multiply": operation(f"%r0 = catgrad.multiply %a0, %a1 : {x}", (x, x), (x,)),
        "matmul": operation(f"%r0 = catgrad.matmul %a0, %a1 : ({x}, {y}) -> {z}", (x, y), (z,)),
        "reduce_sum": operation(
            f"%r0 = catgrad.reduce_sum %a0 {{dimensions = array<i64: 0>}} : ({x}) -> {v}", (x,), (v,)),
        "broadcast": operation(
            f"%r0 = catgrad.broadcast %a0 {{dimensions = array<i64: 0>}} : ({v}) -> {x}", (v,), (x,)),
        "reshape": operation(f"%r0 = catgrad.reshape %a0 : ({x}) -> {tensor(element, 12)}", (x,),
                                      (tensor(element, 12),)),
        "transpose": operation(
            f"%r0 = catgrad.transpose %a0 {{permutation = array<i64: 1, 0>}} : ({x}) -> {tensor(element, 4, 3)}",
            (x,), (tensor(element, 4, 3),)),
    }
    return native("".join(arrow.function(f"b5_{n}") + derive(f"b5_{n}_rev", f"b5_{n}") for n, arrow in arrows.items()))


@pytest.mark.parametrize("element", ELEMENTS)
def test_b5_each_operation_and_its_dual(element: str, executed) -> None:
    """B5: R[copy] = add, R[add] = copy, R[reduce_sum] = broadcast and conversely, .."""
    module = b5_module(element)
    random = generator(element, "b5")

    def draw(*shape: int) -> np.ndarray:
        return samples(random, [tensor(element, *shape)])[0]

    def R(name: str, *arguments: np.ndarray) -> list[np.ndarray]:
        return module[f"b5_{name}_rev"](*arguments)

    a, b, c, d, w, v = draw(3, 4), draw(3, 4), draw(3, 4), draw(3, 5), draw(4, 5), draw(4)
    assert_agree(R("copy", a, b, c), [ring_add(b, c)], "copy")
    assert_agree(R("add", a, b, c), [c, c], "add")
    assert_agree(R("subtract", a, b, c), [c, ring_negate(c)], "subtract")
    assert_agree(R("negate", a, b), [ring_negate(b)], "negate")
    assert_agree(R("multiply", a, b, c), [ring_multiply(b, c), ring_multiply(a, c)], "multiply")
    assert_agree(R("matmul", a, w, d), [ring_einsum("ac,bc->ab", d, w), ring_einsum("ab,ac->bc", a, d)], "matmul")
    assert_agree(R("reduce_sum", a, v), [np.repeat(v[None], 3, 0)], "reduce_sum")
    assert_agree(R("broadcast", v, a), module["b5_reduce_sum"](a), "broadcast")
    assert_agree(R("reshape", a, a.reshape(12)), [a], "reshape")
    assert_agree(R("transpose", a, np.ascontiguousarray(a.T)), [a], "transpose")
    executed("duals", element, "law B5", 10)


# Forward derivatives from reverse ones, RD.6 and RD.7 -----------------------

def tiny(element: str) -> Arrow:
    """(x, y) -> (x * x * y, x y . x): of degree 3, on few numbers."""
    t, s = tensor(element, 2), tensor(element)
    return program((t, t), (t, s), "%1 %2", f"""
  %0 = catgrad.multiply %a0, %a1 : {t}
  %1 = catgrad.multiply %0, %a0 : {t}
  %2 = catgrad.contract %0, %a0 {{lhs_axes = array<i64: 0>, rhs_axes = array<i64: 0>}} : ({t}, {t}) -> {s}""")


def expanded(text: str) -> str:
    """The functions of a module whose derivatives have been expanded.

    A function cannot call what a `derive` declares, so derivatives that are used
    in further functions are made in stages.
    """
    inside = harness.opt(text, "--catgrad-derive").strip()
    return inside.removeprefix("module {").removesuffix("}") + "\n"


def forward_derivative(text: str, name: str, of: str, f: Arrow) -> tuple[str, Arrow]:
    """`text` with D[f](x, v) = pi_2 R[R[f]]((x, 0), v) added as @name, for its function f = @of; and D[f]."""
    n = len(f.inputs)
    text = expanded(text + derive(f"{name}_1", of) + derive(f"{name}_2", f"{name}_1"))
    nothing, zeros_ = zero((), f.results).inline("z", ())
    operands = names("a", n) + zeros_ + [f"%a{n + i}" for i in range(n)]
    twice = call(f"{name}_2", f.inputs + f.results + f.inputs, f.inputs + f.results)
    body, returned = twice.inline("d", operands)
    arrow = Arrow(f.inputs + f.inputs, f.results, f"{nothing}\n{body}", tuple(returned[n:]))
    return text + arrow.function(name), arrow


@cache
def forward_module(element: str) -> tuple[Arrow, Module]:
    """f, R[f], D[f], D[R[f]] and D[D[f]]: R is applied up to four times."""
    f = tiny(element)
    reverse = call("f_rev", f.inputs + f.results, f.inputs)
    text = expanded(f.function("f") + derive("f_rev", "f"))
    text, d = forward_derivative(text, "d", "f", f)
    text, _ = forward_derivative(text, "d_rev", "f_rev", reverse)
    text, _ = forward_derivative(text, "dd", "d", d)
    return f, native(text)


@pytest.mark.parametrize("element", ELEMENTS)
def test_b1_forward_from_reverse(element: str, executed) -> None:
    """B1: D[f](a, v) is the tangent, here by dual numbers by hand; B2: <b, D f v> = <R f b, v>."""
    f, module = forward_module(element)
    random = generator(element, "forward")
    (x, y), (u, w), b = samples(random, f.inputs), samples(random, f.inputs), samples(random, f.results)
    once = ring_multiply(ring_multiply(x, y), u)
    tangent = ring_add(ring_add(once, once), ring_multiply(ring_multiply(x, x), w))
    got = module["d"](x, y, u, w)
    assert_agree(got, [tangent, ring_einsum("i->", tangent)], "B1")
    ru, rw = module["f_rev"](x, y, *b)
    assert_agree([ring_add(ring_einsum("i,i->", b[0], got[0]), np.asarray(ring_multiply(b[1], got[1])))],
                 [ring_add(ring_einsum("i,i->", ru, u), ring_einsum("i,i->", rw, w))], "B2")
    executed("forward derivative", element, "law B1, B2", 2)


@pytest.mark.parametrize("element", ELEMENTS)
def test_rd6_linear_in_the_cotangent(element: str, executed) -> None:
    """RD.6: D[R[f]]((a, b), (0, c)) = R[f](a, c)."""
    f, module = forward_module(element)
    random = generator(element, "RD.6")
    a, b, c = samples(random, f.inputs), samples(random, f.results), samples(random, f.results)
    assert_agree(module["d_rev"](*a, *b, *zeros(a), *c), module["f_rev"](*a, *c), "RD.6")
    executed("forward derivative", element, "law RD.6")


@pytest.mark.parametrize("element", ELEMENTS)
def test_rd7_mixed_derivatives(element: str, executed) -> None:
    """RD.7: D[D[f]]((a, b), (c, d)) = D[D[f]]((a, c), (b, d)): partial derivatives commute."""
    f, module = forward_module(element)
    random = generator(element, "RD.7")
    a, b, c, d = (samples(random, f.inputs) for _ in range(4))
    left, right = module["dd"](*a, *b, *c, *d), module["dd"](*a, *c, *b, *d)
    assert any(np.any(value) for value in left) or element == "i1"
    assert_agree(left, right, "RD.7")
    executed("forward derivative", element, "law RD.7")


# Lens laws: what the forward part keeps does not matter ---------------------

POLICIES = ("rule", "inputs", "recompute")


@pytest.mark.parametrize("element", ELEMENTS)
def test_c5_residual_policies_agree(element: str, executed) -> None:
    """C5: keeping what the rules choose, the inputs, or nothing across calls gives the same derivatives."""
    members = {f"program_{name}_{element}": arrow for name, arrow in programs(element).items()}
    text = "".join(Family(name, arrow).text(("f", "h", "then", "call")) for name, arrow in members.items())
    modules = [native(harness.opt(text, f"--catgrad-derive=residuals={policy}")) for policy in POLICIES]
    for name, f in members.items():
        random = generator(name, "C5")
        a, b = samples(random, f.inputs), samples(random, f.results)
        for member in ("then", "call"):
            first, *others = (module[f"{name}_{member}_rev"](*a, *b) for module in modules)
            for policy, other in zip(POLICIES[1:], others):
                assert_agree(other, first, f"C5, {name}, {member}, {policy}")
        executed(subjects()[name][0], element, "law C5 policies", 2 * (len(POLICIES) - 1))


# Laws of the wires: the licence for canonicalisation ------------------------

@pytest.mark.parametrize("element", ELEMENTS)
def test_e6_e7_copying(element: str, executed) -> None:
    """E6: f ; copies = copies ; (f x f). E7: copying is coassociative, cocommutative and counital."""
    arrows: dict[str, Arrow] = {}
    for name, f in programs(element).items():
        n = len(f.inputs)
        arrows[f"{name}_after"] = compose(f, copies(f.results))
        arrows[f"{name}_before"] = pair(f, f)
        arrows[f"{name}_swapped"] = compose(Arrow(f.inputs, f.inputs * 2, copies(f.inputs).body,
                                                  tuple(names("r", n) + names("l", n))), product(f, f))
        arrows[f"{name}_discarded"] = compose(pair(f, f), Arrow(f.results * 2, f.results, "\n".join(
            f"  catgrad.discard %a{i} : {type_}" for i, type_ in enumerate(f.results)),
            tuple(f"%a{len(f.results) + i}" for i in range(len(f.results)))))
        left = compose(copies(f.inputs), product(copies(f.inputs), identity(f.inputs)))
        right = compose(copies(f.inputs), product(identity(f.inputs), copies(f.inputs)))
        three = product(f, product(f, f))
        arrows[f"{name}_left"], arrows[f"{name}_right"] = compose(left, three), compose(right, three)
    module = native("".join(a.function(f"e_{n}") + derive(f"e_{n}_rev", f"e_{n}") for n, a in arrows.items()))
    for name, f in programs(element).items():
        random = generator(name, element, "E6")
        a, b = samples(random, f.inputs), samples(random, f.results)
        once = module[f"e_{name}_discarded"](*a)
        for form in ("after", "before", "swapped"):
            assert_agree(module[f"e_{name}_{form}"](*a), once * 2, f"{name} {form}")
        for form in ("left", "right"):
            assert_agree(module[f"e_{name}_{form}"](*a), once * 3, f"{name} {form}")
        reverse = [module[f"e_{name}_{form}_rev"](*a, *b, *b) for form in ("after", "before", "swapped")]
        for other in reverse[1:]:
            assert_agree(other, reverse[0], f"R of {name}")
        assert_agree(module[f"e_{name}_left_rev"](*a, *b, *b, *b), module[f"e_{name}_right_rev"](*a, *b, *b, *b), name)
        executed(f"program {name}", element, "law E6, E7 copying", 8)
