"""The check before a commit: `python -m tests.check`, about a minute; `--deep` for everything there is.

It runs ruff, import-linter, mypy and the tests that need neither a process of their own nor a browser. It installs
nothing, deletes nothing and reaches no network. With `--deep` every test runs, those of pytest's marker `deep`
too, each property is tried on many more examples, and coverage is measured: an hour or more.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))

QUICK_TESTS = (
    "tests/test_house.py",
    "tests/board",
    "tests/bridge",
    "tests/docs/test_contributing.py",
    "tests/report",
    "tests/sandbox",
    "tests/scaffold",
    "tests/session",
    "tests/songmap",
    "tests/store",
    "tests/system",
    "tests/timer",
    "tests/trust",
)
SLOW_TESTS = (
    "tests/board/test_fault_sweep.py",
    "tests/sandbox/test_server.py",
    "tests/scaffold/test_both_sides.py",
    "tests/scaffold/test_change_sweep.py",
    "tests/scaffold/test_convergence.py",
    "tests/scaffold/test_fault_sweep.py",
    "tests/scaffold/test_my_tasks.py",
    "tests/scaffold/test_speed.py",
    "tests/session/test_delivery.py",
    "tests/session/test_machine.py",
    "tests/songmap/read/test_hostile.py",
    "tests/songmap/write/test_schema.py",
    "tests/trust/test_strangers.py",
)
"""Parts of the folders above that need more than a few seconds, or wait for real time."""

NOT_MEASURED = ("asana_tbp/cli/*", "asana_tbp/tui/*", "asana_tbp/web/*")
"""Rooms whose tests are processes, terminals and a browser: only the deep check measures them."""

MEASURED_TOO = (
    "tests/cli/test_board.py",
    "tests/cli/test_changed_map.py",
    "tests/cli/test_config.py",
    "tests/cli/test_control.py",
    "tests/cli/test_doctor.py",
    "tests/cli/test_new.py",
    "tests/cli/test_pull.py",
    "tests/cli/test_pull_into.py",
    "tests/cli/test_scaffold.py",
    "tests/cli/test_songs.py",
    "tests/cli/test_start.py",
    "tests/songmap/write/test_schema.py",
    "tests/trust/test_strangers.py",
)
"""Tests that reach the use cases of the rooms measured through the command line."""


def lint_steps() -> list[list[str]]:
    """The programs that read the code without running it, the quickest first."""
    return [
        [str(SCRIPTS / "ruff"), "check", "."],
        [str(SCRIPTS / "ruff"), "format", "--check", "."],
        [str(SCRIPTS / "lint-imports")],
        [str(SCRIPTS / "mypy")],
    ]


def missing_tools() -> list[str]:
    """What the check needs and this Python lacks: the tools of the list `dev` in pyproject.toml."""
    modules = ("coverage", "pytest")
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    programs = (Path(step[0]).name for step in lint_steps())
    return [*lacking, *dict.fromkeys(each for each in programs if shutil.which(each, path=SCRIPTS) is None)]


def quick_tests() -> list[str]:
    """What pytest is to run, as arguments."""
    existing = [path for path in QUICK_TESTS if (ROOT / path).exists()]
    return [*existing, *(f"--ignore={path}" for path in SLOW_TESTS)]


def is_measured(path: Path) -> bool:
    """Whether a test file's coverage is measured on each landing: tracing doubles the processor time of a test."""
    name = path.relative_to(ROOT).as_posix()
    if name in SLOW_TESTS and name not in MEASURED_TOO:
        return False
    return name in MEASURED_TOO or any(name == quick or name.startswith(f"{quick}/") for quick in QUICK_TESTS)


def _run(command: list[str], *, quiet: bool) -> bool:
    name = " ".join([Path(command[0]).name, *command[1:3]])
    done = subprocess.run(command, cwd=ROOT, capture_output=quiet, text=True, check=False)
    if quiet:
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
    return done.returncode == 0


def _covered(omit: tuple[str, ...]) -> bool:
    """Hold the package to the floor by what was measured while the tests ran."""
    coverage = [sys.executable, "-m", "coverage"]
    without = [f"--omit={','.join(omit)}"] if omit else []
    return _run([*coverage, "combine", "-q"], quiet=False) and _run(
        [*coverage, "report", *without], quiet=False
    )


def _measured() -> None:
    """Measure the tests that pytest runs from here on, and every process they start."""
    os.environ["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")
    os.environ.setdefault("COVERAGE_FILE", str(ROOT / ".coverage"))


def main() -> int:
    """Run the check; the exit code is 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--deep", action="store_true", help="every test, with many examples")
    parser.add_argument("--lint", action="store_true", help="no tests")
    parser.add_argument(
        "--covered", action="store_true", help="judge what a run with COVERAGE_PROCESS_START has measured"
    )
    options = parser.parse_args()
    if missing := missing_tools():
        print(f"The check needs {', '.join(missing)}. Install the tools for development:")
        print(f"  {shlex.join([sys.executable, '-m', 'pip', 'install', '-e', '.[dev]'])}")
        return 1
    if options.covered:
        return 0 if _covered(NOT_MEASURED) else 1
    passed = [_run(step, quiet=True) for step in lint_steps()]
    if not options.lint:
        if options.deep:
            os.environ["TBP_DEEP"] = "1"
            _measured()
            passed.append(_run([sys.executable, "-m", "pytest"], quiet=False) and _covered(()))
        else:
            passed.append(_run([sys.executable, "-m", "pytest", *quick_tests()], quiet=False))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
