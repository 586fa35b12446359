"""The days of a song map's open tasks: its deadline and sessions, given to them in the ideal order. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from asana_tbp.scaffold.desired import task_key
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.schedule import Schedule, scheduled


def dates_of(song_map: SongMap, today: date, done: Collection[str] = ()) -> tuple[Schedule, dict[str, str]]:
    """The schedule from today, and a day, `yyyy-mm-dd`, by task key, without the tasks whose keys are `done`.

    Breaks take their time and have no day.
    """
    ideal = [
        (section, task)
        for section, task in ideal_order(song_map)
        if task_key(section, task.title) not in done
    ]
    sessions = song_map.sessions
    schedule = scheduled(
        [task.minutes for _, task in ideal],
        days=sessions.days if sessions else (),
        length=sessions.minutes if sessions else 0,
        start=sessions.start if sessions else None,
        deadline=song_map.deadline,
        today=today,
    )
    days = zip(ideal, schedule.due, strict=False)
    return schedule, {
        task_key(section, task.title): day.isoformat() for (section, task), day in days if task.in_asana
    }
