"""Carries a plan out: project, sections, tasks, verification, My Tasks.

Knows the order of the steps. Must not know how any of them is done. The same call finishes what an earlier
one left half-way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import PLAIN_STYLE, Project, Section, Style, Task
from asana_tbp.errors import NotFound
from asana_tbp.scaffold.create_once import JournalledCreates
from asana_tbp.scaffold.desired import Desired, DesiredTask
from asana_tbp.scaffold.execute import PlanExecutor
from asana_tbp.scaffold.insertion_rule import infer_rule, insertion_rule_of
from asana_tbp.scaffold.journal import Journal, Kind, Place, Song
from asana_tbp.scaffold.my_tasks import LEAVE, MyTasks
from asana_tbp.scaffold.parallel import ParallelCreates
from asana_tbp.scaffold.plan import Plan, Remote, plan
from asana_tbp.scaffold.verify import Verdict, verify
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""


@dataclass(frozen=True, slots=True)
class ScaffoldOptions:
    """What the producer wants beside the map: how a new project looks, and where in My Tasks its tasks go.

    `my_tasks` is `own`, `leave`, or an existing section's name or gid.
    """

    style: Style = PLAIN_STYLE
    my_tasks: str = LEAVE


PLAIN_WISHES = ScaffoldOptions()


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """What a scaffold did: the plan it followed, moves made, and what Asana would not do, a sentence each.

    `my_tasks` says what became of My Tasks where there is something to say; that is no failure. `doubles` are the
    names of tasks that Asana has twice, as it carried out a request after it was given up and sent again.
    """

    plan: Plan
    link: str
    project_gid: str
    moves: int
    shortcomings: tuple[str, ...]
    my_tasks: str = ""
    doubles: tuple[str, ...] = ()


class Scaffold:
    """One song on its way into Asana."""

    def __init__(
        self,
        asana: Gateway,
        database: Database,
        song: Song,
        desired: Desired,
        clock: Clock,
        wishes: ScaffoldOptions = PLAIN_WISHES,
    ) -> None:
        self._asana = asana
        self._journal = Journal(database, song)
        self._facts = WorkspaceMemory(database, song.workspace_gid)
        self._desired = desired
        self._clock = clock
        self._wishes = wishes
        self._creates = JournalledCreates(asana, self._journal, clock)
        self._lanes = ParallelCreates(clock)

    @property
    def started(self) -> bool:
        """Whether anything of the song is known to be in Asana."""
        return self._journal.song.project_gid is not None

    @property
    def song(self) -> Song:
        """The song as the journal knows it now."""
        return self._journal.song

    def plan(self, *, begun: bool, keep: bool = True) -> Plan:
        """What `apply` would do now. Reads only. `begun` where an earlier run may have made the project.

        `keep` is False for a mere look: then a project that is found is not journalled. Raises `NotFound` where
        the song's project is no longer in Asana.
        """
        gid = self._journal.song.project_gid
        if gid is None and begun and (found := self._creates.find_project()):
            gid = found.gid
            if keep:
                self._journal.project_made(found)
        if gid is None:
            return plan(self._desired, None, {}, {})
        try:
            return self._compared(self._read(gid))
        except NotFound:
            raise NotFound(
                f"Asana no longer shows the project of {quote(self._desired.title)} to this account.",
                "Bring it back from Asana's trash, or make another one with --new.",
            ) from None

    def wants_my_tasks(self) -> bool:
        """Whether My Tasks are still to be arranged."""
        return self._wishes.my_tasks != LEAVE and self._journal.song.my_order is None

    def knows_landing(self) -> bool:
        """Whether the workspace has shown before where new tasks land."""
        return insertion_rule_of(self._facts.believed("landing", self._clock.now())) is not None

    def apply(self, planned: Plan, progress: Progress = lambda _done, _total: None) -> Scaffolded:
        """Carry `planned` out and verify it; nothing is sent when there is nothing to do."""
        places = {task.key: Place(task.place, task.rest) for task in self._desired.tasks}
        if planned.nothing_to_do and self._journal.song.finished:
            # Asana knows nothing of breaks: they may have changed all the same.
            self._journal.ordered(places)
            return self._done(planned, 0, (), self._arrange_my_tasks() if self.wants_my_tasks() else "")
        steps = _Steps(len(planned.changes) + 1, progress)
        if self._journal.song.project_gid is None:
            project = self._lanes.alone(lambda: self._creates.project(self._desired, self._wishes.style))
            steps.done()
            remaining = self._compared(self._fresh(project))
        else:
            remaining = planned
        self._adopt(remaining)
        landing = insertion_rule_of(self._facts.believed("landing", self._clock.now()))
        making = PlanExecutor(self._asana, self._journal, self._creates, self._lanes, steps.done)
        made = making.make(remaining, self._desired.sections, landing)
        verdict = verify(self._asana, self._journal, self._desired, self._lanes)
        self._learn_landing(made, verdict)
        if not verdict.shortcomings:
            self._journal.finished(places, self._clock.now())
        steps.done()
        said = self._arrange_my_tasks() if self._wishes.my_tasks != LEAVE else ""
        return replace(
            self._done(planned, verdict.moves, verdict.shortcomings, said), doubles=self._doubles(verdict)
        )

    def _done(self, planned: Plan, moves: int, shortcomings: tuple[str, ...], my_tasks: str) -> Scaffolded:
        song = self._journal.song
        return Scaffolded(planned, song.link, song.project_gid or "", moves, shortcomings, my_tasks)

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, project_gid: str) -> Remote:
        sections: list[Section] = []
        tasks: list[Task] = []
        self._lanes.run(
            [lambda: sections.extend(self._asana.sections(project_gid))],
            [lambda: tasks.extend(self._asana.tasks(project_gid))],
        )
        return Remote(tuple(sections), tuple(tasks), ours=self._journal.song.ours)

    def _fresh(self, project: Project) -> Remote:
        """A project that is new has no tasks: only its default section need be read."""
        sections = self._lanes.alone(lambda: self._asana.sections(project.gid))
        if len(sections) == 1:
            self._journal.came_with_project(sections[0])
        return Remote(sections, ())

    def _compared(self, remote: Remote) -> Plan:
        return plan(self._desired, remote, self._journal.entries("section"), self._journal.entries("task"))

    def _adopt(self, planned: Plan) -> None:
        """Journal what the plan has recognised by its name."""
        found: dict[Kind, Mapping[str, str]] = {"section": planned.sections, "task": planned.tasks}
        for kind, gids in found.items():
            entries = self._journal.entries(kind)
            for key, gid in gids.items():
                if key not in entries or entries[key].gid != gid:
                    self._journal.answered(kind, key, gid, ours=key not in planned.adopted)
        if planned.untouched is not None:
            self._journal.came_with_project(planned.untouched)

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

    def _arrange_my_tasks(self) -> str:
        mine = MyTasks(
            self._asana, self._journal, self._desired, self._creates, self._lanes, self._facts, self._clock
        )
        return mine.arrange(self._wishes.my_tasks)


class _Steps:
    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._count = 0
        self._progress = progress

    def done(self) -> None:
        self._count += 1
        self._progress(min(self._count, self._total), self._total)
