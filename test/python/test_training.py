# ===- test_training.py - the loop, and files ----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""`catgrad.fit`: the same bits after a resume, early stopping, short batches, files that are damaged."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catgrad as cg
import iris
from catgrad import CatgradError, losses, nn, optimisers, plots

ROOT = Path(__file__).resolve().parents[2]


def make(batch: int = 32, **options: Any) -> cg.Learner:
    given = {"optimiser": optimisers.adam(0.01), "loss": losses.softmax_cross_entropy, "report_loss": True, **options}
    return cg.learner(nn.Linear(4, 3), cg.f32[batch, 4], name="flowers", **given)


@pytest.fixture(scope="module")
def model() -> cg.Learner:
    return make()


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(scores.argmax(1) == labels.argmax(1)))


def equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def test_it_trains_and_scores(model: cg.Learner) -> None:
    history = list(cg.fit(model, iris.data(), epochs=60, validation=iris.data(), metric=accuracy))
    assert [epoch.number for epoch in history] == list(range(1, 61))
    assert history[-1].loss < 0.6 * history[0].loss and history[-1].score > 0.85
    again = list(cg.fit(model, iris.data(), epochs=2))
    assert equal(again[0].values, history[0].values) and not equal(again[0].values, again[1].values)
    other = next(iter(cg.fit(model, iris.data(), epochs=1, seed=1, start=model.init(0))))
    assert not equal(other.values, history[0].values)  # another order
    assert math.isnan(again[0].score)


def test_a_resumed_training_has_the_same_bits(model: cg.Learner, tmp_path: Path) -> None:
    whole = list(cg.fit(model, iris.data(), epochs=7, validation=iris.data()))
    path = tmp_path / "run.safetensors"
    first = list(cg.fit(model, iris.data(), epochs=3, validation=iris.data(), checkpoint=path))
    rest = list(cg.fit(model, iris.data(), epochs=7, validation=iris.data(), checkpoint=path))
    assert [epoch.number for epoch in rest] == [4, 5, 6, 7]
    for one, other in zip(whole, first + rest, strict=True):
        assert equal(one.values, other.values) and (one.loss, one.score) == (other.loss, other.score)
    assert list(cg.fit(model, iris.data(), epochs=7, checkpoint=path)) == []
    with pytest.raises(CatgradError, match="expected a checkpoint of this training"):
        next(iter(cg.fit(model, iris.data(), epochs=9, seed=5, checkpoint=path)))


def test_an_interrupted_training_keeps_its_last_checkpoint(tmp_path: Path) -> None:
    path, script = tmp_path / "run.safetensors", tmp_path / "train.py"
    script.write_text(f"""
import sys
sys.path[:0] = [{str(ROOT / 'python')!r}, {str(ROOT / 'test' / 'python')!r}]
import catgrad as cg, iris
from test_training import make
for epoch in cg.fit(make(), iris.data(), epochs=10**6, checkpoint={str(path)!r}):
    print(epoch.number, flush=True)
""")
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while int(process.stdout.readline()) < 5:
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0 and "KeyboardInterrupt" in errors
    values, notes = cg.files.read(path, make())
    number = int(notes["fit"].split('"epoch": ')[1].split(",")[0])
    want = list(cg.fit(make(), iris.data(), epochs=number))[-1].values
    assert number >= 5 and equal(values, want)


def test_early_stopping(model: cg.Learner) -> None:
    scores = iter([0.1, 0.5, 0.3, 0.5, 0.4, 0.9])
    history = list(cg.fit(model, iris.data(), epochs=9, validation=iris.data(), metric=lambda y, t: next(scores), patience=3))
    assert [epoch.score for epoch in history] == [0.1, 0.5, 0.3, 0.5, 0.4]  # the best is the second


def test_short_batches_are_dropped_or_compiled(model: cg.Learner) -> None:
    """150 = 4 x 32 + 22: with "compile" one step more, on 22 rows."""
    steps: list[int] = []
    rated = make(optimiser=optimisers.sgd(optimisers.DYNAMIC))
    for last, count in (("drop", 4), ("compile", 5)):
        steps.clear()
        list(cg.fit(rated, iris.data(), epochs=1, last=last, rate=lambda step: steps.append(step) or 0.1))
        assert steps == list(range(count))
    p, (x, label) = rated.init(0), iris.data()
    [epoch] = cg.fit(rated, (x[:40], label[:40]), epochs=1, last="compile", rate=lambda step: 0.1)
    order = np.random.Generator(np.random.Philox(key=[0, 0])).permutation(40)
    *p, _ = rated.step(*p, x[order[:32]], label[order[:32]], 0.1)
    *p, _ = rated.for_batch(8).step(*p, x[order[32:]], label[order[32:]], 0.1)
    assert equal(epoch.values, p)


def test_scores_count_each_example_once(model: cg.Learner) -> None:
    p, (x, label) = model.init(0), iris.data()
    whole = model.for_batch(150)
    assert cg.evaluate(model, p[:2], (x, label)) == pytest.approx(float(whole.loss(*p[:2], x, label)[0]), rel=1e-5)
    assert cg.evaluate(model, p[:2], (x, label), accuracy) == accuracy(whole.predict(*p[:2], x)[0], label)


def test_what_is_refused(model: cg.Learner) -> None:
    x, label = iris.data()
    fixed = cg.compile_text(iris.text("linear")).linear
    for call, message in (
        (lambda: cg.fit(fixed, (x, label), epochs=1), "expected a learner that reports its loss"),
        (lambda: cg.fit(model, (x,), epochs=1), "expected arrays for x, label0 but got 1"),
        (lambda: cg.fit(model, (x, label[:9]), epochs=1), "expected as many examples in each array"),
        (lambda: cg.fit(model, (x[:9], label[:9]), epochs=1), "expected 32 examples or more"),
        (lambda: cg.fit(model, (x, label), epochs=1, last="pad"), "expected last='drop' or 'compile'"),
        (lambda: cg.fit(model, (x, label), epochs=1, rate=lambda step: 1.0), "expected a learner with a dynamic rate"),
        (lambda: cg.fit(model, (x.astype(float), label), epochs=1), "expected float32 but got float64"),
        (lambda: cg.fit(model, None, epochs=1), "expected arrays for x, label0 but got NoneType"),
        (lambda: cg.fit(model, (x.tolist(), label), epochs=1), r"'x': expected an array of numpy but got list\nhint: np.asarray"),
        (lambda: cg.fit(model, (x[:0], label[:0]), epochs=1, last="compile"), "expected examples but got none"),
        (lambda: cg.fit(model, (x, label), epochs=1, validation=(x,)), "expected arrays for x, label0 but got 1"),
        (lambda: cg.fit(model, (x, label), epochs=1, patience=3), "expected validation data to score"),
        (lambda: cg.fit(model, (x, label), epochs=1, metric=accuracy), "expected validation data to score"),
        (lambda: cg.fit(model, (x, label), epochs=1, start=[]), "expected 9 arguments"),
        (lambda: iter([cg.evaluate(model, model.init(0)[:2], (x[:0], label[:0]))]), "expected examples but got none"),
    ):
        with pytest.raises(CatgradError, match=message):
            next(iter(call()))
    with pytest.raises(CatgradError, match="compiled for one batch size"):
        fixed.for_batch(3)


def test_nan_in_the_data_is_nan_in_the_loss(model: cg.Learner) -> None:
    """It spreads, as numbers do, and training goes on or is stopped by what watches the loss."""
    x, label = iris.data()
    x = x.copy()
    x[7, 2] = np.nan
    history = list(cg.fit(model, (x[:32], label[:32]), epochs=5, validation=(x, label), patience=2))
    assert len(history) < 5 and all(math.isnan(epoch.loss) for epoch in history[1:])
    assert all(np.isnan(epoch.values[0]).any() for epoch in history)


def test_files_of_parameters(model: cg.Learner, tmp_path: Path) -> None:
    p = model.step(*model.init(3), iris.data()[0][:32], iris.data()[1][:32])[:-1]
    path = tmp_path / "p.safetensors"
    cg.save(path, model, p)
    assert equal(cg.restore(path, model), p)
    data = path.read_bytes()
    for size in (0, 7, 8, 100, len(data) - 1):
        (tmp_path / "cut.safetensors").write_bytes(data[:size])
        with pytest.raises(CatgradError, match="could not read parameters from"):
            cg.restore(tmp_path / "cut.safetensors", model)
    cg.save(path, model, model.parameters_of(p))
    with pytest.raises(CatgradError, match="expected t, m.w"):  # no state
        cg.restore(path, model)
    with pytest.raises(CatgradError, match=r"'b': expected shape \(150, 3\) but got \(3,\)"):
        cg.restore(path, cg.compile_text(iris.text("dense")).dense)
    with pytest.raises(CatgradError, match="expected 2 parameters, and 5 arrays of state or none, but got 3"):
        cg.save(path, model, p[:3])
    with pytest.raises(CatgradError, match="'w': expected float32 but got float64"):
        cg.save(path, model, [p[0].astype(float), *p[1:]])
    assert not list(tmp_path.glob("*.part")) and len(path.read_bytes()) > 0


def test_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = plots.text_plot([3, 2, 1], title="loss")
    assert drawn.split("\n")[0] == "loss" and drawn.count("*") == 3
    first, last, axis = (drawn.split("\n")[i] for i in (1, -2, -1))
    assert first.startswith("         3 |*") and last.endswith("|  *") and axis.strip() == "+--- 3"
    assert "nothing to draw" in plots.text_plot([math.nan], title="x")
    path = cg.plot({"loss": [3.0, 2.0]}, tmp_path / "loss.png")
    assert path is not None and path.read_bytes()[:4] == b"\x89PNG"
    if not os.environ.get("DISPLAY"):
        assert cg.plot({"loss": [3.0, 2.0]}) is None and "*" in capsys.readouterr().out


EXAMPLES = {"linear_regression.py": [], "digits.py": ["--epochs", "2"], "iris.py": ["linear", "--steps", "50"],
            "transformer.py": ["--epochs", "1"]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run_and_draw(name: str, tmp_path: Path) -> None:
    assert set(EXAMPLES) == {path.name for path in (ROOT / "examples" / "python").glob("*.py")}
    picture = tmp_path / "picture.png"
    done = subprocess.run([sys.executable, ROOT / "examples" / "python" / name, *EXAMPLES[name], "--plot", picture],
                          capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT / "python")})
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"
