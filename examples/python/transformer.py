# ===- transformer.py - letters of a licence -----------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""A small transformer that learns to write letter by letter, from the licence of this project."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import catgrad as cg
from catgrad import nn

TEXT = Path(__file__).resolve().parents[2] / "LICENSE"
TIME, SIZE, HEADS, BATCH = 32, 48, 4, 16


class Block(nn.Module):
    """Attention, then a perceptron, each beside the identity."""

    def __init__(self) -> None:
        self.norm, self.attention = nn.LayerNorm(SIZE), nn.MultiHeadAttention(SIZE, HEADS, causal=True)
        self.mlp = nn.Sequential(nn.LayerNorm(SIZE), nn.Linear(SIZE, 2 * SIZE), nn.gelu, nn.Linear(2 * SIZE, SIZE))

    def __call__(self, x: cg.Tensor) -> cg.Tensor:
        x = x + self.attention(self.norm(x))
        return x + self.mlp(x)


class Network(nn.Module):
    def __init__(self, letters: int, blocks: int) -> None:
        self.letters, self.places = nn.Embedding(letters, SIZE), cg.Parameter((TIME, SIZE))
        self.blocks = nn.Sequential(*(Block() for _ in range(blocks)))
        self.out = nn.Sequential(nn.LayerNorm(SIZE), nn.Linear(SIZE, letters))

    def __call__(self, x: cg.Tensor) -> cg.Tensor:
        return self.out(self.blocks(self.letters(x) + self.places))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--plot", help="a file for the picture")
    arguments = parser.parse_args()

    text = " ".join(TEXT.read_text().split())
    letters = sorted(set(text))
    codes = np.array([letters.index(letter) for letter in text], np.int32)
    starts = np.arange(0, len(codes) - TIME - 1, TIME // 4)
    x = np.stack([codes[i:i + TIME] for i in starts])
    y = np.stack([codes[i + 1:i + TIME + 1] for i in starts])

    rate, total = 3e-3, arguments.epochs * (len(x) // BATCH)
    optimiser = cg.optimisers.clip(cg.optimisers.adamw(cg.optimisers.DYNAMIC), 1.0)
    model = cg.learner(Network(len(letters), 2), cg.i32[BATCH, TIME], name="transformer", report_loss=True,
                       optimiser=optimiser, loss=cg.losses.sparse_softmax_cross_entropy)
    history = []
    for epoch in cg.fit(model, (x, y), epochs=arguments.epochs, progress=True,
                        rate=lambda step: rate * min(1, (step + 1) / 50) * (1 - 0.9 * step / total)):
        print(f"epoch {epoch.number:3}  loss {epoch.loss:.3f}")
        history.append(epoch)

    writer, p = model.for_batch(1), model.parameters_of(history[-1].values)
    written = [letters.index(letter) for letter in text[:TIME]]
    for _ in range(120):
        [scores] = writer.predict(*p, np.array([written[-TIME:]], np.int32))
        written.append(int(scores[0, -1].argmax()))
    print("".join(letters[code] for code in written))
    cg.plot({"loss": [epoch.loss for epoch in history]}, arguments.plot, "transformer")


if __name__ == "__main__":
    main()
