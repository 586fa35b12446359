"""Carries a plan out: project, sections, tasks, then verification.

Knows the order of the steps and what may run at once. Must not know how a create survives a lost answer
(`creates`) nor how order is repaired (`verify`). The same call finishes what an earlier one left half-way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from asana_tbp.bridge.asana import Anchor, Asana
from asana_tbp.scaffold.creates import Creates
from asana_tbp.scaffold.desired import Desired, DesiredSection
from asana_tbp.scaffold.journal import Journal, Song
from asana_tbp.scaffold.lanes import Lanes, Work
from asana_tbp.scaffold.plan import (
    CreateSection,
    CreateTask,
    NameSection,
    Plan,
    Remote,
    plan,
)
from asana_tbp.scaffold.verify import Verdict, verify
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""

LONG_SECTION = 10
"""Sections with more tasks than this are created several tasks abreast; a stray one costs a move."""


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """What a scaffold did: the plan it followed, moves made, and what Asana would not do, a sentence each."""

    plan: Plan
    link: str
    project_gid: str
    moves: int
    shortcomings: tuple[str, ...]


def read_remote(asana: Asana, project_gid: str) -> Remote:
    """What Asana has of a project."""
    return Remote(asana.sections(project_gid), asana.tasks(project_gid))


class Scaffold:
    """One song on its way into Asana."""

    def __init__(self, asana: Asana, database: Database, song: Song, desired: Desired, clock: Clock) -> None:
        journal = Journal(database, song)
        self._asana = asana
        self._journal = journal
        self._desired = desired
        self._clock = clock
        self._creates = Creates(asana, journal)
        self._lanes = Lanes(clock)

    @property
    def started(self) -> bool:
        """Whether anything of the song is known to be in Asana."""
        return self._journal.song.project_gid is not None

    def plan(self, *, begun: bool) -> Plan:
        """What `apply` would do now. Reads only. `begun` where an earlier run may have made the project."""
        if self._journal.song.project_gid is None and begun and (found := self._creates.find_project()):
            self._journal.project_made(found)
        if self._journal.song.project_gid is None:
            return plan(self._desired, None, {}, {})
        return self._compared(read_remote(self._asana, self._journal.song.project_gid))

    def apply(self, planned: Plan, progress: Progress = lambda _done, _total: None) -> Scaffolded:
        """Carry `planned` out and verify it; nothing is sent when there is nothing to do."""
        journal = self._journal
        if planned.nothing_to_do and journal.song.finished:
            return Scaffolded(planned, journal.song.link, journal.song.project_gid or "", 0, ())
        steps = _Steps(len(planned.changes) + 1, progress)
        if journal.song.project_gid is None:
            project = self._creates.project(self._desired.title, self._desired.notes)
            steps.done()
            # A project that is new has no tasks: only its default section need be read.
            remaining = self._compared(Remote(self._asana.sections(project.gid), ()))
        else:
            remaining = planned
        self._adopt(remaining)
        self._make_sections(remaining, steps)
        self._make_tasks(remaining, steps)
        verdict = verify(self._asana, journal, self._desired, self._lanes, lambda: None)
        self._keep(verdict)
        steps.done()
        return Scaffolded(
            planned, journal.song.link, journal.song.project_gid or "", verdict.moves, verdict.shortcomings
        )

    def _compared(self, remote: Remote) -> Plan:
        return plan(self._desired, remote, self._journal.entries("section"), self._journal.entries("task"))

    def _adopt(self, planned: Plan) -> None:
        sections = self._journal.entries("section")
        tasks = self._journal.entries("task")
        for key, gid in planned.sections.items():
            if key not in sections or sections[key].gid is None:
                self._journal.answered("section", key, gid, ours=key not in planned.adopted)
        for key, gid in planned.tasks.items():
            if key not in tasks or tasks[key].gid is None:
                self._journal.answered("task", key, gid, ours=key not in planned.adopted)

    def _make_sections(self, planned: Plan, steps: _Steps) -> None:
        gid = self._journal.song.project_gid or ""
        present = dict(planned.sections)
        naming: list[Work] = []
        for change in planned.changes:
            if isinstance(change, NameSection):
                present[change.section.key] = change.gid
                naming.append(steps.counted(partial(self._name_section, change)))
        missing = {change.section.key for change in planned.changes if isinstance(change, CreateSection)}
        work: list[Work] = []
        for section, anchor in _anchored(self._desired.sections, present, missing):
            # Each lands right beside its anchor, so the last one is sent first.
            work.insert(0, steps.counted(partial(self._make_section, gid, section, anchor)))
        self._lanes.run([naming, work], abreast=3)

    def _name_section(self, change: NameSection) -> None:
        self._asana.rename_section(change.gid, change.section.name)
        self._journal.answered("section", change.section.key, change.gid)

    def _make_section(self, project_gid: str, section: DesiredSection, anchor: Anchor) -> None:
        self._creates.section(project_gid, section, anchor)

    def _make_tasks(self, planned: Plan, steps: _Steps) -> None:
        gid = self._journal.song.project_gid or ""
        homes = self._journal.entries("section")
        lanes: dict[str, list[Work]] = {}
        for change in planned.changes:
            if isinstance(change, CreateTask):
                home = homes[change.section.key].gid or ""
                work = partial(self._creates.task, gid, home, change.task)
                lanes.setdefault(home, []).append(steps.counted(work))
        longest = max(map(len, lanes.values()), default=0)
        self._lanes.run(list(lanes.values()), abreast=4 if longest > LONG_SECTION else 2)

    def _keep(self, verdict: Verdict) -> None:
        if not verdict.shortcomings:
            places = {task.key: task.place for task in self._desired.tasks}
            self._journal.finished(places, self._clock.now())


class _Steps:
    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._count = 0
        self._progress = progress

    def done(self) -> None:
        self._count += 1
        self._progress(min(self._count, self._total), self._total)

    def counted(self, work: Callable[[], object]) -> Work:
        def run() -> None:
            work()
            self.done()

        return run


def _anchored(
    sections: Sequence[DesiredSection], present: dict[str, str], missing: set[str]
) -> list[tuple[DesiredSection, Anchor]]:
    """The missing sections, each beside one that is there: after the nearest above, else before the nearest below."""
    found = []
    above: str | None = None
    for index, section in enumerate(sections):
        if section.key in present:
            above = present[section.key]
        elif section.key in missing:
            below = next((present[later.key] for later in sections[index:] if later.key in present), None)
            if above:
                found.append((section, Anchor(above)))
            elif below:
                found.append((section, Anchor(below, "before")))
    return found
