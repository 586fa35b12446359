"""Reads from Asana what a session is to run, at its start and again while it runs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Task
from asana_tbp.errors import NotFound
from asana_tbp.songmap.model import MapBreak
from asana_tbp.songmap.task_name import normalize, read_name
from asana_tbp.store.database import Database
from asana_tbp.store.rows import insert
from asana_tbp.system.clock import Clock
from asana_tbp.timer.events import SessionOptions, Timebox
from asana_tbp.timer.reconcile import Fate, RemoteTasks

FATES_AT_ONCE = 4
"""Tasks no longer listed that are looked up in one reading; the others wait for the next."""

READINGS_UNTIL_MOVED = 2
"""Readings without a task that is open and ours before it counts as moved elsewhere: pages may shift."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where tasks come from: a project, or a section of My Tasks.

    `list_gid` is that of the workspace's My Tasks, "" where its order is not needed. `section_gid` names a
    section of My Tasks, and `gid` is then the same.
    """

    gid: str
    name: str
    list_gid: str = ""
    section_gid: str = ""


@dataclass(frozen=True, slots=True)
class SongFacts:
    """What we know of a song that Asana does not: empty for a project that we did not make.

    `ideal` gives the place of each task, by gid, in the ideal order; `rests` the breaks that the song map has after
    tasks; `is_placed` says whether My Tasks was seen to show that order once.
    """

    ideal: Mapping[str, int] = field(default_factory=dict)
    rests: Mapping[str, MapBreak] = field(default_factory=dict)
    is_placed: bool = False


class UnclearTask(NamedTuple):
    """A task whose name has a time that can't be read for certain, and why. Among several songs `name` says which."""

    gid: str
    name: str
    reason: str


@dataclass
class TaskSource:
    """Reads one session's tasks, chosen and ordered as its `options` say. Used by one thread at a time.

    `facts` gives what we know of a project's song. `budgets` are minutes by gid, for tasks whose names have none that
    can be read. Of the last reading: `requests` counts what was sent meanwhile, `listed` are the open tasks of this
    user, chosen or not, and `unclear` those chosen that are not run, as their time is unclear.
    """

    asana: Gateway
    database: Database
    clock: Clock
    me_gid: str
    sources: Sequence[Source]
    options: SessionOptions = field(default=SessionOptions())
    facts: Callable[[str], SongFacts] = lambda _gid: SongFacts()
    budgets: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    listed: tuple[Timebox, ...] = ()
    unclear: tuple[UnclearTask, ...] = ()
    _sections: dict[str, dict[str, str]] = field(default_factory=dict)
    _last: set[str] = field(default_factory=set)
    _missing: dict[str, int] = field(default_factory=dict)

    def expect(self, gids: Iterable[str]) -> None:
        """Look these tasks up if the next reading does not have them."""
        self._last |= set(gids)

    def read(self) -> RemoteTasks:
        """What Asana has now. Raises the `AsanaError` classes; a reading is complete or fails."""
        at, sent = self.clock.now(), self.asana.http.sent
        my_open_tasks = cache(self.asana.my_open_tasks)
        timeboxes: dict[str, Timebox] = {}
        open_gids: set[str] = set()
        for source in self.sources:
            for timebox in self._timeboxes(source, my_open_tasks, open_gids):
                timeboxes.setdefault(timebox.gid, timebox)
        self.listed = tuple(timeboxes.values())
        chosen = tuple(filter(self._is_chosen, self.listed))
        several = len(self.sources) > 1
        self.unclear = tuple(
            UnclearTask(timebox.gid, timebox.in_song(timebox.name, several=several), reason)
            for timebox in chosen
            if (reason := read_name(timebox.name).unclear) and timebox.gid not in self.budgets
        )
        # A task that was made unclear meanwhile keeps the budget that it has in the session.
        unclear = {task.gid for task in self.unclear}
        chosen = tuple(timebox for timebox in chosen if timebox.gid not in unclear)
        gids = {timebox.gid for timebox in chosen}
        fates = self._fates(self._last - gids - unclear, open_gids)
        self._last = gids | (self._last - set(fates))
        self.requests = self.asana.http.sent - sent
        return RemoteTasks(chosen, fates, at)

    def _is_chosen(self, timebox: Timebox) -> bool:
        only, tasks = self.options.only, self.options.tasks
        if only is not None and normalize(timebox.section) != normalize(only):
            return False
        return not tasks or any(map(timebox.is_called, tasks))

    def _timeboxes(
        self, source: Source, my_open_tasks: Callable[[str], tuple[Task, ...]], open_gids: set[str]
    ) -> tuple[Timebox, ...]:
        is_asked = source.section_gid or self.options.order != "project"
        mine = my_open_tasks(source.list_gid) if source.list_gid and is_asked else ()
        if source.section_gid:
            here = [task for task in mine if task.section_gid == source.section_gid]
            return self.queue(here, {source.section_gid: source.name}, source, SongFacts())
        tasks = self.asana.tasks(source.gid, open_only=True)
        facts = self.facts(source.gid)
        ours = [task for task in tasks if task.assignee_gid == self.me_gid]
        open_gids |= {task.gid for task in ours}
        places = self._places(source, facts, tasks, mine)
        ours.sort(key=lambda task: places.get(task.gid, len(places)))
        return self.queue(ours, self._section_names(source.gid, tasks), source, facts)

    def queue(
        self, tasks: Iterable[Task], sections: Mapping[str, str], source: Source, facts: SongFacts
    ) -> tuple[Timebox, ...]:
        """This user's open tasks as timeboxes. One without a budget in its name gets the default, as `assumed`."""
        timeboxes = []
        for task in tasks:
            if task.completed or task.assignee_gid != self.me_gid:
                continue
            reading, chosen = read_name(task.name), self.budgets.get(task.gid)
            rest = facts.rests.get(task.gid, MapBreak(0, ""))
            timeboxes.append(
                Timebox(
                    task.gid,
                    task.name,
                    reading.title,
                    chosen or reading.minutes or self.options.assumed_minutes,
                    sections.get(task.section_gid, ""),
                    source.name,
                    "" if source.section_gid else source.gid,
                    rest=rest.minutes * 60.0,
                    rest_title=rest.title,
                    assumed=reading.minutes is None and chosen is None,
                )
            )
        return tuple(timeboxes)

    def _places(
        self, source: Source, facts: SongFacts, tasks: Sequence[Task], mine: Sequence[Task]
    ) -> Mapping[str, int]:
        if self.options.order == "project":
            return {}
        here = {task.gid for task in tasks}
        shown = [task.gid for task in mine if task.gid in here]
        if not shown:
            return facts.ideal
        if not my_tasks_decides(self.database, source.gid, shown, facts.ideal) and not facts.is_placed:
            return facts.ideal
        return {gid: at for at, gid in enumerate(shown)}

    def _section_names(self, project_gid: str, tasks: Sequence[Task]) -> dict[str, str]:
        known = self._sections.get(project_gid)
        if known is None or any(task.section_gid and task.section_gid not in known for task in tasks):
            known = {section.gid: section.name for section in self.asana.sections(project_gid)}
            self._sections[project_gid] = known
        return known

    def _fates(self, left: set[str], open_gids: set[str]) -> dict[str, Fate]:
        # What is open and ours, and yet not what this session runs: another section, another name.
        fates: dict[str, Fate] = dict.fromkeys(left & open_gids, "gone")
        self._missing = {gid: times for gid, times in self._missing.items() if gid in left}
        for gid in sorted(left - open_gids)[:FATES_AT_ONCE]:
            task = None
            with suppress(NotFound):
                task = self.asana.task(gid)
            if task is not None and task.completed:
                fates[gid] = "there"
                continue
            self._missing[gid] = self._missing.get(gid, 0) + 1
            is_ours = task is not None and task.assignee_gid == self.me_gid
            if not is_ours or self._missing[gid] >= READINGS_UNTIL_MOVED:
                fates[gid] = "gone"
        return fates


def my_tasks_decides(
    database: Database, project_gid: str, shown: Sequence[str], ideal: Mapping[str, int]
) -> bool:
    """Whether My Tasks, which shows `shown`, decides the order rather than `ideal`. Remembers what it shows.

    My Tasks decides, as Asana is the truth for work. But Asana does not promise that My Tasks can be put into an
    order, so for a song of ours the ideal order holds until My Tasks has shown that order, or the producer moves
    something there.
    """
    if not ideal:
        return True
    row = database.row("SELECT * FROM shown_order WHERE project_gid = ?", (project_gid,))
    if row is None:
        known = [gid for gid in shown if gid in ideal]
        followed = known == sorted(known, key=ideal.__getitem__)
    else:
        before: list[str] = json.loads(row["gids"])
        both = set(before) & set(shown)
        moved = [gid for gid in before if gid in both] != [gid for gid in shown if gid in both]
        followed = bool(row["followed"]) or moved
    now = {"gids": json.dumps(list(shown)), "followed": followed}
    if row is None or now != {"gids": row["gids"], "followed": bool(row["followed"])}:
        with database.transaction():
            insert(database, "shown_order", {"project_gid": project_gid, **now}, update=now)
    return followed
