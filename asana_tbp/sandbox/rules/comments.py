"""What is attached to a task: comments and tracked time; and its stream of events.

Knows stories and time entries. Must not know placement.
"""

from __future__ import annotations

from typing import Any

from asana_tbp.sandbox.problems import ApiProblem, bad, forbidden
from asana_tbp.sandbox.records import Container, Event, Project, Record, Story, Task, TimeEntry, UserTaskList
from asana_tbp.sandbox.request import Answer, Check, Request, a_bool, a_date, a_text, anything, one_of
from asana_tbp.sandbox.richtext import checked, from_plain
from asana_tbp.sandbox.rules.events import announce, prune, since, streams_of

STICKERS = (
    "green_checkmark people_dancing dancing_unicorn heart party_popper people_waving_flags "
    "splashing_narwhal trophy yeti_riding_unicorn celebrating_people determined_climbers "
    "phoenix_spreading_love"
)
_STORY: dict[str, Check] = {
    "text": a_text,
    "html_text": a_text,
    "is_pinned": a_bool,
    "sticker_name": one_of(*STICKERS.split()),
}
_ENTRY: dict[str, Check] = {
    "duration_minutes": anything,
    "entered_on": a_date,
    "attributable_to": anything,
    "billable_status": one_of("billable", "nonBillable", "notApplicable"),
    "description": a_text,
    "categories": anything,
}


def list_stories(call: Request) -> Answer:
    """Oldest first. Asana docs: getStoriesForTask."""
    task = call.in_path(Task, "task")
    return call.listed([s for s in call.board.all(Story) if s.task == task.gid])


def create_story(call: Request) -> Answer:
    """A comment; sent twice, it is there twice. Asana docs: createStoryForTask."""
    task = call.in_path(Task, "task")
    text, html = _texts(call)
    board = call.board
    story = board.put(
        Story(
            gid=board.new_gid(),
            task=task.gid,
            text=text,
            html_text=html,
            created_at=board.stamp(),
            created_by=call.user.gid,
            is_pinned=bool(call.data.get("is_pinned", False)),
            sticker_name=call.data.get("sticker_name"),
        )
    )
    task.modified_at = board.stamp()
    announce(board, call.user, story, "added", parent=task, streams=streams_of(call.board, task))
    return call.created(story, "stories")


def _texts(call: Request) -> tuple[str, str]:
    values = call.values(_STORY, ("gid", "created_at", "created_by", "type"))
    if ("text" in values) == ("html_text" in values):
        raise bad("You must provide exactly one of text or html_text")
    if "html_text" in values:
        html, text = checked(values["html_text"], "html_text")
    else:
        text, html = values["text"], from_plain(values["text"])
    if not text.strip():
        raise bad("text: Missing input")
    return text, html


def show_story(call: Request) -> Answer:
    """200 with the full record. Asana docs: getStory."""
    return call.shown(call.in_path(Story, "story"))


def update_story(call: Request) -> Answer:
    """Only its author. Asana docs: updateStory."""
    story = call.in_path(Story, "story")
    if story.created_by != call.user.gid:
        raise forbidden("story")
    if "text" in call.data or "html_text" in call.data:
        story.text, story.html_text = _texts(call)
        story.is_edited = True
    if "is_pinned" in call.data:
        story.is_pinned = a_bool("is_pinned", call.data["is_pinned"])
    return call.shown(story)


def delete_story(call: Request) -> Answer:
    """Only its author. Asana docs: deleteStory."""
    story = call.in_path(Story, "story")
    if story.created_by != call.user.gid:
        raise forbidden("story")
    task = call.board.need(Task, story.task)
    story.trashed = True
    task.modified_at = call.board.stamp()
    announce(call.board, call.user, story, "deleted", parent=task, streams=streams_of(call.board, task))
    return call.done()


def _need_time_tracking(call: Request) -> None:
    if call.switches.plan == "free":
        raise ApiProblem(
            call.switches.time_entries_free, "Time tracking is not available for free users or guests."
        )


def list_time_entries(call: Request) -> Answer:
    """Of a task, or of every task. Asana docs: getTimeTrackingEntriesForTask."""
    found = list(call.board.all(TimeEntry))
    if "task" in call.params:
        task = call.in_path(Task, "task")
        found = [entry for entry in found if entry.task == task.gid]
    _need_time_tracking(call)
    return call.listed(found)


def create_time_entry(call: Request) -> Answer:
    """Whole minutes, at least one; `entered_on` defaults to today. Asana docs: createTimeTrackingEntry."""
    task = call.in_path(Task, "task")
    _need_time_tracking(call)
    call.needed("duration_minutes")
    board = call.board
    entry = board.put(
        TimeEntry(
            gid=board.new_gid(),
            task=task.gid,
            duration_minutes=0,
            entered_on=board.stamp()[:10],
            created_at=board.stamp(),
            created_by=call.user.gid,
        )
    )
    _set_entry(call, entry)
    return call.created(entry, "time_tracking_entries")


def _set_entry(call: Request, entry: TimeEntry) -> None:
    values: dict[str, Any] = call.values(_ENTRY, ("gid", "task", "created_at", "created_by"))
    if "duration_minutes" in values:
        minutes = values["duration_minutes"]
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
            raise bad("duration_minutes: Must be a positive integer")
        entry.duration_minutes = minutes
    if values.get("attributable_to") is not None:
        entry.attributable_to = call.in_body(Project, "attributable_to", values["attributable_to"]).gid
    for key in ("entered_on", "billable_status", "description"):
        if values.get(key) is not None:
            setattr(entry, key, values[key])


def show_time_entry(call: Request) -> Answer:
    """200 with the full record. Asana docs: getTimeTrackingEntry."""
    _need_time_tracking(call)
    return call.shown(call.in_path(TimeEntry, "time_tracking_entry"))


def update_time_entry(call: Request) -> Answer:
    """Changes only the given fields. Asana docs: updateTimeTrackingEntry."""
    _need_time_tracking(call)
    entry = call.in_path(TimeEntry, "time_tracking_entry")
    _set_entry(call, entry)
    return call.shown(entry)


def delete_time_entry(call: Request) -> Answer:
    """Gone for good. Asana docs: deleteTimeTrackingEntry."""
    _need_time_tracking(call)
    call.in_path(TimeEntry, "time_tracking_entry").trashed = True
    return call.done()


def list_events(call: Request) -> Answer:
    """What changed since `sync`, oldest first; 412 with a token when there is none. Asana docs: getEvents."""
    if "resource" not in call.query:
        raise bad("resource: Missing input")
    resource = call.in_body(Record, "resource", call.query["resource"])
    if not isinstance(resource, (Task, Project)) or isinstance(resource, UserTaskList):
        raise bad(f"resource: Not a task or project: {resource.gid}")
    page, sync, more = since(call.board, resource, call.query.get("sync"), call.switches.sync_token_life)
    prune(call.board)
    shown = [_event(call, event) for event in page]
    return Answer(200, {"data": shown, "sync": sync, "has_more": more})


def _event(call: Request, event: Event) -> dict[str, Any]:
    board = call.board
    record = board.need_any(event.resource)
    resource = {"gid": event.resource, "resource_type": event.resource_kind, "name": event.resource_name}
    if isinstance(record, Task):
        resource["resource_subtype"] = record.resource_subtype
    if isinstance(record, Story):
        del resource["name"]
        resource["resource_subtype"] = "comment_added"
    parent = None
    if event.parent is not None:
        above = board.need_any(event.parent)
        parent = {"gid": above.gid, "resource_type": above.kind}
        if isinstance(above, (Task, Container)) or above.kind == "section":
            parent["name"] = above.__dict__["name"]
    shown: dict[str, Any] = {
        "user": None if event.user is None else call.view.compact(board.need_any(event.user)),
        "resource": resource,
        "type": event.resource_kind,
        "action": event.action,
        "parent": parent,
        "created_at": event.created_at,
    }
    if event.change is not None:
        shown["change"] = event.change
    return shown
