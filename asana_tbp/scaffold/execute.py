"""Carries a plan out: each thing is created once, with the journal as its memory, in an order that is likely right.

For My Tasks, tasks are created one after the other, so that they land there in the ideal order. Otherwise several are
created at once: a project's order can be repaired afterwards, as anchors are documented there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Anchor, Project, Section, Style, Task, mark_of, marked
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.base import Base
from asana_tbp.scaffold.compare.plan import Change, Plan
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.scaffold.my_tasks import MyTasks
from asana_tbp.scaffold.parallel import Work, Workers
from asana_tbp.scaffold.workspace_memory import Landing, creation_order, infer_rule
from asana_tbp.system.clock import Clock

WORTH_A_PROBE = 6
"""From this many tasks, finding out the landing rule costs less than repairing a wrong guess."""

Made = TypeVar("Made", Section, Task)


@dataclass(slots=True)
class PlanExecutor:
    """Creates, changes and deletes what one song's plan says. `step` is called after each thing made or changed.

    `sent` are the keys of new tasks in the order they were sent, `made` the gids of those that were made, and
    `doubtful` the keys of those whose create was sent twice because the first was not found.
    """

    _asana: Gateway
    _journal: Journal
    _workers: Workers
    _clock: Clock
    _mine: MyTasks
    step: Callable[[], None] = lambda: None
    sent: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    _homes: dict[str, str] = field(default_factory=dict)
    _lacking: dict[str, DesiredTask] = field(default_factory=dict)
    _landing: Landing | None = None

    @property
    def _project_gid(self) -> str:
        return self._journal.song.project_gid or ""

    def create_project(self, desired: Desired, style: Style) -> Project:
        """Create the song's project with its mark in the notes: rich notes, or plain ones if those are refused."""
        song_id = self._journal.song.id
        plain = f"{desired.notes}\n\n{mark_of('song map', song_id)}".strip()
        rich = replace(style, rich_notes=desired.rich_notes(song_id))
        new = partial(self._asana.create_project, self._journal.song.workspace_gid, desired.title, plain)

        def create() -> Project:
            try:
                return new(rich)
            except Refused as refused:
                if speaks_of_team(refused):
                    raise
                return new(style)

        made = create_once(create, self.find_project, self._clock)
        self._journal.change_song(project_gid=made.gid, link=made.link)
        return made

    def find_project(self) -> Project | None:
        """The project of this song where an earlier create was applied and its answer lost, or None."""
        song = self._journal.song
        projects = self._asana.projects(song.workspace_gid)
        return next((project for project in projects if marked("song map", project.notes) == song.id), None)

    def change(self, planned: Plan) -> None:
        """Send the changes of the project and of existing sections and tasks."""
        changes = [change for change in planned.changes if change.action in ("rename", "change")]
        self._workers.run(*([*self._requests(change, planned.desired), self.step] for change in changes))

    def _requests(self, change: Change, desired: Desired) -> Iterator[Work]:
        name, gid = change.new_name or "", change.gid or self._project_gid
        match change.action, change.of:
            case "rename", "project":
                yield partial(self._asana.change_project, gid, name=name)
                if section := self._journal.song.my_section:
                    yield partial(self._asana.rename_section, section, name)
            case _, "project":
                yield partial(self._change_notes, desired)
            case _, "section":
                yield partial(self._asana.rename_section, gid, name)
            case _, "task":
                yield partial(
                    self._asana.change_task, gid, name=name or None, notes=change.notes, due_on=change.due_on
                )

    def _change_notes(self, desired: Desired) -> None:
        gid = self._project_gid
        notes = desired.rich_notes(self._journal.song.id, self._asana.project(gid).notes)
        self._asana.change_project(gid, html_notes=notes)

    def delete(self, planned: Plan) -> tuple[str, ...]:
        """Delete what is no longer in the map; returns the names that stay because somebody has worked on them."""
        kept: list[str] = []
        for change in planned.changes:
            gid = change.gid or ""
            if change.action != "delete" or (change.of == "section" and kept):
                continue
            # After a lost answer it may be gone already.
            with suppress(NotFound):
                if change.of == "section":
                    self._asana.delete_section(gid)
                elif self._journal.was_run(gid) or self._asana.was_worked_on(gid):
                    kept.append(change.name or "")
                    continue
                else:
                    self._asana.delete_task(gid)
            self._journal.forget([change.key])
        return tuple(kept)

    def make(self, planned: Plan, landing: Landing | None) -> None:
        """Create sections and tasks. `landing` is the known landing rule of projects; None to find it out."""
        created = {change.key for change in planned.changes if change.action == "create"}
        self._lacking = {task.key: task for task in planned.desired.tasks if task.key in created}
        self._homes, self._landing = {**planned.gids}, landing
        sections = self._section_lanes(planned.desired.sections, created)
        if self._mine.section_for_creates:
            self._workers.spread(*sections)
            self._make_in_ideal_order()
        else:
            self._workers.spread(*sections, [self._probe])
        self._probe()
        lanes: dict[str, list[Work]] = {}
        for task in creation_order([*self._lacking.values()], self._landing):
            self.sent.append(task.key)
            lanes.setdefault(task.section_key, []).append(partial(self._make_task, task))
        self._workers.spread(*lanes.values())

    def _section_lanes(self, sections: Sequence[DesiredSection], missing: set[str]) -> list[list[Work]]:
        """The work for new sections: those that are made below another one, and those above."""
        below: list[Work] = []
        above: list[Work] = []
        # Each beside an existing one: after the nearest above, else before the nearest below. Without an anchor if
        # the project has none of the map's sections: then the verifier puts them in order.
        anchor = next((Anchor(self._homes[s.key], "before") for s in sections if s.key in self._homes), None)
        for section in sections:
            work = partial(self._make_section, section, anchor)
            if section.key in self._homes:
                anchor = Anchor(self._homes[section.key])
            elif section.key in missing and anchor is not None and anchor.side == "before":
                above.append(work)
            elif section.key in missing:
                # Each lands right after its anchor, so the last one is sent first.
                below.insert(0, work)
        return [below, above]

    def _make_section(self, section: DesiredSection, anchor: Anchor | None) -> None:
        create = partial(self._asana.create_section, self._project_gid, section.name, anchor)
        there = partial(self._asana.sections, self._project_gid)
        self._homes[section.key] = self._create_once(section, create, there, Base(section.name))

    def _create_once(
        self,
        thing: DesiredSection | DesiredTask,
        create: Callable[[], Made],
        there: Callable[[], Iterable[Made]],
        base: Base,
    ) -> str:
        """Create a section or task, or find it `there` after a lost answer, and journal it; its gid."""

        def remember(unsure: bool) -> None:
            if unsure:
                self._journal.sending(thing.key)

        def find() -> Made | None:
            known = {entry.gid for entry in self._journal.entries().values()}
            same = (each for each in there() if each.gid not in known and thing.is_called(each.name))
            if (first := next(same, None)) is None:
                self.doubtful.add(thing.key)
            return first

        gid = create_once(create, find, self._clock, remember=remember).gid
        self._journal.answered(thing.key, gid, base=base, line=thing.line)
        self.step()
        return gid

    def _make_task(self, task: DesiredTask, *, in_mine: bool = False) -> str:
        """Create a task in its section, with `in_mine` in that of My Tasks too if Asana accepts it; its gid."""
        project, home = self._project_gid, self._homes[task.section_key]
        new = partial(self._asana.create_task, project, home, task.name, task.notes, task.due_on or None)

        def create() -> Task:
            if in_mine and (my_section := self._mine.section_for_creates):
                with suppress(*FINAL):
                    return new(my_section=my_section)
                made = new()
                # Asana took it only without its section of My Tasks.
                self._mine.facts.learn("section on create", "refused")
                return made
            return new()

        there = partial(self._asana.section_tasks, project, home)
        gid = self._create_once(task, create, there, task.base(home, place=None))
        self.made.append(gid)
        return gid

    def _make_in_turn(self, tasks: Iterable[DesiredTask], *, in_mine: bool = False) -> list[str]:
        """Create tasks one after the other, and no others meanwhile; their gids."""
        gids = []
        for task in tasks:
            self.sent.append(self._lacking.pop(task.key).key)
            gids.append(self._make_task(task, in_mine=in_mine))
        return gids

    def _make_in_ideal_order(self) -> None:
        """Make the tasks so that My Tasks has them in order; where Asana refuses that, only the first two."""
        waiting = sorted(self._lacking.values(), key=lambda task: task.place)
        rule = self._mine.facts.landing("my landing")
        if rule is None and len(waiting) > 2:
            probes, waiting = waiting[:2], waiting[2:]
            rule = self._mine.observe(self._make_in_turn(probes, in_mine=True))
        # Otherwise each has to be put there by a request of its own anyway.
        if self._mine.section_for_creates:
            self._make_in_turn(creation_order(waiting, rule), in_mine=True)

    def _probe(self) -> None:
        """Find out the landing rule with two tasks of an existing section, if that is worth it.

        The last one is created first: then they are in order where tasks land on top, as they do for `addTask`.
        """
        lacking = self._lacking.values()
        counts = Counter(task.section_key for task in lacking)
        home = next((key for key, count in counts.items() if count > 2 and key in self._homes), None)
        if self._landing is not None or home is None or len(lacking) < WORTH_A_PROBE:
            return
        created = self._make_in_turn([task for task in reversed(lacking) if task.section_key == home][:2])
        shown = self._asana.section_tasks(self._project_gid, self._homes[home])
        self._landing = infer_rule([created], [task.gid for task in shown])


def speaks_of_team(refused: Refused) -> bool:
    """Whether Asana asks for a team. That has no status of its own (pipedream #16651), so its words must do."""
    return "team" in refused.sentence.casefold()
