"""A project read for a song map: links stand in the notes as text, and what a map can't hold is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Section, Task, TaskDetails
from asana_tbp.text import quote

MOST_NAMES = 5


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
        names = [quote(task.name) for task, more in tasks if applies(task, more)]
        if names:
            rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            yield f"{sentence}: {', '.join(names[:MOST_NAMES])}{rest}."


def written_out(notes: str, rich_notes: str) -> str:
    """Notes with the address of each link behind its words, where they have words of their own."""
    links = _Links()
    links.feed(rich_notes)
    end = 0
    for words, address in links.found:
        at = notes.find(words, end)
        if words and at >= 0 and words != address:
            end = at + len(words)
            notes = f"{notes[:end]} ({address}){notes[end:]}"
            end += len(address) + 3
    return notes


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._address = ""
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address, self._words = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            self.found.append((self._words.strip(), self._address))
            self._address = ""
