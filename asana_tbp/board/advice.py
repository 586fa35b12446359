"""Advises which song to work on next, and says why in one sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf

from asana_tbp.board.view import BoardSong, BoardView
from asana_tbp.bridge.values import Task
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import days_ago, escape_controls, plural

NEAR = 14
"""How many days before its deadline a song comes first."""

RESTED = 21
"""After so many days without work a song no longer counts as being worked on."""


AWAY = timedelta(days=14)
"""After so long without any work `next` says where each song stands."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The song to go on with, and the sentence that says why."""

    song: BoardSong
    why: str


def advise(view: BoardView, now: datetime) -> Advice | None:
    """The song to go on with at `now`, an aware moment; None where no song has anything left to do.

    A deadline that is near comes first; then what is furthest along, because a finished track beats two begun
    ones; among equals what was worked on last, because its ideas are still in the ear.
    """
    today = now.astimezone().date()
    places = {stage.name: at for at, stage in enumerate(view.stages)}
    songs = [song for song in view.songs if has_work_left(song)]
    if not songs:
        return None
    pressing = [song for song in songs if song.deadline and (song.deadline - today).days <= NEAR]
    if pressing:
        song = min(pressing, key=lambda song: (song.deadline or today, song.minutes_left, song.name))
        days = ((song.deadline or today) - today).days
        when = f"is in {plural(days, 'day')}" if days > 0 else f"was {plural(-days, 'day')} ago"
        left = f"{format_budget(song.minutes_left)} of work are left"
        return Advice(song, f"its deadline {when if days else 'is today'} and {left}")
    furthest = max(places[song.stage] for song in songs)
    here = [song for song in songs if places[song.stage] == furthest]

    def freshness(song: BoardSong) -> tuple[float, float, str]:
        age = (now - song.last_worked).total_seconds() if song.last_worked else inf
        share = song.progress.minutes_done / (song.progress.minutes or 1)
        return -age if age <= RESTED * 86_400 else -inf, share, song.name

    song = max(here, key=freshness)
    return Advice(song, _stage_words(song, here, now))


def has_work_left(song: BoardSong) -> bool:
    """Whether the song has a project in which you have open tasks."""
    return bool(song.project_gid) and not song.progress.hidden and song.progress.done < song.progress.tasks


def long_away(view: BoardView, now: datetime) -> tuple[BoardSong, ...]:
    """The songs with work left, if nobody has worked on any song for two weeks; otherwise none."""
    worked = [song.last_worked for song in view.songs if song.last_worked]
    if not worked or now - max(worked) < AWAY:
        return ()
    return tuple(song for song in view.songs if has_work_left(song))


def _stage_words(song: BoardSong, others: Sequence[BoardSong], now: datetime) -> str:
    alone = len(others) == 1
    left = f"with {format_budget(song.minutes_left)} to go"
    worked = song.last_worked.astimezone().date() if song.last_worked else date.min
    # After the clock was set back, the last work may lie in the future.
    days = max(0, (now.astimezone().date() - worked).days)
    if not song.stage:
        if days > RESTED:
            return f"it is {'your only song' if alone else 'the furthest along'}, {left}"
        return f"you worked on it last, {days_ago(days)}, {left}"
    furthest = f"it is the furthest along, in {escape_controls(song.stage)}"
    if not alone:
        furthest = f"it is in {escape_controls(song.stage)}, the furthest stage with work left"
    if days > RESTED:
        return f"{furthest}, {left}"
    only = "" if alone else ", and no other song there was worked on more lately"
    return f"{furthest}, last worked on {days_ago(days)}{only}"


def next_task(open_tasks: Sequence[Task], ideal: dict[str, int]) -> str | None:
    """The name of the first of these open tasks, by the ideal order if known, else in the project's order."""
    first = min(open_tasks, key=lambda task: ideal.get(task.gid, inf), default=None)
    return first.name if first else None
