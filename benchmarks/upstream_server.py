# ===- upstream_server.py - Python catgrad, measured by itself --------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Steps of Python catgrad 0.2.2 on request, in its own environment; peers/python/python_catgrad.py asks.

Each line of the input is a request in JSON, and each line of the output its answer. The first has
`model`, `x`, `label` and `parameters`; then `{"count": n}` does n steps and says the seconds per
step, and `{}` says the parameters.
"""

from __future__ import annotations

import json
import sys
import time
import types

import numpy as np


class Absent(types.ModuleType):
    """A package that is imported, named in hints of types, and not used."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("_"):
            raise AttributeError(name)
        return object


try:
    import torch  # noqa: F401
except ModuleNotFoundError:  # the original imports it for its other backend
    sys.modules["torch"] = Absent("torch")

from catgrad import *  # noqa: F403 - so begin its programs
from catgrad import NdArrayType, Dtype, compile_model, layers, obj
from catgrad.target.python.array_backend import Numpy

BATCH, INPUT, HIDDEN, OUTPUT = (NdArrayType((n,), Dtype.float32) for n in (150, 4, 20, 3))
# As its example has them.
MODELS = {
    "linear": (1e-4, lambda: layers.linear(BATCH, INPUT, OUTPUT)),
    "simple": (1e-2, lambda: layers.linear(BATCH, INPUT, OUTPUT) >> layers.sigmoid(obj(BATCH + OUTPUT))),
    "dense": (1e-2, lambda: layers.dense(BATCH, INPUT, OUTPUT, activation=layers.sigmoid)),
    "hidden": (1e-2, lambda: layers.dense(BATCH, INPUT, HIDDEN, activation=layers.sigmoid)
               >> layers.dense(BATCH, HIDDEN, OUTPUT, activation=layers.sigmoid)),
}


def main() -> None:
    request = json.loads(sys.stdin.readline())
    rate, model = MODELS[request["model"]]
    step = compile_model(model(), layers.sgd(rate), layers.mse)[0](Numpy).step
    p = [np.array(a, np.float32) for a in request["parameters"]]
    data = [np.array(request[name], np.float32) for name in ("x", "label")]
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        count = json.loads(line).get("count")
        if count is None:
            print(json.dumps([a.tolist() for a in p]), flush=True)
            continue
        start = time.perf_counter()
        for _ in range(count):
            p = step(*p, *data)
        print((time.perf_counter() - start) / count, flush=True)


if __name__ == "__main__":
    main()
