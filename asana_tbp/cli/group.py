"""The command line: a group that loads each command when it is called."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup

from asana_tbp.cli import completion
from asana_tbp.cli.app import COMMANDS, NEAR_WORDS, Command, every_command
from asana_tbp.cli.boundary import exit_code_of
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.help import command_help, root_help, summary
from asana_tbp.cli.output.console import out
from asana_tbp.cli.parameters import declared, flag, use_plain_values
from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote, suggest_commands_for_sandbox

NEED_NO_SANDBOX = {"auth", "demo", "help", "sandbox"}


class PlainCommand(TyperCommand):
    """A command whose help is plain text."""

    get_help = command_help

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - a shell cuts it where it must
        return summary(self.help)


class PlainGroup(TyperGroup):
    """A group of commands whose help is plain text; alone it shows that help."""

    get_help = command_help

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            out(ctx.get_help())
            raise typer.Exit
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0].startswith("-") or self.get_command(ctx, args[0]):
            return super().resolve_command(ctx, args)
        near_words = NEAR_WORDS if ctx.parent is None else {}
        near = nearest(args[0], [*self.list_commands(ctx), *near_words])
        meant = near_words.get(near or "", near)
        raise UsageError(
            f"There is no command {quote(args[0])}.",
            f"Did you mean: {ctx.command_path} {meant}"
            if meant
            else f"List commands: {ctx.command_path} --help",
        )


class RootGroup(PlainGroup):
    """All commands, each loaded when it is called. Every error becomes a sentence and an exit code."""

    get_help = root_help

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(every_command())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        entry = COMMANDS.get(cmd_name) or every_command().get(cmd_name)
        if cmd_name not in self.commands and entry is not None:
            self.commands[cmd_name] = load_command(cmd_name, entry)
        return self.commands.get(cmd_name)

    def invoke(self, ctx: Any) -> Any:
        sandbox, debug = ctx.params["sandbox"], ctx.params["debug"]
        ctx.obj = ctx.obj or AppContext(sandbox=sandbox, debug=debug)
        suggest_commands_for_sandbox((lambda: every_command().keys() - NEED_NO_SANDBOX) if sandbox else None)
        return super().invoke(ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        entries = ((name, each) for name, each in every_command().items() if name.startswith(incomplete))
        return [CompletionItem(name, help=each.help) for name, each in entries] + TyperCommand.shell_complete(
            self, ctx, incomplete
        )

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        words = sandbox_first(sys.argv[1:] if args is None else args)
        # Started as `tbp` or, also by `python -m`, as `asana-tbp`.
        name = prog_name or ("tbp" if Path(sys.argv[0]).stem == "tbp" else "asana-tbp")
        extra.pop("standalone_mode", None)

        def run() -> None:
            if completion.VARIABLE in os.environ:
                sys.stdout.write(completion.complete(self, words))
                return
            with self.make_context(name, words, **extra) as ctx:
                self.invoke(ctx)

        sys.exit(exit_code_of(run))


def sandbox_first(words: Sequence[str]) -> list[str]:
    """The words of a command line, with a `--sandbox` that stands after the command moved to the front."""
    flag, end = "--sandbox", words.index("--") if "--" in words else len(words)
    # The last word may be one that Tab is to complete.
    if flag not in words[:end] or (completion.VARIABLE in os.environ and flag not in words[:-1]):
        return list(words)
    return [flag, *(word for word in words[:end] if word != flag), *words[end:]]


def load_command(word: str, entry: Command) -> Any:
    """A command or a group of `cli/commands`, with our help and errors."""
    module = import_module(f"asana_tbp.cli.commands.{entry.module}")

    def function(name: str) -> Any:
        name = name.replace("-", "_")
        return getattr(module, f"{name}_", None) or getattr(module, name, None)

    alone = function(entry.alone or word)
    own = declared(alone, word) if alone else {}
    if entry.alone or not alone:
        own["help"] = module.__doc__
    if not entry.group:
        return PlainCommand(word, **own)
    commands: Any = {
        each: PlainCommand(each, **declared(function(each), f"{word} {each}")) for each in entry.group.split()
    }
    bare: dict[str, Any] = {"invoke_without_command": bool(alone), "no_args_is_help": not alone}
    return PlainGroup(name=word, commands=commands, **bare, **own)


def _answer(ctx: Any, parameter: Any, asked: bool) -> None:
    """Do what an option does that takes the place of a command."""
    if not asked:
        return
    if parameter.name == "version":
        from importlib.metadata import version

        out(f"asana-tbp {version('asana-tbp')}")
    elif parameter.name == "show_completion":
        out(completion.script_of(completion.this_shell()).strip())
    else:
        shell, file = completion.install(AppContext())
        out(f"The Tab key completes words of {ctx.command_path} in {shell}, once you open a new terminal.")
        out(f"Installed in {file}.")
    raise typer.Exit


def root_command() -> RootGroup:
    """The whole command line."""
    use_plain_values()
    instead: dict[str, Any] = {"callback": _answer, "is_eager": True, "expose_value": False}
    return RootGroup(
        help="Finish tracks: plan a song as tasks, work against a timer.",
        params=[
            flag("--sandbox", "Use the embedded Asana instead of your account."),
            flag("--debug", "Log requests to a file of yours."),
            flag("--version", "Show the version.", **instead),
            flag("--install-completion", hidden=True, **instead),
            flag("--show-completion", hidden=True, **instead),
        ],
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
