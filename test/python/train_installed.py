# ===- train_installed.py - what an installed package can do --------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Trains the iris model `hidden` with an installed package, on numpy and nothing else.

`make wheel` runs this with the wheel, and test_package.py with the wheel's layout. It ends
with an error unless the package, its compiler and its compiled module lie in one folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import catgrad as cg
import iris

package = Path(cg.__file__).parent
compiler, calls = Path(cg._compiler.library()._name), cg.compiled.required()
if iris.EXAMPLE.parents[1] in package.parents and "build" not in package.parts:
    sys.exit(f"expected an installed package but got that of the source tree, {package}")
for path in (compiler, Path(calls.__file__)):
    if package not in path.parents:
        sys.exit(f"expected {path} within {package}")

learner = cg.compile_text(iris.text("hidden")).hidden
x, label = iris.data()
p = learner.init(seed=0)
for _ in range(1000):
    learner.step_(*p, x, label)
[y] = learner.predict(*p, x)
accuracy = np.mean(y.argmax(1) == label.argmax(1))
print(f"{package}: accuracy {100 * accuracy:.0f} % after 1000 steps; modules:",
      ", ".join(sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"__main__"})))
if accuracy < 0.9:
    sys.exit("expected 90 % or more")
