"""One field of a song in the base, the map and Asana: what becomes of it, and of its base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asana_tbp.scaffold.base import UNKNOWN, Base, Entry, section_of
from asana_tbp.scaffold.compare.plan import (
    Change,
    Decisions,
    Difference,
    FieldOutcome,
    Matching,
    Outcome,
    Plan,
    Remote,
    Value,
    decide,
)
from asana_tbp.scaffold.compare.task_fields import (
    base_before_bases,
)
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.songmap.task_name import normalize

OPEN = ("ask", "conflict")
NOBODYS = Entry(None, ours=False)
"""Stands for what the journal does not know."""


@dataclass
class Comparison:
    """A song in the map, in Asana and in the base, `song` being its own, and what becomes of each field.

    In `_old` and in the plan's bases, the song's own has the key "".
    """

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
        self._old = {"": self.song}
        self._creating: list[Change] = []
        self._plan = Plan(self.desired, self.matching, bases={"": self.desired.base})

    def _entry(self, gid: str) -> Entry:
        return self.entries[self._keys[gid]] if gid in self._keys else NOBODYS

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
        """What becomes of a field, after the user's preference. A `quiet` one is not to be shown.

        The base has the map's side from now on, but for those of its fields that `stay` while this is open. `left`
        says what Asana has otherwise, and `carry` is what is to be done where only the map changed.
        """
        outcome = decide(*sides, ours=ours)
        if outcome in OPEN and self.decisions.prefer:
            outcome = "carry" if self.decisions.prefer == "map" else "left"
        key, name = (of.key, of.name) if of else ("", self.desired.title)
        if not self._is_settled(outcome):
            self._stay(key, *stay)
        if outcome == "left" and left and not quiet:
            self._differ(name, left)
        if outcome == "carry" and carry is not None:
            self._plan.changes.append(carry)
        is_conflict = outcome in OPEN and not quiet
        if is_conflict:
            base, in_map, in_asana = sides
            sides = (None if base is None else show(base), show(in_map), show(in_asana))
        self._plan.outcomes.append(FieldOutcome(key, name, word, *sides, outcome, is_conflict))
        return outcome

    def _is_settled(self, outcome: Outcome) -> bool:
        return outcome not in OPEN and not (outcome == "carry" and self.decisions.nothing_is_sent)

    def _stay(self, key: str, *fields: str) -> None:
        old: dict[str, Any] = {name: getattr(self._old[key], name) for name in fields}
        self._plan.bases[key] = replace(self._plan.bases[key], **old)

    def _differ(self, name: str, sentence: str) -> None:
        difference = Difference(name, sentence)
        if difference not in self._plan.differences[-1:]:
            self._plan.differences.append(difference)

    def _base(self, of: DesiredTask | DesiredSection, gid: str) -> Base:
        entry = self._entry(gid)
        if entry.base != UNKNOWN or not entry.ours:
            return replace(entry.base, my_place=entry.ideal) if entry.base.my_place is None else entry.base
        key = self._keys[gid]
        if isinstance(of, DesiredSection):
            # Made before there were bases: its key says what it was called.
            names = (of.name, self._names[gid])
            return Base(next((name for name in names if normalize(name) == key), key))
        home = self.entries.get(section_of(key), NOBODYS).gid
        return replace(base_before_bases(of, key, self._tasks[gid], home), my_place=entry.ideal)
