"""Time tracked on a task: a paid feature, refused on the free plan."""

from __future__ import annotations

from asana_tbp.sandbox.problems import ApiProblem, bad
from asana_tbp.sandbox.records import Task, TimeEntry
from asana_tbp.sandbox.request import Answer, Request, a_date


def create_time_entry(request: Request) -> Answer:
    """Whole minutes, at least one; `entered_on` defaults to today. Asana docs: createTimeTrackingEntry."""
    task, board = request.in_path(Task, "task"), request.board
    if request.switches.plan == "free":
        raise ApiProblem(
            request.switches.time_entries_free, "Time tracking is not available for free users or guests."
        )
    minutes = request.needed("duration_minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
        raise bad("duration_minutes: Must be a positive integer")
    entry = board.put(
        TimeEntry(
            gid=board.new_gid(),
            task=task.gid,
            duration_minutes=minutes,
            entered_on=a_date("entered_on", request.data.get("entered_on")) or board.stamp()[:10],
            created_at=board.stamp(),
            created_by=request.user.gid,
        )
    )
    return request.created(entry, "time_tracking_entries")
