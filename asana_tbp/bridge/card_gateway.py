"""The gateway with a board.

Knows the requests of `bridge.cards`. Must not know stages, songs or how anything is shown.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dateutil.parser import isoparse

from asana_tbp.bridge.cards import Card, ChangedTask, ExactProject, ExactTask
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.pace import Pacer
from asana_tbp.bridge.retry import Effect, Patience

CARD_FIELDS = "name,notes,permalink_url,completed,due_on,memberships.project,memberships.section"
CHANGE_FIELDS = "name,completed,modified_at,memberships.project"


class CardGateway(Gateway):
    """`asana_tbp.bridge.cards.Cards` over HTTP. Threads may share it."""

    def __init__(self, host: str, token: str, clock: Patience, pacer: Pacer) -> None:
        super().__init__(host, token, clock, pacer)
        self._to_the_letter = threading.local()
        self._read_by_sdk = self._client.deserialize
        self._client.deserialize = self._read_body

    def cards(self, project_gid: str) -> tuple[Card, ...]:
        found = self._pages("/projects/{gid}/tasks", {"opt_fields": CARD_FIELDS}, project_gid)
        return tuple(_card(record, project_gid) for record in found)

    def create_card(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Card:
        body: dict[str, Any] = {
            "name": name,
            "notes": notes,
            "assignee": "me",
            "projects": [project_gid],
            "memberships": [{"project": project_gid, "section": section_gid}],
        }
        if due_on:
            body["due_on"] = due_on
        record = self._write("POST", "/tasks", "", body, Effect.CREATE, opt_fields=CARD_FIELDS)
        return _card(record, project_gid)

    def move_to_end(self, project_gid: str, section_gid: str, gid: str) -> None:
        self._write("POST", "/tasks/{gid}/addProject", gid, {"project": project_gid, "section": section_gid})

    def set_completed(self, gid: str, completed: bool) -> None:
        self._write("PUT", "/tasks/{gid}", gid, {"completed": completed}, opt_fields="completed")

    def rename_task(self, gid: str, name: str) -> None:
        self._write("PUT", "/tasks/{gid}", gid, {"name": name}, opt_fields="name")

    def archive_project(self, gid: str, archived: bool) -> None:
        self._write("PUT", "/projects/{gid}", gid, {"archived": archived}, opt_fields="archived")

    def my_changed_tasks(self, workspace_gid: str, since: datetime) -> tuple[ChangedTask, ...]:
        query = {
            "assignee": "me",
            "workspace": workspace_gid,
            "modified_since": since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "opt_fields": CHANGE_FIELDS,
        }
        return tuple(_change(record, since) for record in self._pages("/tasks", query))

    def exact_project(self, gid: str) -> ExactProject:
        record = self._exact("/projects/{gid}", gid, "name,html_notes")
        return ExactProject(str(record["gid"]), record.get("name") or "", record.get("html_notes") or "")

    def exact_task(self, gid: str) -> ExactTask:
        record = self._exact("/tasks/{gid}", gid, "name,completed,html_notes")
        return ExactTask(
            gid=str(record["gid"]),
            name=record.get("name") or "",
            completed=bool(record.get("completed")),
            rich_notes=record.get("html_notes") or "",
        )

    def write_project_notes(self, gid: str, rich_notes: str) -> None:
        self._write("PUT", "/projects/{gid}", gid, {"html_notes": rich_notes}, opt_fields="name")

    def write_task_notes(self, gid: str, rich_notes: str) -> None:
        self._write("PUT", "/tasks/{gid}", gid, {"html_notes": rich_notes}, opt_fields="name")

    def _exact(self, path: str, gid: str, fields: str) -> dict[str, Any]:
        self._to_the_letter.wanted = True
        try:
            return self._read(path, gid, opt_fields=fields)
        finally:
            self._to_the_letter.wanted = False

    def _read_body(self, response: Any, response_type: str) -> Any:
        # The SDK's own way gives a space for each no-break space, and bytes for what is no JSON.
        if getattr(self._to_the_letter, "wanted", False):
            try:
                return json.loads(response.data)
            except ValueError:
                return response.data
        return self._read_by_sdk(response, response_type)


def _card(record: Mapping[str, Any], project_gid: str) -> Card:
    section = ""
    for membership in record.get("memberships") or ():
        if str((membership.get("project") or {}).get("gid")) == project_gid:
            section = str((membership.get("section") or {}).get("gid") or "")
    return Card(
        gid=str(record["gid"]),
        name=record.get("name") or "",
        notes=record.get("notes") or "",
        link=record.get("permalink_url") or "",
        section_gid=section,
        completed=bool(record.get("completed")),
        due_on=record.get("due_on"),
    )


def _change(record: Mapping[str, Any], since: datetime) -> ChangedTask:
    projects = (str((each.get("project") or {}).get("gid") or "") for each in record.get("memberships") or ())
    modified = record.get("modified_at")
    return ChangedTask(
        gid=str(record["gid"]),
        name=record.get("name") or "",
        completed=bool(record.get("completed")),
        project_gids=tuple(filter(None, projects)),
        modified_at=isoparse(modified) if modified else since,
    )
