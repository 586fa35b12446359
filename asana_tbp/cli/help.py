"""Help in plain text: no boxes, no colours, lines that break at spaces."""

import inspect
import shutil
import textwrap
from typing import Any

from typer.core import TyperOption

from asana_tbp.cli.app import PANELS, every_command

MOST_COLUMNS = 88
"""Longer lines are hard to read."""

EXAMPLES = "Examples:"
"""In a docstring the line before the examples, which are shown as they are: one command a line."""

Rows = list[tuple[str, str]]


def root_help(root: Any, ctx: Any) -> str:
    """The overview: all commands, panel by panel."""
    blocks = [
        filled(root.help),
        f"Usage: {ctx.command_path} COMMAND [OPTIONS]",
        *(table(panel, _panel_rows(panel)) for panel in PANELS),
        table("Options", _options(root, ctx)),
        table(
            "Learn more",
            [
                (f"{ctx.command_path} COMMAND --help", "Examples and options"),
                (f"{ctx.command_path} help", "Topics to read"),
                (f"{ctx.command_path} --install-completion", "Complete words with Tab"),
            ],
            most=30,
        ),
    ]
    return "\n\n".join(blocks)


def _panel_rows(panel: str) -> Rows:
    rows: Rows = []
    for name, command in every_command().items():
        if command.panel == panel:
            names, text = (name, command.help) if command.help else (f"{rows[-1][0]}, {name}", rows.pop()[1])
            rows.append((names, text))
    return rows


def command_help(command: Any, ctx: Any) -> str:
    """The help of one command or group: what it does, examples, arguments, options."""
    text, examples = split_examples(command.help)
    blocks = [filled(paragraph) for paragraph in text.split("\n\n") if paragraph]
    blocks.insert(1, usage(command, ctx))
    if examples:
        blocks.append("\n".join(["Examples", *(f"  {line}" for line in examples)]))
    if children := getattr(command, "commands", {}):
        rows = [(name, summary(child.help)) for name, child in children.items() if not child.hidden]
        blocks.append(table("Commands", rows))
    arguments = [
        (parameter.metavar, _described(parameter))
        for parameter in command.get_params(ctx)
        if not isinstance(parameter, TyperOption) and parameter.help
    ]
    if arguments:
        blocks.append(table("Arguments", arguments))
    blocks.append(table("Options", _options(command, ctx)))
    return "\n\n".join(blocks)


def split_examples(docstring: str | None) -> tuple[str, list[str]]:
    """A docstring's text, and the command lines after `Examples:`."""
    text, _, examples = inspect.cleandoc(docstring or "").partition(f"\n{EXAMPLES}\n")
    return text.rstrip(), [line.strip() for line in examples.splitlines() if line.strip()]


def summary(docstring: str | None) -> str:
    """The first paragraph of a docstring, without its full stop."""
    return " ".join(split_examples(docstring)[0].partition("\n\n")[0].split()).removesuffix(".")


def usage(command: Any, ctx: Any) -> str:
    """How the command is called."""
    words = ["Usage:", ctx.command_path]
    if getattr(command, "commands", None):
        words.append("[COMMAND]" if command.invoke_without_command else "COMMAND")
    for parameter in command.params:
        if not isinstance(parameter, TyperOption):
            name = parameter.metavar + ("..." if parameter.nargs == -1 else "")
            words.append(name if parameter.required else f"[{name}]")
    return filled(" ".join([*words, "[OPTIONS]"]))


def _options(command: Any, ctx: Any) -> Rows:
    rows = []
    for option in command.get_params(ctx):
        if isinstance(option, TyperOption) and not option.hidden:
            words = "/".join([", ".join(sorted(option.opts, key=len)), *option.secondary_opts])
            rows.append((words if option.is_flag else f"{words} {option.metavar}", _described(option)))
    return rows


def _described(parameter: Any) -> str:
    text = "Show this help." if "--help" in parameter.opts else parameter.help or ""
    if parameter.default in (None, False, ""):
        return text
    default = f"{parameter.default:g}" if isinstance(parameter.default, float) else parameter.default
    return f"{text} Default: {default}.".lstrip()


def table(heading: str, rows: Rows, most: int = 26) -> str:
    """A heading with a line for each row below it; a left side of more than `most` columns has its own line."""
    width = min(most, max(len(left) for left, _ in rows))
    lines = [heading]
    for left, right in rows:
        if len(left) > width:
            lines.append(f"  {left}")
        first = f"  {'' if len(left) > width else left:{width}}  "
        lines.append(filled(right, first, " " * (width + 4)).rstrip())
    return "\n".join(lines)


def filled(text: str, first: str = "", later: str = "") -> str:
    """One paragraph, broken at spaces to the width of the terminal."""
    width = max(40, min(MOST_COLUMNS, shutil.get_terminal_size().columns - 1))
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
