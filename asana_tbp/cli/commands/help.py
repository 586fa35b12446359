"""`help`: topics to read, written in Markdown in `asana_tbp/docs`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

import asana_tbp
from asana_tbp.cli.app import every_command
from asana_tbp.cli.help import MOST_COLUMNS, table
from asana_tbp.cli.output.console import console, out
from asana_tbp.cli.parameters import Text
from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote

DOCS = Path(asana_tbp.__file__).parent / "docs"


def help_(ctx: typer.Context, topic: Annotated[Text, "[TOPIC]", "A topic or a command."] = None) -> None:
    """Read about a topic.

    Without a topic, all topics are listed.

    Examples:
      asana-tbp help
      asana-tbp help settings
      asana-tbp help start
    """
    pages = topics()
    if topic is None:
        out(table("Topics", [(name, title_of(path)) for name, path in pages.items()]))
        out(f"\nRead one with: {ctx.find_root().command_path} help TOPIC")
    elif topic in pages:
        show(pages[topic].read_text(encoding="utf-8"))
    elif topic in every_command():
        out(command_help_of(ctx, topic))
    else:
        near = nearest(topic, [*pages, *every_command()])
        raise UsageError(
            f"There is no topic {quote(topic)}.",
            f"Did you mean: asana-tbp help {near}" if near else "List the topics with: asana-tbp help",
        )


def topics() -> dict[str, Path]:
    """The pages by name, in alphabetical order."""
    return {path.stem: path for path in sorted(DOCS.glob("*.md"))}


def title_of(path: Path) -> str:
    """A page's heading."""
    with path.open(encoding="utf-8") as page:
        return page.readline().removeprefix("#").strip()


def command_help_of(ctx: typer.Context, name: str) -> str:
    """What `asana-tbp NAME --help` prints."""
    root = ctx.find_root()
    command = root.command.get_command(root, name)  # type: ignore[attr-defined]
    return str(command.get_help(type(ctx)(command, parent=root, info_name=name)))


def show(text: str) -> None:
    """Print a page: laid out on a terminal, as it is written in a pipe."""
    if not sys.stdout.isatty():
        out(text.rstrip("\n"))
        return
    from rich.markdown import Markdown

    width = min(MOST_COLUMNS, shutil.get_terminal_size().columns)
    console(width=width).print(Markdown(text, hyperlinks=False))
