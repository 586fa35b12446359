"""Every call that prints goes through the one function of its border.

The functions themselves are held by `test_hostile_names`. Here the syntax trees of everything that has a face are
read: whoever prints in another way is on a list of named exceptions, or this fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

FACES = ("cli", "tui", "web", "report")
PRINTING = {
    "print", "pprint", "echo", "secho", "prompt", "confirm", "progressbar", "write", "writelines", "write_text",
    "write_bytes", "open", "print_exc", "print_exception", "input", "getpass",
}  # fmt: skip
STREAMS = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
MARKUP = {"from_markup", "from_ansi", "render_markup", "HTMLResponse", "Markup", "print_json", "rule"}

BORDERS = {"self.print", "self._tasks.print"}
"""Our own functions that are called as one of the above is, and print with `out` and `say` only."""

ALLOWED = {
    # The functions of the borders.
    ("cli/output/console.py", "sys.stdout.write"): "out, out_file, out_json",
    ("cli/output/console.py", "sys.stderr.write"): "say",
    ("cli/output/console.py", "os.open"): "the null device, once nobody reads",
    ("cli/output/console.py", "EscapingConsole"): "the console that escapes",
    # Rich objects drawn on that console.
    ("cli/commands/board.py", "console().print"): "the console that escapes",
    ("cli/commands/help.py", "console(width=width).print"): "the console that escapes",
    ("cli/commands/report.py", "screen.print"): "the console that escapes",
    ("cli/commands/songs.py", "console().print"): "the console that escapes",
    ("cli/commands/doctor.py", "console().print"): "the console that escapes",
    # Sentences of our own, without a word of anybody else's.
    ("cli/prompts/question.py", "input"): "the prompt is a constant",
    ("cli/prompts/question.py", "sys.stderr.write"): "the prompt is a constant",
    ("cli/commands/auth.py", "typer.prompt"): "the prompt is a constant",
    ("cli/output/display.py", "typer.prompt"): "the prompt is a constant",
    ("cli/output/display.py", "partial"): "the bell, rung later",
    ("cli/checks.py", "ring"): "the bell",
    ("cli/output/plan.py", "write"): "out or say",
    # Files.
    # The shell's border: a candidate that is not printable is none, and the shell quotes it.
    ("cli/group.py", "sys.stdout.write"): "completion",
    ("cli/completion.py", "file.write"): "the shell's own start file gets a constant line",
    ("cli/completion.py", "start.open"): "the shell's own start file gets a constant line",
    # The screen: Textual draws it, and what is printed meanwhile is kept for the functions above.
    ("tui/face.py", "stream.write"): "what `out` and `say` escaped is passed on",
    ("tui/face.py", "sys.__stderr__.write"): "constant sequences",
    ("tui/app.py", "self._driver.write"): "the window's title, escaped in words.window_title",
    ("tui/app.py", "self._stream.write"): "what Textual draws is passed on",
}


def calls(room: str) -> Iterator[tuple[str, str, int]]:
    """(file, what, line) of each call that prints, or that hands a stream to somebody, in a room."""
    package = ROOT / "asana_tbp"
    for path in sorted((package / room).rglob("*.py")):
        home = path.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {ast.unparse(argument) for argument in node.args}
            if ast.unparse(node.func) in BORDERS:
                continue
            if name in PRINTING | MARKUP or name.endswith("Console") or given & STREAMS:
                yield home, ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("room", FACES)
def test_every_printing_call_goes_through_its_border(room: str) -> None:
    others = [f"{home}:{line} {what}" for home, what, line in calls(room) if (home, what) not in ALLOWED]
    assert others == []


def test_no_exception_is_left_over() -> None:
    there = {(home, what) for room in FACES for home, what, _ in calls(room)}
    assert set(ALLOWED) - there == set()


def test_textual_reads_no_markup() -> None:
    """A widget that is given a plain string reads markup from it; a `Content` is taken as it is."""
    package = ROOT / "asana_tbp" / "tui"
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            assert not name.endswith((".notify", ".update")) or name == "self.update", (
                f"{path.name}:{node.lineno}"
            )
            if name in {"Static", "Label", "Button", "Option", "Checkbox", "Tab"}:
                first = ast.unparse(node.args[0]) if node.args else ""
                is_content = first.startswith(("Content", "''", "self.content"))
                assert is_content or not first, f"{path.name}:{node.lineno} {first}"


def test_the_page_builds_no_markup_in_the_browser() -> None:
    for path in (ROOT / "asana_tbp" / "web" / "files").iterdir():
        text = path.read_text(encoding="utf-8")
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "createContextual",
        ):
            assert way not in text, path.name
