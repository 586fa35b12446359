"""Records as Asana shows them: compact in lists, full alone, or exactly the requested `opt_fields`.

Asana docs: input/output options.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Union

from asana_tbp.sandbox.records import KINDS, Container, Record, Section, Task, User
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

Tree = Mapping[str, Union["Tree", None]]
"""The fields to show, and those of the record that a field holds; None shows that one compact."""

_NAMED = ("gid", "resource_type", "name")
_COMPACT_FIELDS: dict[str, tuple[str, ...]] = {
    "task": ("gid", "resource_type", "name", "resource_subtype"),
    "story": ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "text", "type"),
    "user_task_list": ("gid", "resource_type", "name", "owner", "workspace"),
    "time_tracking_entry": ("gid", "resource_type", "duration_minutes", "entered_on", "created_by"),
}


def fields_tree(opt_fields: str) -> Tree:
    """`name,memberships.(project|section).name,this.notes` as a tree. Unknown fields are left out later."""
    tree: dict[str, Any] = {}
    for text in opt_fields.split(","):
        for path in _expanded(text.strip()):
            node = tree
            for word in path.split("."):
                if word and word != "this":
                    # A bare reference shows its gid alone.
                    node = node.setdefault(word, {"gid": None})
    return {"gid": None, **tree} if tree else tree


def _expanded(text: str) -> list[str]:
    group = re.search(r"\(([^()]*)\)", text)
    if group is None:
        return text.split("|")
    choices = group.group(1).split("|")
    return [path for choice in choices for path in _expanded(text.replace(group.group(), choice, 1))]


@dataclass
class View:
    """The board as a token's `user` sees it: some fields are shown only to the assignee."""

    board: SandboxState
    token: str | None

    @property
    def user(self) -> User:
        return self.board.need(User, self.board.tokens[self.token or ""])

    @property
    def switches(self) -> Switches:
        return self.board.switches

    def full(self, record: Record) -> dict[str, Any]:
        """A record as it is shown alone."""
        tree = FULL[record.kind]
        if isinstance(record, Task) and record.assignee == self.user.gid:
            tree = {**tree, "assignee_section": None}
        return self.chosen(record, tree)

    def chosen(self, record: Record, tree: Tree | None) -> dict[str, Any]:
        """The fields of `tree` that a record has; None for the compact form, in a list or inside another record."""
        names = COMPACT[record.kind] if tree is None else tree
        values = ((name, self._field(record, name), below) for name, below in names.items())
        return {name: self._shown(value, below) for name, value, below in values if value is not _MISSING}

    def _shown(self, value: Any, below: Tree | None) -> Any:
        if isinstance(value, Record):
            return self.chosen(value, below)
        if isinstance(value, list):
            return [self._shown(each, below) for each in value]
        if isinstance(value, dict):
            # Bare `memberships` comes back as empty objects; seen in Asana/python-asana issue 114.
            tree = dict.fromkeys(value) if below is None else below
            return {name: self._shown(value[name], tree[name]) for name in tree if name in value}
        return value

    def _field(self, record: Record, name: str) -> Any:
        """A field's value: plain, a record, a list of records, or `_MISSING`."""
        if name == "resource_type":
            return record.kind
        if computed := _COMPUTED.get((record.kind, name)):
            return computed(self, record)
        value = _MISSING if name in _HIDDEN else record.__dict__.get(name, _MISSING)
        if name in _REFERENCES and isinstance(value, tuple):
            return [self.board.need(Record, gid) for gid in value]
        return self.board.need(Record, value) if name in _REFERENCES and isinstance(value, str) else value


_MISSING = object()
_HIDDEN = frozenset({"trashed", "sections", "tasks", "container", "subtasks", "_watcher"})
"""The board's own fields, which Asana does not have."""

_REFERENCES = frozenset(
    {"workspaces", "organization", "workspace", "owner", "team", "members", "assignee", "completed_by"}
    | {"created_by", "parent", "task"}
)
"""Fields that hold the gid of another record, or several."""

_ON_REQUEST = frozenset({"html_notes", "completed_by", "num_subtasks", "assignee_section"})
"""Fields that are not in a full record. Asana docs: opt_fields of getTask and getProject."""


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


def _full(kind: str) -> Tree:
    computed = [name for of_kind, name in _COMPUTED if of_kind == kind]
    names = dict.fromkeys(("resource_type", *(field.name for field in fields(KINDS[kind])), *computed))
    return {name: None for name in names if name not in _ON_REQUEST | _HIDDEN}


FULL = {kind: _full(kind) for kind in KINDS}
COMPACT: dict[str, Tree] = {kind: dict.fromkeys(_COMPACT_FIELDS.get(kind, _NAMED)) for kind in KINDS}
