"""The one object that uses Asana's official SDK.

Knows the SDK, its traps and Asana's JSON. Must not know song maps, sessions or how anything is shown.

All calls go through `ApiClient.call_api`, not the generated methods: those change the dicts they are
given, send some bodies a second time in the URL, and turn lists into lazy requests. Importing the SDK
costs a third of a second, so this module is imported only by commands that talk to Asana.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import urllib3
from asana import ApiClient, Configuration
from asana.rest import ApiException
from dateutil.parser import isoparse

from asana_tbp.bridge.answers import error_of_status, no_secure_connection, not_asana
from asana_tbp.bridge.asana import (
    PLAIN_STYLE,
    Anchor,
    Comment,
    Project,
    Section,
    Style,
    Task,
    Team,
    TimeEntry,
    User,
    Workspace,
)
from asana_tbp.bridge.pace import READS_AT_ONCE, WRITES_AT_ONCE, Pacer
from asana_tbp.bridge.retry import Effect, Patience, persist
from asana_tbp.errors import AnswerLost, NotFound, NotSent

TIMEOUT = (3.0, 20.0)
"""Seconds to connect and to wait for an answer. A tuple: the SDK ignores a float."""

PAGE = 100
PROJECT_FIELDS = "name,notes,permalink_url,workspace"
TASK_FIELDS = "name,completed,completed_at,created_at,assignee,notes,memberships.project,memberships.section"

TIME_FIELDS = "duration_minutes,entered_on,created_by"
STORY_FIELDS = "type,text,created_by"


class Gateway:
    """`asana_tbp.bridge.asana.Asana` over HTTP. Threads may share it."""

    def __init__(self, host: str, token: str, clock: Patience, pacer: Pacer) -> None:
        self._host = host
        self._clock = clock
        self._pacer = pacer
        self._client = _quiet_client(host, token)

    # -- people and places ------------------------------------------------------------------------

    def me(self) -> User:
        record = self._read("/users/me", opt_fields="name,email,workspaces.name,workspaces.is_organization")
        workspaces = tuple(
            Workspace(str(w["gid"]), w.get("name") or "", bool(w.get("is_organization")))
            for w in record.get("workspaces") or ()
        )
        return User(str(record["gid"]), record.get("name") or "", record.get("email") or "", workspaces)

    def teams(self, workspace_gid: str) -> tuple[Team, ...]:
        found = self._pages("/users/{gid}/teams", {"organization": workspace_gid, "opt_fields": "name"}, "me")
        return tuple(Team(str(record["gid"]), record.get("name") or "") for record in found)

    # -- projects and sections --------------------------------------------------------------------

    def projects(self, workspace_gid: str) -> Iterator[Project]:
        query = {"workspace": workspace_gid, "archived": "false", "opt_fields": PROJECT_FIELDS}
        return (_project(record) for record in self._pages("/projects", query))

    def project(self, gid: str) -> Project:
        return _project(self._read("/projects/{gid}", gid, opt_fields=PROJECT_FIELDS))

    def create_project(
        self, workspace_gid: str, name: str, notes: str, style: Style = PLAIN_STYLE
    ) -> Project:
        body = {"name": name, "workspace": workspace_gid, "default_view": style.view}
        # Sending both forms of notes is refused.
        body |= {"html_notes": style.rich_notes} if style.rich_notes else {"notes": notes}
        if style.team_gid:
            body["team"] = style.team_gid
        if style.private:
            body["privacy_setting"] = "private"
        if style.color:
            body["color"] = style.color
        return _project(self._write("POST", "/projects", "", body, Effect.CREATE, opt_fields=PROJECT_FIELDS))

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        found = self._pages("/projects/{gid}/sections", {"opt_fields": "name"}, project_gid)
        return tuple(_section(record) for record in found)

    def create_section(self, project_gid: str, name: str, anchor: Anchor | None) -> Section:
        body = {"name": name} | ({f"insert_{anchor.side}": anchor.gid} if anchor else {})
        return _section(self._write("POST", "/projects/{gid}/sections", project_gid, body, Effect.CREATE))

    def rename_section(self, gid: str, name: str) -> None:
        self._write("PUT", "/sections/{gid}", gid, {"name": name})

    def place_section(self, project_gid: str, gid: str, anchor: Anchor) -> None:
        body = {"section": gid, f"{anchor.side}_section": anchor.gid}
        self._write("POST", "/projects/{gid}/sections/insert", project_gid, body)

    # -- tasks ------------------------------------------------------------------------------------

    def tasks(self, project_gid: str) -> tuple[Task, ...]:
        found = self._pages("/projects/{gid}/tasks", {"opt_fields": TASK_FIELDS}, project_gid)
        return tuple(_task(record, project_gid) for record in found)

    def section_tasks(self, project_gid: str, section_gid: str) -> tuple[Task, ...]:
        found = self._pages("/sections/{gid}/tasks", {"opt_fields": TASK_FIELDS}, section_gid)
        return tuple(_task(record, project_gid) for record in found)

    def task(self, gid: str) -> Task:
        return _task(self._read("/tasks/{gid}", gid, opt_fields=TASK_FIELDS), "")

    def create_task(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Task:
        # `projects` beside `memberships`: whether `memberships` alone is enough is not documented.
        body: dict[str, Any] = {
            "name": name,
            "notes": notes,
            "assignee": "me",
            "projects": [project_gid],
            "memberships": [{"project": project_gid, "section": section_gid}],
        }
        if due_on:
            body["due_on"] = due_on
        record = self._write("POST", "/tasks", "", body, Effect.CREATE, opt_fields=TASK_FIELDS)
        return _task(record, project_gid)

    def place_task(self, project_gid: str, section_gid: str, gid: str, after: str | None) -> None:
        # An explicit null means the section's beginning; leaving the anchor out means its end.
        body = {"project": project_gid, "section": section_gid, "insert_after": after}
        self._write("POST", "/tasks/{gid}/addProject", gid, body)

    def open_tasks(self, project_gid: str) -> tuple[Task, ...]:
        query = {"opt_fields": TASK_FIELDS, "completed_since": "now"}
        found = self._pages("/projects/{gid}/tasks", query, project_gid)
        return tuple(_task(record, project_gid) for record in found)

    def my_tasks_list(self, workspace_gid: str) -> str:
        return str(self._read("/users/{gid}/user_task_list", "me", workspace=workspace_gid)["gid"])

    def my_open_tasks(self, list_gid: str) -> tuple[Task, ...]:
        query = {"opt_fields": f"{TASK_FIELDS},assignee_section", "completed_since": "now"}
        found = self._pages("/user_task_lists/{gid}/tasks", query, list_gid)
        return tuple(_my_task(record) for record in found)

    def complete_task(self, gid: str) -> None:
        # Sent once, like a create: before a second time the task is read, as somebody may have reopened it.
        body = {"completed": True}
        self._write("PUT", "/tasks/{gid}", gid, body, Effect.CREATE, opt_fields="completed")

    def reopen_task(self, gid: str) -> None:
        body = {"completed": False}
        self._write("PUT", "/tasks/{gid}", gid, body, Effect.CREATE, opt_fields="completed")

    # -- My Tasks ---------------------------------------------------------------------------------

    def add_to_section(self, section_gid: str, gid: str, after: str | None) -> None:
        body = {"task": gid} | ({"insert_after": after} if after else {})
        self._write("POST", "/sections/{gid}/addTask", section_gid, body)

    def assign_section(self, gid: str, section_gid: str) -> None:
        self._write(
            "PUT", "/tasks/{gid}", gid, {"assignee_section": section_gid}, opt_fields="assignee_section"
        )

    # -- what is said about a task ----------------------------------------------------------------

    def time_entries(self, task_gid: str) -> tuple[TimeEntry, ...]:
        query = {"opt_fields": TIME_FIELDS}
        found = self._pages("/tasks/{gid}/time_tracking_entries", query, task_gid)
        return tuple(_time_entry(record) for record in found)

    def add_time_entry(self, task_gid: str, minutes: int, entered_on: str) -> TimeEntry:
        body = {"duration_minutes": minutes, "entered_on": entered_on}
        path = "/tasks/{gid}/time_tracking_entries"
        return _time_entry(self._write("POST", path, task_gid, body, Effect.CREATE, opt_fields=TIME_FIELDS))

    def comments(self, task_gid: str) -> tuple[Comment, ...]:
        query = {"opt_fields": STORY_FIELDS}
        found = self._pages("/tasks/{gid}/stories", query, task_gid)
        return tuple(_comment(record) for record in found if record.get("type") == "comment")

    def add_comment(self, task_gid: str, text: str) -> Comment:
        path = "/tasks/{gid}/stories"
        body = {"text": text}
        return _comment(self._write("POST", path, task_gid, body, Effect.CREATE, opt_fields=STORY_FIELDS))

    # -- one request ------------------------------------------------------------------------------

    def _read(self, path: str, gid: str = "me", **query: str) -> dict[str, Any]:
        return self._known(self._send("GET", path, gid, None, query, Effect.READ)["data"])

    def _pages(self, path: str, query: Mapping[str, str], gid: str = "") -> Iterator[dict[str, Any]]:
        offset: dict[str, str] = {}
        while True:
            answer = self._send("GET", path, gid, None, {**query, "limit": str(PAGE), **offset}, Effect.READ)
            records = answer["data"]
            if not isinstance(records, list):
                raise not_asana(self._host)
            yield from map(self._known, records)
            following = answer.get("next_page")
            if not following:
                return
            if not isinstance(following, dict) or following.get("offset") in (None, offset.get("offset")):
                # The same page for ever would be asked for.
                raise not_asana(self._host)
            offset = {"offset": str(following["offset"])}

    def _write(
        self,
        method: str,
        path: str,
        gid: str,
        fields: Mapping[str, Any],
        effect: Effect = Effect.REPEATABLE,
        **query: str,
    ) -> dict[str, Any]:
        record = self._send(method, path, gid, {"data": dict(fields)}, query, effect)["data"]
        # Moves are answered with an empty record.
        return {} if record == {} and effect is Effect.REPEATABLE else self._known(record)

    def _known(self, record: object) -> dict[str, Any]:
        if not isinstance(record, dict) or not record.get("gid"):
            raise not_asana(self._host)
        return record

    def _send(
        self,
        method: str,
        path: str,
        gid: str,
        body: dict[str, Any] | None,
        query: Mapping[str, str],
        effect: Effect,
    ) -> dict[str, Any]:
        if "{gid}" in path and not gid:
            raise NotFound("Asana has nothing without a gid.")

        return persist(
            lambda: self._call(method, path, gid, body, query),
            effect,
            self._clock,
            turn=lambda: self._pacer.slot(write=effect is not Effect.READ),
            limited=self._pacer.hold,
        )

    def _call(
        self, method: str, path: str, gid: str, body: dict[str, Any] | None, query: Mapping[str, str]
    ) -> dict[str, Any]:
        try:
            answer = self._client.call_api(
                path,
                method,
                path_params={"gid": gid},
                query_params=dict(query),
                header_params={"Accept": "application/json; charset=utf-8"},
                body=body,
                response_type="object",
                auth_settings=["personalAccessToken"],
                _return_http_data_only=True,
                _request_timeout=TIMEOUT,
            )
        except ApiException as error:
            if not error.status:
                # The SDK's word for every failure of TLS; what failed is the error it met.
                reasons = getattr(error.__context__, "args", ())
                refused = any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons)
                raise no_secure_connection(self._host, certificate_refused=refused) from None
            raise error_of_status(error.status, error.body, error.headers or {}, self._host) from None
        except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.LocationValueError):
            raise NotSent(
                f"Asana can't be reached at {self._host}.",
                "Check the network and run the same command again.",
            ) from None
        except urllib3.exceptions.HTTPError:
            raise AnswerLost(
                f"The connection to {self._host} broke before Asana answered.",
                "Check the network and run the same command again.",
            ) from None
        if not isinstance(answer, dict) or "data" not in answer:
            raise not_asana(self._host)
        return answer


def _quiet_client(host: str, token: str) -> Any:
    configuration = Configuration()
    for name in ("asana", "urllib3"):
        logger = logging.getLogger(name)
        logger.removeHandler(configuration.logger_stream_handler)
        logger.addHandler(logging.NullHandler())
    configuration.host = host
    configuration.access_token = token
    # Its retries never cover a create and sleep for a minute where nobody listens; ours are in retry.py.
    configuration.retry_strategy = False
    # Its default follows the machine's cores; a connection beyond it is thrown away and shaken hands for again.
    configuration.connection_pool_maxsize = WRITES_AT_ONCE + READS_AT_ONCE
    client = ApiClient(configuration)
    # The thread pool serves only calls we don't make, and is noisy when the interpreter exits.
    client.pool.close()
    client.pool.join()
    del client.pool
    return client


def _project(record: Mapping[str, Any]) -> Project:
    return Project(
        gid=str(record["gid"]),
        name=record.get("name") or "",
        link=record.get("permalink_url") or "",
        notes=record.get("notes") or "",
        workspace_gid=str((record.get("workspace") or {}).get("gid") or ""),
    )


def _section(record: Mapping[str, Any]) -> Section:
    return Section(str(record["gid"]), record.get("name") or "")


def _task(record: Mapping[str, Any], project_gid: str) -> Task:
    section = ""
    for membership in record.get("memberships") or ():
        if str((membership.get("project") or {}).get("gid")) == project_gid:
            section = str((membership.get("section") or {}).get("gid") or "")
    assignee = record.get("assignee") or {}
    return Task(
        gid=str(record["gid"]),
        name=record.get("name") or "",
        completed=bool(record.get("completed")),
        completed_at=_moment(record.get("completed_at")),
        created_at=_moment(record.get("created_at")),
        assignee_gid=str(assignee["gid"]) if assignee.get("gid") else None,
        section_gid=section,
        notes=record.get("notes") or "",
    )


def _my_task(record: Mapping[str, Any]) -> Task:
    section = str((record.get("assignee_section") or {}).get("gid") or "")
    return replace(_task(record, ""), section_gid=section)


def _time_entry(record: Mapping[str, Any]) -> TimeEntry:
    return TimeEntry(
        gid=str(record["gid"]),
        minutes=int(record.get("duration_minutes") or 0),
        entered_on=record.get("entered_on") or "",
        by_gid=str((record.get("created_by") or {}).get("gid") or ""),
    )


def _comment(record: Mapping[str, Any]) -> Comment:
    by = str((record.get("created_by") or {}).get("gid") or "")
    return Comment(str(record["gid"]), record.get("text") or "", by)


def _moment(text: str | None) -> datetime | None:
    return isoparse(text) if text else None
