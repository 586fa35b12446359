"""Reading from Asana what a session is to run: at its start, and again while it runs.

Knows which requests that takes and how few will do. Must not know the session, nor when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asana_tbp.bridge.values import Task
from asana_tbp.errors import NotFound
from asana_tbp.session.queue import build_queue, chosen
from asana_tbp.session.shown_order import Order, ShownOrder
from asana_tbp.session.task_service import TaskService
from asana_tbp.songmap.breaks import MapBreak
from asana_tbp.system.clock import Clock
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.reconcile import Fate, RemoteTasks

PAGE = 100
FATES_AT_ONCE = 4
"""Tasks that left whose fate is asked for in one reading; the others wait for the next."""

READINGS_UNTIL_MOVED = 2
"""Readings without a task that is open and ours before it counts as moved elsewhere: pages may shift."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where boxes come from: a project, or a section of My Tasks.

    `list_gid` is that of the workspace's My Tasks, "" where its order is not asked for. `section_gid` names a
    section of My Tasks, and `gid` is then the same.
    """

    gid: str
    name: str
    list_gid: str = ""
    section_gid: str = ""


@dataclass
class TaskSource:
    """Reads one session's tasks. Used by one thread at a time.

    `ideal` gives the ideal order of a project by task gid, empty for one we did not make; `rests` the breaks that
    its song map has after tasks; `placed` says whether My Tasks was seen to show that order once. `requests`
    counts what the last reading cost.
    """

    asana: TaskService
    sources: Sequence[Source]
    me_gid: str
    order: Order
    ideal: Callable[[str], Mapping[str, int]]
    shown: ShownOrder
    clock: Clock
    default_minutes: int
    only: str | None = None
    task: str | None = None
    placed: Callable[[str], bool] = lambda _gid: False
    rests: Callable[[str], Mapping[str, MapBreak]] = lambda _gid: {}
    requests: int = 0
    _sections: dict[str, dict[str, str]] = field(default_factory=dict)
    _last: set[str] = field(default_factory=set)
    _missing: dict[str, int] = field(default_factory=dict)

    def expect(self, gids: Iterable[str]) -> None:
        """Ask what became of these, should the next reading not have them."""
        self._last |= set(gids)

    def read(self) -> RemoteTasks:
        """What Asana has now. Raises the `AsanaError` classes; a reading is whole or not at all."""
        at = self.clock.now()
        self.requests = 0
        listed: dict[str, tuple[Task, ...]] = {}
        timeboxes: list[Timebox] = []
        open_gids: set[str] = set()
        for source in self.sources:
            found = self._timeboxes(source, listed, open_gids)
            timeboxes += [
                timebox for timebox in found if timebox.gid not in {other.gid for other in timeboxes}
            ]
        scope = chosen(timeboxes, self.only, self.task)
        gids = {timebox.gid for timebox in scope}
        fates = self._fates(self._last - gids, open_gids)
        self._last = gids | (self._last - set(fates))
        return RemoteTasks(scope, fates, at)

    def _timeboxes(
        self, source: Source, listed: dict[str, tuple[Task, ...]], open_gids: set[str]
    ) -> tuple[Timebox, ...]:
        mine: tuple[Task, ...] = ()
        if source.list_gid and (source.section_gid or self.order == "my-tasks"):
            if source.list_gid not in listed:
                listed[source.list_gid] = self.asana.my_open_tasks(source.list_gid)
                self._count(listed[source.list_gid])
            mine = listed[source.list_gid]
        if source.section_gid:
            here = tuple(task for task in mine if task.section_gid == source.section_gid)
            names = {source.section_gid: source.name}
            return build_queue(here, self.me_gid, {}, names, self.default_minutes, song=source.name)
        tasks = self.asana.open_tasks(source.gid)
        self._count(tasks)
        open_gids |= {task.gid for task in tasks if task.assignee_gid == self.me_gid}
        places = self._places(source, tasks, mine)
        return build_queue(
            tasks,
            self.me_gid,
            places,
            self._section_names(source.gid, tasks),
            self.default_minutes,
            song=source.name,
            project_gid=source.gid,
            rests=self.rests(source.gid),
        )

    def _places(self, source: Source, tasks: Sequence[Task], mine: Sequence[Task]) -> Mapping[str, int]:
        if self.order == "project":
            return {}
        ideal = self.ideal(source.gid)
        here = {task.gid for task in tasks}
        shown = [task.gid for task in mine if task.gid in here]
        if not shown:
            return ideal
        if not self.shown.decides(source.gid, shown, ideal) and not self.placed(source.gid):
            return ideal
        return {gid: at for at, gid in enumerate(shown)}

    def _section_names(self, project_gid: str, tasks: Sequence[Task]) -> dict[str, str]:
        known = self._sections.get(project_gid)
        if known is None or any(task.section_gid and task.section_gid not in known for task in tasks):
            known = {section.gid: section.name for section in self.asana.sections(project_gid)}
            self.requests += 1
            self._sections[project_gid] = known
        return known

    def _fates(self, left: set[str], open_gids: set[str]) -> dict[str, Fate]:
        fates: dict[str, Fate] = {}
        self._missing = {gid: times for gid, times in self._missing.items() if gid in left}
        for gid in sorted(left)[: FATES_AT_ONCE + len(open_gids)]:
            if gid in open_gids:
                # It is open and ours, and yet not what this session runs: another section, another name.
                fates[gid] = "gone"
                continue
            if self.requests >= FATES_AT_ONCE + 4:
                break
            fate = self._fate(gid)
            if fate is not None:
                fates[gid] = fate
        return fates

    def _fate(self, gid: str) -> Fate | None:
        self.requests += 1
        try:
            task = self.asana.task(gid)
        except NotFound:
            return "gone"
        if task.completed:
            return "there"
        if task.assignee_gid != self.me_gid:
            return "gone"
        self._missing[gid] = self._missing.get(gid, 0) + 1
        return "gone" if self._missing[gid] >= READINGS_UNTIL_MOVED else None

    def _count(self, tasks: Sequence[Task]) -> None:
        self.requests += max(1, -(-len(tasks) // PAGE))
