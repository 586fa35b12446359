"""The entry point and the one error boundary.

Knows how an error becomes a sentence and an exit code. Must not know any command.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from asana_tbp.errors import FAILED, INTERRUPTED, TbpError

if TYPE_CHECKING:
    from pathlib import Path


class ErrorBoundary(TyperGroup):
    """The root command: no error leaves it but as a sentence and an exit code."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _with_plain_flags(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            _with_plain_flags(command.get_params(ctx))
        return command

    def invoke(self, ctx: Any) -> Any:
        from asana_tbp.cli.output.console import complain, let_go_of_stdout, say

        try:
            return super().invoke(ctx)
        except TbpError as error:
            complain(error)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            say("Interrupted.")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of our output has left.
            let_go_of_stdout()
            raise typer.Exit(FAILED) from None
        except Exception as error:
            if type(error).__module__.startswith("typer"):
                raise
            say(f"asana-tbp has met a fault of its own: {type(error).__name__}. {_keep_traceback()}")
            raise typer.Exit(FAILED) from None


def _with_plain_flags(params: list[Any]) -> list[Any]:
    # `--help` that is not there is None to typer, and for what is no bool it loads pydantic: a tenth of a second.
    # A flag with another for its opposite is not meant: left open it is neither yes nor no.
    for param in params:
        if getattr(param, "is_flag", False) and param.default is None and not param.secondary_opts:
            param.default = False
    return params


def _keep_traceback() -> str:
    from asana_tbp.system.paths import find_paths

    path: Path = find_paths(os.environ).state / "fault.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "Please report it."
    return f"Please report it with {path}."


def main() -> None:
    """Run the command line of this process."""
    from asana_tbp.cli.app import app_for
    from asana_tbp.cli.output.console import settle_encodings

    settle_encodings()
    app_for(sys.argv[1:])()
