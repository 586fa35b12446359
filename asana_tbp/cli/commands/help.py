"""`help`: topics to read, written in Markdown in `asana_tbp/docs`."""

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
        heads = {name: path.read_text(encoding="utf-8").partition("\n")[0] for name, path in pages.items()}
        out(table("Topics", [(name, head.removeprefix("#").strip()) for name, head in heads.items()]))
        out(f"\nRead one with: {ctx.find_root().command_path} help TOPIC")
    elif topic in pages:
        text = pages[topic].read_text(encoding="utf-8")
        if sys.stdout.isatty():
            from rich.markdown import Markdown

            width = min(MOST_COLUMNS, shutil.get_terminal_size().columns)
            console(width=width).print(Markdown(text, hyperlinks=False))
        else:
            out(text.rstrip("\n"))
    elif topic in every_command():
        root = ctx.find_root()
        command = root.command.get_command(root, topic)  # type: ignore[attr-defined]
        out(command.get_help(type(ctx)(command, parent=root, info_name=topic)))
    else:
        near = nearest(topic, [*pages, *every_command()])
        raise UsageError(
            f"There is no topic {quote(topic)}.",
            f"Did you mean: asana-tbp help {near}" if near else "List the topics with: asana-tbp help",
        )


def topics() -> dict[str, Path]:
    """The pages by name, in alphabetical order."""
    return {path.stem: path for path in sorted(DOCS.glob("*.md"))}
