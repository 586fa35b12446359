"""Recorded histories: sessions of a real log, driven by hand and written to a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asana_tbp.report.history import History, read_history
from asana_tbp.session.log import open_log
from asana_tbp.store.database import Database
from asana_tbp.timer.commands import ComeBack, Command, Done, Extend, Skip, Stop, Undo
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.transitions import due
from tests.clock import BEGIN


def timebox(gid: str, title: str, minutes: int, section: str = "Composition", project: str = "p1") -> Timebox:
    """A box of a song."""
    return Timebox(gid, f"{title} ({minutes}m)", title, minutes, section, f"Song {project}", project)


@dataclass
class Recorder:
    """Writes sessions as the runner does: what is due first, then what is told."""

    database: Database
    at: datetime = BEGIN
    written: list[Event] = field(default_factory=list)

    def session(
        self, timeboxes: Sequence[Timebox], told: Sequence[tuple[float, Command]], seconds: float
    ) -> None:
        """One session: `told` are commands with the second they come at; it is stopped after them and `seconds`."""
        # What came later than the end would be of the future, and of tomorrow around midnight.
        seconds = max([seconds, *(tick for tick, _ in told)])
        project = " ".join(dict.fromkeys(each.project_gid for each in timeboxes))
        log = open_log(self.database, project, "A sitting", tuple(timeboxes), self.at)
        for tick, command in [*sorted(told, key=lambda each: each[0]), (seconds, Stop())]:
            while log.state.ended is None and (event := due(log.state, tick)) is not None:
                log.record([event], self.at + timedelta(seconds=getattr(event, "tick", 0.0)))
            facts = command.decide(log.state, tick)
            if not isinstance(facts, str):
                log.record(facts, self.at + timedelta(seconds=tick))
        self.at += timedelta(seconds=seconds)

    def pause(self, **length: float) -> None:
        """Let time pass between two sessions."""
        self.at += timedelta(**length)

    @property
    def history(self) -> History:
        return read_history(self.database)


def finished(
    recorder: Recorder, gid: str, title: str, minutes: int, spent: float, project: str = "p1"
) -> None:
    """One box that was done after `spent` minutes."""
    extra: list[tuple[float, Command]] = []
    if spent > minutes:
        extra.append((60.0, Extend((spent - minutes) * 60)))
    recorder.session(
        [timebox(gid, title, minutes, project=project)], [*extra, (spent * 60, Done())], spent * 60 + 1
    )
    recorder.pause(hours=1)


COMMANDS: tuple[Command, ...] = (
    Done(),
    Skip(),
    Extend(300),
    Extend(120),
    ComeBack(),
    ComeBack(last=True),
    Undo(),
)
