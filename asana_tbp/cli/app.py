"""The command line: its commands, its groups and its global options. One file a group of commands.

Knows which file a command is in, and loads that one alone where the words say which it is: a status bar asks
every second. Must not know what any command does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from asana_tbp.cli.boundary import ErrorBoundary
from asana_tbp.cli.context import AppContext

COMMANDS = {
    "demo": "commands.demo:demo",
    "new": "commands.new:new",
    "scaffold": "commands.scaffold:scaffold",
    "plan": "commands.scaffold:plan",
    "workspaces": "commands.workspaces:workspaces",
    "teams": "commands.workspaces:teams",
    "pull": "commands.pull:pull",
    "start": "commands.start:start",
    "status": "commands.status:status",
    "pause": "commands.control:pause",
    "resume": "commands.control:resume",
    "toggle": "commands.control:toggle",
    "done": "commands.control:done",
    "skip": "commands.control:skip",
    "scrap": "commands.control:scrap",
    "extend": "commands.control:extend",
    "shorten": "commands.control:shorten",
    "come-back": "commands.control:come_back",
    "hold": "commands.control:hold",
    "undo": "commands.outbox:undo",
    "stop": "commands.control:stop",
    "web": "commands.web:web",
    "timer": "commands.timer:timer",
    "outbox": "commands.outbox:app",
    "next": "commands.idea:next_",
    "idea": "commands.idea:idea",
    "board": "commands.board:app",
    "report": "commands.report:report",
    "alerts": "commands.alerts:app",
    "templates": "commands.templates:app",
    "auth": "commands.auth:app",
    "sandbox": "commands.sandbox:sandbox",
}
"""Each command, in the order of `--help`: the module in this folder, and the function or the group in it."""


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        from asana_tbp.cli.output.console import out

        out(f"asana-tbp {version('asana-tbp')}")
        raise typer.Exit


def root(
    ctx: typer.Context,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Use the embedded Asana, which keeps its board between commands."),
    ] = False,
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Finish tracks: a song map becomes an Asana project, a timer completes its tasks.

    Try it without an account:  asana-tbp demo
    """
    ctx.obj = AppContext(sandbox=sandbox)


def app_of(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        name="asana-tbp",
        cls=ErrorBoundary,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    for name in commands:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"asana_tbp.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def app_for(words: Sequence[str]) -> typer.Typer:
    """The command line that `words` need: one command where they name it, else all, to help or to guess."""
    completing = any(name.endswith("_COMPLETE") for name in os.environ)
    named = next((word for word in words if not word.startswith("-")), "")
    helping = any(
        word in {"-h", "--help", "--version"} for word in words[: words.index(named) if named else None]
    )
    return app_of([named] if named in COMMANDS and not completing and not helping else COMMANDS)
