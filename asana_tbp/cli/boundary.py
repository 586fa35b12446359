"""The error boundary: turns every error of a command into a sentence and an exit code."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import typer
from typer.exceptions import TyperException

from asana_tbp.cli.output.console import complain, let_go_of_stdout, say
from asana_tbp.errors import FAILED, INTERRUPTED, OK, USAGE, TbpError, UsageError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.paths import find_paths
from asana_tbp.text import nearest


def exit_code_of(run: Callable[[], object]) -> int:
    """Run a command to its end, report what went wrong, and give the exit code."""
    try:
        run()
    except typer.Exit as end:
        return end.exit_code
    except TbpError as error:
        complain(error)
        return error.exit_code
    except TyperException as error:
        complain(_usage_error(error))
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has closed the pipe.
        let_go_of_stdout()
        return FAILED
    except Exception as error:  # noqa: BLE001  anything else is our own bug
        if _is_after_interrupt(error):
            say("Interrupted.")
            return INTERRUPTED
        if isinstance(error, FileNotFoundError) and _folder_is_gone():
            complain(
                UsageError("The folder this runs in is gone.", "Change to another one and run it there.")
            )
            return USAGE
        say(f"Internal error ({type(error).__name__}). This is a bug in asana-tbp; {_keep_traceback()}")
        return FAILED
    return OK


def _is_after_interrupt(error: BaseException) -> bool:
    """Whether an error was raised while Ctrl-C unwound the stack: what it interrupted may fail."""
    before = error.__cause__ or error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _is_after_interrupt(before))


def _folder_is_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _usage_error(error: TyperException) -> UsageError:
    """Typer's error in our words, with the command whose help shows the right word."""
    sentence, ctx, word = (
        error.format_message(),
        *(getattr(error, name, None) for name in ("ctx", "option_name")),
    )
    if sentence.endswith("requires an argument."):
        return UsageError(f"{word} needs a value.", "Write it after the option; --help shows an example.")
    if ctx is None:
        return UsageError(sentence)
    if word:
        options = [option for parameter in ctx.command.get_params(ctx) for option in parameter.opts]
        near = nearest(word.strip("-"), [option[2:] for option in options if option.startswith("--")])
        if near:
            return UsageError(f"There is no option {word}.", f"Did you mean --{near}?")
        if sentence.startswith("No such option"):
            sentence = f"There is no option {word}."
    return UsageError(sentence, f"See: {ctx.command_path} --help")


def _keep_traceback() -> str:
    path = find_paths(os.environ).state / "fault.txt"
    try:
        write_over(path, traceback.format_exc(), private=True)
    except TbpError:
        return "please report it."
    return f"please report it with {path}."
