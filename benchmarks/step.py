#!/usr/bin/env python3
# ===- step.py - the time of a training step, against peers ---------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===-----------------------------------------------------------------------===#
"""Measures the training step of the iris models for every available peer.

The peers take turns in short rounds, so that a change of the machine's speed
hits all of them, and the table shows the median round of each. Before anything
is timed, all peers have to agree on the parameters after one step.
"""

from __future__ import annotations

import sys

import rounds
import peers


def main() -> int:
    known = peers.load()
    options = rounds.parse_options(__doc__, known)
    chosen, times = rounds.run(known, options)

    # Each ratio is a peer's time over the first one's.
    first, *others = [peer.NAME for peer in chosen]
    header = ["model", f"{first} (us)"]
    for name in others:
        header += [f"{name} (us)", f"{name} / {first}"]
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for model in options.model:
        medians = rounds.medians(times[model])
        row = [model, f"{1e6 * medians[first]:.2f}"]
        for name in others:
            row += [
                f"{1e6 * medians[name]:.2f}",
                f"{medians[name] / medians[first]:.2f}",
            ]
        print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
