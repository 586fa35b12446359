"""The base, the map and Asana, compared field by field: what would be done, what is left alone, what must be decided.

Pure: the same three always give the same plan. `changes.decide` is the whole rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import UNKNOWN, Base, Entry, default_name, kind_of, section_of, title_of
from asana_tbp.scaffold.compare.changes import (
    Change,
    Decisions,
    Difference,
    FieldOutcome,
    Outcome,
    Value,
    Where,
    decide,
)
from asana_tbp.scaffold.compare.matching import Matching, Question, Remote
from asana_tbp.scaffold.compare.task_fields import (
    IN_NAME,
    TASK_FIELDS,
    as_left,
    budget_text,
    fields_in_asana,
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
NOBODYS = Entry(None, ours=False)
"""Stands for what the journal does not know."""


@dataclass(slots=True)
class Plan:
    """What would be done to have what the map asks for, `desired`; what was found, and what is open.

    `bases` are what the journal keeps by key once the plan is carried out, and `outcomes` what becomes of each field.
    `extra` are names that Asana alone has, `removed` those that the map no longer has, by key. `completed` are the
    names of tasks that are done, by key. `untouched` is the default section of a new project.
    """

    desired: Desired
    matching: Matching = field(default_factory=Matching)
    changes: list[Change] = field(default_factory=list)
    outcomes: list[FieldOutcome] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    song_renamed: bool = False
    extra: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    completed: dict[str, str] = field(default_factory=dict)
    unplaced: bool = False
    untouched: Section | None = None
    bases: dict[str, Base] = field(default_factory=dict)
    song_base: Base = UNKNOWN

    @property
    def nothing_to_do(self) -> bool:
        """Whether Asana has everything, in its place."""
        return not self.changes and not self.unplaced

    def find(self, action: str, of: str) -> list[Change]:
        """The changes of a kind."""
        return [change for change in self.changes if (change.action, change.of) == (action, of)]

    @property
    def reorders_my_tasks(self) -> bool:
        """Whether My Tasks is to be put into another order."""
        return any(change.where == "my tasks" for change in self.changes)

    @property
    def conflicts(self) -> list[FieldOutcome]:
        """The fields that the user must decide about."""
        return [outcome for outcome in self.outcomes if outcome.is_conflict]

    @property
    def questions(self) -> list[Question]:
        """What could be renames."""
        return self.matching.questions

    @property
    def undecided(self) -> bool:
        """Whether something waits for the user."""
        return bool(self.conflicts or self.questions or self.song_renamed)


def plan_new(desired: Desired) -> Plan:
    """The plan for a song that has no project."""
    changes = [Change("create", "project", name=desired.title)]
    changes += [Change("create", "section", section.key, name=section.name) for section in desired.sections]
    changes += [_create(task, section) for section in desired.sections for task in section.tasks]
    return Plan(desired, changes=changes, unplaced=True, song_base=song_base_of(desired))


def song_base_of(desired: Desired) -> Base:
    """The base of a song whose every field is the map's."""
    return Base(desired.title, notes=desired.notes, deadline=desired.deadline, schedule=desired.schedule)


def base_of_task(task: DesiredTask, section_gid: str, place: int | None) -> Base:
    """The base of a task whose every field is the map's."""
    return Base(
        name=task.name,
        section=section_gid,
        place=place,
        my_place=task.place,
        **{name: getattr(task, name) for name in TASK_FIELDS},
    )


def _create(task: DesiredTask, section: DesiredSection) -> Change:
    return Change(
        "create",
        "task",
        task.key,
        name=task.name,
        section=section.name,
        minutes=task.minutes,
        due_on=task.due_on or None,
    )


@dataclass
class Planner:
    """Compares the map with Asana and with the base. `song` is the song's own base."""

    desired: Desired
    remote: Remote
    entries: Mapping[str, Entry]
    matching: Matching
    song: Base
    decisions: Decisions

    def __post_init__(self) -> None:
        self._gids = self.matching.gids
        self._names = {section.gid: section.name for section in self.remote.sections}
        self._tasks = {task.gid: task for task in self.remote.tasks}
        # Entries by gid: their keys may be about to change.
        self._keys = {entry.gid: key for key, entry in self.entries.items() if entry.gid}
        self._sections = {section.key: section for section in self.desired.sections}
        self._plan = Plan(self.desired, self.matching, untouched=self._untouched_default())

    def plan(self) -> Plan:
        """Everything that is different, and what becomes of it."""
        planned, matching = self._plan, self.matching
        planned.song_base = self._compare_song()
        if planned.song_renamed and not self.decisions.nothing_is_sent:
            # It may be another song's map by now: until that is decided, nothing of this song is touched.
            return Plan(self.desired, matching, song_renamed=True, song_base=self.song)
        known = self._gids.keys() | matching.gone | matching.waiting
        creating = [
            _create(task, self._sections[task.section_key])
            for task in self.desired.tasks
            if task.key not in known
        ]
        moving: list[Change] = []
        for place, task in enumerate(self.desired.tasks):
            if task.key in self._gids:
                self._compare_task(task, place, moving)
        self._compare_sections({section_of(change.key) for change in (*creating, *moving)})
        planned.changes += [*creating, *moving]
        self._compare_orders()
        for task in self.desired.tasks:
            if task.key in matching.gone:
                self._differ(task.name, _GONE)
        self._left_over({change.gid for change in moving})
        there = set(self._gids.values())
        planned.unplaced = any(not each.placed for each in self.entries.values() if each.gid in there)
        ours = {*self._keys, *there, planned.untouched.gid if planned.untouched else ""}
        planned.extra += [each.name for each in self.remote.sections if each.gid not in ours]
        planned.extra += [each.name for each in self.remote.tasks if each.gid not in ours]
        return planned

    def _entry(self, gid: str) -> Entry:
        return self.entries[self._keys[gid]] if gid in self._keys else NOBODYS

    # -- one field --------------------------------------------------------------------------------

    def _compare(
        self,
        of: DesiredTask | DesiredSection | None,
        word: str,
        sides: tuple[Value, Value, Value],
        *,
        ours: bool = True,
        allowed: bool = False,
        quiet: bool = False,
        show: Callable[[Any], str] = str,
    ) -> Outcome:
        """What becomes of a field, after the user's preference. A `quiet` one is no conflict to be shown."""
        outcome = decide(*sides, ours=ours)
        if outcome == "ask" and allowed:
            outcome = "carry"
        if outcome in OPEN and self.decisions.prefer:
            outcome = "carry" if self.decisions.prefer == "map" else "left"
        is_conflict = outcome in OPEN and not quiet
        if is_conflict:
            base, in_map, in_asana = sides
            sides = (None if base is None else show(base), show(in_map), show(in_asana))
        key, name = (of.key, of.name) if of else ("", self.desired.title)
        self._plan.outcomes.append(FieldOutcome(key, name, word, *sides, outcome, is_conflict))
        return outcome

    def _is_settled(self, outcome: Outcome) -> bool:
        """Whether the map's side of a field is its base from now on."""
        return outcome not in OPEN and not (outcome == "carry" and self.decisions.nothing_is_sent)

    def _differ(self, name: str, sentence: str) -> None:
        self._plan.differences.append(Difference(name, sentence))

    # -- the song ---------------------------------------------------------------------------------

    def _compare_song(self) -> Base:
        title, base = self.desired.title, self.song
        new = song_base_of(self.desired)
        if base.name is not None:
            # Without a base the project keeps the name it has.
            outcome = self._compare(None, "song", (base.name, title, self.remote.name))
            self._plan.song_renamed = outcome == "carry" and not self.decisions.rename_song
            if self._plan.song_renamed or outcome in OPEN:
                new = replace(new, name=base.name)
            elif outcome == "carry":
                self._plan.changes.append(Change("rename", "project", name=self.remote.name, new_name=title))
        return self._compare_notes(new)

    def _compare_notes(self, new: Base) -> Base:
        """The project's notes. Asana gives them back in other words than the map's: it has a base of its own."""
        base, in_map = self.song, fold_notes(self.desired.notes)
        shown = fold_notes(self.remote.notes)
        known = None if base.notes is None else fold_notes(base.notes)
        if known is None and shown != in_map and not self.remote.ours:
            return replace(new, notes_in_asana=self.remote.notes)
        left_so = base.notes_in_asana
        as_we_left_it = left_so is not None and same_notes(fold_notes(left_so), shown)
        in_asana = known if as_we_left_it and shown != in_map else shown
        outcome = self._compare(None, "project notes", (known, in_map, in_asana))
        if outcome == "carry":
            self._plan.changes.append(Change("change", "project", fields=("notes",)))
        if not self._is_settled(outcome):
            return replace(new, notes=base.notes, notes_in_asana=base.notes_in_asana)
        if outcome == "carry":
            return replace(new, notes_in_asana=self.desired.notes)
        seen = shown == in_map or base.notes_in_asana is None
        return replace(new, notes_in_asana=self.remote.notes if seen else base.notes_in_asana)

    # -- sections ---------------------------------------------------------------------------------

    def _untouched_default(self) -> Section | None:
        """The section Asana put into the project when we made it, while nobody has used or renamed it."""
        sections = {key: entry.gid for key, entry in self.entries.items() if kind_of(key) == "section"}
        journalled = {gid: name for key, gid in sections.items() if (name := default_name(key)) is not None}
        used: set[str | None] = {gid for key, gid in sections.items() if default_name(key) is None}
        # Our own tasks in it stay there when it gets its name.
        used |= {task.section_gid for task in self.remote.tasks if not self._entry(task.gid).ours}
        if not self.remote.ours:
            return None
        if not journalled and len(self.remote.sections) == 1 and used <= {None}:
            return self.remote.sections[0]
        for section in self.remote.sections:
            if section.gid not in used and journalled.get(section.gid) == section.name:
                return section
        return None

    def _compare_sections(self, needed: set[str]) -> None:
        for place, section in enumerate(self.desired.sections):
            gid = self._gids.get(section.key)
            if gid is None:
                self._missing_section(section, needed)
                continue
            entry, name = self._entry(gid), self._names[gid]
            base = self._section_base(entry, section)
            ours = entry.ours or section.key in self.matching.allowed
            same = normalize(name) == section.key
            sides = (base.name, section.name, name)
            outcome = self._compare(section, "section name", sides, ours=ours, quiet=same)
            if outcome == "carry":
                self._plan.changes.append(Change("rename", "section", section.key, gid, name, section.name))
            elif outcome == "left" and not same:
                self._differ(section.name, f"is called {quote(name)} in Asana")
            known = section.name if self._is_settled(outcome) else base.name
            self._plan.bases[section.key] = Base(known, place=place)

    def _section_base(self, entry: Entry, section: DesiredSection) -> Base:
        if entry.base != UNKNOWN or not entry.ours or entry.gid is None:
            return entry.base
        # Made before there were bases: its key says what it was called.
        key = self._keys[entry.gid]
        names = (section.name, self._names[entry.gid])
        return Base(next((name for name in names if normalize(name) == key), key))

    def _missing_section(self, section: DesiredSection, needed: set[str]) -> None:
        if section.key in self.matching.waiting:
            return
        untouched = self._plan.untouched
        if section.key in self.matching.gone and section.key not in needed:
            self._differ(section.name, _GONE)
        elif untouched and untouched.gid not in self._gids.values():
            self._plan.changes.append(Change("create", "section", section.key, untouched.gid, section.name))
            self._plan.untouched = None
        else:
            self._plan.changes.append(Change("create", "section", section.key, name=section.name))

    # -- tasks ------------------------------------------------------------------------------------

    def _compare_task(self, task: DesiredTask, place: int, moving: list[Change]) -> None:
        there = self._tasks[self._gids[task.key]]
        entry = self._entry(there.gid)
        base = self._task_base(entry, task, there)
        new = base_of_task(task, task.section_key, place)
        if there.completed:
            self._plan.completed[task.key] = there.name
            self._plan.bases[task.key] = replace(new, completed=True)
            return
        if there.assignee_gid is None:
            self._differ(task.name, "is assigned to nobody in Asana: the timer leaves it out")
        outcomes = self._compare_fields(task, there, base, ours=entry.ours)
        kept = {
            name: getattr(base, name) for name, outcome in outcomes.items() if not self._is_settled(outcome)
        }
        if not self.decisions.lay_out_dates:
            kept["due_on"] = base.due_on
        if not self.decisions.my_tasks and not self.decisions.nothing_is_sent:
            kept["my_place"] = base.my_place
        name = self._change(task, there, base, outcomes, ours=entry.ours)
        if IN_NAME & set(kept) or (name and self.decisions.nothing_is_sent):
            kept["name"] = base.name
        new = replace(new, **kept)
        self._plan.bases[task.key] = self._compare_home(task, there, base, new, moving)

    def _compare_fields(
        self, task: DesiredTask, there: Task, base: Base, *, ours: bool
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        for name, shown in fields_in_asana(there, task).items():
            known, in_map, in_asana = map(plain, (getattr(base, name), getattr(task, name), shown))
            quiet = name == "due_on" and not self.decisions.lay_out_dates
            if quiet:
                in_map = known or ""
            if in_map == "" and not known:
                # The map says nothing about it: what somebody wrote in Asana is theirs.
                known, quiet = in_map, True
            if known is None and in_asana is None and self.decisions.nothing_is_sent:
                # The map was just written from Asana, and says how long a task without a time takes.
                known = in_map
            if isinstance(known, str) and isinstance(in_asana, str) and same_notes(known, in_asana):
                in_asana = known
            outcomes[name] = outcome = self._compare(
                task,
                TASK_FIELDS[name],
                (known, in_map, in_asana),
                ours=ours,
                allowed=name in IN_NAME and task.key in self.matching.allowed,
                quiet=quiet,
                show=budget_text if name == "minutes" else str,
            )
            if outcome == "left" and not quiet and not (name in IN_NAME and there.name == base.name):
                difference = Difference(task.name, as_left(name, there))
                if difference not in self._plan.differences[-1:]:
                    self._plan.differences.append(difference)
        return outcomes

    def _change(
        self, task: DesiredTask, there: Task, base: Base, outcomes: Mapping[str, Outcome], *, ours: bool
    ) -> str | None:
        """Plan what is to be sent for a task; its new name, None where that stays."""
        carried = {name for name, outcome in outcomes.items() if outcome == "carry"}
        words = tuple(word for name, word in TASK_FIELDS.items() if name in carried)
        agreed = outcomes["title"] == outcomes["minutes"] == "agreed"
        new_name = None
        if IN_NAME & carried:
            new_name = name_to_send(task, there, outcomes)
        elif agreed and ours and base.name == there.name != task.name:
            new_name, words = task.name, ("name", *words)
        if words:
            change = Change(
                "rename" if "title" in carried else "change",
                "task",
                task.key,
                there.gid,
                there.name,
                new_name,
                fields=words,
                due_on=task.due_on if "due_on" in carried else None,
                old_due_on=there.due_on or "",
                notes=task.notes if "notes" in carried else None,
            )
            self._plan.changes.append(change)
        return new_name

    def _task_base(self, entry: Entry, task: DesiredTask, there: Task) -> Base:
        if entry.base != UNKNOWN or not entry.ours:
            return entry.base
        # Made before there were bases: its key says what it was called and where it was, and Asana the rest.
        key = self._keys[there.gid]
        shown, minutes = split_name(there.name)
        titles = (task.title, unnumbered(shown) if task.numbered else shown)
        title = next((title for title in titles if normalize(title) == title_of(key)), title_of(key))
        home = self.entries.get(section_of(key), NOBODYS).gid or there.section_gid
        name = task.name if (title, minutes) == (task.title, task.minutes) else there.name
        return Base(name, title, minutes, home, None, there.notes, there.due_on or "")

    def _compare_home(
        self, task: DesiredTask, there: Task, base: Base, new: Base, moving: list[Change]
    ) -> Base:
        if task.section_key in self.matching.waiting:
            return replace(new, section=base.section)
        home, untouched = self._gids.get(task.section_key, ""), self._plan.untouched
        section = self._sections[task.section_key].name
        if not home and untouched and untouched.gid == there.section_gid:
            return new
        outcome = self._compare(
            task,
            "section",
            (base.section, home, there.section_gid),
            ours=self._entry(there.gid).ours,
            show=lambda gid: self._names.get(gid, gid) if gid else section,
        )
        old = self._names.get(there.section_gid, "no section")
        if outcome == "carry":
            moving.append(
                Change("move", "task", task.key, there.gid, task.name, section=old, new_section=section)
            )
        elif outcome == "left":
            self._differ(task.name, f"is in {quote(old)} in Asana")
        if self._is_settled(outcome):
            return new
        return replace(new, section=base.section, place=new.place if outcome in OPEN else base.place)

    # -- order ------------------------------------------------------------------------------------

    def _compare_orders(self) -> None:
        open_bases = dict(self._open_bases())
        for section in self.desired.sections:
            if (home := self._gids.get(section.key)) is not None:
                places = {gid: base.place for gid, base in open_bases.items() if base.section == home}
                in_asana = [task.gid for task in self.remote.tasks if task.section_gid == home]
                keys = [task.key for task in section.tasks]
                if not self._compare_order(section, "tasks", keys, in_asana, places):
                    self._keep("place", keys, {gid: base.place for gid, base in open_bases.items()})
        places = {gid: self._entry(gid).base.place for gid in self._names if self._entry(gid).ours}
        if not self._compare_order(None, "sections", list(self._sections), list(self._names), places):
            self._keep("place", self._sections, places)
        if self.decisions.my_tasks:
            self._compare_my_tasks(open_bases)

    def _keep(self, name: str, keys: Iterable[str], places: Mapping[str, int | None]) -> None:
        """An order that is still to be decided, or sent, keeps its base."""
        if self.decisions.places_stay:
            return
        for key in keys:
            if key in self._plan.bases and (place := places.get(self._gids[key])) is not None:
                changed: dict[str, Any] = {name: place}
                self._plan.bases[key] = replace(self._plan.bases[key], **changed)

    def _compare_my_tasks(self, open_bases: Mapping[str, Base]) -> None:
        """The ideal order in My Tasks; where that was not read, it is taken to be as it was left."""
        places = {
            gid: entry.ideal if base.my_place is None else base.my_place
            for gid, base in open_bases.items()
            if (entry := self._entry(gid)).queued
        }
        ideal = [task.key for task in sorted(self.desired.tasks, key=lambda task: task.place)]
        if not self._compare_order(None, "my tasks", ideal, self.remote.my_tasks, places):
            self._keep("my_place", ideal, places)

    def _open_bases(self) -> Iterable[tuple[str, Base]]:
        for gid in self._keys:
            entry, there = self._entry(gid), self._tasks.get(gid)
            if there is not None and not there.completed and entry.ours:
                yield gid, entry.base

    def _compare_order(
        self,
        section: DesiredSection | None,
        where: Where,
        keys: Sequence[str],
        in_asana: Sequence[str] | None,
        places: Mapping[str, int | None],
    ) -> bool:
        """Compare an order and plan a change of it. Whether the map's order is its base from now on."""
        shown = set(places if in_asana is None else in_asana)
        in_map = (self._gids.get(key, "") for key in keys)
        known = tuple(gid for gid in in_map if gid in shown and places.get(gid) is not None)
        base = tuple(sorted(known, key=lambda gid: places[gid] or 0))
        both = set(known)
        there = base if in_asana is None else tuple(gid for gid in in_asana if gid in both)
        word = MY_TASKS if where == "my tasks" else f"order of {where}"
        outcome = self._compare(section, word, (base, known, there), show=self._names_of)
        if outcome == "carry":
            key, name = (section.key, section.name) if section else ("", None)
            self._plan.changes.append(Change("change", "order", key, section=name, where=where))
        return self._is_settled(outcome)

    def _names_of(self, gids: Sequence[str]) -> str:
        names = [self._names.get(gid) or self._tasks[gid].name for gid in gids]
        return ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")

    # -- what only one side has -------------------------------------------------------------------

    def _left_over(self, moving: set[str | None]) -> None:
        asked = {candidate.key for question in self.matching.questions for candidate in question.old}
        going = set(moving)
        for key in sorted(self.matching.left_over, key=lambda each: kind_of(each) == "section"):
            entry, kind = self.entries[key], kind_of(key)
            gid = entry.gid or ""
            name = self._tasks[gid].name if kind == "task" else self._names[gid]
            if self.decisions.prune and key not in asked and self._is_untouched(entry, going):
                going.add(gid)
                self._plan.changes.append(Change("delete", kind, key, gid, name))
            elif not entry.dropped and key not in asked:
                self._plan.removed[key] = name

    def _is_untouched(self, entry: Entry, going: set[str | None]) -> bool:
        """Whether everything is as we made it; of a section, that all its tasks are `going`."""
        gid, base = entry.gid or "", entry.base
        if not entry.ours or base == UNKNOWN:
            return False
        if gid in self._names:
            left = [task for task in self.remote.tasks if task.section_gid == gid and task.gid not in going]
            return not left and base.name == self._names[gid]
        there = self._tasks[gid]
        return (
            not there.completed
            and there.assignee_gid is not None
            and (there.name, there.section_gid, there.due_on or "")
            == (base.name, base.section, base.due_on or "")
            and same_notes(base.notes or "", there.notes)
        )


_GONE = (
    "is no longer in this project and is not made again; to have it again, delete its line in the map, "
    "scaffold, put the line back and scaffold once more"
)
