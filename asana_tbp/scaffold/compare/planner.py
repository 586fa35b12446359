"""The base, the map and Asana, compared field by field: what would be done, what is left alone, what must be decided.

Pure: the same three always give the same plan. `changes.decide` is the whole rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from asana_tbp.scaffold.base import UNKNOWN, Base, Entry, kind_of, section_of
from asana_tbp.scaffold.compare.comparison import Comparison
from asana_tbp.scaffold.compare.plan import (
    MY_TASKS,
    Change,
    Outcome,
    Plan,
    Where,
    create_task,
)
from asana_tbp.scaffold.compare.task_fields import (
    IN_NAME,
    TASK_FIELDS,
    TaskSides,
    budget_text,
    is_as_we_left_it,
    same_notes,
)
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.notes import fold_notes
from asana_tbp.text import quote

MOST_NAMES = 5
"""Names by which a conflict shows an order; it ends in dots after more."""

_GONE = (
    "is no longer in this project and is not made again; to have it again, delete its line in the map, "
    "scaffold, put the line back and scaffold once more"
)


class Planner(Comparison):
    """Compares the map with Asana and with the base."""

    def plan(self) -> Plan:
        """Everything that is different, and what becomes of it."""
        planned, matching = self._plan, self.matching
        self._compare_song()
        if planned.song_renamed and not self.decisions.nothing_is_sent:
            # It may be another song's map by now: until that is decided, nothing of this song is touched.
            return Plan(self.desired, matching, song_renamed=True, song_base=self.song)
        for place, task in enumerate(self.desired.tasks):
            new = task.base(task.section_key, place)
            if task.key in self._gids:
                self._compare_task(task, new)
            elif task.key not in matching.gone | matching.waiting:
                planned.bases[task.key] = new
                self._creating.append(create_task(task, self._sections[task.section_key]))
        self._compare_sections()
        planned.changes += self._creating
        for order in self._orders():
            self._compare_order(*order)
        for task in self.desired.tasks:
            if task.key in matching.gone:
                self._differ(task.name, _GONE)
        self._left_over()
        there = set(self._gids.values())
        planned.unplaced = any(not each.placed for each in self.entries.values() if each.gid in there)
        in_asana = (*self._names.items(), *((task.gid, task.name) for task in self.remote.tasks))
        planned.extra += [name for gid, name in in_asana if gid not in self._keys.keys() | there]
        planned.song_base = planned.bases.pop("")
        return planned

    # -- the song ---------------------------------------------------------------------------------

    def _compare_song(self) -> None:
        base, shown = self.song.name, self.remote.name
        # Without a base the project keeps the name it has.
        if (
            base is not None
            and self._compare(None, "song", (base, self.desired.title, shown), "name") == "carry"
        ):
            if self.decisions.rename_song:
                self._plan.changes.append(
                    Change("rename", "project", name=shown, new_name=self.desired.title)
                )
            else:
                self._plan.song_renamed = True
                self._stay("", "name")
        in_asana = self._compare_notes()
        self._plan.bases[""] = replace(self._plan.bases[""], notes_in_asana=in_asana)

    def _compare_notes(self) -> str | None:
        """Asana gives the project's notes back in other words than the map's: it has a base of its own for them."""
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

    # -- sections ---------------------------------------------------------------------------------

    def _compare_sections(self) -> None:
        needed = {section_of(each.key) for each in (*self._creating, *self._plan.find("move", "task"))}
        for place, section in enumerate(self.desired.sections):
            new, gid = Base(section.name, place=place), self._gids.get(section.key)
            if gid is None:
                if section.key in self.matching.gone and section.key not in needed:
                    self._differ(section.name, _GONE)
                elif section.key not in self.matching.waiting:
                    self._plan.bases[section.key] = new
                    self._plan.changes.append(Change("create", "section", section.key, name=section.name))
                continue
            name, base = self._names[gid], self._base(section, gid)
            self._old[section.key], self._plan.bases[section.key] = base, new
            ours = self._entry(gid).ours or section.key in self.matching.allowed
            self._compare(
                section,
                "section name",
                (base.name, section.name, name),
                "name",
                ours=ours,
                quiet=normalize(name) == section.key,
                left=f"is called {quote(name)} in Asana",
                carry=Change("rename", "section", section.key, gid, name, section.name),
            )

    # -- tasks ------------------------------------------------------------------------------------

    def _compare_task(self, task: DesiredTask, new: Base) -> None:
        there = self._tasks[self._gids[task.key]]
        self._old[task.key] = base = self._base(task, there.gid)
        self._plan.bases[task.key] = replace(new, completed=there.completed)
        if there.completed:
            self._plan.completed[task.key] = there.name
            return
        if there.assignee_gid is None:
            self._differ(task.name, "is assigned to nobody in Asana: the timer leaves it out")
        if not self.decisions.lay_out_dates:
            self._stay(task.key, "due_on")
        if not self.decisions.my_tasks and not self.decisions.nothing_is_sent:
            self._stay(task.key, "my_place")
        sides = TaskSides(task, there, base, self._entry(there.gid).ours)
        outcomes: dict[str, Outcome] = {}
        for name, values, quiet in sides.values(self.decisions):
            outcomes[name] = self._compare(
                task,
                TASK_FIELDS[name],
                values,
                *((name, "name") if name in IN_NAME else (name,)),
                ours=sides.ours or (name in IN_NAME and task.key in self.matching.allowed),
                quiet=quiet,
                left=sides.as_left(name),
                show=budget_text if name == "minutes" else str,
            )
        if (change := sides.change(outcomes)) is not None:
            self._plan.changes.append(change)
            if change.new_name is not None and self.decisions.nothing_is_sent:
                self._stay(task.key, "name")
        self._compare_home(sides)

    def _compare_home(self, sides: TaskSides) -> None:
        task, there = sides.task, sides.there
        if task.section_key in self.matching.waiting:
            self._stay(task.key, "section")
        else:
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
                carry=Change(
                    "move", "task", task.key, there.gid, task.name, section=old, new_section=section
                ),
                show=lambda gid: self._names.get(gid, gid) if gid else section,
            )

    # -- order ------------------------------------------------------------------------------------

    def _orders(self) -> Iterator[tuple[Where, DesiredSection | None, list[str], Sequence[str] | None]]:
        """Every order: the keys of those that we put into it, as the map has them, and the gids as Asana shows them."""
        ours = {
            key: entry
            for key, gid in self._gids.items()
            if (entry := self._entry(gid)).ours and key not in self._plan.completed
        }
        for section in self.desired.sections:
            if home := self._gids.get(section.key):
                keys = [each.key for each in section.tasks if each.key in ours]
                here = [key for key in keys if self._old[key].section == home]
                yield (
                    "tasks",
                    section,
                    here,
                    [each.gid for each in self.remote.tasks if each.section_gid == home],
                )
        yield "sections", None, [key for key in self._sections if key in ours], list(self._names)
        if self.decisions.my_tasks:
            # Where My Tasks was not read, it is taken to be as it was left.
            ideal = sorted(self.desired.tasks, key=lambda task: task.place)
            keys = [task.key for task in ideal if task.key in ours and ours[task.key].queued]
            yield "my tasks", None, keys, self.remote.my_tasks

    def _compare_order(
        self, where: Where, section: DesiredSection | None, keys: list[str], in_asana: Sequence[str] | None
    ) -> None:
        field = "my_place" if where == "my tasks" else "place"
        old = {self._gids[key]: getattr(self._old[key], field) for key in keys}
        places = {
            gid: place
            for gid, place in old.items()
            if place is not None and (in_asana is None or gid in in_asana)
        }
        base = tuple(sorted(places, key=places.__getitem__))
        there = base if in_asana is None else tuple(gid for gid in in_asana if gid in places)
        word = MY_TASKS if where == "my tasks" else f"order of {where}"
        key, name = (section.key, section.name) if section else ("", None)
        change = Change("change", "order", key, section=name, where=where)
        outcome = self._compare(
            section, word, (base, tuple(places), there), carry=change, show=self._names_of
        )
        if not self._is_settled(outcome) and not self.decisions.places_stay:
            for key in keys:
                self._stay(key, field)

    def _names_of(self, gids: Sequence[str]) -> str:
        names = [self._names.get(gid) or self._tasks[gid].name for gid in gids]
        return ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")

    # -- what only one side has -------------------------------------------------------------------

    def _left_over(self) -> None:
        """What the map no longer has; tasks before sections."""
        going = {change.gid for change in self._plan.find("move", "task")}
        asked = {candidate.key for question in self.matching.questions for candidate in question.old}
        for key in sorted(self.matching.left_over, key=lambda each: kind_of(each) == "section"):
            entry, kind = self.entries[key], kind_of(key)
            gid = entry.gid or ""
            name = self._tasks[gid].name if kind == "task" else self._names[gid]
            if key in asked:
                continue
            if self.decisions.prune and self._is_untouched(entry, going):
                going.add(gid)
                self._plan.changes.append(Change("delete", kind, key, gid, name))
            elif not entry.dropped:
                self._plan.removed[key] = name

    def _is_untouched(self, entry: Entry, going: set[str | None]) -> bool:
        """Whether everything is as we made it; of a section, that all its tasks are `going`."""
        gid, base = entry.gid or "", entry.base
        if not entry.ours or base == UNKNOWN:
            return False
        if gid in self._names:
            left = [task for task in self.remote.tasks if task.section_gid == gid and task.gid not in going]
            return not left and base.name == self._names[gid]
        return is_as_we_left_it(self._tasks[gid], base)
