"""Scaffolds a song: reads Asana, compares, carries out the plan, verifies. A second run finishes an earlier one."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, groupby

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import PLAIN_STYLE, Project, Section, Style, Task
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.base import UNKNOWN, Base, default_key, kind_of, section_of
from asana_tbp.scaffold.compare.matching import match
from asana_tbp.scaffold.compare.plan import NO_DECISIONS, Decisions, Plan, Remote, plan_new
from asana_tbp.scaffold.compare.planner import Planner
from asana_tbp.scaffold.desired import Desired, own_lines_removed
from asana_tbp.scaffold.execute import PlanExecutor
from asana_tbp.scaffold.journal import Journal, Song, keep_bases, link
from asana_tbp.scaffold.my_tasks import LEAVE, MyTasks, open_tasks
from asana_tbp.scaffold.parallel import Workers
from asana_tbp.scaffold.verify import Verifier
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory, infer_rule
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""


class ProjectGone(NotFound):
    """The song's project is in the trash, or no longer shown to the user."""


@dataclass(slots=True)
class Scaffolded:
    """What a scaffold did: the plan it followed, moves made, and what Asana would not do, a sentence each.

    `my_tasks` is a sentence about My Tasks, or ""; it is not a failure. `kept` are the names of tasks that were not
    deleted because somebody has worked on them. `doubles` are the names of tasks that Asana has twice because it
    carried out a request late, after it was sent again.
    """

    plan: Plan
    link: str = ""
    project_gid: str = ""
    moves: int = 0
    shortcomings: tuple[str, ...] = ()
    my_tasks: str = ""
    kept: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()


class Scaffold:
    """The engine for one song. `my_tasks` is `own`, `leave`, or the name or id of a section of My Tasks."""

    def __init__(
        self,
        asana: Gateway,
        database: Database,
        song: Song,
        desired: Desired,
        clock: Clock,
        my_tasks: str = LEAVE,
    ) -> None:
        self._asana = asana
        self._journal = Journal(database, song)
        self._facts = WorkspaceMemory(database, song.workspace_gid, clock.now)
        self.desired = desired
        """What the map asks for, with its days as they were laid out for the last plan."""
        self._clock = clock
        self._workers = Workers(clock)
        self._my_tasks = MyTasks(asana, self._journal, self._facts, clock, my_tasks)
        self._executor = PlanExecutor(asana, self._journal, self._workers, clock, self._my_tasks)
        self._remote: Remote | None = None

    @property
    def song(self) -> Song:
        """The song as the journal knows it now."""
        return self._journal.song

    def plan(self, decisions: Decisions = NO_DECISIONS) -> Plan:
        """What `apply` would do now. Asana is read once, however often it is called.

        Raises `ProjectGone` where the song's project is no longer in Asana and `Refused` where it is archived.
        """
        if self._remote is None:
            # An earlier run may have made the project.
            song = self.song
            if song.project_gid is None and song.begun_at and (found := self._executor.find_project()):
                self._journal.change_song(project_gid=found.gid, link=found.link)
            if self.song.project_gid is None:
                self._lay_out_dates()
                return plan_new(self.desired)
            self._remote = self._read(self.song.project_gid)
        planned = self.compare(self._remote, decisions)
        section = self.song.my_section
        if section and self._remote.my_tasks is None and planned.reorders_my_tasks:
            # Whether somebody has reordered My Tasks matters only now.
            with suppress(NotFound):
                self._remote = replace(self._remote, my_tasks=open_tasks(self._asana, section))
                planned = self.compare(self._remote, decisions)
        return planned

    def _lay_out_dates(self, done: Collection[str] = ()) -> None:
        today = self._clock.now().astimezone().date()
        self.desired = self.desired.laid_out(today, done)[0]

    def agree(self, remote: Remote, before: Desired, *, places_stay: bool = False) -> None:
        """Save what the map and Asana agree on as the base; nothing is sent.

        For a map that was just written from Asana. `before` is what it asked for until then; `places_stay` is set
        if its file can't hold the tasks in Asana's order.
        """
        planned = self.compare(remote, Decisions(nothing_is_sent=True, places_stay=places_stay))
        base = self.song.base
        dates = self.desired.base if base.schedule == before.schedule else base
        planned.bases[""] = replace(planned.bases[""], schedule=dates.schedule, deadline=dates.deadline)
        link(self._journal, planned)
        keep_bases(self._journal, planned)

    def compare(self, remote: Remote, decisions: Decisions = NO_DECISIONS) -> Plan:
        """Compare the map, the base and Asana; nothing is read or sent."""
        song, entries = self._journal.song, self._journal.entries()
        planned = match(self.desired, remote, entries, decisions)
        base = Base(song.title) if song.base == UNKNOWN else song.base
        completed = {task.gid for task in remote.tasks if task.completed}
        done = {key for key, gid in planned.gids.items() if gid in completed}
        changed = base.schedule is not None and base.schedule != self.desired.schedule
        lay_out = changed or decisions.reschedule or not song.finished_at
        lay_out = lay_out and not decisions.nothing_is_sent
        if lay_out:
            self._lay_out_dates(done | planned.gone)
            planned.desired = self.desired
        # What was in Asana before its map is where its owner wants it in My Tasks.
        is_left = self._my_tasks.where == LEAVE or (song.my_order == "given up" and not song.ours)
        decisions = replace(decisions, lay_out_dates=lay_out, my_tasks=not is_left)
        return Planner(planned, remote, entries, base, decisions).plan()

    def wants_my_tasks(self) -> bool:
        """Whether My Tasks are still to be arranged."""
        return self._my_tasks.where != LEAVE and self.song.my_order is None

    def knows_landing(self) -> bool:
        """Whether the workspace has shown before where new tasks land."""
        return self._facts.landing("landing") is not None

    def _read(self, project_gid: str) -> Remote:
        try:
            sections, tasks, project = self._workers.read(
                partial(self._asana.sections, project_gid),
                partial(self._asana.tasks, project_gid),
                partial(self._asana.project, project_gid),
            )
        except NotFound:
            raise ProjectGone(
                f"Asana no longer shows the project of {quote(self.desired.title)} to this account."
            ) from None
        if project.archived:
            raise Refused(
                f"The project of {quote(self.desired.title)} is archived in Asana, so nothing is changed in it.",
                "Unarchive it in Asana, then run the same command again.\nasana-tbp board add brings a song back too.",
            )
        return self._seen(project, sections, tasks)

    def _seen(self, project: Project, sections: tuple[Section, ...], tasks: tuple[Task, ...]) -> Remote:
        """What Asana has; the default section of a new project is journalled first."""
        song = self._journal.song
        if len(sections) == 1 and not tasks and song.project_gid and song.ours:
            name = sections[0].name
            # An entry from before there were bases is replaced.
            if self._journal.entries().keys() <= {key := default_key(name)}:
                with self._journal.database.transaction():
                    self._journal.forget([key])
                    self._journal.answered(key, sections[0].gid, base=Base(name))
        return Remote(project, sections, tasks, ours=song.ours)

    def apply(
        self, planned: Plan, progress: Progress = lambda _done, _total: None, style: Style = PLAIN_STYLE
    ) -> Scaffolded:
        """Carry `planned` out and verify it; nothing is sent when there is nothing to do.

        `style` is that of a new project.
        """
        result = Scaffolded(planned)
        if planned.nothing_to_do and not planned.song_renamed and self.song.finished_at:
            link(self._journal, planned)
            if self.wants_my_tasks():
                tasks = self._remote.tasks if self._remote else ()
                result.my_tasks = self._my_tasks.arrange(planned, tasks, ())
            keep_bases(self._journal, planned, self._clock.now())
        elif not planned.song_renamed:
            # A renamed song is left alone until the user has decided whose map it is.
            steps, total = count(1), len(planned.changes) + 2
            self._executor.step = lambda: progress(min(next(steps), total), total)
            self._carry_out(planned, style, result)
        result.link, result.project_gid = self.song.link, self.song.project_gid or ""
        return result

    def _carry_out(self, planned: Plan, style: Style, result: Scaffolded) -> None:
        executor = self._executor
        if self.song.project_gid is None:
            project = executor.create_project(self.desired, style)
            notes = own_lines_removed(project.notes)
            self._journal.song_agreed(replace(planned.bases[""], notes_in_asana=notes))
            executor.step()
            # It is new and has no tasks.
            planned = self.compare(self._seen(project, self._asana.sections(project.gid), ()))
        link(self._journal, planned)
        self._unplace(planned)
        executor.change(planned)
        my_tasks = self._my_tasks
        if my_tasks.where != LEAVE and planned.find("create", "task"):
            result.my_tasks = my_tasks.prepare(self.desired.title)
        executor.make(planned, self._facts.landing("landing"))
        verdict = Verifier(self._asana, self._journal, self.desired, self._workers).verify()
        entries = self._journal.entries()
        sent = groupby(sorted(executor.sent, key=section_of), section_of)
        created = [[entries[key].gid or "" for key in keys] for _, keys in sent]
        if (seen := infer_rule(created, verdict.first)) is not None:
            self._facts.learn("landing", seen)
        result.kept = executor.delete(planned)
        result.moves, result.shortcomings = verdict.moves, verdict.shortcomings
        gids = {entry.gid for entry in entries.values()}
        strange = [there.name for there in verdict.tasks if there.gid not in gids]
        doubtful = (task for task in self.desired.tasks if task.key in executor.doubtful)
        result.doubles = tuple(task.name for task in doubtful if any(map(task.is_called, strange)))
        executor.step()
        if my_tasks.where != LEAVE:
            result.my_tasks = my_tasks.arrange(planned, verdict.tasks, executor.made) or result.my_tasks
        # Last, so that after an interruption a second run still finds everything that is left to do.
        if not verdict.shortcomings:
            keep_bases(self._journal, planned, self._clock.now())
        executor.step()

    def _unplace(self, planned: Plan) -> None:
        """Mark what moves or changes its order as not placed, so that the verifier moves it."""
        again = [change.key for change in planned.find("move", "task")]
        for change in planned.find("change", "order"):
            if change.where == "sections":
                again += [key for key in planned.bases if kind_of(key) == "section"]
            elif change.where == "tasks":
                open_ones = planned.bases.keys() - planned.completed.keys()
                again += [key for key in open_ones if section_of(key) == change.key != key]
        self._journal.change(again, placed=False)
