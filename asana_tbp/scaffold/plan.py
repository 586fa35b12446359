"""The base, the map and Asana, compared field by field: what would be done, what is left alone, what must be decided.

Pure: the same three always give the same plan. `decide` is the whole rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry, SectionBase, SongBase, TaskBase, default_name
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask, unnumbered
from asana_tbp.scaffold.matching import Journalled, Matching, Question, Remote
from asana_tbp.songmap.task_name import compose_name, normalize, split_name
from asana_tbp.text import quote

Outcome = Literal["agreed", "carry", "left", "ask", "conflict"]
Side = Literal["map", "asana"]
Value = str | int | tuple[str, ...] | None


def decide(base: Value, in_map: Value, in_asana: Value, *, ours: bool = True) -> Outcome:
    """What becomes of one field. A base of None is not known.

    | map and Asana | base               | outcome                                            |
    |---------------|--------------------|----------------------------------------------------|
    | the same      | any                | agreed                                             |
    | different     | not known          | conflict: nobody can say who changed it            |
    | different     | as in the map      | left: changed in Asana                             |
    | different     | as in Asana        | carry: changed in the map; ask where it isn't ours |
    | different     | as in neither      | conflict: changed on both sides                    |
    """
    if in_map == in_asana:
        return "agreed"
    if base is None:
        return "conflict"
    if base == in_map:
        return "left"
    if base == in_asana:
        return "carry" if ours else "ask"
    return "conflict"


@dataclass(frozen=True, slots=True)
class CreateProject:
    """The song's project is made."""

    title: str


@dataclass(frozen=True, slots=True)
class RenameSong:
    """The project and the song's section of My Tasks get the song's new name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RewriteNotes:
    """The project's notes become the map's words."""


@dataclass(frozen=True, slots=True)
class NameSection:
    """The default section of a new project gets the first section's name."""

    section: DesiredSection
    gid: str


@dataclass(frozen=True, slots=True)
class RenameSection:
    """A section gets the map's name."""

    section: DesiredSection
    gid: str
    old: str


@dataclass(frozen=True, slots=True)
class CreateSection:
    """A section is made."""

    section: DesiredSection


@dataclass(frozen=True, slots=True)
class CreateTask:
    """A task is made in its section, assigned to the producer."""

    task: DesiredTask
    section: DesiredSection


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """Fields of a task become the map's. `name`, `notes` and `due_on` are what to send, None for what stays.

    `what` names the fields: title, budget, name, notes, due date.
    """

    task: DesiredTask
    gid: str
    old_name: str
    what: tuple[str, ...]
    name: str | None = None
    notes: str | None = None
    due_on: str | None = None
    old_due_on: str = ""


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A task goes to another section."""

    task: DesiredTask
    gid: str
    section: DesiredSection
    old: str


@dataclass(frozen=True, slots=True)
class Reorder:
    """The open tasks of a section, all sections (`section` is None) or My Tasks get the map's order."""

    where: Literal["tasks", "sections", "my tasks"]
    section: DesiredSection | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """A task or section that we made and nobody touched goes, as the map no longer has it."""

    kind: Literal["task", "section"]
    key: str
    gid: str
    name: str


Change = (
    CreateProject
    | RenameSong
    | RewriteNotes
    | NameSection
    | RenameSection
    | CreateSection
    | CreateTask
    | ChangeTask
    | MoveTask
    | Reorder
    | Delete
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that must be decided by the user: what it was last, and what it is now in the map and in Asana."""

    name: str
    field: str
    base: str | None
    in_map: str
    in_asana: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that Asana has otherwise than the map; it is left as it is in Asana."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the user decided, and what the command is about to do.

    `lay_out_dates` where the tasks' days are the map's; `my_tasks` where My Tasks are arranged.
    `nothing_is_sent` where the plan only tells what is agreed on: then the base of what it would carry stays.
    """

    prefer: Side | None = None
    prune: bool = False
    rename_song: bool = False
    lay_out_dates: bool = False
    my_tasks: bool = False
    nothing_is_sent: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, what was found, and what is open.

    `sections` and `tasks` map the keys of what is there already to gids. `extra` are names that Asana alone has,
    `removed` those that the map no longer has. `completed` are the names of tasks that are done, `done` their keys.
    `task_bases` and `section_bases` are what the journal keeps once the plan is carried out.
    """

    changes: tuple[Change, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    matching: Matching = field(default_factory=Matching)
    conflicts: tuple[Conflict, ...] = ()
    questions: tuple[Question, ...] = ()
    song_renamed: bool = False
    differences: tuple[Difference, ...] = ()
    extra: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    removed_keys: tuple[tuple[Literal["section", "task"], str], ...] = ()
    completed: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    unplaced: bool = False
    untouched: Section | None = None
    task_bases: Mapping[str, TaskBase] = field(default_factory=dict)
    section_bases: Mapping[str, SectionBase] = field(default_factory=dict)
    song_base: SongBase = field(default_factory=SongBase)

    @property
    def nothing_to_do(self) -> bool:
        """Whether Asana has everything, in its place."""
        return not self.changes and not self.unplaced

    @property
    def undecided(self) -> bool:
        """Whether something waits for the user."""
        return bool(self.conflicts or self.questions or self.song_renamed)


def plan_new(desired: Desired) -> Plan:
    """The plan for a song that has no project."""
    changes: list[Change] = [CreateProject(desired.title)]
    changes += [CreateSection(section) for section in desired.sections]
    changes += [CreateTask(task, section) for section in desired.sections for task in section.tasks]
    return Plan(tuple(changes), unplaced=True, song_base=song_base_of(desired))


def plan(
    desired: Desired,
    remote: Remote,
    journalled: Journalled,
    matching: Matching,
    song: SongBase,
    options: PlanOptions,
) -> Plan:
    """Compare the map with Asana and with the base."""
    return _Comparison(desired, remote, journalled, matching, song, options).plan()


def song_base_of(desired: Desired) -> SongBase:
    """The base of a song whose every field is the map's."""
    return SongBase(desired.title, desired.notes, None, desired.deadline, desired.schedule)


def base_of_task(task: DesiredTask, section_gid: str, place: int) -> TaskBase:
    """The base of a task whose every field is the map's."""
    return TaskBase(
        name=task.name,
        title=task.title,
        minutes=task.minutes,
        section=section_gid,
        place=place,
        notes=task.notes,
        due_on=task.due_on,
    )


class _Comparison:
    def __init__(
        self,
        desired: Desired,
        remote: Remote,
        journalled: Journalled,
        matching: Matching,
        song: SongBase,
        options: PlanOptions,
    ) -> None:
        self._desired = desired
        self._remote = remote
        self._matching = matching
        self._song = song
        self._options = options
        self._names = {section.gid: section.name for section in remote.sections}
        self._by_gid = {task.gid: task for task in remote.tasks}
        # Entries by gid: their keys may be about to change.
        self._section_keys = {e.gid: k for k, e in journalled.sections.items() if e.gid}
        self._task_keys = {e.gid: k for k, e in journalled.tasks.items() if e.gid}
        self._journalled = journalled
        self._changes: list[Change] = []
        self._moves: list[Change] = []
        self._differences: list[Difference] = []
        self._conflicts: list[Conflict] = []
        self._completed: list[str] = []
        self._done: set[str] = set()
        self._removed: list[tuple[Literal["section", "task"], str, str]] = []
        self._task_bases: dict[str, TaskBase] = {}
        self._section_bases: dict[str, SectionBase] = {}
        self._untouched = self._untouched_default()
        self._sections_by_key = {section.key: section for section in desired.sections}
        self._places = {task.key: place for place, task in enumerate(desired.tasks)}

    def plan(self) -> Plan:
        song_base, song_renamed = self._compare_song()
        creating = [
            CreateTask(task, self._sections_by_key[task.section_key])
            for task in self._desired.tasks
            if task.key not in self._matching.tasks
            if task.key not in self._matching.gone and task.key not in self._matching.waiting
        ]
        for task in self._desired.tasks:
            if task.key in self._matching.tasks:
                self._compare_task(task)
        moved_to = {change.section.key for change in self._moves if isinstance(change, MoveTask)}
        self._compare_sections({change.section.key for change in creating} | moved_to)
        self._changes += creating
        self._changes += self._moves
        self._compare_orders()
        self._tell_gone()
        deleted = self._left_over()
        self._changes += deleted
        entries = (*self._journalled.sections.values(), *self._journalled.tasks.values())
        known = {*self._matching.tasks.values(), *self._matching.sections.values()}
        return Plan(
            changes=tuple(self._changes),
            sections=self._matching.sections,
            tasks=self._matching.tasks,
            matching=self._matching,
            conflicts=tuple(self._conflicts),
            questions=tuple(self._matching.questions),
            song_renamed=song_renamed,
            differences=tuple(self._differences),
            extra=self._extra(known),
            removed=tuple(name for _, _, name in self._removed),
            removed_keys=tuple((kind, key) for kind, key, _ in self._removed),
            completed=tuple(self._completed),
            done=frozenset(self._done),
            unplaced=any(not entry.placed for entry in entries if entry.gid in known),
            untouched=self._untouched,
            task_bases=self._task_bases,
            section_bases=self._section_bases,
            song_base=song_base,
        )

    # -- the song ---------------------------------------------------------------------------------

    def _compare_song(self) -> tuple[SongBase, bool]:
        new = song_base_of(self._desired)
        base, renamed = self._song, False
        outcome = decide(base.name, self._desired.title, self._remote.name, ours=True)
        if base.name is None or (outcome == "conflict" and base.name != self._desired.title):
            # Without a base the project keeps the name it has.
            outcome = "left" if base.name is None else self._settled(outcome)
        if outcome == "carry":
            if self._options.rename_song:
                self._changes.append(RenameSong(self._remote.name, self._desired.title))
            else:
                renamed = True
                new = replace(new, name=base.name)
        elif outcome == "conflict":
            self._clash(self._desired.title, "song", base.name, self._desired.title, self._remote.name)
            new = replace(new, name=base.name)
        return self._compare_notes(new), renamed

    def _compare_notes(self, new: SongBase) -> SongBase:
        base, shown = self._song, words_of(self._remote.notes)
        in_asana = words_of(base.notes_in_asana) if base.notes_in_asana is not None else None
        new = replace(new, notes_in_asana=self._remote.notes)
        if shown == words_of(self._desired.notes):
            return new
        if base.notes is None and not self._remote.ours:
            return new
        if base.notes is not None and words_of(base.notes) == words_of(self._desired.notes):
            return replace(new, notes_in_asana=base.notes_in_asana)
        outcome = self._settled("carry" if base.notes is not None and in_asana == shown else "conflict")
        if outcome == "carry":
            self._changes.append(RewriteNotes())
            new = replace(new, notes_in_asana=self._desired.notes)
            if self._options.nothing_is_sent:
                new = replace(new, notes=base.notes, notes_in_asana=base.notes_in_asana)
        elif outcome == "conflict":
            self._clash(
                self._desired.title, "project notes", base.notes, self._desired.notes, self._remote.notes
            )
            new = replace(new, notes=base.notes, notes_in_asana=base.notes_in_asana)
        return new

    # -- sections ---------------------------------------------------------------------------------

    def _untouched_default(self) -> Section | None:
        """The section that came with a project of ours, while nobody has used or renamed it."""
        entries = self._journalled.sections
        journalled = {e.gid: name for k, e in entries.items() if (name := default_name(k)) is not None}
        used: set[str | None] = {e.gid for key, e in entries.items() if default_name(key) is None}
        # Our own tasks in it stay there when it gets its name.
        ours = {entry.gid for entry in self._journalled.tasks.values() if entry.ours}
        used |= {task.section_gid for task in self._remote.tasks if task.gid not in ours}
        if not self._remote.ours:
            return None
        if not journalled and len(self._remote.sections) == 1 and used <= {None}:
            return self._remote.sections[0]
        for section in self._remote.sections:
            if section.gid not in used and journalled.get(section.gid) == section.name:
                return section
        return None

    def _compare_sections(self, needed: set[str]) -> None:
        for place, section in enumerate(self._desired.sections):
            gid = self._matching.sections.get(section.key)
            if gid is None:
                self._missing_section(section, needed)
                continue
            key = self._section_keys.get(gid)
            entry = self._journalled.sections[key] if key is not None else None
            base, name = self._section_base(entry, section, key), self._names[gid]
            ours = (entry is not None and entry.ours) or section.key in self._matching.allowed
            outcome = self._settled(decide(base.name, section.name, name, ours=ours))
            if outcome == "carry":
                self._changes.append(RenameSection(section, gid, name))
            elif outcome == "left" and normalize(name) != section.key:
                self._differ(section.name, f"is called {quote(name)} in Asana")
            elif outcome in ("ask", "conflict") and normalize(name) != section.key:
                self._clash(section.name, "section name", base.name, section.name, name)
            undecided = outcome in ("ask", "conflict")
            undecided = undecided or (outcome == "carry" and self._options.nothing_is_sent)
            self._section_bases[section.key] = SectionBase(base.name if undecided else section.name, place)

    def _section_base(self, entry: Entry | None, section: DesiredSection, key: str | None) -> SectionBase:
        if entry is None or entry.base is not None or not entry.ours or key is None:
            return entry.section_base if entry else SectionBase()
        # Made before there were bases: its key says what it was called.
        same = next(
            (name for name in (section.name, self._names[entry.gid or ""]) if normalize(name) == key), key
        )
        return SectionBase(same)

    def _missing_section(self, section: DesiredSection, needed: set[str]) -> None:
        if section.key in self._matching.waiting:
            return
        if section.key in self._matching.gone and section.key not in needed:
            self._differ(section.name, _GONE)
        elif self._untouched and self._untouched.gid not in self._matching.sections.values():
            self._changes.append(NameSection(section, self._untouched.gid))
            self._untouched = None
        else:
            self._changes.append(CreateSection(section))

    # -- tasks ------------------------------------------------------------------------------------

    def _compare_task(self, task: DesiredTask) -> None:
        there = self._by_gid[self._matching.tasks[task.key]]
        key = self._task_keys.get(there.gid)
        entry = self._journalled.tasks[key] if key is not None else None
        base = self._task_base(entry, task, there, key)
        ours = entry is not None and entry.ours
        new = base_of_task(task, task.section_key, self._places[task.key])
        if there.completed:
            self._completed.append(there.name)
            self._done.add(task.key)
            self._task_bases[task.key] = replace(new, completed=True)
            return
        if there.assignee_gid is None:
            self._differ(task.name, "is assigned to nobody in Asana: the timer leaves it out")
        new = replace(new, assigned=there.assignee_gid is not None)
        new, change = self._compare_name(task, there, base, new, ours=ours)
        new, change = self._compare_notes_of(task, there, base, new, change, ours=ours)
        new, change = self._compare_due(task, there, base, new, change, ours=ours)
        if change.what:
            self._changes.append(change)
        new = self._compare_home(task, there, base, new, ours=ours)
        self._task_bases[task.key] = self._kept(change, base, new) if self._options.nothing_is_sent else new

    def _kept(self, change: ChangeTask, base: TaskBase, new: TaskBase) -> TaskBase:
        """The new base without what is still to be carried over, and Asana's side where it alone changed."""
        fields = {"title": "title", "budget": "minutes", "notes": "notes", "due date": "due_on"}
        for what in change.what:
            if what in fields:
                new = replace(new, **{fields[what]: getattr(base, fields[what])})
        moved = any(isinstance(move, MoveTask) and move.task is change.task for move in self._moves)
        return replace(new, section=base.section, place=base.place) if moved else new

    def _task_base(self, entry: Entry | None, task: DesiredTask, there: Task, key: str | None) -> TaskBase:
        if entry is None or entry.base is not None or not entry.ours or key is None:
            return entry.task_base if entry else TaskBase()
        # Made before there were bases: its key says what it was called and where it was, and Asana the rest.
        section_key, _, title_key = key.partition("\n")
        shown, minutes = split_name(there.name)
        titles = (task.title, unnumbered(shown) if task.numbered else shown)
        title = next((title for title in titles if normalize(title) == title_key), title_key)
        section = self._journalled.sections.get(section_key)
        home = (section and section.gid) or there.section_gid
        name = task.name if (title, minutes) == (task.title, task.minutes) else there.name
        return TaskBase(name, title, minutes, home, None, there.notes, there.due_on or "")

    def _compare_name(
        self, task: DesiredTask, there: Task, base: TaskBase, new: TaskBase, *, ours: bool
    ) -> tuple[TaskBase, ChangeTask]:
        shown, minutes = split_name(there.name)
        title = task.title if task.is_called(there.name) and alike(shown, task) else shown
        titles = self._outcome(decide(base.title, task.title, title, ours=ours), task)
        budgets = self._outcome(decide(base.minutes, task.minutes, minutes, ours=ours), task)
        change = ChangeTask(task, there.gid, there.name, ())
        if titles in ("ask", "conflict"):
            self._clash(task.name, "title", base.title, task.title, title)
            new = replace(new, title=base.title, name=base.name)
        elif titles == "left" and there.name != base.name:
            self._differ(task.name, f"is called {quote(there.name)} in Asana")
        if budgets in ("ask", "conflict"):
            self._clash(task.name, "budget", _budget(base.minutes), _budget(task.minutes), _budget(minutes))
            new = replace(new, minutes=base.minutes, name=base.name)
        elif budgets == "left" and titles != "left" and there.name != base.name:
            self._differ(task.name, f"is called {quote(there.name)} in Asana")
        what = tuple(word for word, outcome in (("title", titles), ("budget", budgets)) if outcome == "carry")
        if what:
            return new, replace(change, what=what, name=_name(task, title, minutes, titles, budgets))
        if (titles, budgets) == ("agreed", "agreed") and ours and base.name == there.name != task.name:
            return new, replace(change, what=("name",), name=task.name)
        return new, change

    def _compare_notes_of(
        self, task: DesiredTask, there: Task, base: TaskBase, new: TaskBase, change: ChangeTask, *, ours: bool
    ) -> tuple[TaskBase, ChangeTask]:
        if not task.notes and not base.notes:
            return new, change
        known = None if base.notes is None else words_of(base.notes)
        outcome = self._settled(decide(known, words_of(task.notes), words_of(there.notes), ours=ours))
        if outcome == "carry":
            return new, replace(change, what=(*change.what, "notes"), notes=task.notes)
        if outcome in ("ask", "conflict"):
            self._clash(task.name, "notes", base.notes, task.notes, there.notes)
            return replace(new, notes=base.notes), change
        if outcome == "left":
            self._differ(task.name, "has other notes in Asana")
        return new, change

    def _compare_due(
        self, task: DesiredTask, there: Task, base: TaskBase, new: TaskBase, change: ChangeTask, *, ours: bool
    ) -> tuple[TaskBase, ChangeTask]:
        if not self._options.lay_out_dates:
            return replace(new, due_on=base.due_on), change
        if not task.due_on and not base.due_on:
            return new, change
        outcome = self._settled(decide(base.due_on, task.due_on, there.due_on or "", ours=ours))
        if outcome == "carry":
            what = (*change.what, "due date")
            return new, replace(change, what=what, due_on=task.due_on, old_due_on=there.due_on or "")
        if outcome in ("ask", "conflict"):
            self._clash(task.name, "due date", base.due_on, task.due_on, there.due_on or "")
            return replace(new, due_on=base.due_on), change
        if outcome == "left":
            self._differ(task.name, f"is due {there.due_on or 'on no day'} in Asana")
        return new, change

    def _compare_home(
        self, task: DesiredTask, there: Task, base: TaskBase, new: TaskBase, *, ours: bool
    ) -> TaskBase:
        if task.section_key in self._matching.waiting:
            return replace(new, section=base.section)
        home = self._matching.sections.get(task.section_key, "")
        section = self._sections_by_key[task.section_key]
        old = self._names.get(there.section_gid, "no section")
        if not home and self._untouched and self._untouched.gid == there.section_gid:
            return new
        outcome = self._settled(decide(base.section, home, there.section_gid, ours=ours))
        if outcome == "carry":
            self._moves.append(MoveTask(task, there.gid, section, old))
        elif outcome == "left":
            self._differ(task.name, f"is in {quote(old)} in Asana")
        elif outcome in ("ask", "conflict"):
            was = self._names.get(base.section, base.section) if base.section else None
            self._clash(task.name, "section", was, section.name, old)
            return replace(new, section=base.section)
        return new

    # -- order ------------------------------------------------------------------------------------

    def _compare_orders(self) -> None:
        for section in self._desired.sections:
            home = self._matching.sections.get(section.key)
            if home is not None:
                outcome = self._outcome_of_order(
                    [self._matching.tasks.get(task.key, "") for task in section.tasks],
                    [task.gid for task in self._remote.tasks if task.section_gid == home],
                    {gid: base.place for gid, base in self._open_bases() if base.section == home},
                )
                self._order(outcome, Reorder("tasks", section), section.name, "order of tasks")
        outcome = self._outcome_of_order(
            [self._matching.sections.get(section.key, "") for section in self._desired.sections],
            [section.gid for section in self._remote.sections],
            {
                gid: self._journalled.sections[key].section_base.place
                for gid, key in self._section_keys.items()
                if self._journalled.sections[key].ours
            },
        )
        self._order(outcome, Reorder("sections"), self._desired.title, "order of sections")
        if self._options.my_tasks and self._ideal_order_changed():
            self._changes.append(Reorder("my tasks"))

    def _open_bases(self) -> Iterable[tuple[str, TaskBase]]:
        for gid, key in self._task_keys.items():
            entry, there = self._journalled.tasks[key], self._by_gid.get(gid)
            if there is not None and not there.completed and entry.ours:
                yield gid, entry.task_base

    def _outcome_of_order(
        self, in_map: Sequence[str], in_asana: Sequence[str], places: Mapping[str, int | None]
    ) -> Outcome:
        known = [gid for gid in in_map if gid in in_asana and places.get(gid) is not None]
        base = tuple(sorted(known, key=lambda gid: places[gid] or 0))
        shown = tuple(gid for gid in in_asana if gid in known)
        return self._settled(decide(base, tuple(known), shown))

    def _order(self, outcome: Outcome, change: Reorder, name: str, what: str) -> None:
        if outcome == "carry":
            self._changes.append(change)
        elif outcome == "conflict":
            self._clash(name, what, "another", "changed", "changed")

    def _ideal_order_changed(self) -> bool:
        ideal = sorted(self._desired.tasks, key=lambda task: task.place)
        known = []
        for task in ideal:
            key = self._task_keys.get(self._matching.tasks.get(task.key, ""))
            entry = self._journalled.tasks[key] if key is not None else None
            if entry and entry.queued and entry.ideal is not None:
                known.append(entry.ideal)
        return known != sorted(known)

    # -- what only one side has -------------------------------------------------------------------

    def _tell_gone(self) -> None:
        for task in self._desired.tasks:
            if task.key in self._matching.gone:
                self._differ(task.name, _GONE)

    def _left_over(self) -> list[Change]:
        deleted: list[Change] = []
        going: set[str] = set()
        for kind, key in sorted(self._matching.left_over, key=lambda each: each[0] == "section"):
            entry = (self._journalled.tasks if kind == "task" else self._journalled.sections)[key]
            gid = entry.gid or ""
            name = self._by_gid[gid].name if kind == "task" else self._names[gid]
            asked = {candidate.key for question in self._matching.questions for candidate in question.old}
            if self._options.prune and key not in asked and self._is_untouched(kind, entry, going):
                going.add(gid)
                deleted.append(Delete(kind, key, gid, name))
            elif not entry.dropped and key not in asked:
                self._removed.append((kind, key, name))
        return deleted

    def _is_untouched(self, kind: str, entry: Entry, going: set[str]) -> bool:
        gid = entry.gid or ""
        if not entry.ours or entry.base is None:
            return False
        if kind == "section":
            leaving = going | {move.gid for move in self._moves if isinstance(move, MoveTask)}
            left = [
                task for task in self._remote.tasks if task.section_gid == gid and task.gid not in leaving
            ]
            return not left and entry.section_base.name == self._names[gid]
        there, base = self._by_gid[gid], entry.task_base
        return (
            not there.completed
            and there.assignee_gid is not None
            and (there.name, there.section_gid, there.due_on or "")
            == (base.name, base.section, base.due_on or "")
            and words_of(there.notes) == words_of(base.notes or "")
        )

    def _extra(self, known: set[str]) -> tuple[str, ...]:
        ours = {*self._task_keys, *self._section_keys, *known}
        if self._untouched:
            ours.add(self._untouched.gid)
        extra = [section.name for section in self._remote.sections if section.gid not in ours]
        return (*extra, *(task.name for task in self._remote.tasks if task.gid not in ours))

    # -- verdicts ---------------------------------------------------------------------------------

    def _settled(self, outcome: Outcome) -> Outcome:
        """An outcome after the user's preference."""
        if outcome in ("ask", "conflict") and self._options.prefer:
            return "carry" if self._options.prefer == "map" else "left"
        return outcome

    def _outcome(self, outcome: Outcome, task: DesiredTask) -> Outcome:
        if outcome == "ask" and task.key in self._matching.allowed:
            return "carry"
        return self._settled(outcome)

    def _differ(self, name: str, sentence: str) -> None:
        self._differences.append(Difference(name, sentence))

    def _clash(self, name: str, what: str, base: str | None, in_map: str, in_asana: str) -> None:
        self._conflicts.append(Conflict(name, what, base, in_map, in_asana))


_GONE = (
    "is no longer in this project and is not made again; to have it again, delete its line in the map, "
    "scaffold, put the line back and scaffold once more"
)


def alike(shown: str, task: DesiredTask) -> bool:
    """Whether a title in Asana is the map's to the letter, blanks aside."""
    titles = {shown, unnumbered(shown)} if task.numbered else {shown}
    return any(words_of(title) == words_of(task.title) for title in titles)


def words_of(text: str) -> str:
    """Text without the differences that Asana and the SDK make: no-break spaces and blanks at line ends."""
    return "\n".join(line.replace("\xa0", " ").rstrip() for line in text.strip().splitlines())


def _budget(minutes: int | None) -> str:
    return "none" if minutes is None else f"{minutes}m"


def _name(task: DesiredTask, title: str, minutes: int | None, titles: Outcome, budgets: Outcome) -> str:
    """The name to send: the map's, but for a part that somebody changed in Asana."""
    own_title = task.title if titles in ("agreed", "carry") else title
    own_minutes = task.minutes if budgets in ("agreed", "carry") else minutes
    if (own_title, own_minutes) == (task.title, task.minutes):
        return task.name
    return compose_name(own_title, own_minutes) if own_minutes is not None else own_title
