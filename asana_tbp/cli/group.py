"""The command line: a group that loads each command when it is called."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup

from asana_tbp.cli import completion
from asana_tbp.cli.app import COMMANDS, NEAR_WORDS, every_command
from asana_tbp.cli.boundary import exit_code_of
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.help import command_help, root_help
from asana_tbp.cli.output.console import out, suggest_commands_for_sandbox
from asana_tbp.cli.parameters import declared, use_plain_values
from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote

NEED_NO_SANDBOX = {"auth", "demo", "help", "sandbox"}


class PlainCommand(TyperCommand):
    """A command whose help is plain text."""

    get_help = command_help


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
            module, _, attribute = entry.target.partition(":")
            loaded = getattr(import_module(f"asana_tbp.cli.commands.{module}"), attribute)
            self.commands[cmd_name] = as_command(cmd_name, loaded)
        return self.commands.get(cmd_name)

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


def as_command(name: str, loaded: Any) -> Any:
    """A function, or a group made with `typer.Typer`, as a command with our help and errors."""
    if not isinstance(loaded, typer.Typer):
        return PlainCommand(name, **declared(loaded, name))
    own = declared(loaded.registered_callback.callback, name) if loaded.registered_callback else {}
    children = {
        each.name or getattr(each.callback, "__name__", ""): each.callback
        for each in loaded.registered_commands
    }
    return PlainGroup(
        name=name,
        commands={
            word: PlainCommand(word, **declared(child, f"{name} {word}")) for word, child in children.items()
        },
        invoke_without_command=loaded.info.invoke_without_command,
        no_args_is_help=loaded.info.no_args_is_help,
        **own | ({"help": loaded.info.help} if loaded.info.help else {}),
    )


def _answer(ctx: typer.Context, parameter: typer.CallbackParam, asked: bool) -> None:
    """Do what an option does that takes the place of a command."""
    if not asked:
        return
    if parameter.name == "_version":
        from importlib.metadata import version

        out(f"asana-tbp {version('asana-tbp')}")
    elif parameter.name == "_show":
        out(completion.script_of(completion.this_shell()).strip())
    else:
        shell, file = completion.install(AppContext())
        out(f"The Tab key completes words of {ctx.command_path} in {shell}, once you open a new terminal.")
        out(f"Installed in {file}.")
    raise typer.Exit


def _root(
    ctx: typer.Context,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Use the embedded Asana instead of your account.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Log requests to a file of yours.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_answer, is_eager=True, help="Show the version.")
    ] = False,
    _install: Annotated[
        bool, typer.Option("--install-completion", callback=_answer, is_eager=True, hidden=True)
    ] = False,
    _show: Annotated[
        bool, typer.Option("--show-completion", callback=_answer, is_eager=True, hidden=True)
    ] = False,
) -> None:
    """Finish tracks: plan a song as tasks, work against a timer."""
    ctx.obj = ctx.obj or AppContext(sandbox=sandbox, debug=debug)
    suggest_commands_for_sandbox((lambda: every_command().keys() - NEED_NO_SANDBOX) if sandbox else None)


def root_app() -> typer.Typer:
    """The whole command line."""
    use_plain_values()
    app = typer.Typer(
        cls=RootGroup,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app
