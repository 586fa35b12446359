"""The plan for a song: matches, changes, what is left alone, what the user must decide, and the cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from asana_tbp.bridge.values import Project, Section, Task
from asana_tbp.scaffold.base import Base, Kind
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask, own_lines_removed
from asana_tbp.songmap.task_name import normalize, read_name

Outcome = Literal["agreed", "carry", "left", "conflict"]
Side = Literal["map", "asana"]
Where = Literal["tasks", "sections", "my tasks"]
MY_TASKS = "order in My Tasks"
Value = str | int | tuple[str, ...] | None

WINDOW, BURST_WINDOW, BURST = 60.0, 10.0, 50
ANSWER = 0.3
"""Seconds that Asana takes to answer."""
AT_ONCE = 8
"""Requests under way together on average: creates overlap, the steps before and after them don't."""
STEPS = 6


def decide(base: Value, in_map: Value, in_asana: Value, *, ours: bool = True) -> Outcome:
    """What becomes of one field. A base of None is not known.

    | map and Asana | base               | outcome                                            |
    |---------------|--------------------|----------------------------------------------------|
    | the same      | any                | agreed                                             |
    | different     | not known          | conflict: nobody can say who changed it            |
    | different     | as in the map      | left: changed in Asana                             |
    | different     | as in Asana        | carry: changed in the map; a conflict if not ours  |
    | different     | as in neither      | conflict: changed on both sides                    |
    """
    if in_map == in_asana:
        return "agreed"
    if base is not None and base == in_map:
        return "left"
    return "carry" if ours and base is not None and base == in_asana else "conflict"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided, and what the command is about to do.

    `renames` are `OLD=NEW` as typed; `yes` takes one gone and one new for a rename if we made it; `pairs` maps keys
    of the map to their old keys, "" for a new one.
    `lay_out_dates` if the map sets the tasks' due dates; `my_tasks` if My Tasks is arranged.
    `nothing_is_sent` if the plan only records what both sides agree on: fields it would send keep their base,
    except places with `places_stay`: Asana's are right, and the map's file can't express them.
    """

    renames: tuple[str, ...] = ()
    yes: bool = False
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
class Remote:
    """What Asana has: a project's sections in display order and its tasks in the project's order.

    `unheld` says what a song map has no place for, one sentence for each kind. `ours` is False for a project that was
    there before its song map. `my_tasks` are the gids in the song's section of My Tasks from top to bottom, None where
    it was not read.
    """

    project: Project
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    unheld: tuple[str, ...] = ()
    ours: bool = True
    my_tasks: tuple[str, ...] | None = None

    @property
    def notes(self) -> str:
        """The project's notes without our own lines."""
        return own_lines_removed(self.project.notes)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section or task that may be another one's old or new version. `section` is the name of a task's section."""

    key: str
    name: str
    section: str = ""

    def is_named(self, text: str) -> bool:
        """Whether the typed `text` names it."""
        title = read_name(text).title
        names = {normalize(self.name)}
        if self.section:
            names.add(normalize(f"{self.section}/{self.name}"))
        return bool(names & {normalize(text), normalize(title), normalize(title.replace(" / ", "/"))})


@dataclass(frozen=True, slots=True)
class Question:
    """Are these renames? As many are gone from the map as are new in it. `ours` if we made what is to be renamed."""

    kind: Kind
    old: tuple[Candidate, ...]
    new: tuple[Candidate, ...]
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a plan would do; None for fields that do not apply.

    `key` is the map's key of the task or section, and `name` its name before. `fields` are words: title, budget,
    name, notes, due date. `due_on` and `notes` are sent unless they are None; "" clears them. `where` is what
    changes its order.
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

    `key` is the map's key of its task or section, "" for the song, and `name` what it is called. `is_conflict` if
    the user must decide: then the sides are texts to show; otherwise orders and sections are gids. `sentence`
    describes a difference that is left in Asana, if it is to be shown.
    """

    key: str
    name: str
    field: str
    base: Value
    in_map: Value
    in_asana: Value
    outcome: Outcome
    is_conflict: bool = False
    sentence: str = ""


@dataclass(slots=True)
class Plan:
    """What would be done to get what the map asks for, `desired`; the matches, and what is undecided.

    Matches: `gids` by the map's key. `links` maps the old keys of entries to new ones. `gone` are keys whose task or
    section is no longer in Asana; `allowed` those whose rename the user has named; `waiting` those that one of the
    `questions` is about. `left_over` are keys of entries that are no longer in the map, and `vanished` those that
    are in neither.

    Differences: `bases` are what the journal saves by key once the plan is carried out, the song's own under "", and
    `outcomes` what becomes of each field. `extra` are names that only Asana has, `removed` those that are no longer
    in the map, by key. `completed` are the names of tasks that are done, by key.
    """

    desired: Desired
    gids: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    outcomes: list[FieldOutcome] = field(default_factory=list)
    song_renamed: bool = False
    extra: list[str] = field(default_factory=list)
    removed: dict[str, str] = field(default_factory=dict)
    completed: dict[str, str] = field(default_factory=dict)
    unplaced: bool = False
    bases: dict[str, Base] = field(default_factory=dict)

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
    def differences(self) -> list[FieldOutcome]:
        """The differences that are left in Asana."""
        return [outcome for outcome in self.outcomes if outcome.sentence]

    @property
    def undecided(self) -> bool:
        """Whether the user must decide something."""
        return bool(self.conflicts or self.questions or self.song_renamed)


def plan_new(desired: Desired) -> Plan:
    """The plan for a song that has no project."""
    changes = [Change("create", "project", name=desired.title)]
    changes += [Change("create", "section", section.key, name=section.name) for section in desired.sections]
    changes += [create_task(task, section) for section in desired.sections for task in section.tasks]
    return Plan(desired, changes=changes, bases={"": desired.base})


def create_task(task: DesiredTask, section: DesiredSection) -> Change:
    """The change that makes a task."""
    due_on = task.due_on or None
    return Change(
        "create", "task", task.key, name=task.name, section=section.name, minutes=task.minutes, due_on=due_on
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """`requests` in total, and about how many `seconds` they take if so many may be sent `per_minute`."""

    requests: int
    seconds: float
    per_minute: int


def cost_of(planned: Plan, *, my_tasks: bool, knows_landing: bool, per_minute: int) -> Cost:
    """A high estimate: how much a workspace's landing rules save shows only when it is done.

    `my_tasks` if My Tasks is still to be arranged.
    """
    desired, new = planned.desired, bool(planned.find("create", "project"))
    tasks = len(planned.find("create", "task"))
    requests = len(planned.changes) + (2 if new else 3)
    if planned.changes or planned.unplaced:
        # What was made is read back: sections and tasks.
        requests += 2
        if tasks and not knows_landing:
            # A probe and its move.
            requests += 2
        if not new and tasks:
            # New tasks among old ones may have to be moved, and are then read back again.
            requests += tasks + 1
    for change in planned.find("change", "order"):
        moved = [section for section in desired.sections if section.key == change.key]
        requests += len(moved[0].tasks) if moved else len(desired.sections)
    in_order = my_tasks and tasks
    if my_tasks:
        # Its list, its sections, the song's own; where the first two landed; read back and put right.
        requests += 7 if in_order else 5 + len(desired.tasks)
        if in_order and any(section.tasks for section in desired.sections[1:]):
            # Tasks that came before their place, one of them overtaken on its way.
            requests += 4
    at_once = 1 if in_order else AT_ONCE
    quick = ANSWER * (STEPS + requests / at_once) if requests else 0.0
    held = max(WINDOW * ((requests - 1) // per_minute), BURST_WINDOW * ((requests - 1) // BURST))
    return Cost(requests, max(quick, held + ANSWER * STEPS) if requests else 0.0, per_minute)
