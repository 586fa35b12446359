"""The error boundary: turns every error of a command into a sentence and an exit code."""

import errno
import os
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import typer
from typer.core import TyperArgument
from typer.exceptions import TyperException

from asana_tbp.cli.help import split_examples
from asana_tbp.cli.output.console import complain, let_go_of_stdout, say
from asana_tbp.errors import FAILED, INTERRUPTED, OK, USAGE, TbpError, UsageError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.paths import find_paths
from asana_tbp.text import nearest, quote

REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOSPC})
"""What the system says of a file or a folder that this user can't use."""
_EXTRA_WORDS = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)
"""Typer's sentence for words that a command does not take."""


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
        if problem := _cause_of_the_user(error):
            complain(problem)
            return problem.exit_code
        say(f"Internal error ({type(error).__name__}). This is a bug in asana-tbp; {_keep_traceback()}")
        return FAILED
    return OK


def _is_after_interrupt(error: BaseException) -> bool:
    """Whether an error was raised while Ctrl-C unwound the stack: what it interrupted may fail."""
    before = error.__cause__ or error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _is_after_interrupt(before))


def _cause_of_the_user(error: Exception) -> TbpError | None:
    """The error for what the machine allows and no command can work with; None for our own bugs."""
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        # A name on the command line or the disk in another encoding: Python keeps its bytes as such code points.
        line = error.object.split("\n")[error.object.count("\n", 0, error.start)]
        sentence = f"{quote(line, 4096)} is not in UTF-8, so it can't be saved or sent."
        return UsageError(sentence, "Give the file, the folder or the task a name in UTF-8.")
    if isinstance(error, FileNotFoundError):
        try:
            Path.cwd()
        except FileNotFoundError:
            return UsageError("The folder this runs in is gone.", "Change to another one and run it there.")
    if isinstance(error, OSError) and error.errno in REFUSALS and error.filename:
        return TbpError(f"{quote(str(error.filename), 4096)} can't be used: {error.strerror}.")
    return None


def _usage_error(error: TyperException) -> UsageError:
    """Typer's error in our words, with an example or the command whose help shows the right word."""
    sentence, ctx, word, missing = (
        error.format_message(),
        *(getattr(error, name, None) for name in ("ctx", "option_name", "param")),
    )
    if sentence.endswith("requires an argument."):
        return UsageError(f"{word} needs a value.", "Write it after the option; --help shows an example.")
    if ctx is None:
        return UsageError(sentence)
    see = f"See: {ctx.command_path} --help"
    if extra := _EXTRA_WORDS.fullmatch(sentence):
        takes_words = any(isinstance(each, TyperArgument) for each in ctx.command.params)
        advice = "Put quotes around words that belong together.\n" if takes_words else ""
        return UsageError(f"{quote(extra[1])} is not expected here.", advice + see)
    if missing is not None and sentence.startswith("Missing argument"):
        example = next(iter(split_examples(ctx.command.help)[1]), "")
        return UsageError(f"{missing.metavar} is missing.", f"For example: {example}\n{see}")
    if word:
        options = [option for parameter in ctx.command.get_params(ctx) for option in parameter.opts]
        near = nearest(word.strip("-"), [option[2:] for option in options if option.startswith("--")])
        if near:
            return UsageError(f"There is no option {word}.", f"Did you mean --{near}?")
        if sentence.startswith("No such option"):
            sentence = f"There is no option {word}."
            if ctx.parent is None:
                see = f"If a command has it, write it there: {ctx.command_path} COMMAND {word}\n{see}"
    return UsageError(sentence, see)


def _keep_traceback() -> str:
    path = find_paths(os.environ).state / "fault.txt"
    try:
        write_over(path, traceback.format_exc(), private=True)
    except TbpError:
        return "please report it."
    return f"please report it with {path}."
