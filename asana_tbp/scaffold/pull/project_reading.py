"""A project read for a song map: links stand in the notes as text, and what a map can't hold is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import unescape

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Section, Task, TaskDetails
from asana_tbp.text import quote

MOST_NAMES = 5
_LINK = re.compile(r"<a\s[^>]*?href=([\"'])(.*?)\1[^>]*>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class ProjectReading:
    """A project with its sections and tasks. `unheld` says what a song map has no place for, a sentence a kind."""

    project: Project
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    unheld: tuple[str, ...] = ()


def read_project(asana: Gateway, project: Project, me: str) -> ProjectReading:
    """Read a project for a song map; `me` is the user's gid."""
    details = {each.gid: each for each in asana.task_details(project.gid)}
    tasks = tuple(
        replace(task, notes=written_out(task.notes, details[task.gid].rich_notes))
        if task.gid in details
        else task
        for task in asana.tasks(project.gid)
    )
    notes = written_out(project.notes, asana.exact_project(project.gid).rich_notes)
    pairs = [(task, details.get(task.gid, TaskDetails(task.gid))) for task in tasks if not task.completed]
    return ProjectReading(
        replace(project, notes=notes), asana.sections(project.gid), tasks, tuple(unheld(pairs, me))
    )


def unheld(tasks: Sequence[tuple[Task, TaskDetails]], me: str) -> Iterator[str]:
    """What a song map has no place for, a sentence a kind."""
    kinds: dict[str, Callable[[Task, TaskDetails], object]] = {
        "Subtasks stay in Asana, a song map has none": lambda _, more: more.subtasks,
        "Dependencies stay in Asana, write them as after in the map": lambda _, more: more.has_dependencies,
        "Approvals are ordinary tasks in a song map": lambda _, more: more.subtype == "approval",
        "Milestones are ordinary tasks in a song map": lambda _, more: more.subtype == "milestone",
        "Assigned to somebody else in Asana": lambda task, _: task.assignee_gid not in (None, me),
    }
    for sentence, applies in kinds.items():
        yield from _listed(sentence, [quote(task.name) for task, more in tasks if applies(task, more)])


def due_dates(tasks: Sequence[Task], deadline: date | None) -> Iterator[str]:
    """The due dates that a song map with a deadline and no sessions has no place for, in one sentence."""
    known = {None, "", str(deadline)}
    others = (task for task in tasks if task.due_on not in known and not task.completed)
    dated = [f"{quote(task.name)} ({task.due_on})" for task in others]
    yield from _listed("Due dates stay in Asana, a song map has a deadline and sessions", dated)


def _listed(sentence: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield f"{sentence}: {', '.join(names[:MOST_NAMES])}{rest}."


def written_out(notes: str, rich_notes: str) -> str:
    """Notes with the address of each link behind its words, where they have words of their own."""
    end = 0
    for _, link, inner in _LINK.findall(rich_notes):
        address, words = unescape(link), unescape(_TAG.sub("", inner)).strip()
        at = notes.find(words, end)
        if words and address and at >= 0 and words != address:
            end = at + len(words)
            notes = f"{notes[:end]} ({address}){notes[end:]}"
            end += len(address) + 3
    return notes
