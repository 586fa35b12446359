"""Answers: records as Asana shows them, compact in lists, full alone, or exactly the requested `opt_fields`.

Asana docs: input/output options.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any, Union
from urllib.parse import urlencode

from asana_tbp.sandbox.problems import Answer, bad
from asana_tbp.sandbox.records import KINDS, Container, Record, Section, Task
from asana_tbp.sandbox.request import Request, Result

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


def answer(request: Request, result: Result) -> Answer:
    """200, or 201 with its Location for a new record; without a result, as for actions, empty data."""
    tree = fields_tree(request.query.get("opt_fields", ""))
    if result is None:
        return Answer(200, {"data": {}})
    if not isinstance(result, Record):
        return _page(request, result, tree or None)
    payload = {"data": _chosen(request, result, tree or _full_tree(request, result))}
    if request.method != "POST":
        return Answer(200, payload)
    place = f"{result.kind[:-1]}ies" if result.kind.endswith("y") else f"{result.kind}s"
    return Answer(201, payload, {"Location": f"{request.base_url}/{place}/{result.gid}"})


def _page(request: Request, records: Sequence[Record], tree: Tree | None) -> Answer:
    """Compact records; `next_page` only when `limit` was sent. Asana docs: pagination."""
    raw, token = request.query.get("limit"), request.query.get("offset")
    if raw is None and token is None:
        if len(records) > request.switches.result_limit:
            raise bad(
                "The result is too large. You should use pagination (may require specifying a workspace)!"
            )
        return Answer(200, {"data": [_chosen(request, each, tree) for each in records]})
    limit = 100 if raw is None else 0
    with suppress(ValueError):
        limit = int(raw or limit)
    if not 1 <= limit <= 100:
        raise bad("limit: Must be a number between 1 and 100")
    start = 0 if token is None else _open_offset(request, token)
    page = [_chosen(request, each, tree) for each in records[start : start + limit]]
    payload: dict[str, Any] = {"data": page, "next_page": None}
    if start + limit < len(records):
        text = f"{start + limit}:{request.board.page_epoch}:{request.path}"
        offset = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        path = f"{request.path}?{urlencode({**request.query, 'limit': limit, 'offset': offset})}"
        payload["next_page"] = {"offset": offset, "path": path, "uri": request.base_url + path}
    return Answer(200, payload)


def _open_offset(request: Request, token: str) -> int:
    with suppress(ValueError):
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        start, epoch, path = text.split(":", 2)
        if path == request.path and int(epoch) == request.board.page_epoch:
            return int(start)
    raise bad("offset: Your pagination token is invalid.")


def _full_tree(request: Request, record: Record) -> Tree:
    is_mine = isinstance(record, Task) and record.assignee == request.user.gid
    return {**FULL[record.kind], **({"assignee_section": None} if is_mine else {})}


def _chosen(request: Request, record: Record, tree: Tree | None) -> dict[str, Any]:
    """The fields of `tree` that a record has; None for the compact form, in a list or inside another record."""
    names = COMPACT[record.kind] if tree is None else tree
    values = ((name, _field(request, record, name), below) for name, below in names.items())
    return {name: _shown(request, value, below) for name, value, below in values if value is not _MISSING}


def _shown(request: Request, value: Any, below: Tree | None) -> Any:
    if isinstance(value, Record):
        return _chosen(request, value, below)
    if isinstance(value, list):
        return [_shown(request, each, below) for each in value]
    if isinstance(value, dict):
        # Bare `memberships` comes back as empty objects; seen in Asana/python-asana issue 114.
        tree = dict.fromkeys(value) if below is None else below
        return {name: _shown(request, value[name], tree[name]) for name in tree if name in value}
    return value


def _field(request: Request, record: Record, name: str) -> Any:
    """A field's value: plain, a record, a list of records, or `_MISSING`."""
    if name == "resource_type":
        return record.kind
    if computed := _COMPUTED.get((record.kind, name)):
        return computed(request, record)
    value = _MISSING if name in _HIDDEN else vars(record).get(name, _MISSING)
    if name in _REFERENCES and isinstance(value, tuple):
        return [request.board.need(Record, gid) for gid in value]
    return request.board.need(Record, value) if name in _REFERENCES and isinstance(value, str) else value


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


def _memberships(request: Request, task: Any) -> list[dict[str, Record]]:
    sections = [request.board.need(Section, gid) for gid in task.sections]
    return [{"project": request.board.need(Container, s.container), "section": s} for s in sections]


def _my_section(request: Request, task: Any) -> Record | None:
    # Only the assignee can read it. Asana docs: TaskResponse.assignee_section.
    is_shown = task.assignee == request.user.gid and task.assignee_section is not None
    return request.board.need(Section, task.assignee_section) if is_shown else None


def _permalink(_request: Request, record: Any) -> str:
    return f"https://app.asana.com/1/{record.workspace}/{record.kind}/{record.gid}"


_COMPUTED: dict[tuple[str, str], Callable[[Request, Any], Any]] = {
    ("task", "memberships"): _memberships,
    ("task", "projects"): lambda request, task: [each["project"] for each in _memberships(request, task)],
    ("task", "assignee_section"): _my_section,
    ("task", "permalink_url"): _permalink,
    ("task", "num_subtasks"): lambda request, task: sum(
        request.board.get(Task, gid) is not None for gid in task.subtasks
    ),
    ("project", "permalink_url"): _permalink,
    ("section", "project"): lambda request, section: request.board.need(Container, section.container),
    ("story", "type"): lambda _request, _story: "comment",
    ("story", "resource_subtype"): lambda _request, _story: "comment_added",
}


def _full(kind: str) -> Tree:
    computed = [name for of_kind, name in _COMPUTED if of_kind == kind]
    names = dict.fromkeys(("resource_type", *(field.name for field in fields(KINDS[kind])), *computed))
    return {name: None for name in names if name not in _ON_REQUEST | _HIDDEN}


FULL = {kind: _full(kind) for kind in KINDS}
COMPACT: dict[str, Tree] = {kind: dict.fromkeys(_COMPACT_FIELDS.get(kind, _NAMED)) for kind in KINDS}
