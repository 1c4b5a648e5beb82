# ===- upstream.py - the original's tests against ours -------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Run the tests of Python catgrad 0.2.2 against this package.

    .venv/bin/python test/python/upstream.py CHECKOUT

CHECKOUT is a copy of github.com/statusfailed/catgrad. Its tests are copied to a scratch
folder, so that its own package is out of the way; two that have one name get two.
docs/python.md explains what deviates.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Compilation takes longer than Hypothesis allows an example by default.
CONFTEST = """
from hypothesis import HealthCheck, settings
settings.register_profile("ours", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("ours")
"""

DEVIATIONS = {
    "test_rd_invert": "its reverse of ~x is ~d, which is not linear; ours is -d, the derivative of -1 - x",
    "test_reshape": "it reshapes i32 to f32 and keeps the elements; ours refuses to mix types",
    "test_rd_reshape": "likewise",
    "test_rd_nadd": "its cotangent has the shape of the axes that are summed, not of the sum",
}


def rename_shadowed(path: Path) -> None:
    """Gives tests of one name several names: Python would run the last of them only."""
    count: Counter[str] = Counter()

    def rename(match: re.Match[str]) -> str:
        count[match[1]] += 1
        return match[0] if count[match[1]] == 1 else f"def {match[1]}_{count[match[1]]}("

    path.write_text(re.sub(r"^def (test_\w+)\(", rename, path.read_text(), flags=re.MULTILINE))


def main() -> int:
    checkout = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(checkout / "tests", Path(folder, "tests"))
        for path in Path(folder, "tests").rglob("test_*.py"):
            rename_shadowed(path)
        Path(folder, "conftest.py").write_text(CONFTEST)
        report = Path(folder, "report.xml")
        subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider",
                        "--junit-xml", report, "tests"], cwd=folder, check=False,
                       env={**os.environ, "PYTHONPATH": str(ROOT / "python")})
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    failed = {case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    for name in sorted(failed & set(DEVIATIONS)):
        print(f"deviates: {name}: {DEVIATIONS[name]}")
    for name in sorted(failed - set(DEVIATIONS)):
        print(f"fails: {name}")
    print(f"{len(cases) - len(failed)} of {len(cases)} pass")
    return 1 if failed - set(DEVIATIONS) else 0


if __name__ == "__main__":
    sys.exit(main())
