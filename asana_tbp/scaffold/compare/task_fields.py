"""The fields by which a task of the map is compared with its task in Asana."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from asana_tbp.bridge.values import Task
from asana_tbp.scaffold.base import UNKNOWN, Base, Entry, title_of
from asana_tbp.scaffold.compare.plan import Change, Decisions, Outcome, Value
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask, unnumbered
from asana_tbp.songmap.task_name import compose_name, normalize, read_name
from asana_tbp.text import quote

TASK_FIELDS = {"title": "title", "minutes": "budget", "notes": "notes", "due_on": "due date"}
"""The word for each field, by its name in the base and the map; section and place are compared on their own."""

IN_NAME = {"title", "minutes"}
"""The fields that are parts of a task's name."""

HERE_AND_GONE = (True, True, None)
"""The base, map and Asana sides of something that somebody has removed in Asana."""
GONE = (
    "is no longer in this project and is not made again; to have it again, delete its line in the map, "
    "scaffold, put the line back and scaffold once more"
)
UNASSIGNED = "is assigned to nobody in Asana: the timer leaves it out"

_ADDRESS = re.compile(r" \(https?://[^\s)]+\)")


def words_of(text: str) -> str:
    """Text without the differences that Asana and the SDK make: no-break spaces and blanks at line ends."""
    return "\n".join(line.replace("\xa0", " ").rstrip() for line in text.strip().splitlines())


def same_notes(known: str, shown: str) -> bool:
    """Whether Asana shows the notes last agreed on: it leaves out the addresses of links that have other words."""
    return words_of(shown) in (words_of(known), words_of(_ADDRESS.sub("", known)))


@dataclass(frozen=True, slots=True)
class TaskSides:
    """A task in the map and in Asana, with its base; `ours` where we made it."""

    task: DesiredTask
    there: Task
    base: Base
    ours: bool

    def values(self, decisions: Decisions) -> Iterator[tuple[str, tuple[Value, Value, Value], bool]]:
        """Each field with its values in the base, the map and Asana, and whether a difference is no conflict."""
        shown, minutes = read_name(self.there.name)[:2]
        if self.task.numbered and words_of(shown) != words_of(self.task.title):
            shown = unnumbered(shown)
        there = Base(title=shown, minutes=minutes, notes=self.there.notes, due_on=self.there.due_on or "")
        for name in TASK_FIELDS:
            sides = (getattr(side, name) for side in (self.base, self.task, there))
            known, in_map, in_asana = (words_of(v) if isinstance(v, str) else v for v in sides)
            quiet = name == "due_on" and not decisions.lay_out_dates
            if quiet:
                in_map = known or ""
            if in_map == "" and not known:
                # The map says nothing about it: what somebody wrote in Asana is theirs.
                known, quiet = in_map, True
            if known is None and in_asana is None and decisions.nothing_is_sent:
                # The map was just written from Asana, and says how long a task without a time takes.
                known = in_map
            if isinstance(known, str) and isinstance(in_asana, str) and same_notes(known, in_asana):
                in_asana = known
            yield name, (known, in_map, in_asana), quiet

    def as_left(self, name: str, outcomes: Mapping[str, Outcome]) -> str:
        """What is different in Asana; "" for a name that nobody has changed there, or that was reported before."""
        if name in IN_NAME:
            is_said = self.there.name == self.base.name or outcomes.get("title") == "left"
            return "" if is_said else f"is called {quote(self.there.name)} in Asana"
        day = self.there.due_on or "on no day"
        return "has other notes in Asana" if name == "notes" else f"is due {day} in Asana"

    def change(self, outcomes: Mapping[str, Outcome]) -> Change | None:
        """The change to send; None for none."""
        task, there = self.task, self.there
        carried = [name for name in TASK_FIELDS if outcomes[name] == "carry"]
        words = [TASK_FIELDS[name] for name in carried]
        is_as_we_left_it = self.ours and self.base.name == there.name != task.name
        new_name = None
        if IN_NAME & set(carried):
            new_name = self._name_to_send(outcomes)
        elif is_as_we_left_it and outcomes["title"] == outcomes["minutes"] == "agreed":
            new_name, words = task.name, ["name", *words]
        if not words:
            return None
        return Change(
            "rename" if "title" in carried else "change",
            "task",
            task.key,
            there.gid,
            there.name,
            new_name,
            fields=tuple(words),
            due_on=task.due_on if "due_on" in carried else None,
            old_due_on=there.due_on or "",
            notes=task.notes if "notes" in carried else None,
        )

    def _name_to_send(self, outcomes: Mapping[str, Outcome]) -> str:
        """The map's name, except for a part that somebody changed in Asana."""
        parts = read_name(self.there.name)
        by_map = {name: getattr(self.task, name) for name in IN_NAME if outcomes[name] in ("agreed", "carry")}
        title, minutes = parts._replace(**by_map)[:2]
        if (title, minutes) == (self.task.title, self.task.minutes):
            return self.task.name
        return compose_name(title, minutes) if minutes is not None else title


def section_base(section: DesiredSection, name: str, entry: Entry) -> Base:
    """The base of a section; for one from before there were bases, its name is derived from its key."""
    if entry.base != UNKNOWN or not entry.ours:
        return entry.base
    return Base(next((each for each in (section.name, name) if normalize(each) == entry.key), entry.key))


def task_base(task: DesiredTask, there: Task, entry: Entry, home: str | None) -> Base:
    """The base of a task; for one from before there were bases, derived from its key, its `home` and Asana."""
    base = entry.base
    if base == UNKNOWN and entry.ours:
        shown, minutes = read_name(there.name)[:2]
        titles, old = (task.title, unnumbered(shown) if task.numbered else shown), title_of(entry.key)
        title = next((title for title in titles if normalize(title) == old), old)
        name = task.name if (title, minutes) == (task.title, task.minutes) else there.name
        base = Base(name, title, minutes, home or there.section_gid, None, there.notes, there.due_on or "")
    return replace(base, my_place=entry.ideal) if base.my_place is None else base


def is_as_we_left_it(there: Task, base: Base) -> bool:
    """Whether nobody has touched a task since its base was known."""
    shown = (there.name, there.section_gid, there.due_on or "")
    as_left = shown == (base.name, base.section, base.due_on or "") and not there.completed
    return as_left and there.assignee_gid is not None and same_notes(base.notes or "", there.notes)


def budget_text(minutes: int | None) -> str:
    return "none" if minutes is None else f"{minutes}m"
