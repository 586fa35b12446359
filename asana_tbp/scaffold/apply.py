"""A song on its way: read, compared, carried out, verified. The same call finishes what an earlier one left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import PLAIN_STYLE, Project, Section, Style, Task
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.base import Entry, SectionBase, SongBase
from asana_tbp.scaffold.creates import JournalledCreates, own_lines_removed, project_notes
from asana_tbp.scaffold.desired import Desired, DesiredTask, dated
from asana_tbp.scaffold.execute import PlanExecutor
from asana_tbp.scaffold.insertion_rule import infer_rule, insertion_rule_of
from asana_tbp.scaffold.journal import Journal, Kind, Place, Song
from asana_tbp.scaffold.matching import NO_ANSWERS, Answers, Journalled, Remote, match
from asana_tbp.scaffold.my_tasks import LEAVE, MyTasks
from asana_tbp.scaffold.parallel import ParallelCreates
from asana_tbp.scaffold.plan import (
    CreateTask,
    Delete,
    MoveTask,
    Plan,
    PlanOptions,
    RenameSong,
    Reorder,
    RewriteNotes,
    Side,
    plan,
    plan_new,
)
from asana_tbp.scaffold.verify import Verdict, verify
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""

Dates = Callable[[Collection[str]], Mapping[str, str]]
"""The days of the open tasks, `yyyy-mm-dd` by task key, without those whose keys are given."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided about changes that are not clear by themselves."""

    answers: Answers = NO_ANSWERS
    prefer: Side | None = None
    prune: bool = False
    rename_song: bool = False
    reschedule: bool = False


NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class ScaffoldOptions:
    """What the producer wants beside the map: how a new project looks, and where in My Tasks its tasks go.

    `my_tasks` is `own`, `leave`, or an existing section's name or id. `dates` lays out the tasks' days; without it
    they are those in the map.
    """

    style: Style = PLAIN_STYLE
    my_tasks: str = LEAVE
    dates: Dates | None = None


DEFAULT_OPTIONS = ScaffoldOptions()


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """What a scaffold did: the plan it followed, moves made, and what Asana would not do, a sentence each.

    `my_tasks` says what became of My Tasks where there is something to say; that is no failure. `kept` are names
    that were to be deleted and were not, as somebody worked on them. `doubles` are the names of tasks that Asana
    has twice, as it carried out a request after it was given up and sent again.
    """

    plan: Plan
    link: str
    project_gid: str
    moves: int = 0
    shortcomings: tuple[str, ...] = ()
    my_tasks: str = ""
    undecided: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()


@dataclass(slots=True)
class _Outcome:
    moves: int = 0
    shortcomings: tuple[str, ...] = ()
    my_tasks: str = ""
    undecided: tuple[str, ...] = ()
    kept: list[str] = field(default_factory=list)
    doubles: tuple[str, ...] = ()


class Scaffold:
    """The engine for one song."""

    def __init__(
        self,
        asana: Gateway,
        database: Database,
        song: Song,
        desired: Desired,
        clock: Clock,
        options: ScaffoldOptions = DEFAULT_OPTIONS,
    ) -> None:
        self._asana = asana
        self._journal = Journal(database, song)
        self._facts = WorkspaceMemory(database, song.workspace_gid)
        self._desired = desired
        self._clock = clock
        self._options = options
        self._creates = JournalledCreates(asana, self._journal, clock)
        self._lanes = ParallelCreates(clock)
        self._remote: Remote | None = None
        self._mine: MyTasks | None = None
        self._before: Mapping[str, Entry] = {}
        self._prefer: Side | None = None

    @property
    def started(self) -> bool:
        """Whether anything of the song is known to be in Asana."""
        return self._journal.song.project_gid is not None

    @property
    def song(self) -> Song:
        """The song as the journal knows it now."""
        return self._journal.song

    @property
    def desired(self) -> Desired:
        """What the map asks for, with its days as they were laid out for the last plan."""
        return self._desired

    # -- planning ---------------------------------------------------------------------------------

    def plan(self, *, begun: bool, keep: bool = True, decisions: Decisions = NO_DECISIONS) -> Plan:
        """What `apply` would do now. Asana is read once, however often it is called.

        `begun` where an earlier run may have made the project. `keep` is False for a mere look: then a project that
        is found is not journalled. Raises `NotFound` where the song's project is no longer in Asana and `Refused`
        where it is archived.
        """
        gid = self._journal.song.project_gid
        if gid is None and begun and self._remote is None and (found := self._creates.find_project()):
            gid = found.gid
            if keep:
                self._journal.project_made(found)
        if gid is None and self._remote is None:
            if self._options.dates:
                self._desired = dated(self._desired, self._options.dates(()))
            return plan_new(self._desired)
        if self._remote is None:
            self._remote = self._read(gid or "")
        return self._compared(self._remote, decisions)

    def agree(self, remote: Remote, before: Desired) -> None:
        """Keep what the map and Asana have alike as the base; nothing is sent.

        For a map that was just written from Asana; `before` is what it asked for until then.
        """
        planned = self._compared(remote, nothing_is_sent=True)
        base = self._journal.song.base or SongBase()
        dates_known = base.schedule == before.schedule
        kept = replace(
            planned.song_base,
            schedule=self._desired.schedule if dates_known else base.schedule,
            deadline=self._desired.deadline if dates_known else base.deadline,
        )
        self._link(planned)
        reordered = any(isinstance(change, Reorder) for change in planned.changes)
        with self._journal.transaction():
            self._keep_bases(planned, kept)
            if not reordered:
                self._journal.ordered(
                    {task.key: Place(task.place, task.rest) for task in self._desired.tasks}
                )

    def _compared(
        self, remote: Remote, decisions: Decisions = NO_DECISIONS, *, nothing_is_sent: bool = False
    ) -> Plan:
        self._prefer = decisions.prefer
        journalled = Journalled(self._journal.entries("section"), self._journal.entries("task"))
        matching = match(self._desired, remote, journalled, decisions.answers)
        base = self._journal.song.base or SongBase(name=self._journal.song.title)
        completed = {task.gid for task in remote.tasks if task.completed}
        done = {key for key, gid in matching.tasks.items() if gid in completed}
        changed = base.schedule is not None and base.schedule != self._desired.schedule
        lay_out = changed or decisions.reschedule or not self._journal.song.finished
        lay_out = lay_out and not nothing_is_sent
        if lay_out and self._options.dates:
            self._desired = dated(self._desired, self._options.dates(done | matching.gone))
        options = PlanOptions(
            prefer=decisions.prefer,
            prune=decisions.prune,
            rename_song=decisions.rename_song,
            lay_out_dates=lay_out,
            my_tasks=self._options.my_tasks != LEAVE,
            nothing_is_sent=nothing_is_sent,
        )
        return plan(self._desired, remote, journalled, matching, base, options)

    def wants_my_tasks(self) -> bool:
        """Whether My Tasks are still to be arranged."""
        return self._options.my_tasks != LEAVE and self._journal.song.my_order is None

    def knows_landing(self) -> bool:
        """Whether the workspace has shown before where new tasks land."""
        return insertion_rule_of(self._facts.believed("landing", self._clock.now())) is not None

    def _read(self, project_gid: str) -> Remote:
        projects: list[Project] = []
        sections: list[Section] = []
        tasks: list[Task] = []
        try:
            self._lanes.run(
                [lambda: projects.append(self._asana.project(project_gid))],
                [lambda: sections.extend(self._asana.sections(project_gid))],
                [lambda: tasks.extend(self._asana.tasks(project_gid))],
            )
        except NotFound:
            raise NotFound(
                f"Asana no longer shows the project of {quote(self._desired.title)} to this account.",
                "Bring it back from Asana's trash, or make another one with --new.",
            ) from None
        project = projects[0]
        if project.archived:
            raise Refused(
                f"The project of {quote(self._desired.title)} is archived in Asana, so nothing is changed in it.",
                "Unarchive it in Asana (asana-tbp board add brings a song back too), then run the same command again.",
            )
        notes = own_lines_removed(project.notes)
        return Remote(tuple(sections), tuple(tasks), self._journal.song.ours, project.name, notes)

    # -- carrying out -----------------------------------------------------------------------------

    def apply(self, planned: Plan, progress: Progress = lambda _done, _total: None) -> Scaffolded:
        """Carry `planned` out and verify it; nothing is sent when there is nothing to do."""
        outcome = _Outcome()
        self._before = self._journal.entries("task")
        if planned.nothing_to_do and self._journal.song.finished:
            self._link(planned)
            if self.wants_my_tasks():
                outcome.my_tasks = self._arrange_my_tasks(
                    planned, self._remote.tasks if self._remote else (), outcome
                )
            self._remember(planned)
            return self._result(planned, outcome)
        steps = _Steps(len(planned.changes) + 2, progress)
        remaining = planned
        if self._journal.song.project_gid is None:
            project = self._lanes.alone(lambda: self._creates.project(self._desired, self._options.style))
            self._journal.song_agreed(
                replace(planned.song_base, notes_in_asana=own_lines_removed(project.notes))
            )
            steps.done()
            remaining = self._compared(self._fresh(project))
        self._link(remaining)
        self._change_song(remaining, steps)
        verdict = self._carry_out(remaining, steps, outcome)
        self._delete(remaining, outcome)
        outcome.moves, outcome.shortcomings = verdict.moves, verdict.shortcomings
        outcome.doubles = self._doubles(verdict)
        steps.done()
        if self._options.my_tasks != LEAVE:
            outcome.my_tasks = self._arrange_my_tasks(remaining, verdict.tasks, outcome) or outcome.my_tasks
        # Last of all: until then a second run finds everything that is still to be done.
        if not verdict.shortcomings:
            self._remember(remaining)
        steps.done()
        return self._result(planned, outcome)

    def _result(self, planned: Plan, outcome: _Outcome) -> Scaffolded:
        song = self._journal.song
        return Scaffolded(
            planned,
            song.link,
            song.project_gid or "",
            outcome.moves,
            outcome.shortcomings,
            outcome.my_tasks,
            outcome.undecided,
            tuple(outcome.kept),
            outcome.doubles,
        )

    def _fresh(self, project: Project) -> Remote:
        """A project that is new has no tasks: only its default section need be read."""
        sections = self._lanes.alone(lambda: self._asana.sections(project.gid))
        if len(sections) == 1:
            self._journal.came_with_project(sections[0])
        return Remote(sections, (), name=project.name, notes=own_lines_removed(project.notes))

    def _link(self, planned: Plan) -> None:
        """Journal what the plan has recognised, before anything is sent: a second run starts from there."""
        matching = planned.matching
        found: dict[Kind, Mapping[str, str]] = {"section": matching.sections, "task": matching.tasks}
        self._journal.rekey("section", matching.section_links)
        self._journal.rekey("task", matching.task_links)
        for kind, gids in found.items():
            entries = self._journal.entries(kind)
            for key, gid in gids.items():
                entry = entries.get(key)
                if entry is None:
                    self._journal.answered(kind, key, gid, ours=False)
                elif entry.gid != gid:
                    self._journal.answered(kind, key, gid, base=entry.base, line=entry.line)
            self._journal.forget(kind, [key for each, key in matching.vanished if each == kind])
        if planned.untouched is not None:
            self._journal.came_with_project(planned.untouched)

    def _change_song(self, planned: Plan, steps: _Steps) -> None:
        gid = self._journal.song.project_gid or ""
        for change in planned.changes:
            if isinstance(change, RenameSong):
                self._asana.change_project(gid, name=change.new)
                self._my_tasks().rename(change.new)
                steps.done()
            elif isinstance(change, RewriteNotes):
                shown = self._asana.project(gid)
                self._asana.write_project_notes(gid, project_notes(self._desired, shown.notes, self.song.id))
                steps.done()

    def _carry_out(self, planned: Plan, steps: _Steps, outcome: _Outcome) -> Verdict:
        self._unplace(planned)
        making = PlanExecutor(self._asana, self._journal, self._creates, self._lanes, steps.done)
        making.change(planned)
        creates = any(isinstance(change, CreateTask) for change in planned.changes)
        if self._options.my_tasks != LEAVE and creates:
            self._mine = self._my_tasks()
            outcome.my_tasks = self._mine.prepare(self._options.my_tasks, self._desired.title)
        if self._mine is not None and self._mine.section_gid:
            made = making.make_in_order(planned, self._desired.sections, self._mine)
        else:
            landing = insertion_rule_of(self._facts.believed("landing", self._clock.now()))
            made = making.make(planned, self._desired.sections, landing)
        verdict = verify(self._asana, self._journal, self._desired, self._lanes)
        self._learn_landing(made, verdict)
        return verdict

    def _unplace(self, planned: Plan) -> None:
        """What moves or is put into another order is not placed any more: verifying moves it."""
        for change in planned.changes:
            if isinstance(change, MoveTask):
                self._journal.unplace("task", [change.task.key])
            elif isinstance(change, Reorder) and change.where == "sections":
                self._journal.unplace("section", planned.sections)
            elif isinstance(change, Reorder) and change.section is not None:
                open_ones = [
                    task.key
                    for task in change.section.tasks
                    if (base := planned.task_bases.get(task.key)) and not base.completed
                ]
                self._journal.unplace("task", open_ones)

    def _delete(self, planned: Plan, outcome: _Outcome) -> None:
        """Delete what the map no longer has, unless somebody has worked on it."""
        gone: dict[Kind, list[str]] = {"task": [], "section": []}
        for change in planned.changes:
            if not isinstance(change, Delete):
                continue
            if change.kind == "task":
                if self._was_worked_on(change.gid):
                    outcome.kept.append(change.name)
                    continue
                with suppress(NotFound):
                    self._asana.delete_task(change.gid)
            elif outcome.kept:
                continue
            else:
                # After a lost answer it is gone already.
                with suppress(NotFound):
                    self._asana.delete_section(change.gid)
            gone[change.kind].append(change.key)
        for kind, keys in gone.items():
            self._journal.forget(kind, keys)

    def _remember(self, planned: Plan) -> None:
        """Keep the base of everything that the plan has settled, and that all of it is in its place."""
        ideal = {task.key: Place(task.place, task.rest) for task in self._desired.tasks}
        base = planned.song_base
        if base.notes_in_asana is None and self._journal.song.base is not None:
            base = replace(base, notes_in_asana=self._journal.song.base.notes_in_asana)
        with self._journal.transaction():
            self._keep_bases(planned, base)
            self._journal.finished(ideal, self._clock.now())

    def _was_worked_on(self, gid: str) -> bool:
        """Whether the timer ran a task, or somebody commented on it, attached something or divided it."""
        try:
            return self._journal.was_run(gid) or self._asana.was_worked_on(gid)
        except NotFound:
            return False

    def _keep_bases(self, planned: Plan, song: SongBase) -> None:
        homes = {key: entry.gid or "" for key, entry in self._journal.entries("section").items()}
        entries = self._journal.entries("task")
        places = {task.key: at for at, task in enumerate(self._desired.tasks)}
        made = {
            key: replace(entry.task_base, place=places[key])
            for key, entry in entries.items()
            if key in places and key not in planned.task_bases and entry.base is not None
        }
        settled = {
            key: replace(base, section=homes.get(base.section or "", base.section))
            for key, base in planned.task_bases.items()
        }
        sections = dict(planned.section_bases)
        for at, section in enumerate(self._desired.sections):
            if section.key in homes:
                sections.setdefault(section.key, SectionBase(section.name, at))
        lines = {task.key: task.line for task in self._desired.tasks}
        self._journal.agreed("task", {**made, **settled}, lines)
        self._journal.agreed("section", sections, {})
        for kind in ("section", "task"):
            self._journal.dropped(kind, [key for each, key in planned.removed_keys if each == kind])
        self._journal.song_agreed(song)

    # -- after the making -------------------------------------------------------------------------

    def _learn_landing(self, made: Sequence[Sequence[str]], verdict: Verdict) -> None:
        entries = self._journal.entries("task")
        created = [[gid for key in keys if (gid := entries[key].gid)] for keys in made]
        seen = infer_rule(created, verdict.first)
        if seen is not None:
            self._facts.learnt("landing", seen, self._clock.now())

    def _doubles(self, verdict: Verdict) -> tuple[str, ...]:
        """Tasks that Asana carried out late, after they were looked for and sent again."""
        known = {entry.gid for entry in self._journal.entries("task").values()}

        def is_double(task: DesiredTask, name: str, gid: str) -> bool:
            return task.key in self._creates.doubtful and gid not in known and task.is_called(name)

        return tuple(
            task.name
            for task in self._desired.tasks
            if any(is_double(task, found.name, found.gid) for found in verdict.tasks)
        )

    def _my_tasks(self) -> MyTasks:
        return MyTasks(self._asana, self._journal, self._creates, self._facts, self._clock)

    def _arrange_my_tasks(self, planned: Plan, tasks: Sequence[Task], outcome: _Outcome) -> str:
        """Put the song's open tasks of the user into order. `tasks` is what the project was seen to have."""
        entries = self._journal.entries("task")
        reorder = any(
            isinstance(change, Reorder) and change.where == "my tasks" for change in planned.changes
        )
        by_gid = {task.gid: task for task in tasks}
        queued = {entry.gid for entry in entries.values() if entry.gid and entry.queued}
        ideal = [
            entry.gid
            for task in sorted(self._desired.tasks, key=lambda task: task.place)
            if (entry := entries.get(task.key)) and entry.gid and entry.gid in by_gid
            if not by_gid[entry.gid].completed and by_gid[entry.gid].assignee_gid is not None
        ]
        if self._journal.song.my_order is not None and set(ideal) <= queued and not reorder:
            return ""
        if any(gid not in queued for gid in ideal):
            me = self._me(tasks)
            ideal = [gid for gid in ideal if by_gid[gid].assignee_gid == me]
        if self._mine is None:
            self._mine = self._my_tasks()
            if sentence := self._mine.prepare(self._options.my_tasks, self._desired.title):
                return sentence
        if not self._mine.section_gid:
            return ""
        if reorder:
            before = sorted(
                (e.ideal, e.gid) for e in self._before.values() if e.gid in queued and e.ideal is not None
            )
            was = [gid for _, gid in before if gid]
            stands = self._mine.stands(was)
            if stands != [gid for gid in was if gid in stands] and self._prefer != "map":
                outcome.undecided = (
                    "The order changed in the map and in My Tasks: My Tasks stays as it is. "
                    "To have the map's order, scaffold with --prefer map.",
                )
                return ""
        if reorder:
            # From here on the order in My Tasks may be half ours: another run must not take it for the user's.
            self._journal.unqueue()
        return self._mine.arrange(ideal, queued, anew=reorder)

    def _me(self, tasks: Sequence[Task]) -> str:
        """The user's gid: that of the one whom Asana gave the tasks that were just made, else asked for."""
        made = {entry.gid for key, entry in self._journal.entries("task").items() if key not in self._before}
        mine = next((task.assignee_gid for task in tasks if task.gid in made and task.assignee_gid), None)
        return mine or self._asana.me().gid


class _Steps:
    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._count = 0
        self._progress = progress

    def done(self) -> None:
        self._count += 1
        self._progress(min(self._count, self._total), self._total)
