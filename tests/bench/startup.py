"""How much CPU time a command takes from start to end, beside a Typer hello world: `python -m tests.bench.startup`.

Medians of whole processes, user and system time, measured in turns so that a busy machine slows all alike.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HELLO = '''
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    """Say hello."""
    print(name)


@app.command()
def bye(name: str, formal: bool = False) -> None:
    """Say bye."""
    print(name, formal)


app()
'''
LIMITS = {
    "--help": 1.0,
    "status": 0.75,
    "--sandbox workspaces": 2.4,
    "--sandbox doctor": 3.0,
    "TAB sta": 0.8,
    "TAB board move x": 0.8,
}
"""The most each command, or Tab behind it, may take, as a multiple of the hello world's `--help`."""


def cpu_seconds(*words: str) -> float:
    """CPU seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = dict(os.environ)
    if words[2:3] == ("TAB",):
        env["_ASANA_TBP_COMPLETE"] = "bash"
        words = (*words[:2], *words[3:])
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int = 15) -> int:
    """Measure, print, and give 1 where a command is over its limit."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ASANA_TBP_CONFIG_DIR": folder, "ASANA_TBP_STATE_DIR": folder}
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        programs = {"hello --help": [str(hello), "--help"]}
        programs |= {words: ["-m", "asana_tbp", *words.split()] for words in LIMITS}
        taken: dict[str, list[float]] = {name: [] for name in programs}
        for turn in range(rounds + 1):
            for name, words in programs.items():
                seconds = cpu_seconds(*words)
                if turn:  # the first round fills the caches
                    taken[name].append(seconds)
    base = statistics.median(taken["hello --help"])
    over = 0
    for name, every in taken.items():
        median = statistics.median(every)
        limit = LIMITS.get(name)
        over |= limit is not None and median > limit * base
        behind = f"  (limit {limit:.2f}x)" if limit else ""
        sys.stdout.write(f"{name:22} {median:6.3f} s  {median / base:5.2f}x{behind}\n")
    return over


if __name__ == "__main__":
    raise SystemExit(main())
