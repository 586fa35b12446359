"""The commands of a session: the word, help and keys of each, and which events follow from it. Pure.

This is the one list of commands. The command line, the control server, the page and the keys of the terminal are
made from it: to add a command, add a class here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, NamedTuple

from asana_tbp.timer.countdown import clock_text
from asana_tbp.timer.events import (
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Held,
    MarkCleared,
    MarkedToComeBack,
    Paused,
    Released,
    Removed,
    Resumed,
    SessionEnded,
    Suspended,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
    Undone,
)
from asana_tbp.timer.state import Running, State

A_DAY = 86_400.0
"""The most seconds that a command may add or take; no budget is longer."""

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that makes no sense now, with the sentence that says why."""

    sentence: str


Outcome = tuple[Event, ...] | Refusal
NOTHING_RUNS = Refusal("No task runs now.")
OVER = Refusal("The session is over.")


class Key(NamedTuple):
    """A key of the terminal: what stands below the countdown, its line of help, and the command's values."""

    key: str
    label: str
    help: str
    values: Mapping[str, Any]


def key(name: str, label: str, line: str, **values: Any) -> Key:
    """A key that gives a command with these values."""
    return Key(name, label, line, values)


def option(flag: str, line: str, default: Any = False) -> Any:
    """A value of a command that the command line takes as an option."""
    return field(default=default, metadata={"flag": flag, "help": line})


def argument(metavar: str, line: str, default: Any) -> Any:
    """A value of a command that the command line takes as an argument; a number is seconds."""
    return field(default=default, metadata={"argument": metavar, "help": line})


@dataclass(frozen=True, slots=True)
class Command:
    """Something asked of a running session.

    `word` names it on the command line and between processes; `help` is its line there, "" for none, and `examples`
    are more ways to write it. `ends_a_run`: its key, held down, must not end one run after another. One that does
    not `steer` changes nothing.
    """

    word: ClassVar[str] = ""
    help: ClassVar[str] = ""
    examples: ClassVar[tuple[str, ...]] = ()
    keys: ClassVar[tuple[Key, ...]] = ()
    ends_a_run: ClassVar[bool] = False
    steers: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        # Called a second time for the class with slots, which is the one that counts.
        COMMANDS[cls.word] = cls

    def decide(self, state: State, tick: float) -> Outcome:
        """The events that follow at `tick`, or why none do. Changes nothing itself."""
        if state.ended is not None:
            return OVER
        return NOTHING_RUNS if state.running is None else self.for_running(state.running, state, tick)

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002  for the commands
        """The same, for a task that runs."""
        return NOTHING_RUNS


COMMANDS: dict[str, type[Command]] = {}
"""Every command by its word, in the order of the help."""


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Pause the running task."""

    word = "pause"
    help = "Pause the running task."

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return Refusal("The task is paused already.") if running.since is None else (Paused(tick),)


@dataclass(frozen=True, slots=True)
class Resume(Command):
    """Go on after a pause or a sleep, or start what waits. A hold stays."""

    word = "resume"
    help = "Go on after a pause, or start what waits."
    keys = (key("c", "count it", "after the machine slept: count that time as worked", counting=True),)

    counting: bool = option("--counting", "After the machine slept: count that time as worked.")

    def decide(self, state: State, tick: float) -> Outcome:
        return OVER if state.ended is not None else _go_on(state, tick, self.counting)


@dataclass(frozen=True, slots=True)
class Toggle(Command):
    """Pause what runs, go on with what stands still."""

    word = "toggle"
    help = "Pause or resume (for a single key or foot pedal)."
    keys = (key("space", "pause", "pause or resume"), key("p", "", ""))

    def decide(self, state: State, tick: float) -> Outcome:
        if state.ended is not None:
            return OVER
        if state.running is None or state.running.since is None:
            return _go_on(state, tick)
        return (Paused(tick),)


@dataclass(frozen=True, slots=True)
class Done(Command):
    """The running task is done now."""

    word = "done"
    help = "Complete the task now and go on to the next."
    keys = (key("d", "done", "done: complete the task in Asana now, next one"),)
    ends_a_run = True

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        on_time = running.asking and not running.overtime
        return (TimeboxEnded(tick, running.timebox.gid, running.spent(tick), "time" if on_time else "early"),)


@dataclass(frozen=True, slots=True)
class Skip(Command):
    """Leave the running task, not done; or end the break."""

    word = "skip"
    help = "Leave the task open and go on to the next; or end the break."
    keys = (key("s", "skip", "skip: leave the task open, next one; ends a break"),)
    ends_a_run = True

    def decide(self, state: State, tick: float) -> Outcome:
        if state.ended is None and state.running is None and (state.resting or state.rest_due):
            return (BreakEnded(tick),)
        return Command.decide(self, state, tick)

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return (TimeboxLeft(tick, running.timebox.gid, running.spent(tick), "skipped"),)


@dataclass(frozen=True, slots=True)
class Scrap(Command):
    """The gate that runs is not passed: leave its song for this session."""

    word = "scrap"
    help = "At a gate: leave the song, completing nothing."
    keys = (key("x", "", "at a gate: scrap it, the rest of the song is left"),)
    ends_a_run = True

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:
        timebox = running.timebox
        if not timebox.is_gate:
            return Refusal("Only a gate asks keep or scrap; skip leaves this task, stop ends the session.")
        left = TimeboxLeft(tick, timebox.gid, running.spent(tick), "scrapped")
        # Tasks of a section of My Tasks belong to no one song: nothing says that they go with it.
        song = timebox.project_gid
        rest = (other for other in state.queue if song and other.project_gid == song)
        return (left, *(Removed(tick, other.gid, "scrapped") for other in rest))


@dataclass(frozen=True, slots=True)
class Extend(Command):
    """Give the running task more time; less where negative."""

    word = "extend"
    help = "Give the running task more time, within reason."
    examples = ("extend 5m", "extend 30s")
    keys = (
        key("+", "2m", "two minutes more", seconds=A_KEY_OF_TIME),
        key("=", "", "", seconds=A_KEY_OF_TIME),
        key("-", "", "two minutes less", seconds=-A_KEY_OF_TIME),
    )

    seconds: float = argument("TIME", "How much, such as 5m or 30s.", A_KEY_OF_TIME)

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:
        return _extend(running, self.seconds, state.options.extension, tick)


@dataclass(frozen=True, slots=True)
class Shorten(Command):
    """Take time off the running task."""

    word = "shorten"
    help = "Take time off the running task."
    examples = ("shorten 5m",)

    seconds: float = argument("TIME", "How much, such as 5m or 30s.", A_KEY_OF_TIME)

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:
        return _extend(running, -self.seconds, state.options.extension, tick)


@dataclass(frozen=True, slots=True)
class ComeBack(Command):
    """Mark the running task to be revisited; with `last`, the one that ended before it."""

    word = "come-back"
    keys = (
        key("b", "come back", "mark the task to come back to"),
        key("B", "", "mark the task before to come back to", last=True),
    )

    last: bool = False
    gid: str = ""

    def decide(self, state: State, tick: float) -> Outcome:
        running = state.running
        if running and not self.last and self.gid in {"", running.timebox.gid}:
            return (MarkedToComeBack(tick, running.timebox.gid),)
        done = [over for over in state.done if self.gid in {"", over.timebox.gid}]
        if not done:
            return Refusal("It is not done yet." if self.gid else "No task is done yet to come back to.")
        return (MarkedToComeBack(tick, done[-1].timebox.gid),)


@dataclass(frozen=True, slots=True)
class ClearMark(Command):
    """The task `gid` is no longer to be come back to."""

    word = "clear-mark"

    gid: str = ""

    def decide(self, state: State, tick: float) -> Outcome:
        running = (state.running.timebox.gid,) if state.running and state.running.come_back else ()
        marked = {*running, *(over.timebox.gid for over in state.done if over.come_back)}
        if self.gid not in marked:
            return Refusal("It is not marked to come back to.")
        return (MarkCleared(tick, self.gid),)


@dataclass(frozen=True, slots=True)
class Hold(Command):
    """Hold while a recording runs: no alarm and no end until it is released. `on` None is the other of the two."""

    word = "hold"
    help = "Mute alarms and the end of the task while you record."
    examples = ("hold --off",)
    keys = (key("h", "hold", "hold while you record: no alarm, no end; h again releases"),)

    on: bool | None = option("--on/--off", "Without it: the other of the two.", None)

    def for_running(self, running: Running, state: State, tick: float) -> Outcome:  # noqa: ARG002
        holding = not running.held if self.on is None else self.on
        if holding == running.held:
            return Refusal("The task is held already." if holding else "The task is not held.")
        if holding:
            return (Held(tick),)
        if running.left(tick) <= 0 and not running.asking and not running.overtime:
            # The time ran out in the take: whether the task is done is for its player to say.
            return (Released(tick), TimeUp(tick))
        return (Released(tick),)


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """Take the last completion back, also in Asana."""

    word = "undo"
    keys = (key("u", "undo", "undo the last completion, in Asana too"),)

    def decide(self, state: State, tick: float) -> Outcome:
        ours = [over for over in state.done if over.why != "there"]
        if not ours:
            return Refusal("Nothing was completed here that could be undone.")
        return (Undone(tick, ours[-1].timebox.gid),)


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End the session; the running task is not done."""

    word = "stop"
    help = "End the session; the running task stays open."

    def decide(self, state: State, tick: float) -> Outcome:
        if state.ended is not None:
            return OVER
        running = state.running
        ended = SessionEnded(tick, "stopped")
        if running is None:
            return (ended,)
        return (TimeboxLeft(tick, running.timebox.gid, running.spent(tick), "stopped"), ended)


@dataclass(frozen=True, slots=True)
class GetStatus(Command):
    """Nothing but the present snapshot."""

    word = "look"
    steers = False

    def decide(self, state: State, tick: float) -> Outcome:  # noqa: ARG002
        return ()


def message_of(command: Command) -> dict[str, Any]:
    """The message that asks for a command."""
    return {"do": command.word, **{each.name: getattr(command, each.name) for each in fields(command)}}


def command_of(message: Mapping[str, Any]) -> Command | None:
    """The command that a message asks for; None where it names none, or with values that it cannot have."""
    word = message.get("do")
    kind = COMMANDS.get(word) if isinstance(word, str) and word else None
    if kind is None:
        return None
    values: dict[str, Any] = {}
    for each in fields(kind):
        value = message.get(each.name, each.default)
        if value is not each.default and not _fits(value, each.default):
            return None
        assert value is not MISSING
        values[each.name] = float(value) if isinstance(each.default, float) else value
    return kind(**values)


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or default is None:
        return isinstance(value, bool) or value is None
    if isinstance(default, float):
        # Compared, not converted: an integer may have more digits than a float can hold, and nan fits nowhere.
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= A_DAY
    return isinstance(value, str) and len(value) <= 64


def keys() -> Iterator[tuple[Key, Command]]:
    """Every key and the command that it gives, in the order of the help."""
    for kind in COMMANDS.values():
        for each in kind.keys:
            yield each, kind(**each.values)


def _extend(running: Running, seconds: float, most: float, tick: float) -> Outcome:
    if seconds == 0:
        return Refusal("No time was given.")
    left = running.left(tick)
    if seconds < 0 and left + seconds <= 0:
        return Refusal("Less time is left than that; say done when the task is done.")
    if seconds > 0 and running.added + seconds > most:
        return Refusal(
            f"A task gets {most / 60:g} more minutes at most, and this one has got {max(0.0, running.added) / 60:g}. "
            "Be strict: mark it to come back to."
        )
    if running.asking and left + seconds <= 0:
        return Refusal(
            f"The task is {clock_text(-left)} over its time; {clock_text(seconds)} more would not be enough. "
            "Say done or skip, or mark it to come back to."
        )
    return (Extended(tick, seconds),)


def _go_on(state: State, tick: float, counting: bool = False) -> Outcome:
    running = state.running
    if running is None:
        if state.waiting == "break":
            assert state.rest_due is not None
            return (BreakStarted(tick, *state.rest_due),)
        if state.waiting == "task":
            return (TimeboxStarted(tick, state.queue[0].gid),)
        return Refusal("A break runs; skip ends it.") if state.resting else NOTHING_RUNS
    if running.since is not None:
        return Refusal("The task runs; hold releases it." if running.held else "The task runs.")
    if running.asking and running.left(tick) <= 0:
        if running.timebox.is_gate:
            return Refusal("Keep or scrap? done keeps the song, scrap leaves it.")
        return Refusal("The time is up: say done, extend or skip.")
    if counting and running.absence:
        return (Resumed(tick), Suspended(tick, running.absence, "slept", counted=True, pauses=False))
    return (Resumed(tick),)
