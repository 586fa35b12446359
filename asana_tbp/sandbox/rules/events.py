"""What happened on the board, for those who poll.

Knows streams and sync tokens. Must not know HTTP. Asana docs: events, getEvents.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Any

from asana_tbp.sandbox.problems import stale_sync
from asana_tbp.sandbox.records import Event, Project, Record, Section, Task, User
from asana_tbp.sandbox.state import SandboxState

PAGE = 100
KEPT = timedelta(hours=25)


def streams_of(board: SandboxState, task: Task) -> tuple[str, ...]:
    """The resources whose stream shows a change of `task`: itself, its parents, and all their projects.

    Changes bubble up. Asana docs: events.
    """
    found: dict[str, None] = {}
    current: Task | None = task
    while current is not None:
        found[current.gid] = None
        for section in current.sections:
            found[board.need(Section, section).container] = None
        current = board.need(Task, current.parent) if current.parent else None
    return tuple(found)


def announce(
    board: SandboxState,
    user: User | None,
    resource: Record,
    action: str,
    *,
    parent: Record | None = None,
    field: str | None = None,
    new_value: Any = None,
    streams: tuple[str, ...] = (),
) -> None:
    """Write down one change. `action` is changed, added, removed, deleted or undeleted."""
    if not streams:
        streams = streams_of(board, resource) if isinstance(resource, Task) else (resource.gid,)
    change: dict[str, Any] | None = None
    if field is not None:
        change = {"field": field, "action": "changed"}
        if isinstance(new_value, dict):
            change["new_value"] = new_value
    board.put(
        Event(
            gid=board.new_gid(),
            resource=resource.gid,
            resource_kind=resource.kind,
            resource_name=getattr(resource, "name", ""),
            action=action,
            created_at=board.stamp(),
            user=user.gid if user else None,
            parent=parent.gid if parent else None,
            parent_kind=parent.kind if parent else None,
            field_name=field,
            change=change,
            streams=streams,
        )
    )


def prune(board: SandboxState) -> None:
    """Forget what no living sync token can ask for."""
    oldest = board.now() - KEPT
    old = {e.gid for e in board.all(Event) if datetime.fromisoformat(e.created_at) < oldest}
    if old:
        board.drop(old)


def _token(board: SandboxState, resource: str, last: int) -> str:
    text = f"{resource}:{last}:{board.now().timestamp():.3f}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _open_token(token: str) -> tuple[str, int, datetime] | None:
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        resource, last, moment = text.split(":")
        return resource, int(last), datetime.fromtimestamp(float(moment), UTC)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def since(
    board: SandboxState, resource: Task | Project, sync: str | None, life: float
) -> tuple[list[Event], str, bool]:
    """(events, next sync token, has_more): at most 100 events after `sync`.

    Raises 412 with a new token when `sync` is missing, foreign or older than `life` seconds.
    """
    everything = [e for e in board.all(Event) if resource.gid in e.streams]
    newest = int(everything[-1].gid) if everything else 0
    opened = _open_token(sync) if sync else None
    if opened is not None:
        of, last, moment = opened
        if of == resource.gid and board.now() - moment <= timedelta(seconds=life):
            fresh = [e for e in everything if int(e.gid) > last]
            page = fresh[:PAGE]
            upto = int(page[-1].gid) if page else last
            return page, _token(board, resource.gid, upto), len(fresh) > PAGE
    raise stale_sync(_token(board, resource.gid, newest))
