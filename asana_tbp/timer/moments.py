"""Puts what happens in a session and how it stands into words, for every face of it. Pure.

`moment_of` words an event; `standing_of` is what is so until the next one, and `actions_of` what can be done then.
Whatever comes from Asana is made printable here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, NamedTuple

from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import clock_text, escape_controls, spent_text, suggesting
from asana_tbp.timer import events
from asana_tbp.timer.commands import keys, message_of
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.state import Snapshot
from asana_tbp.timer.words import TABLES, Key

LAST_MINUTE = 60.0
WHAT_IS_NEXT = "Next: asana-tbp next or asana-tbp board"

Mood = Literal["reading", "calm", "last", "still", "held", "up", "over", "rest"]
"""What the countdown looks like, from across the room."""


class Moment(NamedTuple):
    """What an event says: one `sentence`, "" for an event that passes unnoticed.

    `sound` is the kind of alert it is heard as, "" for none, and `word` what a notification says then; one that is not
    `loud` is heard only where all sounds are on.
    """

    sentence: str
    sound: str = ""
    word: str = ""
    loud: bool = False


class Standing(NamedTuple):
    """How a session stands: a `word` for what is unusual, "" where a task simply runs.

    `keys` are what one would press now with what each does, the most obvious first; `hint` says more than they do.
    """

    mood: Mood
    word: str = ""
    hint: str = ""
    keys: Mapping[str, str] = {}


MOMENTS = {case: Moment(**words) for case, words in TABLES["events"].items()}
STANDINGS = {case: Standing(**words) for case, words in TABLES["standings"].items()}
FACE_KEYS = {face: tuple(Key(**words) for words in keys) for face, keys in TABLES["keys"].items()}


def moment_of(event: Event, snapshot: Snapshot) -> Moment:
    """What an event says and sounds like. `snapshot` is taken just after it."""
    about = getattr(event, "why", "")
    if isinstance(event, events.TimeUp):
        gate = snapshot.running is not None and snapshot.running.is_gate
        about = "gate" if gate else "overtime" if snapshot.phase == "overtime" else ""
    moment = MOMENTS.get(f"{event.kind} {about}".strip(), Moment(""))
    if isinstance(event, events.Reordered) and not snapshot.following:
        return Moment("")
    return moment._replace(sentence=moment.sentence.format_map(_values(event, snapshot)))


def line_of(event: Event, snapshot: Snapshot) -> str:
    """An event in a list of lines, "" for one that says nothing: what begins stands out, what happens is indented."""
    sentence = moment_of(event, snapshot).sentence
    if not sentence or event.kind == "session-ended":
        return sentence
    return f"{'> ' if isinstance(event, events.TimeboxStarted | events.BreakStarted) else '  '}{sentence}"


def handover_of(snapshot: Snapshot) -> str:
    """The sentence between a task that is done and the one that runs, "" if none was done before it."""
    if not snapshot.running or not snapshot.finished:
        return ""
    before, now = snapshot.finished[-1], escape_controls(snapshot.running.title)
    return f"{escape_controls(before.timebox.title)} is done. Now {now}." if before.done else ""


def _values(event: Event, snapshot: Snapshot) -> dict[str, str]:
    """The values that a sentence may name; those of an event only where it has them."""
    last = snapshot.finished[-1].timebox if snapshot.finished else None
    following = snapshot.following
    gid, every = getattr(event, "gid", ""), [*(over.timebox for over in snapshot.finished), snapshot.running]
    named = next((timebox for timebox in every if timebox and timebox.gid == gid), None)
    values = {
        "left": f"{clock_text(abs(snapshot.left))} {'left' if snapshot.left >= 0 else 'over'}",
        "held": " It is still held." if snapshot.held else "",
        # A plain countdown is no task.
        "score": "" if snapshot.link == "off" else f", {snapshot.done} of {snapshot.total} done",
        "open": "" if snapshot.link == "off" else "; the task stays open",
        "next": f" Next: {_with_song(following, following.title, snapshot)}." if following else "",
        "waiting": f": {_with_song(following, following.name, snapshot)}" if following else "",
        "song": escape_controls((last.song if last else "") or snapshot.song),
        "name": _with_song(named, named.name, snapshot) if named else "The task",
    }
    match event:
        case events.TimeboxStarted() if snapshot.running:
            task = snapshot.running
            section = f"{task.section}: " if task.section else ""
            assumed = (
                f"  [no time in its name, {format_budget(task.minutes)} assumed]" if task.assumed else ""
            )
            values["task"] = f"{_with_song(task, section + task.name, snapshot)}{assumed}"
        case events.TimeboxEnded(spent=spent, why=why):
            ended = "Time is up" if why == "time" else f"Done after {spent_text(spent)}"
            values["ended"] = "Kept" if last and last.is_gate else ended
        case events.TimeboxLeft(spent=spent):
            values["spent"] = spent_text(spent)
        case events.Extended(seconds=seconds):
            values["seconds"] = f"{clock_text(abs(seconds))} {'more' if seconds > 0 else 'less'}"
        case events.BreakStarted(seconds=seconds, title=title):
            values["seconds"] = clock_text(seconds)
            values["title"] = f": {escape_controls(title)}" if title else ""
        case events.Added(timebox=timebox) | events.Renamed(timebox=timebox):
            runs = snapshot.running is not None and snapshot.running.gid == timebox.gid
            values["renamed"] = f"; {values['left']}" if runs else ""
            values["name"] = _with_song(timebox, timebox.name, snapshot)
    return values


def standing_of(snapshot: Snapshot | None) -> Standing:
    """How a session stands; None is one that still reads its tasks."""
    if snapshot is None:
        return Standing("reading", "READING ASANA")
    if snapshot.slept and snapshot.phase == "paused":
        return STANDINGS["slept"]._replace(word=f"AWAY {span_text(snapshot.slept)}")
    if snapshot.phase == "ended":
        return _ended(snapshot)
    gate = snapshot.running is not None and snapshot.running.is_gate
    about = " held" if snapshot.held and snapshot.phase == "paused" else " gate" if gate else ""
    standing = STANDINGS.get(snapshot.phase + about) or STANDINGS.get(snapshot.phase)
    if standing and standing.mood != "calm":
        return standing
    if snapshot.left <= LAST_MINUTE:
        word = "LAST MINUTE" if snapshot.budget > LAST_MINUTE else ""
        return Standing("last", word, keys=standing.keys if standing else {})
    return standing or Standing("calm")


def _ended(snapshot: Snapshot) -> Standing:
    word = {"finished": "FINISHED", "time": "NO TIME LEFT"}.get(snapshot.ended or "", "STOPPED")
    if snapshot.ended == "finished" and is_countdown(snapshot):
        word = "TIME IS UP"
    scrapped = snapshot.ended == "finished" and snapshot.finished and snapshot.finished[-1].why == "scrapped"
    if snapshot.link in {"sent", "queued"} and snapshot.unsent:
        return Standing("rest", word, f"sending the last {snapshot.unsent} to Asana…")
    hint = suggesting(WHAT_IS_NEXT) if word == "FINISHED" else ""
    return Standing("rest", "SCRAPPED" if scrapped else word, hint)


def is_countdown(snapshot: Snapshot) -> bool:
    """Whether this is a plain countdown, one stretch of time without Asana: there is no list of tasks to show."""
    return snapshot.link == "off" and snapshot.total == 1


def asana_of(snapshot: Snapshot) -> tuple[str, bool]:
    """The state of the connection to Asana, in words, and whether it is a problem."""
    if snapshot.link == "off":
        return "", False
    if not snapshot.options.completes:
        return "not sent to Asana", False
    waiting = f"{snapshot.unsent} waiting" if snapshot.unsent else ""
    worry = {
        "slow": "Asana: slow",
        "offline": "Asana: offline",
        "refused": "Asana refuses the token",
    }.get(snapshot.link)
    if worry:
        return ", ".join(filter(None, (worry, waiting))), True
    return f"Asana: {waiting or 'sent'}", False


def span_text(seconds: float) -> str:
    """A length of time for people: `45 s`, `12m`, `1h5m`."""
    return f"{seconds:.0f} s" if seconds < 120 else format_budget(round(seconds / 60))


def _with_song(timebox: Timebox, name: str, snapshot: Snapshot) -> str:
    return escape_controls(timebox.in_song(name, several=snapshot.several_songs))


BETWEEN_RUNS = frozenset("bu")
"""Keys that make sense while no task runs."""

OF_COUNTDOWN = frozenset(("space", "d", "+", "-"))
"""Keys of a plain countdown, which is no task in Asana."""


def actions_of(snapshot: Snapshot) -> dict[str, str]:
    """The keys that make sense now with what each does: first those of its standing, then as the help has them."""
    if snapshot.phase == "ended":
        return {}
    asked = standing_of(snapshot).keys
    rest = {each.key: each.label for each, _ in keys() if each.label and each.key not in {*asked, "c"}}
    if snapshot.running is None:
        rest = {key: label for key, label in rest.items() if key in BETWEEN_RUNS}
    elif snapshot.phase == "asking":
        del rest["space"]
    if is_countdown(snapshot):
        rest = {key: label for key, label in rest.items() if key in OF_COUNTDOWN}
        asked = {key: label for key, label in asked.items() if key != "b"}
    return {**asked, **rest}


def plain_values(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot for JSON: moments in ISO 8601, seconds to the millisecond; `standing` and `actions` are its words."""
    standing = standing_of(snapshot)
    asana, worry = asana_of(snapshot)
    values: dict[str, Any] = json.loads(
        json.dumps(asdict(snapshot), default=datetime.isoformat),
        parse_float=lambda digits: round(float(digits), 3),
    )
    words = {"mood": standing.mood, "word": standing.word, "hint": standing.hint}
    words["handover"] = handover_of(snapshot)
    values["standing"] = {**words, "asana": asana, "worry": worry}
    commands = {each.key: message_of(command) for each, command in keys()}
    values["actions"] = [
        {"key": key, "label": label, "asked": key in standing.keys, "message": commands[key]}
        for key, label in actions_of(snapshot).items()
    ]
    return values
