"""The base, the map and Asana, compared field by field: what would be done, what is left alone, what must be decided.

Pure: the same three always give the same plan. `plan.decide` is the whole rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asana_tbp.scaffold.base import NOBODYS, Base, Entry, kind_of, section_of
from asana_tbp.scaffold.compare.plan import (
    MY_TASKS,
    Change,
    Decisions,
    FieldOutcome,
    Outcome,
    Plan,
    Remote,
    Value,
    Where,
    create_task,
    decide,
)
from asana_tbp.scaffold.compare.task_fields import (
    GONE,
    HERE_AND_GONE,
    IN_NAME,
    TASK_FIELDS,
    UNASSIGNED,
    TaskSides,
    budget_text,
    is_as_we_left_it,
    same_notes,
    section_base,
    task_base,
)
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.notes import fold_notes
from asana_tbp.text import quote

MOST_NAMES = 5
"""The most names that a conflict shows of an order; dots stand for the rest."""


@dataclass
class Planner:
    """Completes a matched plan: compares the map with Asana and the base. `song` is the song's own base."""

    planned: Plan
    remote: Remote
    entries: Mapping[str, Entry]
    song: Base
    decisions: Decisions

    def __post_init__(self) -> None:
        self.desired, self._gids = self.planned.desired, self.planned.gids
        self._names = {section.gid: section.name for section in self.remote.sections}
        self._tasks = {task.gid: task for task in self.remote.tasks}
        # By gid, as keys may be about to change; a create that got no answer has that of what it was matched with.
        self._known = {self._gids.get(key, ""): each for key, each in self.entries.items() if not each.gid}
        self._known |= {each.gid: each for each in self.entries.values() if each.gid}
        self._sections = {section.key: section for section in self.desired.sections}
        self._old = {"": self.song}
        self.planned.bases[""] = self.desired.base

    def plan(self) -> Plan:
        """Everything that is different, and what becomes of it."""
        planned = self.planned
        self._compare_song()
        if planned.song_renamed and not self.decisions.nothing_is_sent:
            # It may be another song's map by now: until that is decided, nothing of this song is touched.
            return replace(planned, changes=[], outcomes=[], bases={"": self.song})
        creates = []
        for place, task in enumerate(self.desired.tasks):
            new = task.base(task.section_key, place)
            if task.key in self._gids:
                self._compare_task(task, new)
            elif task.key not in planned.gone | planned.waiting:
                planned.bases[task.key] = new
                creates.append(create_task(task, self._sections[task.section_key]))
        moves = planned.find("move", "task")
        self._compare_sections({section_of(change.key) for change in (*creates, *moves)})
        planned.changes += creates
        self._compare_orders()
        for task in self.desired.tasks:
            if task.key in planned.gone:
                self._compare(task, "project", HERE_AND_GONE, left=GONE)
        self._left_over()
        there = set(self._gids.values())
        planned.unplaced = any(not self._known[gid].placed for gid in there & self._known.keys())
        names = self._names | {task.gid: task.name for task in self.remote.tasks}
        planned.extra += [name for gid, name in names.items() if gid not in there | self._known.keys()]
        return planned

    def _compare(
        self,
        of: DesiredTask | DesiredSection | None,
        word: str,
        sides: tuple[Value, Value, Value],
        *stay: str,
        ours: bool = True,
        quiet: bool = False,
        left: str = "",
        carry: Change | None = None,
        show: Callable[[Any], str] = str,
    ) -> Outcome:
        """Decide what becomes of a field, with the user's preference. A `quiet` difference is not shown.

        The new base is the map's, except that its fields in `stay` keep their old base while this is undecided.
        `left` describes what is different in Asana; `carry` is the change to make if only the map changed.
        """
        outcome = decide(*sides, ours=ours)
        if outcome == "conflict" and self.decisions.prefer:
            outcome = "carry" if self.decisions.prefer == "map" else "left"
        key, name = (of.key, of.name) if of else ("", self.desired.title)
        if not self._is_settled(outcome):
            self._stay(key, *stay)
        if outcome == "carry" and carry is not None:
            self.planned.changes.append(carry)
        is_conflict = outcome == "conflict" and not quiet
        if is_conflict:
            base, in_map, in_asana = sides
            sides = (None if base is None else show(base), show(in_map), show(in_asana))
        sentence = left if outcome == "left" and not quiet else ""
        self.planned.outcomes.append(FieldOutcome(key, name, word, *sides, outcome, is_conflict, sentence))
        return outcome

    def _is_settled(self, outcome: Outcome) -> bool:
        return outcome != "conflict" and not (outcome == "carry" and self.decisions.nothing_is_sent)

    def _stay(self, key: str, *fields: str) -> None:
        old: dict[str, Any] = {name: getattr(self._old[key], name) for name in fields}
        self.planned.bases[key] = replace(self.planned.bases[key], **old)

    def _compare_song(self) -> None:
        base, title, shown = self.song.name, self.desired.title, self.remote.project.name
        rename = Change("rename", "project", name=shown, new_name=title)
        carry = rename if self.decisions.rename_song else None
        # Without a base the project keeps the name it has.
        sides = (base, title, title if base is None else shown)
        if self._compare(None, "song", sides, "name", carry=carry) == "carry" and carry is None:
            self.planned.song_renamed = True
            self._stay("", "name")
        in_asana = self._compare_notes()
        self.planned.bases[""] = replace(self.planned.bases[""], notes_in_asana=in_asana)

    def _compare_notes(self) -> str | None:
        """Asana reformats a project's notes, so they have a second base, the notes as it showed them. Returns that."""
        base, in_map, shown = self.song, fold_notes(self.desired.notes), fold_notes(self.remote.notes)
        known = None if base.notes is None else fold_notes(base.notes)
        if known is None and shown != in_map and not self.remote.ours:
            return self.remote.notes
        left_so = base.notes_in_asana
        as_we_left_it = left_so is not None and same_notes(fold_notes(left_so), shown)
        in_asana = known if as_we_left_it and shown != in_map else shown
        change = Change("change", "project", fields=("notes",))
        outcome = self._compare(None, "project notes", (known, in_map, in_asana), "notes", carry=change)
        if not self._is_settled(outcome):
            return left_so
        if outcome == "carry":
            return self.desired.notes
        return self.remote.notes if shown == in_map or left_so is None else left_so

    def _compare_sections(self, needed: set[str]) -> None:
        """`needed` are the keys of those that tasks are to be put into."""
        for place, section in enumerate(self.desired.sections):
            new, gid = Base(section.name, place=place), self._gids.get(section.key)
            if gid is None:
                if section.key in self.planned.gone and section.key not in needed:
                    self._compare(section, "project", HERE_AND_GONE, left=GONE)
                elif section.key not in self.planned.waiting:
                    self.planned.bases[section.key] = new
                    self.planned.changes.append(Change("create", "section", section.key, name=section.name))
                continue
            name, entry = self._names[gid], self._known.get(gid, NOBODYS)
            base = section_base(section, name, entry)
            self._old[section.key], self.planned.bases[section.key] = base, new
            self._compare(
                section,
                "section name",
                (base.name, section.name, name),
                "name",
                ours=entry.ours or section.key in self.planned.allowed,
                quiet=normalize(name) == section.key,
                left=f"is called {quote(name)} in Asana",
                carry=Change("rename", "section", section.key, gid, name, section.name),
            )

    def _compare_task(self, task: DesiredTask, new: Base) -> None:
        there = self._tasks[self._gids[task.key]]
        entry = self._known.get(there.gid, NOBODYS)
        home = self.entries.get(section_of(entry.key), NOBODYS).gid
        self._old[task.key] = base = task_base(task, there, entry, home)
        my_tasks_stay = self.decisions.nothing_is_sent and not self.decisions.my_tasks
        shown = base.last_shown_place if my_tasks_stay else base.shown_place
        self.planned.bases[task.key] = replace(new, shown_place=shown)
        if there.completed:
            self.planned.completed[task.key] = there.name
            return
        if there.assignee_gid is None:
            self._compare(task, "assignee", HERE_AND_GONE, left=UNASSIGNED)
        if not self.decisions.lay_out_dates:
            self._stay(task.key, "due_on")
        if not self.decisions.my_tasks and not self.decisions.nothing_is_sent:
            self._stay(task.key, "my_place")
        sides = TaskSides(task, there, base, entry.ours)
        outcomes: dict[str, Outcome] = {}
        for name, values, quiet in sides.values(self.decisions):
            outcomes[name] = self._compare(
                task,
                TASK_FIELDS[name],
                values,
                *((name, "name") if name in IN_NAME else (name,)),
                ours=sides.ours or (name in IN_NAME and task.key in self.planned.allowed),
                quiet=quiet,
                left=sides.as_left(name, outcomes),
                show=budget_text if name == "minutes" else str,
            )
        if (change := sides.change(outcomes)) is not None:
            self.planned.changes.append(change)
            if change.new_name is not None and self.decisions.nothing_is_sent:
                self._stay(task.key, "name")
        self._compare_home(sides)

    def _compare_home(self, sides: TaskSides) -> None:
        task, there = sides.task, sides.there
        if task.section_key in self.planned.waiting:
            self._stay(task.key, "section")
            return
        home, section = self._gids.get(task.section_key, ""), self._sections[task.section_key].name
        old = self._names.get(there.section_gid, "no section")
        self._compare(
            task,
            "section",
            (sides.base.section, home, there.section_gid),
            "section",
            "place",
            ours=sides.ours,
            left=f"is in {quote(old)} in Asana",
            carry=Change("move", "task", task.key, there.gid, task.name, section=old, new_section=section),
            show=lambda gid: self._names.get(gid, gid) if gid else section,
        )

    def _compare_orders(self) -> None:
        """Compare every order of what both sides have."""
        both = self._gids.keys() - self.planned.completed.keys()
        for section in self.desired.sections:
            if home := self._gids.get(section.key):
                keys = [each.key for each in section.tasks if each.key in both]
                here = [key for key in keys if self._old[key].section in (home, None)]
                there = [task.gid for task in self.remote.tasks if task.section_gid == home]
                self._compare_order("tasks", here, there, section)
        self._compare_order("sections", [key for key in self._sections if key in both], list(self._names))
        if self.decisions.my_tasks:
            queued = {gid for gid, entry in self._known.items() if entry.queued}
            ideal = sorted(self.desired.tasks, key=lambda task: task.place)
            keys = [task.key for task in ideal if task.key in both and self._gids[task.key] in queued]
            self._compare_order("my tasks", keys, self.remote.my_tasks)

    def _compare_order(
        self,
        where: Where,
        keys: list[str],
        shown: Sequence[str] | None,
        section: DesiredSection | None = None,
    ) -> None:
        """`keys` are in the map's order and the gids in `shown` in Asana's, None if that was not read."""
        field, word = ("my_place", MY_TASKS) if where == "my tasks" else ("place", f"order of {where}")
        old = {self._gids[key]: getattr(self._old[key], field) for key in keys}
        in_both = old if shown is None else old.keys() & shown
        places = {gid: place for gid, place in old.items() if place is not None and gid in in_both}
        base = tuple(sorted(places, key=places.__getitem__))
        # An order that was not read is assumed to be unchanged.
        in_asana = base if shown is None else tuple(gid for gid in shown if gid in places)
        if where == "my tasks":
            left_at = {self._gids[key]: self._old[key].last_shown_place or 0 for key in keys}
            in_asana = base if in_asana == tuple(sorted(places, key=left_at.__getitem__)) else in_asana
        sides: tuple[Value, Value, Value] = base, tuple(places), in_asana
        if field == "place" and base == tuple(places) == in_asana and any(map(self._is_unknown, in_both)):
            in_map, there = (tuple(filter(in_both.__contains__, side)) for side in (old, shown or ()))
            sides = None, in_map, there
        key, name = (section.key, section.name) if section else ("", None)
        change = Change("change", "order", key, section=name, where=where)
        outcome = self._compare(section, word, sides, carry=change, show=self._names_of)
        if not self._is_settled(outcome) and not self.decisions.places_stay:
            for key in keys:
                self._stay(key, field)
        elif where == "my tasks" and (outcome == "carry" or (outcome == "agreed" and shown is not None)):
            for key in keys:
                self.planned.bases[key] = replace(self.planned.bases[key], shown_place=None)

    def _is_unknown(self, gid: str) -> bool:
        """Whether nobody knows where the map last had it: it was not made here, and nothing was agreed on yet."""
        entry = self._known.get(gid, None if self.decisions.nothing_is_sent else NOBODYS)
        return entry is not None and not entry.ours and entry.base.place is None

    def _names_of(self, gids: Sequence[str]) -> str:
        names = [self._names.get(gid) or self._tasks[gid].name for gid in gids]
        return ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")

    def _left_over(self) -> None:
        """Delete or report what is no longer in the map; tasks before sections."""
        going = {change.gid for change in self.planned.find("move", "task")}
        asked = {candidate.key for question in self.planned.questions for candidate in question.old}
        left_over = [key for key in self.planned.left_over if key not in asked]
        for key in sorted(left_over, key=lambda each: kind_of(each) == "section"):
            entry, kind = self.entries[key], kind_of(key)
            gid = entry.gid or ""
            if kind == "task":
                name, is_untouched = self._tasks[gid].name, is_as_we_left_it(self._tasks[gid], entry.base)
            else:
                name = self._names[gid]
                left = {task.gid for task in self.remote.tasks if task.section_gid == gid} - going
                is_untouched = entry.base.name == name and not left
            if self.decisions.prune and entry.ours and is_untouched:
                going.add(gid)
                self.planned.changes.append(Change("delete", kind, key, gid, name))
            elif not entry.dropped:
                self.planned.removed[key] = name
