# ===- test_learner_laws.py - the interface and the laws of learners ------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a caller may rely on (which memory may be the same, what is written where, names) and laws D2 to D7."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arrows import generator
from backends import native, reference
from harness import Buffer, Function, Library
from learner_texts import (CALLEE, CUBIC_LOSS, D, MOMENTUM, RATE, T, TWO_WEIGHTS, X, draw, learner, matmul,
                           model, near, parameter, roles, same, two_gradients)

# The interface --------------------------------------------------------------

def raw_call(function: Function, buffers: Sequence[Buffer], workspace: Buffer) -> None:
    function.address(*(buffer.pointer for buffer in (*buffers, workspace)))


def filled(array: np.ndarray) -> Buffer:
    buffer = Buffer(array.nbytes, array.itemsize)
    buffer.bytes[:] = np.frombuffer(array.tobytes(), np.uint8)
    return buffer


def test_one_array_for_two_inputs(executed) -> None:
    """Inputs may be the same memory: x and label here, or both parameters that step only reads."""
    lib = native(TWO_WEIGHTS + learner("same_memory", "model"))
    w, x = draw(D, X, key="same")
    step, predict = lib["same_memory_step"], lib["same_memory_predict"]
    new_w, new_v = (value.buffer() for value in step.outputs)
    shared_w, shared_x = filled(w), filled(x)
    raw_call(step, [shared_w, shared_w, shared_x, shared_x, new_w, new_v], Buffer(step.workspace_bytes, 64))
    got = [value.read(buffer) for value, buffer in zip(step.outputs, (new_w, new_v))]
    same(got, step(w, w, x, x))
    y = predict.outputs[0].buffer()
    raw_call(predict, [shared_w, shared_w, shared_x, y], Buffer(predict.workspace_bytes, 64))
    same([predict.outputs[0].read(y)], predict(w, w, x))
    same([shared_w.bytes.view(np.float32).reshape(D), shared_x.bytes.view(np.float32).reshape(X)], [w, x])
    executed("one array for two inputs", "f32", "programs", 2)


def test_workspace_is_reused(executed) -> None:
    """One workspace for all functions, never cleared: results do not depend on what is in it."""
    lib = native(MOMENTUM + TWO_WEIGHTS + learner("reused", "model", "@momentum"))
    functions = [lib[f"reused_{kind}"] for kind in ("predict", "rev", "rev_p", "loss", "step")]
    workspace = Buffer(max(function.workspace_bytes for function in functions), 64)
    for turn in range(3):
        for function in functions:
            arrays = draw(*(value.shape for value in function.inputs), key=("workspace", turn, function.symbol))
            outputs = [value.buffer() for value in function.outputs]
            raw_call(function, [*map(filled, arrays), *outputs], workspace)
            same([value.read(buffer) for value, buffer in zip(function.outputs, outputs)], function(*arrays))
    assert workspace.guards_intact()
    executed("workspace reused", "f32", "programs", 15)


def test_training_in_place(executed) -> None:
    """Law D7: steps that write over their parameters are the same as steps into new memory."""
    lib = native(TWO_WEIGHTS + learner("in_place", "model", "#catgrad.sgd<rate = 1.0e-2>"))
    step = lib["in_place_step"]
    w, v, x, label = draw(D, D, X, X, key="in place")
    buffers = [filled(array) for array in (w, v, x, label)]
    workspace = Buffer(step.workspace_bytes, 64)
    for _ in range(20):
        raw_call(step, [*buffers, *buffers[:2]], workspace)
        w, v = step(w, v, x, label)
    same([buffer.bytes.view(np.float32).reshape(D) for buffer in buffers[:2]], [w, v])
    executed("learner", "f32", "law D7", 20)


def test_two_learners_in_one_module(executed) -> None:
    """Of one model and of two, with different optimisers: they do not know of each other."""
    other = TWO_WEIGHTS.replace("@model", "@other").replace('"w"', '"a"').replace('"v"', '"b"')
    lib = native(TWO_WEIGHTS + other + learner("one", "model") + learner("two", "model", "#catgrad.sgd<rate = 0.5>")
                 + learner("three", "other"))
    w, v, x, label = draw(D, D, X, X, key="two")
    e = x @ w @ v - label
    dw, dv = two_gradients(w, v, x, e)
    for name, rate in (("one", 0.125), ("two", 0.5), ("three", 0.125)):
        near(lib[f"{name}_step"].both_ways(w, v, x, label), [w - np.float32(rate) * dw, v - np.float32(rate) * dv])
        near(lib[f"{name}_predict"](w, v, x), [x @ w @ v])
    assert [value.name for value in lib["three_step"].outputs] == ["a_out", "b_out"]
    same(lib["one_step"](w, v, x, label), lib["three_step"](w, v, x, label))
    executed("two learners", "f32", "programs", 6)


def test_names_and_aliases(executed) -> None:
    """Given names arrive in the manifest; default names are x0.., y0.., label0.., dy0.., dx0.. ."""
    named = model(parameter("%w", "w") + matmul("%0", "%x", "%w") + f"  %1 = catgrad.add %0, %z : {T}\n", "%1",
                  inputs=f'%x: {T} {{catgrad.name = "features"}}, %z: {T}', results=T)
    lib = native(named + learner("names", "model"))
    assert roles(lib["names_rev"].inputs) == [
        ("w", "parameter"), ("features", "input"), ("x1", "input"), ("dy0", "cotangent")]
    assert roles(lib["names_rev"].outputs) == [("dw", "cotangent"), ("dfeatures", "cotangent"), ("dx1", "cotangent")]
    assert roles(lib["names_predict"].outputs) == [("y0", "result")]
    assert [(v.name, v.aliases) for v in lib["names_step"].outputs] == [("w_out", "w")]
    assert {f.kind for f in lib.functions.values()} == {"init", "predict", "rev", "rev_p", "loss", "step"}
    executed("names", "f32", "programs", 5)


# Laws of learners -----------------------------------------------------------

def law_library() -> tuple[Library, list[np.ndarray]]:
    lib = native(TWO_WEIGHTS + learner("law", "model", "#catgrad.sgd<rate = dynamic>"))
    return lib, draw(D, D, X, X, key="laws")


def test_d2_d3_step_is_sgd_of_rev_p(executed) -> None:
    """D2, D3: rev_p is the first part of rev, and step(p) = p - rate * rev_p(p, x, f(p, x) - label)."""
    lib, (w, v, x, label) = law_library()
    (y,) = lib["law_predict"](w, v, x)
    dw, dv, _ = lib["law_rev"](w, v, x, y - label)
    near(lib["law_rev_p"](w, v, x, y - label), [dw, dv], 1e-6)
    near(lib["law_step"](w, v, x, label, RATE), [w - RATE * dw, v - RATE * dv], 1e-6)
    executed("learner", "f32", "law D2, D3", 2)


def test_d4_d5_nothing_moves(executed) -> None:
    """D4: labels that are met leave the parameters as they are, bitwise. D5: so does rate 0.

    For D4 the prediction has to be exact, so numbers are small integers.
    """
    lib, _ = law_library()
    random = generator("D4")
    w, v, x = (random.integers(-8, 9, shape).astype(np.float32) for shape in (D, D, X))
    (y,) = lib["law_predict"](w, v, x)
    same([y], [x @ w @ v])
    same(lib["law_step"].both_ways(w, v, x, y, RATE), [w, v])
    _, (w, v, x, label) = law_library()
    same(lib["law_step"].both_ways(w, v, x, label, np.float32(0)), [w, v])
    executed("learner", "f32", "law D4, D5", 3)


def test_d6_gradients_of_a_batch_add_up(executed) -> None:
    """D6: the gradient over all rows is the sum of the gradients over parts of them."""
    halves = native((TWO_WEIGHTS + learner("half", "model")))
    whole = native((TWO_WEIGHTS + learner("whole", "model")).replace("3x4xf32", "6x4xf32"))
    w, v = draw(D, D, key="D6")
    x, d = draw((6, 4), (6, 4), key="rows")
    parts = [halves["half_rev_p"](w, v, np.ascontiguousarray(x[i:i + 3]), np.ascontiguousarray(d[i:i + 3]))
             for i in (0, 3)]
    near(whole["whole_rev_p"](w, v, x, d), [a + b for a, b in zip(*parts)])
    executed("learner", "f32", "law D6")


def test_learners_against_the_reference(executed) -> None:
    """Every function of a learner against the reference evaluator on the expanded text."""
    body = (parameter("%w", "w") + matmul("%0", "%x", "%w")
            + f"  %1 = func.call @layer(%0) {{catgrad.scope = \"v\"}} : ({T}) -> {T}\n")
    text = (MOMENTUM + CUBIC_LOSS + CALLEE + model(body, "%1")
            + learner("checked", "model", "@momentum", "@lens, value = @value", "{report_loss}"))
    lib, evaluator = native(text), reference(text)
    for kind in ("predict", "rev", "rev_p", "loss", "step"):
        function = lib[f"checked_{kind}"]
        arrays = draw(*(value.shape for value in function.inputs), key=("reference", kind))
        near(function.both_ways(*arrays), evaluator[function.symbol](*arrays))
    executed("learner", "f32", "reference", 5)


def test_calls_are_reentrant(executed) -> None:
    """Functions have no state of their own: calls from several threads at once give the same."""
    from concurrent.futures import ThreadPoolExecutor
    lib, (w, v, x, label) = law_library()
    want = lib["law_step"](w, v, x, label, RATE)
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: lib["law_step"](w, v, x, label, RATE), range(64)):
            same(got, want)
    executed("re-entrant", "f32", "programs", 64)
