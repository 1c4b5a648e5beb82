# ===- random.py - numbers from a seed -----------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC 2011),
as docs/design.md says that parameters are drawn: equal in every language."""

from __future__ import annotations

import numpy as np

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85
LOW, WORD = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox(key: tuple[int, int], counter: list[np.ndarray]) -> list[np.ndarray]:
    """Four random words from four words of counter, each an array of uint64 below 2^32."""
    c0, c1, c2, c3 = counter
    for i in range(10):
        k0, k1 = (np.uint64((k + i * w) & 0xFFFFFFFF) for k, w in zip(key, WEYL))
        p0, p1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (p1 >> WORD) ^ c1 ^ k0, p1 & LOW, (p0 >> WORD) ^ c3 ^ k1, p0 & LOW
    return [c0, c1, c2, c3]


def pairs(seed: int, parameter: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Two numbers in (0, 1] for each two elements of a parameter."""
    seed = int(seed) & 0xFFFFFFFFFFFFFFFF
    block = np.arange((size + 1) // 2, dtype=np.uint64)
    words = philox((seed & 0xFFFFFFFF, seed >> 32),
                   [block & LOW, block >> WORD, np.full_like(block, parameter), np.zeros_like(block)])
    r0, r1, r2, r3 = (word.astype(np.float64) for word in words)
    return tuple((np.floor(high / 32) * 2.0**26 + np.floor(low / 64) + 0.5) * 2.0**-53
                 for high, low in ((r0, r1), (r2, r3)))


def uniform(seed: int, parameter: int, size: int) -> np.ndarray:
    """`size` numbers in (0, 1]."""
    return np.stack(pairs(seed, parameter, size), axis=1).reshape(-1)[:size]


def normal(seed: int, parameter: int, size: int) -> np.ndarray:
    """`size` numbers of mean 0 and deviation 1, by Box and Muller."""
    u1, u2 = pairs(seed, parameter, size)
    radius, angle = np.sqrt(-2.0 * np.log(u1)), (2.0 * np.pi) * u2
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1).reshape(-1)[:size]
