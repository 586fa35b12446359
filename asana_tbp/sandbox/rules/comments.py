"""Comments on a task."""

from __future__ import annotations

from asana_tbp.sandbox.problems import bad
from asana_tbp.sandbox.records import Story, Task
from asana_tbp.sandbox.request import Answer, Check, Request, a_bool, a_text, one_of
from asana_tbp.sandbox.rules.richtext import checked, from_plain

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


def list_stories(request: Request) -> Answer:
    """Oldest first. Asana docs: getStoriesForTask."""
    task = request.in_path(Task, "task")
    return request.listed([s for s in request.board.all(Story) if s.task == task.gid])


def create_story(request: Request) -> Answer:
    """A comment; sent twice, it is there twice. Asana docs: createStoryForTask."""
    task = request.in_path(Task, "task")
    text, html = _texts(request)
    board = request.board
    story = board.put(
        Story(
            gid=board.new_gid(),
            task=task.gid,
            text=text,
            html_text=html,
            created_at=board.stamp(),
            created_by=request.user.gid,
            is_pinned=bool(request.data.get("is_pinned", False)),
            sticker_name=request.data.get("sticker_name"),
        )
    )
    task.modified_at = board.stamp()
    return request.created(story, "stories")


def _texts(request: Request) -> tuple[str, str]:
    values = request.values(_STORY, ("gid", "created_at", "created_by", "type"))
    if ("text" in values) == ("html_text" in values):
        raise bad("You must provide exactly one of text or html_text")
    if "html_text" in values:
        html, text = checked(values["html_text"], "html_text")
    else:
        text, html = values["text"], from_plain(values["text"])
    if not text.strip():
        raise bad("text: Missing input")
    return text, html
