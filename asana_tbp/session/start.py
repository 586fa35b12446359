"""The use case of `start`: which tasks a session runs, what an earlier one left behind, and running it to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_project, find_workspace
from asana_tbp.bridge.values import User
from asana_tbp.errors import (
    INTERRUPTED,
    OK,
    PARTLY_DONE,
    QUEUED,
    NotAuthorised,
    NotFound,
    TbpError,
    UsageError,
)
from asana_tbp.session.come_back import Mark, timebox_of_mark
from asana_tbp.session.control_server import ControlServer
from asana_tbp.session.courier import Courier, DeliveryOutcome, Turn, Waiting, deliver
from asana_tbp.session.face import Face
from asana_tbp.session.log import SessionLog, open_log
from asana_tbp.session.messages import Inbox
from asana_tbp.session.poller import Poller
from asana_tbp.session.recovery import BrokenOffSession, Choice, drop, find_broken_off, go_on
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import Order, Selection, SongFacts, Source, TaskSource, UnclearTask
from asana_tbp.songmap.name_reading import guesses
from asana_tbp.songmap.task_name import compose_name, normalize, read_name
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Entry, Outbox
from asana_tbp.system.clock import Clock, SystemClock
from asana_tbp.system.lock import held
from asana_tbp.text import did_you_mean, listed, quote
from asana_tbp.timer.events import OptionsChanged, SessionOptions, Timebox
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.state import State

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a session is asked to run. Names are as the user wrote them.

    `options` are those of the settings and of what was asked for; `given` the fields of them that were asked for now,
    which also replace those of a session that goes on. `marks` are the tasks to come back to, where that is asked, and
    `budgets` their minutes by gid.
    """

    options: SessionOptions
    given: frozenset[str] = frozenset()
    projects: tuple[str, ...] = ()
    my_tasks: str | None = None
    workspace: str | None = None
    default_project: str | None = None
    marks: tuple[Mark, ...] | None = None
    budgets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionParts:
    """What a session is made of. `clock` may be fast, `machine` is the machine's; `folder` is the state folder.

    `facts` gives what we know of a project's song.
    """

    asana: Gateway
    database: Database
    clock: Clock
    machine: Clock
    folder: Path
    facts: Callable[[str], SongFacts] = lambda _gid: SongFacts()


@dataclass
class Preparation:
    """What was found before a session begins: nothing of it has been changed yet.

    `broken_off` is a session of these songs whose program broke off; `reading` what Asana has; `unclear` the tasks
    whose time can't be read, `assumed` those without one; `gone` the names of marked tasks that Asana no longer has.
    """

    title: str
    gids: str
    source: TaskSource
    options: SessionOptions
    reading: RemoteTasks
    queue: tuple[Timebox, ...]
    broken_off: BrokenOffSession | None = None
    gone: tuple[str, ...] = ()

    @property
    def unclear(self) -> tuple[UnclearTask, ...]:
        """Tasks whose time can't be read for certain."""
        return self.source.unclear

    @property
    def assumed(self) -> tuple[Timebox, ...]:
        """Tasks whose names have no time, so that the default is assumed."""
        return tuple(timebox for timebox in self.queue if timebox.assumed)

    def set_budgets(self, minutes: Mapping[str, int]) -> None:
        """Give tasks a budget of whole minutes, by gid."""
        selection = self.source.selection
        self.source.selection = replace(selection, budgets={**selection.budgets, **minutes})
        unclear = {task.gid for task in self.source.unclear} & set(minutes)
        by_gid = {timebox.gid: timebox for timebox in (*self.queue, *self.source.listed)}
        chosen = {timebox.gid for timebox in self.queue} | unclear
        self.queue = tuple(
            replace(timebox, minutes=minutes[gid], assumed=False) if gid in minutes else timebox
            for gid, timebox in ((each.gid, by_gid[each.gid]) for each in self._in_order(by_gid))
            if gid in chosen
        )
        self.source.unclear = tuple(task for task in self.source.unclear if task.gid not in minutes)

    def names_with(self, minutes: Mapping[str, int]) -> dict[str, str]:
        """What tasks would be called in Asana with these budgets, by gid."""
        timeboxes = {timebox.gid: timebox for timebox in (*self.source.listed, *self.queue)}
        names: dict[str, str] = {}
        for gid, each in minutes.items():
            if gid in timeboxes:
                reading = read_name(timeboxes[gid].name)
                titles = (title for title, _ in guesses(timeboxes[gid].name) if title)
                names[gid] = compose_name(
                    next(titles, reading.title) if reading.unclear else reading.title, each
                )
        return names

    def leave_open(self, gids: set[str]) -> None:
        """Run none of these."""
        self.queue = tuple(timebox for timebox in self.queue if timebox.gid not in gids)

    def _in_order(self, by_gid: Mapping[str, Timebox]) -> Sequence[Timebox]:
        order = {timebox.gid: at for at, timebox in enumerate(self.source.listed)}
        return sorted(by_gid.values(), key=lambda timebox: order.get(timebox.gid, len(order)))


def turn_of(folder: Path) -> Turn:
    """One process of this machine at a time sends a delivery, so that none is sent twice."""
    path = folder / "locks" / "delivery.lock"
    return lambda: held(path, seconds=30.0)


def deliver_outbox(database: Database, asana: Gateway, clock: Clock, turn: Turn) -> list[DeliveryOutcome]:
    """Send Asana what an earlier run could not; what became of it. Raises `NotAuthorised` for a refused token."""
    outcomes: list[DeliveryOutcome] = []
    deliver(Outbox(database), asana, clock, outcomes.append, turn=turn)
    for outcome in outcomes:
        # What reads Asana next meets the same error; a token that is refused stops here.
        if isinstance(outcome, Waiting) and isinstance(outcome.error, NotAuthorised):
            raise outcome.error
    return outcomes


class SessionStart:
    """Begins a session: `prepare`, then `begin` once it is decided what to do with what was found."""

    def __init__(self, parts: SessionParts, request: StartRequest) -> None:
        self._parts = parts
        self._request = request
        self._me = parts.asana.me()
        self.sources = find_sources(parts.asana, request, self._me)

    def prepare(self, stack: ExitStack) -> Preparation:
        """Lock the songs for as long as `stack` lasts and read them. Raises `UsageError` for unknown tasks."""
        parts, request = self._parts, self._request
        lock_sources(stack, parts.folder, self.sources)
        gids = " ".join(source.gid for source in self.sources)
        broken_off = self._broken_off(gids)
        options = request.options
        budgets: Mapping[str, int] = {}
        if broken_off is not None:
            options = self._options_of(broken_off, options)
            budgets = _budgets_of(broken_off.log.state)
        if request.marks is not None:
            options = replace(options, tasks=tuple(mark.gid for mark in request.marks))
        source = TaskSource(
            parts.asana, parts.database, parts.machine, self._me.gid, self.sources,
            _selection(options, budgets), parts.facts,
        )  # fmt: skip
        if broken_off is not None:
            waiting = broken_off.log.state.queue
            source.expect([broken_off.timebox.gid, *(timebox.gid for timebox in waiting)])
        reading = source.read()
        title = ", ".join(source.name for source in self.sources)
        found = Preparation(title, gids, source, options, reading, (), broken_off)
        if request.marks is not None:
            self._come_back(found, request.marks)
        else:
            if broken_off is None:
                self._check_selection(source)
            # Not those settled since: a clock that was wrong once must not hide a task.
            untold = {entry.task_gid for entry in Outbox(parts.database).pending()}
            found.queue = tuple(timebox for timebox in reading.timeboxes if timebox.gid not in untold)
        return found

    def begin(self, found: Preparation, choice: Choice | None) -> SessionRun | None:
        """Go on with the session that broke off, or begin one; None where there is nothing to run."""
        parts, now = self._parts, self._parts.machine.now()
        if found.broken_off is not None and choice != "drop":
            log = go_on(found.broken_off, choice or "left", now)
            begun = found.broken_off.tick
            if found.options != log.state.options:
                log.record([OptionsChanged(begun, found.options)], now)
            return SessionRun(parts, found.title, log, found.source, begun=begun, reading=found.reading)
        if found.broken_off is not None:
            drop(found.broken_off, now)
        if not found.queue:
            return None
        options = replace(self._request.options, tasks=found.options.tasks)
        log = open_log(parts.database, found.gids, found.title, found.queue, parts.clock.now(), options)
        return SessionRun(parts, found.title, log, found.source)

    def _broken_off(self, gids: str) -> BrokenOffSession | None:
        now = self._parts.machine.now()
        broken_off = find_broken_off(self._parts.database, gids, now)
        if broken_off is None or self._request.marks is not None:
            if broken_off is not None:
                drop(broken_off, now)
            return None
        if broken_off.log.state.options.rehearsal != self._request.options.rehearsal:
            # A rehearsal is never gone on with in earnest, nor the other way round.
            drop(broken_off, now)
            return None
        return broken_off

    def _options_of(self, broken_off: BrokenOffSession, asked: SessionOptions) -> SessionOptions:
        """The options that a session began with, but for those asked for now."""
        given: dict[str, Any] = {name: getattr(asked, name) for name in self._request.given}
        if given.get("limit") is not None:
            given["limit"] += broken_off.tick
        options = replace(broken_off.log.state.options, **given)
        # Sessions of the first version did not write down which tasks they chose.
        return replace(
            options,
            order=options.order or asked.order,
            default_minutes=options.default_minutes or asked.default_minutes,
        )

    def _check_selection(self, source: TaskSource) -> None:
        """Raise `UsageError` for a section or a task that is not there."""
        selection = source.selection
        if selection.only is not None and source.listed:
            sections = list(dict.fromkeys(timebox.section for timebox in source.listed))
            if normalize(selection.only) not in {normalize(section) for section in sections}:
                raise _unknown("section", selection.only, sections)
        for task in selection.tasks:
            alone = replace(selection, tasks=(task,), only=None)
            if not any(alone.includes(timebox) for timebox in source.listed):
                raise _unknown("task", task, [timebox.title for timebox in source.listed])

    def _come_back(self, found: Preparation, marks: tuple[Mark, ...]) -> None:
        queue, gone = [], []
        for mark in marks:
            try:
                task = self._parts.asana.task(mark.gid)
            except NotFound:
                gone.append(mark.name)
                continue
            queue.append(timebox_of_mark(mark, task.name, self._request.budgets.get(mark.gid)))
        found.queue, found.gone = tuple(queue), tuple(gone)
        found.source.unclear = ()
        found.source.expect([timebox.gid for timebox in queue])


def _selection(options: SessionOptions, budgets: Mapping[str, int]) -> Selection:
    order: Order = "project" if options.order == "project" else "my-tasks"
    return Selection(order, options.default_minutes or 25, options.only, options.tasks, budgets)


def _budgets_of(state: State) -> dict[str, int]:
    """The budgets that were given to tasks whose names have none, by gid."""
    timeboxes = (*state.queue, *((state.running.timebox,) if state.running else ()))
    return {
        timebox.gid: timebox.minutes
        for timebox in timeboxes
        if not timebox.assumed and read_name(timebox.name).minutes is None
    }


def _unknown(kind: str, name: str, names: Sequence[str]) -> UsageError:
    meant = did_you_mean(name, names)
    hint = f"Open {kind}s: {listed(map(quote, names[:8]), last='and')}." if names else ""
    return UsageError(f"No open {kind} of yours is called {quote(name)}.{meant}", hint)


def find_sources(asana: Gateway, request: StartRequest, me: User) -> list[Source]:
    """Where the tasks come from."""
    if request.my_tasks is not None:
        gid = find_workspace(request.workspace, me.workspaces).gid
        return [_section_of_my_tasks(asana, asana.my_tasks_list(gid), request.my_tasks)]
    if request.projects:
        places = (find_workspace(request.workspace, me.workspaces),) if request.workspace else me.workspaces
        projects = [find_project(asana, name, places) for name in request.projects]
    elif request.default_project is not None:
        projects = [find_project(asana, request.default_project, ())]
    else:
        raise UsageError(
            "No song has been scaffolded here yet.",
            "Name a project, or make one: asana-tbp scaffold edm-track",
        )
    lists: dict[str, str] = {}
    sources: dict[str, Source] = {}
    for project in projects:
        if project.workspace_gid and project.workspace_gid not in lists:
            lists[project.workspace_gid] = asana.my_tasks_list(project.workspace_gid)
        sources.setdefault(
            project.gid, Source(project.gid, project.name, lists.get(project.workspace_gid, ""))
        )
    return list(sources.values())


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


def lock_sources(stack: ExitStack, folder: Path, sources: Sequence[Source]) -> None:
    """Hold the lock of every source for as long as `stack` lasts. Raises `TbpError` when one runs already."""
    for source in sorted(sources, key=lambda source: source.gid):
        if not stack.enter_context(held(folder / "locks" / f"{source.gid}.lock")):
            raise TbpError(
                f"A session of {quote(source.name)} runs already.",
                "See it with: asana-tbp status. Steer it with pause, done, skip, extend or stop.",
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended: its state, what Asana does not have yet, what it will not take, what was left unclear."""

    state: State
    unsent: int
    failed: tuple[Entry, ...] = ()
    unclear: tuple[UnclearTask, ...] = ()

    @property
    def exit_code(self) -> int:
        """130 stopped, 5 where something was left undone, 6 done here and queued for Asana, else 0."""
        if self.state.ended == "stopped":
            return INTERRUPTED
        unanswered = any(over.why == "unanswered" for over in self.state.finished)
        if self.failed or self.unclear or unanswered:
            return PARTLY_DONE
        return QUEUED if self.unsent else OK


class Display(Protocol):
    """Where a session is shown. `pulse` is how often its face is to be told the time, in seconds."""

    pulse: float

    @property
    def face(self) -> Face:
        """The face that shows what happens."""
        ...

    def forward_signals(self, inbox: Inbox) -> Any:
        """For the length of the block keys and signals reach the session."""
        ...


@dataclass
class SessionRun:
    """A session about to run: its log, where its tasks come from, the tick it begins at."""

    parts: SessionParts | TimerParts
    title: str
    log: SessionLog
    source: TaskSource | None = None
    begun: float = 0.0
    reading: RemoteTasks | None = None
    faces: list[Face] = field(default_factory=list)

    def run(self, display: Display) -> Outcome:
        """Run the queue to its end, or until it is stopped."""
        parts = self.parts
        outbox, inbox = Outbox(parts.database), SimpleQueue[Any]()
        machine = SystemClock()
        courier = None
        if parts.asana is not None:
            courier = Courier(outbox, parts.asana, machine, inbox.put, turn_of(parts.folder))
        before = {entry.id for entry in outbox.parked()}
        runner = Runner(
            self.title, self.log, outbox, courier, parts.clock, [display.face, *self.faces], inbox,
            display.pulse, begun=self.begun, reading=self.reading,
        )  # fmt: skip
        with ExitStack() as stack:
            stack.enter_context(display.forward_signals(inbox))
            server = stack.enter_context(
                ControlServer(parts.folder / "sessions", self.log.session_id, self.title, inbox)
            )
            if self.source is not None:
                poller = Poller(self.source, machine, inbox.put)
                poller.start()
                stack.callback(poller.finish)
            if courier is not None:
                courier.start()
            runner.run()
            runner.send_pending(LAST_TRY)
            server.close()
            unsent = runner.shutdown(LAST_TRY)
        failed = tuple(entry for entry in outbox.parked() if entry.id not in before)
        unclear = self.source.unclear if self.source is not None else ()
        return Outcome(runner.state, unsent, failed, unclear)


@dataclass(frozen=True, slots=True)
class TimerParts:
    """What a plain countdown is made of: it has no Asana."""

    database: Database
    clock: Clock
    folder: Path
    asana: None = None
