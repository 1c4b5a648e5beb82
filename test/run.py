#!/usr/bin/env python3
# ===- run.py - every test of the project, and one line that counts them --===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ===----------------------------------------------------------------------===#
"""Run lit, GoogleTest and the executed tests (pytest) with live output.

At the end stand the skipped tests, the failing tests, one line per suite and, as
the very last line, ``N passed, N failed``. The exit status is 1 when a test
failed, when a suite crashed or when it ran no test at all: silence is not success.

A lit file has to be able to fail. One without a RUN line, or one whose RUN lines
check nothing (see `checks_something`), counts as a failure. So does a Python test
that another one of the same name replaces.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

TEST_DIR = Path(__file__).resolve().parent


@dataclass
class Result:
    """What one suite did. `failed` and `skipped` hold one printable line a test."""

    suite: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return self.passed + len(self.failed) + len(self.skipped)


def died(status: int) -> str:
    """Words for a process status that no test runner returns by itself."""
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"


def call(command: list[str | Path], **environment: str) -> int:
    """Run `command` with our own stdout and stderr, and return its status."""
    words = [str(word) for word in command]
    print("+ " + " ".join(words), flush=True)
    return subprocess.run(words, env={**os.environ, **environment}, check=False).returncode


# lit ------------------------------------------------------------------------

def run_lines(text: str) -> list[str]:
    """The RUN lines of a lit file, continued lines joined."""
    lines: list[str] = []
    continued = False
    for match in re.finditer(r"RUN:[ \t]*(.*?)[ \t]*$", text, re.MULTILINE):
        line = match.group(1)
        if continued:
            lines[-1] += " " + line
        elif line:
            lines.append(line)
        continued = line.endswith("\\")
        if continued:
            lines[-1] = lines[-1][:-1].rstrip()
    return lines


def checks_something(path: Path) -> str | None:
    """Why the lit file at `path` cannot fail in a way that matters, or None.

    One of its RUN lines has to use `--verify-diagnostics`, `--verify-roundtrip`
    or `not`, or FileCheck with a prefix for which there are directives.
    """
    text = path.read_text()
    lines = run_lines(text)
    if not lines:
        return "no RUN line"
    for line in lines:
        if re.search(r"(?<!\S)(not|--?verify-diagnostics(=\S+)?|--?verify-roundtrip)(?!\S)", line):
            return None
        for filecheck in re.findall(r"\bFileCheck\b([^|&;]*)", line):
            prefixes = re.findall(r"--?check-prefix(?:es)?[= ](\S+)", filecheck)
            names = [name for group in prefixes for name in group.split(",")] or ["CHECK"]
            directive = re.compile(
                r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")"
                r"(?:-(?:NEXT|SAME|LABEL|DAG|NOT|EMPTY|COUNT-\d+))?(?:\{[A-Z]+\})?:")
            sources = [path] + [path.parent / word.replace("%S/", "")
                                for word in filecheck.split() if word.startswith("%S/")]
            if any(directive.search(source.read_text()) for source in sources if source.is_file()):
                return None
    return "its RUN lines check nothing: no CHECK directive, --verify-diagnostics, --verify-roundtrip or not"


def run_lit(build: Path, scratch: Path, pattern: str | None) -> Result:
    """Run the lit tests of `build` and look at what each file checks."""
    result = Result("lit")
    report = scratch / "lit.json"
    # lit stands beside the interpreter, and uses the packages of that environment.
    command: list[str | Path] = [sys.executable, Path(sys.executable).with_name("lit"),
                                 "-v", "--output", report, build / "test"]
    if pattern:
        command.append(f"--filter={pattern}")
    status = call(command)
    try:
        tests = json.loads(report.read_text())["tests"]
    except (OSError, ValueError, KeyError):
        result.failed.append(f"lit: no results ({died(status)})")
        return result
    for test in sorted(tests, key=lambda test: test["name"]):
        name, code = test["name"], test["code"]
        path = TEST_DIR / name.split(" :: ", 1)[1]
        if code == "EXCLUDED":  # by --filter
            continue
        vain = checks_something(path)
        if code in ("UNSUPPORTED", "SKIPPED", "XFAIL"):
            result.skipped.append(f"{name} ({code.lower()})")
        elif code not in ("PASS", "FLAKYPASS"):
            result.failed.append(f"{name} ({code.lower()})")
        elif vain:
            result.failed.append(f"{name} ({vain})")
        else:
            result.passed += 1
    if status != 0 and not result.failed:
        result.failed.append(f"lit: {died(status)}, although no test failed")
    return result


# GoogleTest -----------------------------------------------------------------

def run_unit(build: Path, scratch: Path, pattern: str | None) -> Result:
    """Run the GoogleTest programs: ours, and those of the GPU test double."""
    result = Result("unit")
    for name in ("catgrad-unit-tests", "catgrad-gpu-tests"):
        run_program(build / "bin" / name, scratch / f"{name}.json", pattern, result)
    return result


def run_program(program: Path, report: Path, pattern: str | None, result: Result) -> None:
    """Add what one GoogleTest program did to `result`."""
    if not program.is_file():
        result.failed.append(f"unit: {program} was not built")
        return
    command: list[str | Path] = [program, f"--gtest_output=json:{report}"]
    if pattern:
        command.append(f"--gtest_filter=*{pattern}*")
    failed = len(result.failed)
    status = call(command)
    try:
        suites = json.loads(report.read_text())["testsuites"]
    except (OSError, ValueError, KeyError):
        result.failed.append(f"unit: no results of {program.name} ({died(status)})")
        return
    for suite in suites:
        for test in suite["testsuite"]:
            name = f"{suite['name']}.{test['name']}"
            if test.get("failures"):
                result.failed.append(f"unit :: {name}")
            elif test.get("result") == "SKIPPED" or name.find("DISABLED_") >= 0:
                result.skipped.append(f"unit :: {name}")
            elif test.get("status") == "RUN":
                result.passed += 1
    if status != 0 and len(result.failed) == failed:
        result.failed.append(f"unit: {program.name}: {died(status)}, although no test failed")


# pytest ---------------------------------------------------------------------

def run_integration(build: Path, scratch: Path, pattern: str | None) -> Result:
    """Run test/Integration: the tests that execute compiled code."""
    return run_pytest("integration", TEST_DIR / "Integration", build, scratch, pattern)


def shadowed(path: Path) -> list[str]:
    """The tests of a Python file that a later definition of the name replaces."""
    found: list[str] = []
    for scope in ast.walk(ast.parse(path.read_text())):
        if isinstance(scope, (ast.Module, ast.ClassDef)):
            names = [node.name for node in scope.body if isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
            found += [name for name in sorted(set(names))
                      if name.lower().startswith("test") and names.count(name) > 1]
    return found


def run_python(build: Path, scratch: Path, pattern: str | None) -> Result:
    """Run test/python: the tests of the Python package."""
    return run_pytest("python", TEST_DIR / "python", build, scratch, pattern)


def run_pytest(name: str, folder: Path, build: Path, scratch: Path, pattern: str | None) -> Result:
    """Run the tests of a folder in several processes."""
    result = Result(name)
    report = scratch / f"{name}.xml"
    # In a process of its own (-n), compiled code that crashes costs one test
    # and not the whole run; work stealing keeps a module's tests together.
    command: list[str | Path] = [
        sys.executable, "-m", "pytest", "-v", "-n", str(max(1, min(8, os.cpu_count() or 1))),
        "--dist", "worksteal", "-p", "no:cacheprovider", "--rootdir", TEST_DIR,
        "--junit-xml", report, folder]
    if pattern:
        command += ["-k", pattern]
    # One thread each: the workers already fill the machine.
    status = call(command, CATGRAD_BUILD_DIR=str(build), OPENBLAS_NUM_THREADS="1",
                  CATGRAD_TEST_CACHE=str(scratch / "compiled"))
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError):
        result.failed.append(f"{name}: no results ({died(status)})")
        return result
    for case in cases:
        test = f"{case.get('classname', '').split('.')[-1]}.py :: {case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed.append(test)
        elif skip is not None:
            result.skipped.append(f"{test} ({skip.get('message')})")
        else:
            result.passed += 1
    result.failed += [f"{path.name} :: {test} (defined twice: the first is never run)"
                      for path in sorted(folder.glob("test_*.py")) for test in shadowed(path)]
    if status not in (0, 5) and not result.failed:  # 5: no test, judged below
        result.failed.append(f"{name}: {died(status)}, although no test failed")
    return result


SUITES = {"lit": run_lit, "unit": run_unit, "integration": run_integration, "python": run_python}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build-dir", type=Path, default=TEST_DIR.parent / "build",
                        help="build folder (default: build)")
    parser.add_argument("--suite", action="append", choices=SUITES,
                        help="run only this suite (may be given again)")
    parser.add_argument("--filter", metavar="PATTERN",
                        help="run only tests whose name contains this; suites without one are passed over")
    arguments = parser.parse_args()
    build = arguments.build_dir.resolve()
    if not (build / "test" / "lit.site.cfg.py").is_file():
        print(f"error: {build} is not a configured build folder; run 'make' first", file=sys.stderr)
        return 1

    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="catgrad-tests-") as scratch:
        os.environ["TMPDIR"] = scratch  # so that nothing of a killed test stays behind
        for name in arguments.suite or SUITES:
            print(f"\n=== {name} ===", flush=True)
            start = time.monotonic()
            result = SUITES[name](build, Path(scratch), arguments.filter)
            result.seconds = time.monotonic() - start
            if result.total == 0 and not arguments.filter:
                result.failed.append(f"{name}: ran no test")
            results.append(result)

    passed = sum(result.passed for result in results)
    failed = [line for result in results for line in result.failed]
    skipped = [line for result in results for line in result.skipped]
    if passed + len(failed) == 0:
        failed.append("no test was run")
    for title, lines in (("skipped", skipped), ("failing", failed)):
        if lines:
            print(f"\n{title} tests:")
            for line in lines:
                print(f"  {line}")
    print()
    for result in results:
        print(f"  {result.suite:<12} {result.passed:>5} passed {len(result.failed):>4} failed "
              f"{len(result.skipped):>4} skipped {result.seconds:>7.1f} s")
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
