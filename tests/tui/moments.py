"""Moments of one song's session, made by the session's own events: nothing here is a snapshot written by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from asana_tbp.timer.events import (
    BreakStarted,
    Event,
    Held,
    MarkedToComeBack,
    Paused,
    SessionEnded,
    SessionOptions,
    SessionStarted,
    Suspended,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
    Warned,
)
from asana_tbp.timer.state import Link, Snapshot, take
from asana_tbp.timer.transitions import replay
from asana_tbp.tui.words import News
from tests.clock import HandClock

SONG = "Midnight Galaxy"
BEGAN = 2580.0
"""The tick at which the third box begins."""


def timebox(gid: int, title: str, minutes: int, section: str) -> Timebox:
    """A task of the song."""
    return Timebox(str(gid), f"{title} ({minutes}m)", title, minutes, section, SONG, "77")


QUEUE = (
    timebox(1, "Write chord progression", 20, "Composition"),
    timebox(2, "Create piano melody", 25, "Composition"),
    timebox(3, "Design sound for bassline", 30, "Sound Design"),
    timebox(4, "Write bassline", 25, "Composition"),
    timebox(5, "Design pad", 20, "Sound Design"),
    timebox(6, "Highpass channels", 10, "Mixing"),
)
SO_FAR: tuple[Event, ...] = (
    TimeboxStarted(0.0, "1"),
    TimeboxEnded(1200.0, "1", 1200.0),
    TimeboxStarted(1200.0, "2"),
    MarkedToComeBack(1300.0, "2"),
    TimeboxEnded(BEGAN, "2", 1380.0, "early"),
)
RUNS = TimeboxStarted(BEGAN, "3")


def moment(
    into: float,
    *more: Event,
    options: SessionOptions | None = None,
    queue: tuple[Timebox, ...] = QUEUE,
    link: Link = "sent",
    unsent: int = 0,
    notice: str = "",
) -> Snapshot:
    """The snapshot `into` seconds after the third box began, after `more` events."""
    clock = HandClock()
    clock.advance(BEGAN + into)
    state = replay([SessionStarted(0.0, queue, options or SessionOptions()), *SO_FAR, *more])
    snapshot = take(SONG, state, clock.elapsed(), clock.now())
    return replace(snapshot, link=link, unsent=unsent, notice=notice)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the screen is given: a snapshot and the last sentence."""

    snapshot: Snapshot | None
    said: News | None = None


def renamed(title: str) -> Snapshot:
    """The running box with another title, and the same for what comes next."""
    third, fourth = replace(QUEUE[2], title=title, section=title), replace(QUEUE[3], name=title)
    return moment(450, RUNS, queue=(*QUEUE[:2], third, fourth, *QUEUE[4:]))


OVERTIME = SessionOptions(at_zero="overtime")
ASKING = SessionOptions(at_zero="ask")
SCENES: dict[str, Scene] = {
    "reading": Scene(None),
    "running": Scene(moment(450, RUNS)),
    "last-minute": Scene(moment(1760, RUNS, Warned(BEGAN + 1740))),
    "paused": Scene(moment(700, RUNS, Paused(BEGAN + 600))),
    "hold": Scene(moment(1830, RUNS, Held(BEGAN + 500))),
    "asking": Scene(moment(1900, RUNS, TimeUp(BEGAN + 1800), options=ASKING)),
    "overtime": Scene(moment(1895, RUNS, TimeUp(BEGAN + 1800), options=OVERTIME)),
    "break": Scene(moment(60, BreakStarted(BEGAN, 300.0), options=SessionOptions(rest=300.0))),
    "waiting": Scene(moment(60, options=SessionOptions(auto_start=False))),
    "offline": Scene(
        moment(450, RUNS, link="offline", unsent=2),
        News(
            "! Asana can't be reached. Create piano melody (25m) waits here and is sent later.", lasting=True
        ),
    ),
    "recovered": Scene(
        moment(450, RUNS),
        News("Resuming Design sound for bassline (30m) where it broke off.", lasting=True),
    ),
    "slept": Scene(
        moment(700, RUNS, Suspended(BEGAN + 600, 2520.0, "slept")),
        News(
            "The computer slept for 42m; the task is paused where it was. Resume with `asana-tbp resume`.",
            lasting=True,
        ),
    ),
    "finished": Scene(
        moment(
            1800,
            RUNS,
            TimeboxEnded(BEGAN + 1800, "3", 1800.0),
            SessionEnded(BEGAN + 1800, "finished"),
            queue=QUEUE[:3],
            link="queued",
            unsent=1,
        )
    ),
    "stopped": Scene(
        moment(60, RUNS, TimeboxLeft(BEGAN + 60, "3", 60.0), SessionEnded(BEGAN + 60, "stopped"))
    ),
}
