"""The use case of `start`: which tasks a session runs, what an earlier one left behind, and running it to its end."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_project, find_workspace
from asana_tbp.errors import NotFound, TbpError, UsageError
from asana_tbp.session.come_back import Mark, timebox_of_mark
from asana_tbp.session.courier import Courier
from asana_tbp.session.log import (
    BrokenOffSession,
    Choice,
    drop,
    find_broken_off,
    go_on,
    open_log,
    projects_of,
)
from asana_tbp.session.messages import Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import SongFacts, Source, TaskSource
from asana_tbp.songmap.task_name import compose_name, normalize, read_name
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.system.lock import held
from asana_tbp.text import did_you_mean, listed, quote, shell_quote
from asana_tbp.timer.events import OptionsChanged, SessionOptions, Timebox
from asana_tbp.timer.reconcile import RemoteTasks


@dataclass
class SessionStart:
    """Starts a session: call `prepare`, have the user decide about what it found, then call `begin`.

    `clock` may be fast, `machine` is the machine's; `folder` is the state folder; `facts` gives what we know of a
    project's song. Names are as the user wrote them. `options` come from the settings and the command; `given` are
    those of their fields that the command sets, which also replace those of a resumed session. `marks` are the tasks
    to come back to with their minutes; None for an ordinary session.

    `broken_off` is a session of these songs whose program broke off; `reading` what Asana has; `gone` the names of
    marked tasks that Asana no longer has.
    """

    asana: Gateway
    database: Database
    clock: Clock
    machine: Clock
    folder: Path
    facts: Callable[[str], SongFacts]
    options: SessionOptions
    given: frozenset[str] = frozenset()
    projects: tuple[str, ...] = ()
    my_tasks: str | None = None
    workspace: str | None = None
    default_project: str | None = None
    marks: Mapping[Mark, int] | None = None
    source: TaskSource = field(init=False)
    reading: RemoteTasks = field(init=False)
    queue: tuple[Timebox, ...] = ()
    broken_off: BrokenOffSession | None = None
    gone: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._me = self.asana.me()
        self._sources = self._find_sources()
        self.title = ", ".join(source.name for source in self._sources)
        self._gids = " ".join(source.gid for source in self._sources)

    def prepare(self, stack: ExitStack) -> None:
        """Lock the songs while `stack` lasts and read them; nothing changes in Asana.

        Raises `TbpError` where a session of one runs already, `UsageError` for unknown tasks.
        """
        for source in sorted(self._sources, key=lambda source: source.gid):
            if not stack.enter_context(held(self.folder / "locks" / f"{source.gid}.lock")):
                raise TbpError(
                    f"A session of {quote(source.name)} is already running.",
                    "Steer it with pause, done, skip, extend or stop. See it with:\n  asana-tbp status",
                )
        now, options, budgets = self.machine.now(), self.options, dict[str, int]()
        broken_off = find_broken_off(self.database, self._gids, now)
        # A rehearsal is never resumed as a real session, nor the other way round.
        if broken_off and (self.marks is not None or broken_off.state.options.rehearsal != options.rehearsal):
            drop(broken_off, now)
            broken_off = None
        self.broken_off = broken_off
        if broken_off is not None:
            options = self._options_of(broken_off)
            # The budgets that were given to tasks whose names have none.
            budgets = {
                timebox.gid: timebox.minutes
                for timebox in (*broken_off.state.queue, broken_off.timebox)
                if not timebox.assumed and read_name(timebox.name).minutes is None
            }
        if self.marks is not None:
            options = replace(options, tasks=tuple(mark.timebox.gid for mark in self.marks))
        self.source = TaskSource(
            self.asana, self.database, self.machine, self._me.gid, self._sources, options, self.facts, budgets
        )
        if broken_off is not None:
            self.source.expect([each.gid for each in (broken_off.timebox, *broken_off.state.queue)])
        self.reading = self.source.read()
        if self.marks is not None:
            self._come_back(self.marks)
            return
        if broken_off is None:
            self._check_selection()
        # Not those delivered since: a clock that was wrong once must not hide a task.
        untold = {entry.task_gid for entry in Outbox(self.database).pending()}
        self.queue = tuple(timebox for timebox in self.reading.timeboxes if timebox.gid not in untold)

    def begin(self, choice: Choice | None) -> Runner | None:
        """Resume the session that broke off, or start one; None if there is nothing to run."""
        now, options, begun, reading = self.machine.now(), self.source.options, 0.0, None
        if self.broken_off is not None and choice != "drop":
            log = go_on(self.broken_off, choice or "left", now)
            begun, reading = self.broken_off.tick, self.reading
            if options != log.state.options:
                log.record([OptionsChanged(begun, options)], now)
        else:
            if self.broken_off is not None:
                drop(self.broken_off, now)
            if not self.queue:
                return None
            options = replace(self.options, tasks=options.tasks)
            log = open_log(self.database, self._gids, self.title, self.queue, self.clock.now(), options)
        inbox = Inbox()
        courier = Courier(log.outbox, self.asana, self.machine, inbox.put, self.folder)
        return Runner(self.title, log, courier, self.clock, [], inbox, begun, reading)

    @property
    def assumed(self) -> tuple[Timebox, ...]:
        """Tasks whose names have no time, so that the default is assumed."""
        return tuple(timebox for timebox in self.queue if timebox.assumed)

    def set_budgets(self, minutes: Mapping[str, int | None]) -> dict[str, str]:
        """Set budgets of whole minutes, by gid, for tasks without a clear one; a task with None is left out.

        Returns what the tasks would be called in Asana with these budgets, by gid.
        """
        source = self.source
        known = {gid: each for gid, each in minutes.items() if each is not None}
        source.budgets = {**source.budgets, **known}
        run = ({timebox.gid for timebox in self.queue} | known.keys()) - (minutes.keys() - known.keys())
        self.queue = tuple(
            replace(timebox, minutes=known[timebox.gid], assumed=False) if timebox.gid in known else timebox
            for timebox in source.listed
            if timebox.gid in run
        )
        source.unclear = tuple(task for task in source.unclear if task.gid not in known)
        names: dict[str, str] = {}
        for timebox in source.listed:
            if budget := known.get(timebox.gid):
                reading = read_name(timebox.name)
                titles = (title for title, _ in reading.guesses if title)
                names[timebox.gid] = compose_name(next(titles, reading.title), budget)
        return names

    def _options_of(self, broken_off: BrokenOffSession) -> SessionOptions:
        """The options that a session began with, except those that this command sets."""
        asked = self.options
        given: dict[str, Any] = {name: getattr(asked, name) for name in self.given}
        if given.get("limit") is not None:
            given["limit"] += broken_off.tick
        options = replace(broken_off.state.options, **given)
        if set(self._gids.split()) - projects_of(self.database, broken_off.log.session_id):
            # Its tasks were chosen without the songs that are new now: this command's choice replaces it.
            options = replace(options, only=asked.only, tasks=asked.tasks)
        # Sessions of the first version did not write down which tasks they chose.
        return replace(
            options,
            order=options.order or asked.order,
            default_minutes=options.default_minutes or asked.default_minutes,
        )

    def _check_selection(self) -> None:
        """Raise `UsageError` for a section or a task that is not there."""
        listed, only = self.source.listed, self.options.only
        if only is not None and listed:
            sections = list(dict.fromkeys(timebox.section for timebox in listed))
            if normalize(only) not in map(normalize, sections):
                raise _unknown("section", only, sections)
        for task in self.options.tasks:
            if not any(timebox.is_called(task) for timebox in listed):
                raise _unknown("task", task, [timebox.title for timebox in listed])

    def _come_back(self, marks: Mapping[Mark, int]) -> None:
        queue, gone = [], []
        for mark, minutes in marks.items():
            try:
                task = self.asana.task(mark.timebox.gid)
            except NotFound:
                gone.append(mark.timebox.name)
                continue
            queue.append(timebox_of_mark(mark, task.name, minutes))
        self.queue, self.gone = tuple(queue), tuple(gone)
        self.source.unclear = ()
        self.source.expect([timebox.gid for timebox in queue])

    def _find_sources(self) -> list[Source]:
        asana, workspaces = self.asana, self._me.workspaces
        if self.my_tasks is not None:
            list_gid = asana.my_tasks_list(find_workspace(self.workspace, workspaces).gid)
            return [_section_of_my_tasks(asana, list_gid, self.my_tasks)]
        if self.projects:
            places = (find_workspace(self.workspace, workspaces),) if self.workspace else workspaces
            projects = [find_project(asana, name, places) for name in self.projects]
        elif self.default_project is not None:
            projects = [find_project(asana, self.default_project, ())]
        else:
            raise UsageError(
                "No song has been scaffolded here yet.",
                "Name a project, or make one: asana-tbp scaffold edm-track",
            )
        list_of = cache(lambda workspace_gid: asana.my_tasks_list(workspace_gid) if workspace_gid else "")
        if self.marks is None and (archived := next((each for each in projects if each.archived), None)):
            raise NotFound(
                f"{quote(archived.name)} is archived.",
                f"Bring it back with:\n  asana-tbp songs restore {shell_quote(archived.name)}",
            )
        different = {project.gid: project for project in projects}.values()
        return [Source(project.gid, project.name, list_of(project.workspace_gid)) for project in different]


def _unknown(kind: str, name: str, names: Sequence[str]) -> UsageError:
    meant = did_you_mean(name, names)
    hint = f"Open {kind}s: {listed(map(quote, names[:8]), last='and')}." if names else ""
    return UsageError(f"No open {kind} of yours is called {quote(name)}.{meant}", hint)


def _section_of_my_tasks(asana: Gateway, list_gid: str, name: str) -> Source:
    # A list of My Tasks answers to the paths of projects (Asana docs: user task lists).
    sections = asana.sections(list_gid)
    same = [section for section in sections if normalize(section.name) == normalize(name)]
    if not same:
        names = [section.name for section in sections]
        raise NotFound(
            f"My Tasks has no section {quote(name)}.{did_you_mean(name, names)}",
            f"It has {listed(map(quote, names), last='and')}.",
        )
    if len(same) > 1:
        raise UsageError(f"{len(same)} sections of My Tasks are called {quote(name)}.", "Rename one.")
    return Source(same[0].gid, same[0].name, list_gid, same[0].gid)
