"""What may become of a field, and every change that a plan may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asana_tbp.scaffold.desired import DesiredSection, DesiredTask

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
class FieldOutcome:
    """One field on its three sides, and what becomes of it.

    `key` is the map's key of its task or section, "" for the song, and `name` what it is called. Orders and
    sections are gids.
    """

    key: str
    name: str
    field: str
    base: Value = None
    in_map: Value = None
    in_asana: Value = None
    outcome: Outcome = "agreed"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that Asana has otherwise than the map; it is left as it is in Asana."""

    name: str
    sentence: str
