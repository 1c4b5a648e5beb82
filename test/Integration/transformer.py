# ===- transformer.py - a small GPT-2 in the dialect and in JAX ---------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A language model of the shape of GPT-2 (Radford et al., 2019): embeddings of tokens
and places, blocks of layer norm, causal attention and a gelu network with residual
connections, a last layer norm, and the embedding of tokens again for the logits.

`text` writes it in the dialect, as a learner; `logits` says the same in JAX.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from arrows import tensor
from cases.base import indices, jax, jnp
from mlir_text import TensorType

EPS = 1e-5


@dataclass(frozen=True)
class Shape:
    """How many of everything."""

    batch: int = 2
    time: int = 5
    tokens: int = 11
    width: int = 8
    heads: int = 2
    blocks: int = 2
    element: str = "f64"


def parameters(shape: Shape) -> dict[str, TensorType]:
    """In the order of their first use."""
    d, e = shape.width, shape.element
    found = {"wte": tensor(e, shape.tokens, d), "wpe": tensor(e, shape.time, d)}
    for i in range(shape.blocks):
        for name, size in (("ln1.g", (d,)), ("ln1.b", (d,)), ("qkv.w", (d, 3 * d)), ("qkv.b", (3 * d,)),
                           ("proj.w", (d, d)), ("proj.b", (d,)), ("ln2.g", (d,)), ("ln2.b", (d,)),
                           ("fc.w", (d, 4 * d)), ("fc.b", (4 * d,)), ("out.w", (4 * d, d)), ("out.b", (d,))):
            found[f"h{i}.{name}"] = tensor(e, *size)
    return found | {"lnf.g": tensor(e, d), "lnf.b": tensor(e, d)}


class Writer:
    """Writes one statement after the other, each a value of its own."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.types = parameters(shape)
        self.lines: list[str] = []

    def type(self, *sizes: int) -> TensorType:
        return tensor(self.shape.element, *sizes)

    def emit(self, text: str) -> str:
        name = f"%{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def parameter(self, name: str) -> str:
        init = "ones" if name.endswith(".g") else "zeros" if name.endswith(".b") else "normal"
        value = {"ones": "constant<1.0>", "zeros": "zeros", "normal": "normal<mean = 0.0, std = 0.1>"}[init]
        return self.emit(f'catgrad.parameter "{name}" {{init = #catgrad.{value}}} : {self.types[name]}')

    def unary(self, statement: str, from_: TensorType, to: TensorType) -> str:
        return self.emit(f"catgrad.{statement} : ({from_}) -> {to}")

    def add(self, x: str, y: str, type_: TensorType) -> str:
        return self.emit(f"catgrad.add {x}, {y} : {type_}")

    def affine(self, x: str, name: str, inner: int, outer: int) -> str:
        """[batch, time, inner] to [batch, time, outer]."""
        b, t = self.shape.batch, self.shape.time
        weights, r = self.parameter(f"{name}.w"), self.type(b, t, outer)
        product = self.emit(f"catgrad.contract {x}, {weights} {{lhs_axes = {indices([2])}, rhs_axes = {indices([0])}}} "
                            f": ({self.type(b, t, inner)}, {self.type(inner, outer)}) -> {r}")
        bias = self.parameter(f"{name}.b")
        wide = self.unary(f"broadcast {bias} {{dimensions = {indices([0, 1])}}}", self.type(outer), r)
        return self.add(product, wide, r)

    def layer_norm(self, x: str, name: str) -> str:
        scale, bias, d = self.parameter(f"{name}.g"), self.parameter(f"{name}.b"), self.type(self.shape.width)
        t = self.type(self.shape.batch, self.shape.time, self.shape.width)
        return self.emit(f"catgrad.layer_norm {x}, {scale}, {bias} {{eps = {EPS:.1e}}} : ({t}, {d}, {d}) -> {t}")

    def attention(self, x: str, block: str) -> str:
        s = self.shape
        b, t, d, h, n = s.batch, s.time, s.width, s.heads, s.width // s.heads
        qkv = self.affine(x, f"{block}.qkv", d, 3 * d)

        def head(index: int) -> str:
            """Queries, keys or values: [batch, head, time, n]."""
            part = self.unary(f"slice {qkv} {{starts = {indices([0, 0, index * d])}, "
                              f"limits = {indices([b, t, (index + 1) * d])}, strides = {indices([1, 1, 1])}}}",
                              self.type(b, t, 3 * d), self.type(b, t, d))
            split = self.unary(f"reshape {part}", self.type(b, t, d), self.type(b, t, h, n))
            return self.unary(f"transpose {split} {{permutation = {indices([0, 2, 1, 3])}}}", self.type(b, t, h, n),
                              self.type(b, h, t, n))

        q, k, v = head(0), head(1), head(2)
        a = self.type(b, h, t, t)
        turned = self.unary(f"transpose {k} {{permutation = {indices([0, 1, 3, 2])}}}", self.type(b, h, t, n),
                            self.type(b, h, n, t))
        scores = self.emit(f"catgrad.matmul {q}, {turned} : ({self.type(b, h, t, n)}, {self.type(b, h, n, t)}) -> {a}")
        scale = self.emit(f"catgrad.constant dense<{1 / math.sqrt(n)!r}> : {a}")
        scores = self.emit(f"catgrad.multiply {scores}, {scale} : {a}")
        places, bits = tensor("i32", b, h, t, t), tensor("i1", b, h, t, t)
        rows, columns = (self.emit(f"catgrad.iota {{axis = {axis}}} : {places}") for axis in (2, 3))
        seen = self.emit(f"catgrad.compare {rows}, {columns} {{predicate = #catgrad.predicate<ge>}} "
                         f": ({places}, {places}) -> {bits}")
        never = self.emit(f"catgrad.constant dense<-1.0e30> : {a}")
        masked = self.emit(f"catgrad.select {seen}, {scores}, {never} : ({bits}, {a}, {a}) -> {a}")
        weights = self.emit(f"catgrad.softmax {masked} {{axis = 3}} : {a}")
        mixed = self.emit(f"catgrad.matmul {weights}, {v} : ({a}, {self.type(b, h, t, n)}) -> {self.type(b, h, t, n)}")
        back = self.unary(f"transpose {mixed} {{permutation = {indices([0, 2, 1, 3])}}}", self.type(b, h, t, n),
                          self.type(b, t, h, n))
        flat = self.unary(f"reshape {back}", self.type(b, t, h, n), self.type(b, t, d))
        return self.affine(flat, f"{block}.proj", d, d)

    def block(self, x: str, name: str) -> str:
        s = self.shape
        t = self.type(s.batch, s.time, s.width)
        x = self.add(x, self.attention(self.layer_norm(x, f"{name}.ln1"), name), t)
        wide = self.affine(self.layer_norm(x, f"{name}.ln2"), f"{name}.fc", s.width, 4 * s.width)
        bent = self.emit(f'catgrad.gelu {wide} {{approximate = "tanh"}} : {self.type(s.batch, s.time, 4 * s.width)}')
        return self.add(x, self.affine(bent, f"{name}.out", 4 * s.width, s.width), t)


def text(shape: Shape, optimiser: str) -> str:
    """The model @gpt_model and the learner @gpt: from i32 tokens to logits, next tokens as i32 labels."""
    w, s = Writer(shape), shape
    places, t = tensor("i32", s.batch, s.time), w.type(s.batch, s.time, s.width)
    wte, wpe = w.parameter("wte"), w.parameter("wpe")
    x = w.emit(f"catgrad.gather {wte}, %tokens {{axis = 0}} : ({w.types['wte']}, {places}) -> {t}")
    x = w.add(x, w.unary(f"broadcast {wpe} {{dimensions = {indices([0])}}}", w.types["wpe"], t), t)
    for i in range(s.blocks):
        x = w.block(x, f"h{i}")
    x = w.layer_norm(x, "lnf")
    result = w.type(s.batch, s.time, s.tokens)
    logits = w.emit(f"catgrad.contract {x}, {wte} {{lhs_axes = {indices([2])}, rhs_axes = {indices([1])}}} "
                    f": ({t}, {w.types['wte']}) -> {result}")
    body = "\n".join(w.lines)
    return (f'func.func @gpt_model(%tokens: {places} {{catgrad.name = "tokens"}}) -> {result} {{\n{body}\n'
            f"  return {logits} : {result}\n}}\n"
            f"catgrad.learner @gpt model(@gpt_model) optimiser({optimiser}) "
            "loss(#catgrad.sparse_softmax_cross_entropy<label_type = i32>)\n")


# The same in JAX ------------------------------------------------------------

def logits(shape: Shape, p: dict[str, Any], tokens: Any) -> Any:
    b, t, h = shape.batch, shape.time, shape.heads

    def norm(x: Any, name: str) -> Any:
        mean = jnp.mean(x, -1, keepdims=True)
        variance = jnp.mean((x - mean) ** 2, -1, keepdims=True)
        return (x - mean) / jnp.sqrt(variance + EPS) * p[f"{name}.g"] + p[f"{name}.b"]

    def affine(x: Any, name: str) -> Any:
        return x @ p[f"{name}.w"] + p[f"{name}.b"]

    def heads(x: Any) -> Any:
        return x.reshape(b, t, h, -1).transpose(0, 2, 1, 3)

    x = p["wte"][tokens] + p["wpe"]
    for i in range(shape.blocks):
        q, k, v = map(heads, jnp.split(affine(norm(x, f"h{i}.ln1"), f"h{i}.qkv"), 3, -1))
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(q.shape[-1])
        weights = jax.nn.softmax(jnp.where(jnp.tril(jnp.ones((t, t), bool)), scores, -jnp.inf), -1)
        x = x + affine((weights @ v).transpose(0, 2, 1, 3).reshape(b, t, -1), f"h{i}.proj")
        x = x + affine(jax.nn.gelu(affine(norm(x, f"h{i}.ln2"), f"h{i}.fc"), approximate=True), f"h{i}.out")
    return norm(x, "lnf") @ p["wte"].T


def loss(shape: Shape, p: dict[str, Any], tokens: Any, labels: Any) -> Any:
    """The mean cross entropy of the next token."""
    log = jax.nn.log_softmax(logits(shape, p, tokens), -1)
    return -jnp.mean(jnp.take_along_axis(log, labels[..., None], -1))


def adamw(p: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, rate: float,
          weight_decay: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Step t = 1, 2, .. of torch.optim.AdamW; the new p, m and v."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    p = p - rate * weight_decay * p
    return p - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v
