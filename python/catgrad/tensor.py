# ===- tensor.py - values of a traced function ---------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""What a traced function computes with: a type and a name, no numbers.

Operators follow numpy, broadcasting included, except that element types are not mixed:
`x.astype(cg.f32)` says so. A Python number takes the type of the array beside it.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .text import FunctionBuilder, Value, literal
from .errors import CatgradError
from .types import Dtype, NdArrayType, as_dtype, as_type

PACKAGE = str(Path(__file__).resolve().parent)


class TraceError(CatgradError, TypeError):
    """A step of a function that has no meaning, with the line of Python that takes it."""

    def __init__(self, message: str, hint: str = "") -> None:
        file, line = place()
        super().__init__(f"{file}:{line}: {message}" if line else message, hint=hint)


def place() -> tuple[str, int]:
    """File and line of the user's code that is running: the nearest that is not of this package."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back  # type: ignore[assignment]
    return (cell(frame.f_code.co_filename), frame.f_lineno) if frame else ("", 0)


def cell(file: str) -> str:
    """What a notebook calls the cell that it keeps in this file, such as In[3]; other files keep their names."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    found = shell.compile.format_code_name(file) if shell else None  # a kind and a name
    return found[1] if found else file


class Trace:
    """One function on its way to MLIR, and the parameters that it has used."""

    def __init__(self, builder: FunctionBuilder) -> None:
        self.builder = builder
        self.parameters: dict[int, tuple[Any, Tensor, str]] = {}
        self.names: dict[int, str] = {}  # of parameters, by their identity

    def op(self, name: str, operands: list[Tensor], results: list[NdArrayType], **attributes: str) -> list[Tensor]:
        """Writes an operation, at the user's line."""
        self.builder.place = place()
        values = self.builder.op(name, [x.value for x in operands], results, attributes)
        return [Tensor(value, self) for value in values]

    def constant(self, value: Any, type_: NdArrayType) -> Tensor:
        """A number for all elements, or an array's numbers."""
        array = np.asarray(value)
        element = type_.dtype.value
        try:
            if array.ndim == 0:
                text = literal(array.item(), element)
            else:
                text = nested(array, element)
        except (ValueError, OverflowError) as error:
            raise TraceError(str(error)) from error
        return self.op("constant", [], [type_], value=f"dense<{text}> : {type_.mlir}")[0]


def nested(array: np.ndarray, element: str) -> str:
    """The numbers of an array as nested lists."""
    if array.size == 0:
        return ""
    if array.ndim == 1:
        return "[" + ", ".join(literal(number, element) for number in array.tolist()) + "]"
    return "[" + ", ".join(nested(part, element) for part in array) + "]"


class Stack(threading.local):
    """The functions that this thread is tracing, the innermost last."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []


STACK = Stack()


def current() -> Trace:
    """The function that is being traced. Raises TraceError outside of one."""
    if not STACK.traces:
        raise TraceError("parameters and operations of catgrad compute nothing by themselves",
                         hint="use them in a function with @catgrad.function")
    return STACK.traces[-1]


class Operators:
    """What may stand beside an operator in a traced function: a tensor or a parameter."""

    if TYPE_CHECKING:  # functions.py, products.py, function.py and dispatch.py define them
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any: ...
        def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __neg__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...


class Tensor(Operators):
    """A value of the function that is traced."""

    if TYPE_CHECKING:  # functions.py defines them
        def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def prod(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def max(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def min(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def var(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def argmax(self, axis: int, dtype: Any = "i32") -> Tensor: ...
        def cumsum(self, axis: int, reverse: bool = False, exclusive: bool = False) -> Tensor: ...

    def __init__(self, value: Value, trace: Trace) -> None:
        self.value = value
        self.trace = trace

    @property
    def type(self) -> NdArrayType:
        return self.value.type

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.type.shape

    @property
    def dtype(self) -> Dtype:
        return self.value.type.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    def __repr__(self) -> str:
        return f"<tensor {self.type}>"

    def __bool__(self) -> bool:
        raise TraceError("the values of a tensor are not known while the function is traced",
                         hint="cg.where(condition, x, y) chooses element by element")

    __index__ = __int__ = __float__ = __bool__  # type: ignore[assignment]

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TraceError("numpy cannot compute with the tensors of a traced function",
                         hint="np.exp and the like are traced; catgrad has them, and more, as cg.exp")

    def __len__(self) -> int:
        if not self.shape:
            raise TraceError("a tensor of rank 0 has no length")
        return self.shape[0]

    def __iter__(self) -> Any:
        from . import functions
        return iter(functions.unstack(self, 0))

    def __getitem__(self, index: Any) -> Tensor:
        from .indexing import index as take_index
        return take_index(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TraceError("the tensors of a traced function do not change",
                         hint="cg.where chooses by a condition, cg.scatter_add adds at indices, cg.concatenate joins parts")

    @property
    def T(self) -> Tensor:
        return self.transpose()

    def astype(self, dtype: Any) -> Tensor:
        """The values in another element type."""
        to = NdArrayType(self.shape, as_dtype(dtype))
        return self if to == self.type else self.trace.op("cast", [self], [to])[0]

    def reshape(self, *shape: Any) -> Tensor:
        from . import functions
        return functions.reshape(self, shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape)

    def transpose(self, *axes: Any) -> Tensor:
        from . import functions
        return functions.transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)


def as_tensor(value: Any, like: Tensor | None = None) -> Tensor:
    """A tensor, a parameter, a number (of the type of `like`), or an array of constants.

    Raises TraceError for what is none of these.
    """
    if isinstance(value, Tensor):
        if value.trace is not current():
            raise TraceError("a tensor of another function cannot be used here", hint="pass it as an argument")
        return value
    if hasattr(value, "as_tensor"):
        return value.as_tensor()
    if isinstance(value, (bool, int, float, np.generic)) and not isinstance(value, np.ndarray):
        if like is None:
            raise TraceError(f"the number {value} needs an array beside it that says its type",
                             hint="cg.full((), value, cg.f32)")
        if not like.dtype.is_floating() and isinstance(value, (float, np.floating)):
            raise TraceError(f"expected a whole number beside {like.type} but got {value}", hint="x.astype(cg.f32)")
        return current().constant(value, NdArrayType((), like.dtype))
    if isinstance(value, (np.ndarray, list, tuple)):
        array = np.asarray(value, None if isinstance(value, np.ndarray) or like is None
                           else np.dtype(_numpy_name(like.dtype)))
        return current().constant(array, as_type(array))
    raise TraceError(f"expected a tensor, an array or a number but got {type(value).__name__}")


def _numpy_name(dtype: Dtype) -> Any:
    from . import dtypes
    return dtypes.to_numpy(dtype.value)


def same_types(name: str, *xs: Any) -> list[Tensor]:
    """Operands as tensors of one element type. Raises TraceError for two."""
    found = [x for x in xs if isinstance(x, Tensor) or hasattr(x, "as_tensor") or isinstance(x, np.ndarray)]
    if not found:
        current()
        raise TraceError(f"{name}: expected a tensor but got numbers only")
    like = as_tensor(found[0])
    tensors = [as_tensor(x, like) for x in xs]
    if len({x.dtype for x in tensors}) > 1:
        types = " and ".join(str(x.type) for x in tensors)
        raise TraceError(f"{name}: expected equal element types but got {types}",
                         hint=f"x.astype(cg.{tensors[0].dtype.value})")
    return tensors
