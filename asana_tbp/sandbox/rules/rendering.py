"""Records as Asana shows them: compact in lists, full alone, or exactly the `opt_fields` asked for.

Asana docs: input/output options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from asana_tbp.sandbox.records import KINDS, Container, Record, Section, Task, User
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

Tree = dict[str, "Tree"]

COMPACT: dict[str, tuple[str, ...]] = {
    "task": ("gid", "resource_type", "name", "resource_subtype"),
    "story": ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "text", "type"),
    "user_task_list": ("gid", "resource_type", "name", "owner", "workspace"),
    "time_tracking_entry": ("gid", "resource_type", "duration_minutes", "entered_on", "created_by"),
}
_NAMED = ("gid", "resource_type", "name")


def fields_tree(opt_fields: str) -> Tree:
    """`name,memberships.(project|section).name,this.notes` as a tree. Unknown fields stay out later."""
    tree: Tree = {}
    for text in opt_fields.split(","):
        for path in _expanded(text.strip()):
            node = tree
            for word in path.split("."):
                if word and word != "this":
                    node = node.setdefault(word, {})
    return tree


def _expanded(text: str) -> list[str]:
    group = re.search(r"\(([^()]*)\)", text)
    if group is None:
        return text.split("|")
    paths: list[str] = []
    for choice in group.group(1).split("|"):
        paths += _expanded(text[: group.start()] + choice + text[group.end() :])
    return paths


@dataclass
class View:
    """The board in the eyes of a token's `user`: some fields show only to the assignee."""

    board: SandboxState
    token: str | None

    @property
    def user(self) -> User:
        return self.board.need(User, self.board.tokens[self.token or ""])

    @property
    def switches(self) -> Switches:
        return self.board.switches

    def one(self, record: Record, tree: Tree) -> dict[str, Any]:
        """The full record, or the `opt_fields` asked for."""
        if tree:
            return self._chosen(record, tree)
        shown = self._named(record, FULL[record.kind])
        if isinstance(record, Task) and record.assignee == self.user.gid:
            shown |= self._named(record, ("assignee_section",))
        return shown

    def many(self, records: Iterable[Record], tree: Tree) -> list[dict[str, Any]]:
        """Compact records, or the `opt_fields` asked for."""
        return [self._chosen(record, tree) if tree else self.compact(record) for record in records]

    def compact(self, record: Record) -> dict[str, Any]:
        """What a record looks like inside another one."""
        return self._named(record, COMPACT.get(record.kind, _NAMED))

    def _named(self, record: Record, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._shown(self.field(record, name), None) for name in names}

    def _chosen(self, record: Record, tree: Tree) -> dict[str, Any]:
        shown: dict[str, Any] = {"gid": record.gid}
        for name, below in tree.items():
            value = self.field(record, name)
            if value is not _MISSING:
                shown[name] = self._shown(value, below)
        return shown

    def _shown(self, value: Any, below: Tree | None) -> Any:
        if isinstance(value, Record):
            # A bare reference asked for by opt_fields shows its gid alone.
            return self.compact(value) if below is None else self._chosen(value, below)
        if isinstance(value, list):
            return [self._shown(each, below) for each in value]
        if isinstance(value, dict):
            if below is None:
                return {k: self._shown(v, None) for k, v in value.items()}
            # Bare `memberships` comes back as empty objects; seen in Asana/python-asana issue 114.
            return {k: self._shown(value[k], v) for k, v in below.items() if k in value}
        return value

    def field(self, record: Record, name: str) -> Any:
        """A field's value: plain, a record, a list of either, or `_MISSING`."""
        if name == "resource_type":
            return record.kind
        computed = _COMPUTED.get((record.kind, name))
        if computed is not None:
            return computed(self, record)
        if name in _HIDDEN:
            return _MISSING
        value = record.__dict__.get(name, _MISSING)
        if isinstance(value, tuple):
            return [self._followed(name, each) for each in value]
        return self._followed(name, value)

    def _followed(self, name: str, value: Any) -> Any:
        return self.board.need(Record, value) if name in _REFERENCES and isinstance(value, str) else value


_MISSING = object()
_HIDDEN = frozenset({"trashed", "sections", "tasks", "container", "subtasks", "_watcher"})
"""How the board keeps things, no field of Asana's."""

_REFERENCES = frozenset(
    {"workspaces", "organization", "workspace", "owner", "team", "members", "assignee", "completed_by"}
    | {"created_by", "parent", "task"}
)
"""Fields that hold the gid of another record, or several."""

_ON_REQUEST = frozenset({"html_notes", "completed_by", "num_subtasks", "assignee_section"})
"""Fields of no full record. Asana docs: opt_fields of getTask and getProject."""


def _memberships(view: View, task: Any) -> list[dict[str, Record]]:
    sections = [view.board.need(Section, gid) for gid in task.sections]
    return [{"project": view.board.need(Container, s.container), "section": s} for s in sections]


def _my_section(view: View, task: Any) -> Record | None:
    # Only the assignee can read it. Asana docs: TaskResponse.assignee_section.
    is_shown = task.assignee == view.user.gid and task.assignee_section is not None
    return view.board.need(Section, task.assignee_section) if is_shown else None


def _permalink(_view: View, record: Any) -> str:
    return f"https://app.asana.com/1/{record.workspace}/{record.kind}/{record.gid}"


_COMPUTED: dict[tuple[str, str], Callable[[View, Any], Any]] = {
    ("task", "memberships"): _memberships,
    ("task", "projects"): lambda view, task: [each["project"] for each in _memberships(view, task)],
    ("task", "assignee_section"): _my_section,
    ("task", "permalink_url"): _permalink,
    ("task", "num_subtasks"): lambda view, task: sum(
        view.board.get(Task, gid) is not None for gid in task.subtasks
    ),
    ("project", "permalink_url"): _permalink,
    ("section", "project"): lambda view, section: view.board.need(Container, section.container),
    ("story", "type"): lambda _view, _story: "comment",
    ("story", "resource_subtype"): lambda _view, _story: "comment_added",
}


def _full(kind: str) -> tuple[str, ...]:
    computed = [name for of_kind, name in _COMPUTED if of_kind == kind]
    names = dict.fromkeys(("resource_type", *(field.name for field in fields(KINDS[kind])), *computed))
    return tuple(name for name in names if name not in _ON_REQUEST | _HIDDEN)


FULL = {kind: _full(kind) for kind in KINDS}
