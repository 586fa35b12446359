"""The commands that steer a running session from another terminal, a key of the desktop or a foot pedal.

They are made from the registry in `timer.commands`. No SDK, database or settings are loaded, so that they are quick.
"""

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Annotated, Any, get_type_hints

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.output.snapshot_text import moment_line
from asana_tbp.cli.parameters import RunningSong, WithJson
from asana_tbp.cli.sessions import find_session, no_session
from asana_tbp.errors import TbpError, UsageError
from asana_tbp.songmap.budget import BudgetError, parse_duration
from asana_tbp.text import as_sentence
from asana_tbp.timer.commands import COMMANDS, Command, message_of
from asana_tbp.timer.words import COMMAND_WORDS


def send_command(context: AppContext, song: str | None, command: Command) -> None:
    """Send a command to the running session; print what it did, and the state of the session then."""
    answer = ask_session(context, song, command)
    session, sentence = answer.get("session") or {}, str(answer.get("sentence") or "")
    if context.as_json:
        emit_json(command.word, sentence=sentence, session=session)
        return
    if sentence:
        say(sentence)
    out(moment_line(session))


def ask_session(context: AppContext, song: str | None, command: Command) -> dict[str, Any]:
    """The running session's answer to a command.

    Raises `TbpError` when it is refused, when none runs, or when the session does not answer.
    """
    address = find_session(context, song)
    answer = address.ask(message_of(command), command.word) if address else {}
    if not answer:
        raise no_session(context, command.word)
    if not answer.get("ok"):
        raise TbpError(str(answer.get("sentence") or "The session refused."))
    return answer


def steering(kind: type[Command]) -> Callable[..., None]:
    """The command-line function that sends a command of this kind; a length is written as in a song map."""

    def command(context: WithJson, flags: Any) -> None:
        values = {each.name: getattr(flags, each.name) for each in fields(kind)}
        try:
            for name, value in values.items():
                values[name] = parse_duration(value.removeprefix("+")) if isinstance(value, str) else value
        except BudgetError as error:
            raise UsageError(as_sentence(str(error))) from None
        send_command(context, flags.song, kind(**values))

    hints = get_type_hints(kind, include_extras=True)
    rows: list[tuple[str, Any, Any]] = []
    for each in fields(kind):
        annotation, default = hints[each.name], each.default
        if isinstance(default, float):
            annotation, default = Annotated[str, *annotation.__metadata__], f"{default / 60:g}m"
        rows.append((each.name, annotation, default))
    rows.append(("song", RunningSong, None))
    command.__annotations__["flags"] = make_dataclass("Flags", rows)
    words = COMMAND_WORDS[kind.word]
    examples = "\n".join(f"  asana-tbp {line}" for line in (kind.word, *words.examples))
    command.__doc__ = f"{words.help}\n\nExamples:\n{examples}"
    return command


def __getattr__(name: str) -> Callable[..., None]:
    """`pause`, `done` and every other command that has a line of help."""
    if name not in COMMAND_WORDS or not COMMAND_WORDS[name].help:
        raise AttributeError(name)
    return steering(COMMANDS[name])
