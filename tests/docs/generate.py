"""The page of commands: what each command's own help says. `python -m tests.docs.generate` writes it anew."""

from __future__ import annotations

from tests.cli.command import commands, run
from tests.docs.pages import DOCS

INTRO = """\
# Commands

Every command as its own help shows it. Exit codes: 0 done, 1 failed, 2 wrong usage or a mistake in a file, 3 cancelled,
4 not authorised, 5 partly done or waiting for your decision (run it again), 6 done here and queued for Asana, 130
interrupted. Data goes to standard output, everything else to standard error; every command that reads has `--json`.
"""


def commands_page() -> str:
    """The whole page, in the order of the program's overview."""
    parts = [INTRO, "```text\n" + run("--help").out.strip() + "\n```\n"]
    for words in commands():
        if words:
            parts.append(
                f"## asana-tbp {' '.join(words)}\n\n```text\n{run(*words, '--help').out.strip()}\n```\n"
            )
    return "\n".join(parts)


if __name__ == "__main__":
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
