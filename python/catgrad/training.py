# ===- training.py - the loop --------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The training loop that people expect, as a generator of epochs over `step`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import files
from .errors import CatgradError
from .native import Learner

Arrays = tuple[np.ndarray, ...]  # inputs, then labels: the first axis counts examples


@dataclass(frozen=True)
class Epoch:
    """What is known at the end of an epoch. `score` is the validation's; NaN without one.

    `values` are parameters and state; the next epoch has other arrays.
    """

    number: int
    loss: float
    score: float
    values: list[np.ndarray]


def fit(model: Learner, data: Arrays, *, epochs: int, seed: int = 0, start: list[np.ndarray] | None = None,
        validation: Arrays | None = None, metric: Callable[[np.ndarray, np.ndarray], float] | None = None,
        patience: int | None = None, rate: Callable[[int], float] | None = None, checkpoint: str | Path | None = None,
        last: str = "drop", progress: bool = False) -> Iterator[Epoch]:
    """Trains on mini-batches, in an order drawn from `seed` and the epoch, and yields each epoch.

    * `model`: a learner with `report_loss`; its batch is the size of its first input's first axis.
    * `data`: inputs and labels.
    * `start`: parameters and state; by default `model.init(seed)`.
    * `validation`: inputs and labels to score after each epoch, by `metric(predictions, labels)`
      (more is better), or by the loss (less is better).
    * `patience`: stop after that many epochs without a better score.
    * `rate`: the rate of a step, by its number, for a learner with a dynamic rate.
    * `checkpoint`: a file that is replaced after each epoch; if it is there, training goes on
      from it, to the same bits.
    * `last`: what becomes of the short batch at the end: "drop", or "compile" a second learner for it.
    * `progress`: show a bar, with the package tqdm.

    Raises CatgradError for data that do not fit.
    """
    batch, count = check(model, data, rate, last)
    if validation is not None:
        check(model, validation, rate, "compile")
    elif patience is not None or metric is not None:
        raise CatgradError("expected validation data to score", hint="fit(.., validation=(x, label))")
    short = model.for_batch(count % batch) if last == "compile" and count % batch else None
    values = [np.array(a) for a in (model.init(seed) if start is None else start)]
    state: dict[str, Any] = {"epoch": 0, "step": 0, "best": None, "since": 0, "seed": seed, "batch": batch, "last": last}
    if checkpoint is not None and Path(checkpoint).exists():
        values, notes = files.read(checkpoint, model)
        values = [a.copy() for a in values]
        found = json.loads(notes.get("fit", "{}"))
        if any(found.get(key) != state[key] for key in ("seed", "batch", "last")):
            raise CatgradError(f"{checkpoint}: expected a checkpoint of this training but got one of {found}",
                               hint="remove the file to start anew")
        state = found

    def better(score: float) -> bool:
        return state["best"] is None or (score > state["best"] if metric else score < state["best"])

    while state["epoch"] < epochs and not (patience is not None and state["since"] >= patience):
        order = np.random.Generator(np.random.Philox(key=[seed, state["epoch"]])).permutation(count)
        ends = range(0, count if short else count - count % batch, batch)
        losses: list[float] = []
        for first in bar(ends, f"epoch {state['epoch'] + 1}", progress):
            rows = order[first:first + batch]
            learner = model if short is None or len(rows) == batch else short
            hyper = [rate(state["step"])] if rate else []
            [loss] = learner.step_(*values, *(a[rows] for a in data), *hyper)
            losses += [float(loss)] * len(rows)
            state["step"] += 1
        score = float("nan")
        if validation is not None:
            score = evaluate(model, model.parameters_of(values), validation, metric)
            state["since"] = 0 if better(score) else state["since"] + 1
            state["best"] = score if state["since"] == 0 else state["best"]
        state["epoch"] += 1
        if checkpoint is not None:
            files.save(checkpoint, model, values, fit=json.dumps(state))
        yield Epoch(state["epoch"], float(np.mean(losses)), score, [a.copy() for a in values])


def check(model: Learner, data: Arrays, rate: Any, last: str) -> tuple[int, int]:
    """The sizes of a batch and of the data. Raises CatgradError for what does not fit."""
    if model.library.manifest["target"] != "cpu":
        raise CatgradError("expected a learner for the CPU but got one for CUDA", hint="call model.step_ in a loop of your own")
    given = [t for t in model.step.inputs if t.role in ("input", "label")]
    hyper = [t.name for t in model.step.inputs if t.role == "hyper"]
    if len(model.step.outputs) == len(model.parameters) + len(model.state):
        raise CatgradError("expected a learner that reports its loss", hint="catgrad.learner(.., report_loss=True)")
    if not isinstance(data, (tuple, list)) or len(given) != len(data):
        got = len(data) if isinstance(data, (tuple, list)) else type(data).__name__
        raise CatgradError(f"expected arrays for {', '.join(t.name for t in given)} but got {got}")
    for tensor, array in zip(given, data):
        if not isinstance(array, np.ndarray):
            raise CatgradError(f"'{tensor.name}': expected an array of numpy but got {type(array).__name__}",
                               hint=f"np.asarray(x, np.{tensor.dtype})")
    if last not in ("drop", "compile"):
        raise CatgradError(f"expected last='drop' or 'compile' but got {last!r}")
    if bool(hyper) != bool(rate):
        raise CatgradError("expected a rate for each step, as the learner's is dynamic" if hyper else
                           "expected a learner with a dynamic rate", hint="optimisers.sgd(optimisers.DYNAMIC), rate=..")
    batch, counts = given[0].shape[0], {len(a) for a in data}
    if len(counts) != 1:
        raise CatgradError(f"expected as many examples in each array but got {sorted(counts)}")
    [count] = counts
    if count == 0:
        raise CatgradError("expected examples but got none")
    if count < batch and last == "drop":
        raise CatgradError(f"expected {batch} examples or more, a batch, but got {count}")
    return batch, count


def evaluate(model: Learner, parameters: list[np.ndarray], data: Arrays,
             metric: Callable[[np.ndarray, np.ndarray], float] | None = None) -> float:
    """The metric of the predictions for all data, or the mean of the loss over its examples.

    A short batch at the end gets a learner of its own; nothing is dropped or padded. Raises
    CatgradError for no data.
    """
    if not data or not len(data[0]):
        raise CatgradError("expected examples but got none")
    batch, count = model.predict.inputs[len(model.parameters)].shape[0], len(data[0])
    predictions, losses = [], 0.0
    for first in range(0, count, batch):
        part = [a[first:first + batch] for a in data]
        learner = model if len(part[0]) == batch else model.for_batch(len(part[0]))
        if metric:
            predictions.append(learner.predict(*parameters, *part[:-1])[0])
        else:
            losses += float(learner.loss(*parameters, *part)[0]) * len(part[0])
    return float(metric(np.concatenate(predictions), data[-1])) if metric else losses / count


def bar(steps: range, name: str, progress: bool) -> Any:
    """The steps, with a progress bar if it is wanted and the package tqdm is there."""
    if not progress:
        return steps
    try:
        from tqdm import tqdm
    except ImportError:
        return steps
    return tqdm(steps, desc=name, leave=False, disable=None)  # none where no person looks
