"""The days of a song map's tasks: its deadline and sessions, given to its tasks in the ideal order.

Pure: today is told. Must not know what Asana has.
"""

from __future__ import annotations

from datetime import date

from asana_tbp.scaffold.desired import task_key
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.schedule import Schedule, scheduled


def dates_of(song_map: SongMap, today: date) -> tuple[Schedule, dict[str, str]]:
    """The schedule, and a day, `yyyy-mm-dd`, by task key. Breaks take their time and have no day."""
    ideal = ideal_order(song_map)
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
