"""Moments of one song's session, made by the session's own events: nothing here is a snapshot written by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from asana_tbp.session.events import (
    Absent,
    Box,
    BoxEnded,
    BoxLeft,
    BoxStarted,
    BreakStarted,
    Event,
    Held,
    MarkedToComeBack,
    Paused,
    Policy,
    SessionEnded,
    SessionStarted,
    TimeUp,
    Warned,
)
from asana_tbp.session.snapshot import Link, Snapshot, take
from asana_tbp.session.timebox import replay
from asana_tbp.tui.words import Said
from tests.clock import HandClock

SONG = "Midnight Galaxy"
BEGAN = 2580.0
"""The tick at which the third box begins."""


def box(gid: int, title: str, minutes: int, section: str) -> Box:
    """A task of the song."""
    return Box(str(gid), f"{title} ({minutes}m)", title, minutes, section, SONG, "77")


QUEUE = (
    box(1, "Write chord progression", 20, "Composition"),
    box(2, "Create piano melody", 25, "Composition"),
    box(3, "Design sound for bassline", 30, "Sound Design"),
    box(4, "Write bassline", 25, "Composition"),
    box(5, "Design pad", 20, "Sound Design"),
    box(6, "Highpass channels", 10, "Mixing"),
)
SO_FAR: tuple[Event, ...] = (
    BoxStarted("1", 0.0),
    BoxEnded("1", 1200.0, 1200.0),
    BoxStarted("2", 1200.0),
    MarkedToComeBack("2", 1300.0),
    BoxEnded("2", BEGAN, 1380.0, "early"),
)
RUNS = BoxStarted("3", BEGAN)


def moment(
    into: float,
    *more: Event,
    policy: Policy | None = None,
    queue: tuple[Box, ...] = QUEUE,
    link: Link = "sent",
    unsent: int = 0,
    notice: str = "",
) -> Snapshot:
    """The snapshot `into` seconds after the third box began, after `more` events."""
    clock = HandClock()
    clock.advance(BEGAN + into)
    state = replay([SessionStarted(queue, policy or Policy()), *SO_FAR, *more])
    return take(SONG, state, clock.elapsed(), clock.now(), link=link, unsent=unsent, notice=notice)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the screen is given: a snapshot and the last sentence."""

    snapshot: Snapshot | None
    said: Said | None = None


def renamed(title: str) -> Snapshot:
    """The running box with another title, and the same for what comes next."""
    third, fourth = replace(QUEUE[2], title=title, section=title), replace(QUEUE[3], name=title)
    return moment(450, RUNS, queue=(*QUEUE[:2], third, fourth, *QUEUE[4:]))


OVERTIME = Policy(at_zero="overtime")
ASKING = Policy(at_zero="ask")
SCENES: dict[str, Scene] = {
    "reading": Scene(None),
    "running": Scene(moment(450, RUNS)),
    "last-minute": Scene(moment(1760, RUNS, Warned("3", BEGAN + 1740))),
    "paused": Scene(moment(700, RUNS, Paused(BEGAN + 600))),
    "hold": Scene(moment(1830, RUNS, Held(BEGAN + 500))),
    "asking": Scene(moment(1900, RUNS, TimeUp("3", BEGAN + 1800), policy=ASKING)),
    "overtime": Scene(moment(1895, RUNS, TimeUp("3", BEGAN + 1800), policy=OVERTIME)),
    "break": Scene(moment(60, BreakStarted(BEGAN, 300.0), policy=Policy(rest=300.0))),
    "waiting": Scene(moment(60, policy=Policy(auto_start=False))),
    "offline": Scene(
        moment(450, RUNS, link="offline", unsent=2),
        Said(
            "! Asana can't be reached. Create piano melody (25m) waits here and is sent later.", lasting=True
        ),
    ),
    "recovered": Scene(
        moment(450, RUNS),
        Said("Going on with Design sound for bassline (30m) where it broke off.", lasting=True),
    ),
    "slept": Scene(
        moment(700, RUNS, Absent(BEGAN + 600, 2520.0, "slept")),
        Said("The machine slept for 42m; the box stands where it was. Go on with resume.", lasting=True),
    ),
    "finished": Scene(
        moment(
            1800,
            RUNS,
            BoxEnded("3", BEGAN + 1800, 1800.0),
            SessionEnded("finished", BEGAN + 1800),
            queue=QUEUE[:3],
            link="queued",
            unsent=1,
        )
    ),
    "stopped": Scene(
        moment(60, RUNS, BoxLeft("3", 60.0, tick=BEGAN + 60), SessionEnded("stopped", BEGAN + 60))
    ),
}
