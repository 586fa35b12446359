"""The base, the map and Asana, compared field by field: what would be done, what is left alone, what must be decided.

Pure: the same three always give the same plan. `changes.decide` is the whole rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry, SectionBase, SongBase, TaskBase, default_name
from asana_tbp.scaffold.compare.changes import (
    Change,
    ChangeTask,
    Conflict,
    CreateProject,
    CreateSection,
    CreateTask,
    Delete,
    Difference,
    FieldOutcome,
    MoveTask,
    NameSection,
    Outcome,
    RenameSection,
    RenameSong,
    Reorder,
    RewriteNotes,
    Side,
    decide,
)
from asana_tbp.scaffold.compare.matching import Journalled, Matching, Question, Remote
from asana_tbp.scaffold.compare.task_fields import (
    TASK_FIELDS,
    TaskField,
    name_to_send,
    plain,
    same_notes,
)
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask, unnumbered
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.songmap.write.notes import fold_notes
from asana_tbp.text import quote

OPEN = ("ask", "conflict")
MY_TASKS = "order in My Tasks"
MOST_NAMES = 5
"""Names by which a conflict shows an order; it ends in dots after more."""


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
    `task_bases` and `section_bases` are what the journal keeps once the plan is carried out, and `outcomes` what
    becomes of each field.
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
    outcomes: tuple[FieldOutcome, ...] = ()

    @property
    def nothing_to_do(self) -> bool:
        """Whether Asana has everything, in its place."""
        return not self.changes and not self.unplaced

    @property
    def creates_tasks(self) -> bool:
        """Whether tasks are made."""
        return any(isinstance(change, CreateTask) for change in self.changes)

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
    return _Planner(desired, remote, journalled, matching, song, options).plan()


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
        my_place=task.place,
    )


class _Planner:
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
        self._outcomes: list[FieldOutcome] = []
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
        if song_renamed and not self._options.nothing_is_sent:
            # It may be another song's map by now: until that is decided, nothing of this song is touched.
            return Plan(
                sections=self._matching.sections,
                tasks=self._matching.tasks,
                matching=self._matching,
                song_renamed=True,
                song_base=self._song,
            )
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
        for task in self._desired.tasks:
            if task.key in self._matching.gone:
                self._differ(task.name, _GONE)
        self._changes += self._left_over()
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
            outcomes=tuple(self._outcomes),
        )

    # -- one field --------------------------------------------------------------------------------

    def _compare(
        self,
        sides: FieldOutcome,
        *,
        ours: bool = True,
        allowed: bool = False,
        quiet: bool = False,
        show: Callable[[Any], str] = str,
    ) -> Outcome:
        """What becomes of a field, after the user's preference. A `quiet` one is no conflict to be shown."""
        base, in_map, in_asana = sides.base, sides.in_map, sides.in_asana
        outcome = decide(base, in_map, in_asana, ours=ours)
        if outcome == "ask" and allowed:
            outcome = "carry"
        if outcome in OPEN and self._options.prefer:
            outcome = "carry" if self._options.prefer == "map" else "left"
        self._outcomes.append(replace(sides, outcome=outcome))
        if outcome in OPEN and not quiet:
            was = show(base) if base is not None else None
            self._conflicts.append(Conflict(sides.name, sides.field, was, show(in_map), show(in_asana)))
        return outcome

    def _is_settled(self, outcome: Outcome) -> bool:
        """Whether the map's side of a field is its base from now on."""
        return outcome not in OPEN and not (outcome == "carry" and self._options.nothing_is_sent)

    def _differ(self, name: str, sentence: str) -> None:
        self._differences.append(Difference(name, sentence))

    # -- the song ---------------------------------------------------------------------------------

    def _compare_song(self) -> tuple[SongBase, bool]:
        title, base = self._desired.title, self._song
        new, renamed = song_base_of(self._desired), False
        if base.name is not None:
            # Without a base the project keeps the name it has.
            outcome = self._compare(FieldOutcome("", title, "song", base.name, title, self._remote.name))
            renamed = outcome == "carry" and not self._options.rename_song
            if outcome == "carry" and not renamed:
                self._changes.append(RenameSong(self._remote.name, title))
            elif renamed or outcome in OPEN:
                new = replace(new, name=base.name)
        return self._compare_notes(new), renamed

    def _compare_notes(self, new: SongBase) -> SongBase:
        """The project's notes. Asana gives them back in other words than the map's: it has a base of its own."""
        base, in_map = self._song, fold_notes(self._desired.notes)
        shown = fold_notes(self._remote.notes)
        known = None if base.notes is None else fold_notes(base.notes)
        if known is None and shown != in_map and not self._remote.ours:
            return replace(new, notes_in_asana=self._remote.notes)
        left_so = base.notes_in_asana
        as_we_left_it = left_so is not None and same_notes(fold_notes(left_so), shown)
        in_asana = known if as_we_left_it and shown != in_map else shown
        title = self._desired.title
        outcome = self._compare(FieldOutcome("", title, "project notes", known, in_map, in_asana))
        if outcome == "carry":
            self._changes.append(RewriteNotes())
        if not self._is_settled(outcome):
            return replace(new, notes=base.notes, notes_in_asana=base.notes_in_asana)
        if outcome == "carry":
            return replace(new, notes_in_asana=self._desired.notes)
        seen = shown == in_map or base.notes_in_asana is None
        return replace(new, notes_in_asana=self._remote.notes if seen else base.notes_in_asana)

    # -- sections ---------------------------------------------------------------------------------

    def _untouched_default(self) -> Section | None:
        """The section Asana put into the project when we made it, while nobody has used or renamed it."""
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
            same = normalize(name) == section.key
            sides = FieldOutcome(section.key, section.name, "section name", base.name, section.name, name)
            outcome = self._compare(sides, ours=ours, quiet=same)
            if outcome == "carry":
                self._changes.append(RenameSection(section, gid, name))
            elif outcome == "left" and not same:
                self._differ(section.name, f"is called {quote(name)} in Asana")
            known = section.name if self._is_settled(outcome) else base.name
            self._section_bases[section.key] = SectionBase(known, place)

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
        outcomes = {
            each.word: self._compare_field(each, task, there, base, ours=ours) for each in TASK_FIELDS
        }
        kept = {
            each.base: getattr(base, each.base)
            for each in TASK_FIELDS
            if not self._is_settled(outcomes[each.word])
        }
        if not self._options.lay_out_dates:
            kept["due_on"] = base.due_on
        if not self._options.my_tasks and not self._options.nothing_is_sent:
            kept["my_place"] = base.my_place
        name = self._change(task, there, base, outcomes, ours=ours)
        if {"title", "minutes"} & set(kept) or (name and self._options.nothing_is_sent):
            kept["name"] = base.name
        self._task_bases[task.key] = self._compare_home(task, there, base, replace(new, **kept), ours=ours)

    def _compare_field(
        self, each: TaskField, task: DesiredTask, there: Task, base: TaskBase, *, ours: bool
    ) -> Outcome:
        known, in_map = plain(getattr(base, each.base)), plain(each.in_map(task))
        quiet = False
        if each.base == "due_on" and not self._options.lay_out_dates:
            in_map, quiet = known or "", True
        if in_map == "" and not known:
            # The map says nothing about it: what somebody wrote in Asana is theirs.
            known, quiet = in_map, True
        in_asana = plain(each.in_asana(there, task))
        if known is None and in_asana is None and self._options.nothing_is_sent:
            # The map was just written from Asana, and says how long a task without a time takes.
            known = in_map
        if isinstance(known, str) and isinstance(in_asana, str) and same_notes(known, in_asana):
            in_asana = known
        sides = FieldOutcome(task.key, task.name, each.word, known, in_map, in_asana)
        allowed = each.in_name and task.key in self._matching.allowed
        outcome = self._compare(sides, ours=ours, allowed=allowed, show=each.show)
        if outcome == "left" and not quiet and not (each.in_name and there.name == base.name):
            difference = Difference(task.name, each.differs(there))
            if difference not in self._differences[-1:]:
                self._differences.append(difference)
        return outcome

    def _change(
        self, task: DesiredTask, there: Task, base: TaskBase, outcomes: Mapping[str, Outcome], *, ours: bool
    ) -> str | None:
        """Plan what is to be sent for a task; its new name, None where that stays."""
        carried = tuple(word for word, outcome in outcomes.items() if outcome == "carry")
        name = None
        if {"title", "budget"} & set(carried):
            name = name_to_send(task, there, outcomes)
        elif (
            outcomes["title"] == outcomes["budget"] == "agreed"
            and ours
            and base.name == there.name != task.name
        ):
            name, carried = task.name, ("name", *carried)
        if carried:
            notes = task.notes if "notes" in carried else None
            due_on = task.due_on if "due date" in carried else None
            change = ChangeTask(task, there.gid, there.name, carried, name, notes, due_on, there.due_on or "")
            self._changes.append(change)
        return name

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

    def _compare_home(
        self, task: DesiredTask, there: Task, base: TaskBase, new: TaskBase, *, ours: bool
    ) -> TaskBase:
        if task.section_key in self._matching.waiting:
            return replace(new, section=base.section)
        home = self._matching.sections.get(task.section_key, "")
        section = self._sections_by_key[task.section_key]
        if not home and self._untouched and self._untouched.gid == there.section_gid:
            return new
        sides = FieldOutcome(task.key, task.name, "section", base.section, home, there.section_gid)
        outcome = self._compare(
            sides, ours=ours, show=lambda gid: self._names.get(gid, gid) if gid else section.name
        )
        old = self._names.get(there.section_gid, "no section")
        if outcome == "carry":
            self._moves.append(MoveTask(task, there.gid, section, old))
        elif outcome == "left":
            self._differ(task.name, f"is in {quote(old)} in Asana")
        if self._is_settled(outcome):
            return new
        return replace(new, section=base.section, place=new.place if outcome in OPEN else base.place)

    # -- order ------------------------------------------------------------------------------------

    def _compare_orders(self) -> None:
        gids = self._matching.tasks
        for section in self._desired.sections:
            home = self._matching.sections.get(section.key)
            if home is not None:
                outcome = self._compare_order(
                    FieldOutcome(section.key, section.name, "order of tasks"),
                    [gids.get(task.key, "") for task in section.tasks],
                    [task.gid for task in self._remote.tasks if task.section_gid == home],
                    {gid: base.place for gid, base in self._open_bases() if base.section == home},
                )
                if outcome == "carry":
                    self._changes.append(Reorder("tasks", section))
                if not self._is_settled(outcome):
                    self._keep_places(section)
        places = {e.gid: e.section_base.place for e in self._journalled.sections.values() if e.ours and e.gid}
        outcome = self._compare_order(
            FieldOutcome("", self._desired.title, "order of sections"),
            [self._matching.sections.get(section.key, "") for section in self._desired.sections],
            list(self._names),
            places,
        )
        if outcome == "carry":
            self._changes.append(Reorder("sections"))
        if not self._is_settled(outcome):
            for key, base in self._section_bases.items():
                place = places.get(self._matching.sections[key])
                self._section_bases[key] = replace(base, place=base.place if place is None else place)
        if self._options.my_tasks:
            self._compare_my_tasks()

    def _keep_places(self, section: DesiredSection) -> None:
        """An order that is still to be decided, or sent, keeps its base."""
        places = {gid: base.place for gid, base in self._open_bases()}
        for task in section.tasks:
            if (
                task.key in self._task_bases
                and (place := places.get(self._matching.tasks[task.key])) is not None
            ):
                self._task_bases[task.key] = replace(self._task_bases[task.key], place=place)

    def _compare_my_tasks(self) -> None:
        """The ideal order in My Tasks; where that was not read, it is taken to be as it was left."""
        ideal = sorted(self._desired.tasks, key=lambda task: task.place)
        places = {
            gid: entry.ideal if base.my_place is None else base.my_place
            for gid, base in self._open_bases()
            if (entry := self._journalled.tasks[self._task_keys[gid]]).queued
        }
        in_map = [self._matching.tasks.get(task.key, "") for task in ideal]
        known = sorted(
            (gid for gid in in_map if places.get(gid) is not None), key=lambda gid: places[gid] or 0
        )
        shown = known if self._remote.my_tasks is None else list(self._remote.my_tasks)
        sides = FieldOutcome("", self._desired.title, MY_TASKS)
        outcome = self._compare_order(sides, in_map, shown, places)
        if outcome == "carry":
            self._changes.append(Reorder("my tasks"))
        for key, new in self._task_bases.items():
            place = places.get(self._matching.tasks[key])
            if not self._is_settled(outcome) and place is not None:
                self._task_bases[key] = replace(new, my_place=place)

    def _open_bases(self) -> Iterable[tuple[str, TaskBase]]:
        for gid, key in self._task_keys.items():
            entry, there = self._journalled.tasks[key], self._by_gid.get(gid)
            if there is not None and not there.completed and entry.ours:
                yield gid, entry.task_base

    def _compare_order(
        self,
        sides: FieldOutcome,
        in_map: Sequence[str],
        in_asana: Sequence[str],
        places: Mapping[str, int | None],
    ) -> Outcome:
        shown = set(in_asana)
        known = tuple(gid for gid in in_map if gid in shown and places.get(gid) is not None)
        both = set(known)
        base = tuple(sorted(known, key=lambda gid: places[gid] or 0))
        there = tuple(gid for gid in in_asana if gid in both)
        return self._compare(replace(sides, base=base, in_map=known, in_asana=there), show=self._names_of)

    def _names_of(self, gids: Sequence[str]) -> str:
        names = [self._names.get(gid) or self._by_gid[gid].name for gid in gids]
        return ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")

    # -- what only one side has -------------------------------------------------------------------

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
            and same_notes(base.notes or "", there.notes)
        )

    def _extra(self, known: set[str]) -> tuple[str, ...]:
        ours = {*self._task_keys, *self._section_keys, *known}
        if self._untouched:
            ours.add(self._untouched.gid)
        extra = [section.name for section in self._remote.sections if section.gid not in ours]
        return (*extra, *(task.name for task in self._remote.tasks if task.gid not in ours))


_GONE = (
    "is no longer in this project and is not made again; to have it again, delete its line in the map, "
    "scaffold, put the line back and scaffold once more"
)
