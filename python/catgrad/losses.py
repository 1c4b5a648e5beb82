# ===- losses.py - losses ------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The compiler's losses: each is what a learner calls one. The reference says what each means."""

from __future__ import annotations

from .optimisers import attribute

mse = attribute("mse")
mse_mean = attribute("mse_mean")
mae = attribute("mae")
softmax_cross_entropy = attribute("softmax_cross_entropy")
sparse_softmax_cross_entropy = attribute("sparse_softmax_cross_entropy", label_type="i32")
binary_cross_entropy_with_logits = attribute("binary_cross_entropy_with_logits")


def huber(delta: float = 1.0) -> str:
    return attribute("huber", delta=delta)


def sparse(label_type: str = "i64") -> str:
    """`sparse_softmax_cross_entropy` with labels of another type."""
    return attribute("sparse_softmax_cross_entropy", label_type=label_type)
