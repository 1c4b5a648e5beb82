# ===- __init__.py - catgrad for Python ----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""catgrad: reverse derivatives ahead of time.

    import catgrad
    library = catgrad.compile_text(text)      # MLIR to native code
    p = library.iris.init(seed=0)
    p = library.iris.step(*p, x, label)
"""

from __future__ import annotations

import importlib
from typing import Any

from . import dispatch as _dispatch  # noqa: F401 - numpy finds it by the tensors
from . import functions as _functions
from . import initialisers, losses, nn, optimisers
from .devices import DeviceArray, to_device
from .driver import compile_text, emit_text
from .errors import ArgumentError, CatgradError, Diagnostic
from .files import restore, save
from .function import Function, Parameter, function
from .indexing import one_hot, scatter_add, take
from .learner import learner
from .native import Learner, Library, load
from .plots import plot
from .products import einsum, matmul, tensordot
from .tensor import Tensor, TraceError
from .training import Epoch, evaluate, fit
from .types import Dtype, NdArrayType, bf16, f16, f32, f64, i1, i8, i16, i32, i64

__version__ = "0.1.0"

# Functions of tensors by numpy's names: cg.exp, cg.sum, .. (not by `import *`).
FUNCTIONS = (*_functions.UNARY, *_functions.BINARY, *_functions.COMPARE, *_functions.REDUCE, *_functions.ALONG,
             "arange", "argmax", "broadcast_to", "clip", "concatenate", "cumsum", "expand_dims", "flip", "full", "gelu",
             "iota", "layer_norm", "logsumexp", "mean", "ones", "pad", "reshape", "rms_norm", "split", "squeeze",
             "stack", "swapaxes", "transpose", "unstack", "var", "where", "zeros")

# What needs the package open-hypergraphs is imported when it is asked for.
LAZY = {"obj": ".signature", "compile_model": ".compile", "rdiff": ".compile"}

__all__ = ["ArgumentError", "CatgradError", "DeviceArray", "Diagnostic", "Dtype", "Epoch", "Function", "Learner", "Library",
           "NdArrayType", "Parameter", "Tensor", "TraceError", "bf16", "compile_text", "einsum", "emit_text",
           "evaluate", "f16", "f32", "f64", "fit", "function", "i1", "i16", "i32", "i64", "i8", "initialisers",
           "layers", "learner", "load", "losses", "matmul", "nn", "one_hot", "optimisers", "plot", "restore", "save",
           "scatter_add", "take", "tensordot", "to_device", *LAZY]


def __getattr__(name: str) -> Any:
    if name in FUNCTIONS:
        return getattr(_functions, name)
    if name not in LAZY and name != "layers":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(LAZY.get(name, ".layers"), __name__)
    except ModuleNotFoundError as error:
        if error.name != "open_hypergraphs":
            raise
        raise CatgradError("diagrams need the package open-hypergraphs, which is not installed",
                           hint="pip install 'catgrad-mlir[diagrams]', or, with numpy 2, "
                           "pip install --no-deps open-hypergraphs==0.1.3 and scipy") from error
    return module if name == "layers" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *FUNCTIONS})
