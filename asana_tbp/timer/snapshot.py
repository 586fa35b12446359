"""What every face shows: one moment of a session in plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from asana_tbp.timer.events import SessionOptions, Timebox
from asana_tbp.timer.state import Finished, Running, State, break_after

Phase = Literal["running", "paused", "held", "asking", "overtime", "break", "waiting", "ended"]
Link = Literal["off", "sent", "queued", "offline", "refused"]
"""Asana and we: not told anything, has everything, is being told, can't be reached, refuses the token."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session at one moment. Times are seconds unless they are moments.

    `left` is what the box, or the break, still has: negative once the budget is used up. `fraction` is how
    much of it is used, 0 to 1. `budget` and `spent` are those of the running box, `all_*` of the session.
    `ends_at` is when the last box would end if all went on now. `waits_for` is what begins only when told.
    `notice` is the last thing worth knowing that was not asked for. `slept` are the seconds of an absence that
    "ask" asks about. `breaks_ahead` are the seconds of breaks still to begin;
    `rest_title` is what the break, running or waiting, is for. `speed` is how many seconds pass in one of the
    machine's. A `passing` moment is over at once, as that between two tasks: a picture of it would only flash. `failed`
    counts what Asana will not take.
    """

    session_id: int = field(default=0, kw_only=True)
    song: str
    phase: Phase
    running: Timebox | None
    left: float
    fraction: float
    budget: float
    spent: float
    added: float
    extensions: int
    held: bool
    warned: bool
    come_back: bool
    following: Timebox | None
    queue: tuple[Timebox, ...]
    finished: tuple[Finished, ...]
    done: int
    total: int
    all_spent: float
    all_budget: float
    at: datetime
    ends_at: datetime
    unsent: int = field(default=0, kw_only=True)
    link: Link = field(default="sent", kw_only=True)
    options: SessionOptions
    waits_for: Literal["task", "break"] | None = None
    notice: str = ""
    slept: float = 0.0
    breaks_ahead: float = 0.0
    rest_title: str = ""
    ended: str | None = None
    speed: float = 1.0
    passing: bool = False
    failed: int = 0
    several_songs: bool = False


IDLE = Running(Timebox("", "", "", 0), 0.0, None)
"""Stands for the run where none is."""


def phase_of(state: State) -> Phase:
    """The one word for what a session does."""
    running = state.running
    if state.ended is not None:
        return "ended"
    if running is None:
        return "break" if state.resting else "waiting"
    if running.asking:
        return "asking"
    if running.since is None:
        return "paused"
    if running.held:
        return "held"
    return "overtime" if running.overtime else "running"


def take(song: str, state: State, tick: float, now: datetime, speed: float = 1.0) -> Snapshot:
    """The snapshot of `state` at `tick`, which is `now` on the wall; what the state does not say has its default."""
    running, resting = state.running, state.resting
    shown = running or IDLE
    left, budget, spent = shown.left(tick), shown.budget, shown.spent(tick)
    if resting:
        left, budget = max(0.0, resting.until - tick), resting.seconds
        spent = budget - left
    # A break follows every box but the last.
    timeboxes = ([running.timebox] if running else []) + list(state.queue)
    rests = (state.rest_due, *(break_after(timebox, state.options) for timebox in timeboxes[:-1]))
    breaks = sum(rest.seconds for rest in rests if rest)
    ahead = max(0.0, left) + sum(timebox.seconds for timebox in state.queue) + breaks
    over = sum(finished.spent for finished in state.finished)
    budgets = sum(timebox.seconds for timebox in (*(each.timebox for each in state.standing), *state.queue))
    return Snapshot(
        song=shown.timebox.song or song,
        phase=phase_of(state),
        running=running.timebox if running else None,
        left=left,
        fraction=1.0 if budget <= 0 else min(1.0, max(0.0, spent / budget)),
        budget=budget,
        spent=spent,
        added=shown.added,
        extensions=shown.extensions,
        held=shown.held,
        warned=shown.warned,
        come_back=shown.come_back,
        following=state.queue[0] if state.queue else None,
        queue=state.queue,
        finished=state.finished,
        done=len(state.done),
        total=len(state.standing) + len(state.queue) + (1 if running else 0),
        all_spent=over + (spent if running else 0.0),
        all_budget=budgets + (budget if running else 0.0),
        at=now,
        ends_at=now + timedelta(seconds=ahead / speed),
        options=state.options,
        waits_for=state.waiting,
        slept=shown.absence,
        breaks_ahead=breaks,
        rest_title=resting.title if resting else state.rest_due.title if state.rest_due else "",
        ended=state.ended,
        speed=speed,
        several_songs=state.several_songs,
    )
