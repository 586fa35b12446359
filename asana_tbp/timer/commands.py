"""The commands of a session, and which events follow from each. Pure.

The command line, the control server, the page and the keys of the terminal are made from these and from the words
in `words.toml`: to add a command, add a class here and a row there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, ClassVar, Literal, dataclass_transform

from asana_tbp.text import clock_text
from asana_tbp.timer import events
from asana_tbp.timer.events import Event
from asana_tbp.timer.state import Running, State
from asana_tbp.timer.words import A_KEY_OF_TIME, COMMAND_WORDS, Key

A_DAY = 86_400.0
"""The most seconds that a command may add or take; no budget is longer."""


Outcome = tuple[Event, ...] | str
"""The events that follow from a command, or the sentence that says why it makes no sense now."""

NOTHING_RUNS = "No task is running now."

Seconds = Annotated[float, "[TIME]", "How much, such as 5m or 30s."]


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Command:
    """A command to a running session.

    `word` names it between processes, and finds its help and keys in `words.COMMAND_WORDS`. Annotated
    fields are parameters of the command line.
    """

    word: ClassVar[str]

    def __init_subclass__(cls, *, word: str) -> None:
        cls.word = word
        COMMANDS[word] = dataclass(frozen=True)(cls)

    def decide(self, state: State, tick: float) -> Outcome:
        """The events that follow at `tick`, or why none do. Changes nothing itself."""
        if state.ended is not None:
            return "The session is over."
        if state.running is None:
            return self.between_runs(state, tick)
        return self.in_run(state.running, state, tick)

    def between_runs(self, state: State, tick: float) -> Outcome:  # noqa: ARG002  for the commands
        """The outcome while no task runs."""
        return NOTHING_RUNS

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002  for the commands
        return NOTHING_RUNS


COMMANDS: dict[str, type[Command]] = {}
"""Every command by its word."""


class Pause(Command, word="pause"):
    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return "The task is paused already." if running.since is None else (events.Paused(tick),)


class Resume(Command, word="resume"):
    """Continue after a pause or a sleep, or start what waits. A hold stays."""

    counting: Annotated[bool, "After the computer slept: count that time as worked."] = False

    def between_runs(self, state: State, tick: float) -> Outcome:
        if state.waiting == "break":
            assert state.rest_due is not None
            return (events.BreakStarted(tick, state.rest_due.seconds, state.rest_due.title),)
        if state.waiting == "task":
            return (events.TimeboxStarted(tick, state.queue[0].gid),)
        return "A break runs; skip ends it." if state.resting else NOTHING_RUNS

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        if running.since is not None:
            return "The task runs; hold releases it." if running.held else "The task runs."
        if running.asking and running.left(tick) <= 0:
            gate = "Keep or scrap? done keeps the song, scrap leaves it."
            return gate if running.timebox.is_gate else "The time is up: use done, extend or skip."
        resumed = events.Resumed(tick)
        if self.counting and running.absence:
            return resumed, events.Suspended(tick, running.absence, "slept", counted=True, pauses=False)
        return (resumed,)


class Toggle(Command, word="toggle"):
    between_runs = Resume.between_runs

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:
        return (Resume() if running.since is None else Pause()).in_run(running, state, tick)


class Done(Command, word="done"):
    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        why: Literal["time", "early"] = "time" if running.asking and not running.overtime else "early"
        return (events.TimeboxEnded(tick, running.timebox.gid, running.spent(tick), why),)


class Skip(Command, word="skip"):
    """Leave the running task, not done; or end the break."""

    def between_runs(self, state: State, tick: float) -> Outcome:
        return (events.BreakEnded(tick),) if state.resting or state.rest_due else NOTHING_RUNS

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return (events.TimeboxLeft(tick, running.timebox.gid, running.spent(tick), "skipped"),)


class Scrap(Command, word="scrap"):
    """Scrap the song at its gate: leave it for this session."""

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:
        timebox = running.timebox
        if not timebox.is_gate:
            return "Only a gate asks keep or scrap; skip leaves this task, stop ends the session."
        left = events.TimeboxLeft(tick, timebox.gid, running.spent(tick), "scrapped")
        # Tasks of a section of My Tasks belong to no particular song, so they are not left with it.
        rest = (other for other in state.queue if other.project_gid == timebox.project_gid != "")
        return (left, *(events.Removed(tick, other.gid, "scrapped") for other in rest))


class Extend(Command, word="extend"):
    """Give the running task more time; less where negative."""

    seconds: Seconds = A_KEY_OF_TIME

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:
        seconds, most, left = self.seconds, state.options.extension, running.left(tick)
        if seconds == 0:
            return "No time was given."
        if seconds < 0 and left + seconds <= 0:
            return "Less time is left than that; use done if you have finished."
        if seconds > 0 and running.added + seconds > most:
            return (
                f"A task gets {most / 60:g} more minutes at most, and this one already has "
                f"{max(0.0, running.added) / 60:g}. Be strict: mark it to come back to."
            )
        if running.asking and left + seconds <= 0:
            return (
                f"The task is {clock_text(-left)} over its time; {clock_text(seconds)} more would not be enough. "
                "Use done or skip, or mark it to come back to."
            )
        return (events.Extended(tick, seconds),)


class Shorten(Command, word="shorten"):
    seconds: Seconds = A_KEY_OF_TIME

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:
        return Extend(-self.seconds).in_run(running, state, tick)


class ComeBack(Command, word="come-back"):
    """Mark the running task to be revisited; with `last`, the one that ended before it."""

    last: bool = False
    gid: str = ""

    def decide(self, state: State, tick: float) -> Outcome:
        running = state.running
        if running and not self.last and self.gid in {"", running.timebox.gid}:
            return (events.MarkedToComeBack(tick, running.timebox.gid),)
        done = [over for over in state.done if self.gid in {"", over.timebox.gid}]
        if not done:
            return "It is not done yet." if self.gid else "No task is done yet to come back to."
        return (events.MarkedToComeBack(tick, done[-1].timebox.gid),)


class ClearMark(Command, word="clear-mark"):
    """Clear the mark of the task `gid`."""

    gid: str = ""

    def decide(self, state: State, tick: float) -> Outcome:
        marked = {over.timebox.gid for over in (*state.done, state.running) if over and over.come_back}
        return (
            (events.MarkCleared(tick, self.gid),)
            if self.gid in marked
            else "It is not marked to come back to."
        )


class Hold(Command, word="hold"):
    """Hold while a recording runs: no alarm and no end until it is released. `on` None toggles."""

    on: Annotated[bool | None, "--on/--off", "Set it instead of toggling."] = None

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        holding = not running.held if self.on is None else self.on
        if holding == running.held:
            return "The task is held already." if holding else "The task is not held."
        if holding:
            return (events.Held(tick),)
        if running.left(tick) <= 0 and not running.asking and not running.overtime:
            # The time ran out during the take: whether the task is done is for the player to decide.
            return (events.Released(tick), events.TimeUp(tick))
        return (events.Released(tick),)


class Undo(Command, word="undo"):
    """Take the last completion back, also in Asana."""

    def decide(self, state: State, tick: float) -> Outcome:
        ours = [over.timebox.gid for over in state.done if over.why != "there"]
        return (events.Undone(tick, ours[-1]),) if ours else "There is no completed task to undo."


class Stop(Command, word="stop"):
    """End the session; the running task is not done."""

    def between_runs(self, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return (events.SessionEnded(tick, "stopped"),)

    def in_run(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        left = events.TimeboxLeft(tick, running.timebox.gid, running.spent(tick), "stopped")
        return (left, events.SessionEnded(tick, "stopped"))


class GetStatus(Command, word="look"):
    """Return the present snapshot and change nothing."""

    def decide(self, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return ()


def message_of(command: Command) -> dict[str, Any]:
    """The message that asks for a command."""
    return {"do": command.word, **asdict(command)}


def command_of(message: Mapping[str, Any]) -> Command | None:
    """The command that a message asks for; None where it names none, or with values that it cannot have."""
    kind = COMMANDS.get(str(message.get("do")))
    given = [each for each in fields(kind) if each.name in message] if kind else []
    try:
        return (
            kind(**{each.name: _like(each.default, message[each.name]) for each in given}) if kind else None
        )
    except ValueError:
        return None


def _like(default: Any, value: Any) -> Any:
    """A value of the same sort as the default. Raises `ValueError` for another."""
    if isinstance(default, bool) or default is None:
        fits = isinstance(value, bool) or value is None
    elif isinstance(default, float):
        # Compared, not converted: an integer may have more digits than a float can hold, and nan fits nowhere.
        fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= A_DAY
    else:
        fits = isinstance(value, str) and len(value) <= 64
    if not fits:
        raise ValueError(value)
    return float(value) if isinstance(default, float) else value


def keys() -> Iterator[tuple[Key, Command]]:
    """Every key and the command that it gives, in the order of the help."""
    for word, words in COMMAND_WORDS.items():
        for each in words.keys:
            yield each, COMMANDS[word](**each.values)
