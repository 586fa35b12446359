"""What may become of a field, what the user decides about it, and the changes that a plan holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["agreed", "carry", "left", "ask", "conflict"]
Side = Literal["map", "asana"]
Where = Literal["tasks", "sections", "my tasks"]
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
class Decisions:
    """What the user decided, and what the command is about to do.

    `renames` are `OLD=NEW` as typed; `yes` takes every single pair for a rename of what we made; `new` are keys of
    the map that are no renames; `pairs` are keys of the map with the old key that each was before.
    `lay_out_dates` where the tasks' days are the map's; `my_tasks` where My Tasks are arranged.
    `nothing_is_sent` where the plan only tells what is agreed on: then the base of what it would carry stays, but
    for places with `places_stay`: Asana's are right, and the map's file can't say them.
    """

    renames: tuple[str, ...] = ()
    yes: bool = False
    new: frozenset[str] = frozenset()
    pairs: Mapping[str, str] = field(default_factory=dict)
    prefer: Side | None = None
    prune: bool = False
    rename_song: bool = False
    reschedule: bool = False
    lay_out_dates: bool = False
    my_tasks: bool = False
    nothing_is_sent: bool = False
    places_stay: bool = False


NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a plan would do; None for what does not belong to it.

    `key` is the map's key of its task or section, and `name` what that is called before. A created section with a
    `gid` is the default section of a new project, which gets the name. `fields` are words: title, budget, name,
    notes, due date. `due_on` and `notes` are sent where they are not None, "" takes them away. `where` is whose
    order changes.
    """

    action: Literal["create", "rename", "move", "change", "delete"]
    of: Literal["project", "section", "task", "order"]
    key: str = ""
    gid: str | None = None
    name: str | None = None
    new_name: str | None = None
    section: str | None = None
    new_section: str | None = None
    minutes: int | None = None
    fields: tuple[str, ...] | None = None
    due_on: str | None = None
    where: Where | None = None
    old_due_on: str = ""
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One field on its three sides, and what becomes of it.

    `key` is the map's key of its task or section, "" for the song, and `name` what it is called. `is_conflict` where
    the user must decide: then the sides are as they are shown. Elsewhere orders and sections are gids.
    """

    key: str
    name: str
    field: str
    base: Value
    in_map: Value
    in_asana: Value
    outcome: Outcome
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that Asana has otherwise than the map; it is left as it is in Asana."""

    name: str
    sentence: str
