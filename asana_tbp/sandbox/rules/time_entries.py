"""Time tracked on a task: a paid feature, refused on the free plan."""

from __future__ import annotations

from typing import Any

from asana_tbp.sandbox.problems import ApiProblem, bad
from asana_tbp.sandbox.records import Project, Task, TimeEntry
from asana_tbp.sandbox.request import Answer, Check, Request, a_date, a_text, anything, one_of

_ENTRY: dict[str, Check] = {
    "duration_minutes": anything,
    "entered_on": a_date,
    "attributable_to": anything,
    "billable_status": one_of("billable", "nonBillable", "notApplicable"),
    "description": a_text,
    "categories": anything,
}


def _need_time_tracking(request: Request) -> None:
    if request.switches.plan == "free":
        raise ApiProblem(
            request.switches.time_entries_free, "Time tracking is not available for free users or guests."
        )


def list_time_entries(request: Request) -> Answer:
    """Those of a task. Asana docs: getTimeTrackingEntriesForTask."""
    task = request.in_path(Task, "task")
    _need_time_tracking(request)
    return request.listed([entry for entry in request.board.all(TimeEntry) if entry.task == task.gid])


def create_time_entry(request: Request) -> Answer:
    """Whole minutes, at least one; `entered_on` defaults to today. Asana docs: createTimeTrackingEntry."""
    task = request.in_path(Task, "task")
    _need_time_tracking(request)
    request.needed("duration_minutes")
    board = request.board
    entry = board.put(
        TimeEntry(
            gid=board.new_gid(),
            task=task.gid,
            duration_minutes=0,
            entered_on=board.stamp()[:10],
            created_at=board.stamp(),
            created_by=request.user.gid,
        )
    )
    _set_entry(request, entry)
    return request.created(entry, "time_tracking_entries")


def _set_entry(request: Request, entry: TimeEntry) -> None:
    values: dict[str, Any] = request.values(_ENTRY, ("gid", "task", "created_at", "created_by"))
    if "duration_minutes" in values:
        minutes = values["duration_minutes"]
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
            raise bad("duration_minutes: Must be a positive integer")
        entry.duration_minutes = minutes
    if values.get("attributable_to") is not None:
        entry.attributable_to = request.in_body(Project, "attributable_to", values["attributable_to"]).gid
    for key in ("entered_on", "billable_status", "description"):
        if values.get(key) is not None:
            setattr(entry, key, values[key])
