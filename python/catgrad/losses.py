# ===- losses.py - losses ------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""The compiler's losses: each is what a learner calls one. The reference says what each means."""

from __future__ import annotations

from .optimisers import attribute

__all__ = ["binary_cross_entropy_with_logits", "huber", "mae", "mse", "mse_mean", "softmax_cross_entropy", "sparse",
           "sparse_softmax_cross_entropy"]


def __dir__() -> list[str]:
    return __all__


mse = attribute("mse")
"""Half the sum of squared errors; its gradient is `y - label`."""
mse_mean = attribute("mse_mean")
"""The mean of the squared errors."""
mae = attribute("mae")
"""The mean of the absolute errors."""
softmax_cross_entropy = attribute("softmax_cross_entropy")
"""Cross entropy of softmax and given probabilities, the mean over rows."""
sparse_softmax_cross_entropy = attribute("sparse_softmax_cross_entropy", label_type="i32")
"""The same for classes as i32 of shape (rows,), where a row with another number is ignored."""
binary_cross_entropy_with_logits = attribute("binary_cross_entropy_with_logits")
"""Cross entropy of sigmoid and given probabilities."""


def huber(delta: float = 1.0) -> str:
    """Quadratic up to `delta`, linear beyond."""
    return attribute("huber", delta=delta)


def sparse(label_type: str = "i64") -> str:
    """`sparse_softmax_cross_entropy` with labels of another type."""
    return attribute("sparse_softmax_cross_entropy", label_type=label_type)
