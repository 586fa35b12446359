"""Edits of a song map in words."""

from __future__ import annotations

from asana_tbp.songmap.write.edit import (
    AddTask,
    Edit,
    MoveTask,
    RemoveTask,
    RenameSection,
    RenameTask,
    ReplaceInherited,
    SetBudget,
    SetKey,
    SetNotes,
)
from asana_tbp.text import plural, quote


def about(edit: Edit) -> str:
    """What changed in Asana, for a change that could not be written into the file."""
    match edit:
        case RenameTask(_, title, new_title):
            return f"{quote(title)} is called {quote(new_title)} in Asana"
        case SetBudget(_, title, minutes):
            return f"{quote(title)} has {plural(minutes, 'minute')} in Asana"
        case AddTask(section, task, _):
            return f"{quote(task.title)} is new in {section}"
        case RenameSection(name, new_name):
            return f"{quote(name)} is called {quote(new_name)} in Asana"
        case ReplaceInherited(section, title, _, _):
            return f"{quote(title or section)} has another name in Asana"
        case SetKey(key, _):
            return f"The song's {key} changed in Asana"
        case MoveTask(_, title, to, _):
            return f"{quote(title)} was moved in {to}"
        case SetNotes(_, title, _):
            return f"{quote(title)} has other notes in Asana"
        case RemoveTask(_, title):
            return f"{quote(title)} is gone in Asana"
