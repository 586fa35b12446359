"""What is written onto a task: comments, and tracked time, a paid feature that is refused on the free plan."""

from __future__ import annotations

from asana_tbp.sandbox.problems import Answer, ApiProblem, bad
from asana_tbp.sandbox.records import Story, Task, TimeEntry
from asana_tbp.sandbox.request import Request, a_date, a_text


def list_stories(request: Request) -> Answer:
    """Oldest first. Asana docs: getStoriesForTask."""
    task = request.in_path(Task, "task")
    return request.listed([s for s in request.board.all(Story) if s.task == task.gid])


def create_story(request: Request) -> Answer:
    """A comment; sent twice, it is there twice. Asana docs: createStoryForTask."""
    task, board = request.in_path(Task, "task"), request.board
    text = request.values({"text": a_text}, ("gid", "created_at", "created_by", "type")).get("text", "")
    if not text.strip():
        raise bad("text: Missing input")
    story = Story(board.new_gid(), task.gid, text, created_at=board.stamp(), created_by=request.user.gid)
    task.modified_at = board.stamp()
    return request.created(board.put(story), "stories")


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
    entry = TimeEntry(
        gid=board.new_gid(),
        task=task.gid,
        duration_minutes=minutes,
        entered_on=a_date("entered_on", request.data.get("entered_on")) or board.stamp()[:10],
        created_at=board.stamp(),
        created_by=request.user.gid,
    )
    return request.created(board.put(entry), "time_tracking_entries")
