"""The gateway with a board.

Knows the requests of `bridge.cards`. Must not know stages, songs or how anything is shown.
"""

from __future__ import annotations

from datetime import UTC, datetime

from asana_tbp.bridge.card_values import Card, ChangedTask, ExactProject, ExactTask
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.parsing import CARD_FIELDS, CHANGE_FIELDS, card_of, change_of


class CardGateway(Gateway):
    """`asana_tbp.bridge.card_values.Cards` over HTTP. Threads may share it."""

    def cards(self, project_gid: str) -> tuple[Card, ...]:
        found = self._pages("/projects/{gid}/tasks", {"opt_fields": CARD_FIELDS}, project_gid)
        return tuple(card_of(record, project_gid) for record in found)

    def create_card(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Card:
        record = self._make_task(project_gid, section_gid, name, notes, due_on, CARD_FIELDS)
        return card_of(record, project_gid)

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
        return tuple(change_of(record, since) for record in self._pages("/tasks", query))

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
