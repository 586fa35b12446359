"""What changed in Asana, as edits of the song map's own file.

Pure. Only what Asana alone changed is taken; what the map changed too is a conflict, and stays for the user.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Base, Entry
from asana_tbp.scaffold.compare.changes import Decisions, FieldOutcome, Side
from asana_tbp.scaffold.compare.matching import Remote, match
from asana_tbp.scaffold.compare.plan import MY_TASKS, Plan, Planner
from asana_tbp.scaffold.desired import Desired, DesiredTask, task_key, unnumbered
from asana_tbp.scaffold.order import merge_order, minimal_moves
from asana_tbp.scaffold.pull.edit_text import about
from asana_tbp.scaffold.pull.project import references
from asana_tbp.songmap import model
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.task_name import bare_key, kind_of, normalize, split_name
from asana_tbp.songmap.write.edit import (
    FIRST,
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
    edit_map,
)
from asana_tbp.songmap.write.map_text import EditError
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.text import LONGEST_LINE, one_line, paragraph, quote


@dataclass(frozen=True, slots=True)
class SongState:
    """A song on its three sides; `extended` is the song map that its own extends."""

    song_map: model.SongMap
    desired: Desired
    remote: Remote
    entries: Mapping[str, Entry]
    base: Base
    me: str = ""
    extended: model.SongMap | None = None


@dataclass(frozen=True, slots=True)
class IntoMap:
    """The map's text with Asana's changes. `left` says what could not be written, a sentence each.

    `my_tasks_wait` where the map has an ideal order that My Tasks is still to get, and `places_stay` where what
    took the place of a template's lines can't stand where they did.
    """

    text: str
    left: list[str]
    conflicts: list[FieldOutcome]
    my_tasks_wait: bool
    places_stay: bool


def into_map(text: str, state: SongState, *, default_minutes: int, prefer: Side | None = None) -> IntoMap:
    """Write what changed in Asana into the map's text."""
    decisions = Decisions(
        prefer=prefer, nothing_is_sent=True, my_tasks=state.remote.my_tasks is not None, rename_song=True
    )
    matching = match(state.desired, state.remote, state.entries)
    planned = Planner(state.desired, state.remote, state.entries, matching, state.base, decisions).plan()
    changes = _AsanaChanges(state, planned, default_minutes)
    edits = list(changes.edits())
    left = changes.left
    for edit in edits:
        try:
            text = edit_map(text, [edit])
        except EditError as error:
            left.append(f"{about(edit)}: {error.sentence}")
    waits = any(each.field == MY_TASKS and each.outcome in ("carry", "conflict") for each in planned.outcomes)
    return IntoMap(text, left, planned.conflicts, waits, changes.replaced)


class _AsanaChanges:
    def __init__(self, state: SongState, planned: Plan, default_minutes: int) -> None:
        self.left: list[str] = []
        self._state = state
        self._matching = planned.matching
        self._default_minutes = default_minutes
        self._tasks = {task.gid: task for task in state.remote.tasks}
        self._entries = {entry.gid: entry for entry in state.entries.values() if entry.gid}
        self._of_asana = {(each.key, each.field) for each in planned.outcomes if each.outcome == "left"}
        # What sections and tasks are called after the edits so far; tasks by gid, with their section.
        self._section_names = {section.key: section.name for section in state.desired.sections}
        self._titles = {
            gid: (self._section_names[task.section_key], task.title)
            for task in state.desired.tasks
            if (gid := self._matching.gids.get(task.key))
        }
        self._own = list(self._titles)
        self._inherited = {
            normalize(section.name): {bare_key(task.title) for task in section.tasks}
            for section in (state.extended.sections if state.extended else ())
        }
        self.replaced = False

    def edits(self) -> Iterator[Edit]:
        """Every change, in an order in which each finds what it is about."""
        yield from self._song()
        yield from self._sections()
        for task in self._state.desired.tasks:
            if task.key in self._matching.gone:
                yield RemoveTask(self._section_names[task.section_key], task.title)
            elif task.key in self._matching.gids:
                yield from self._task(task, self._tasks[self._matching.gids[task.key]])
        yield from self._added()
        yield from self._moved()
        yield from self._my_order()

    # -- the song and its sections ----------------------------------------------------------------

    def _song(self) -> Iterator[Edit]:
        song_map, remote = self._state.song_map, self._state.remote
        if ("", "song") in self._of_asana and (name := one_line(remote.name)):
            yield SetKey("song", replace(song_map, song=name))
        if ("", "project notes") not in self._of_asana:
            return
        for key, value in read_notes(paragraph(remote.notes)).items():
            if value != getattr(song_map, key):
                try:
                    yield SetKey(key, replace(song_map, **{key: value}))
                except ValueError:
                    self.left.append(
                        f"The project's notes say something about {key} that a song map can't hold."
                    )

    def _sections(self) -> Iterator[Edit]:
        names = {section.gid: one_line(section.name) for section in self._state.remote.sections}
        for section in self._state.desired.sections:
            name = names.get(self._matching.gids.get(section.key, ""))
            if (section.key, "section name") in self._of_asana and name:
                if self._inherited.pop(section.key, None) is None:
                    yield RenameSection(section.name, name)
                else:
                    # The file can't rename what stands in the template.
                    own = next(each for each in self._state.song_map.sections if each.name == section.name)
                    yield ReplaceInherited(section.name, None, name, own.tasks)
                    self.replaced = True
                self._section_names[section.key] = name
                for gid, (home, title) in self._titles.items():
                    if home == section.name:
                        self._titles[gid] = (name, title)

    # -- tasks ------------------------------------------------------------------------------------

    def _task(self, task: DesiredTask, there: Task) -> Iterator[Edit]:
        entry = self._entries.get(there.gid)
        if there.completed or entry is None:
            return
        base, name_changed = entry.base, there.name != entry.base.name
        section, title = self._titles[there.gid]
        shown, minutes = _title_and_minutes(there, numbered_for=task)
        inherited = any(bare_key(title) in titles for titles in self._inherited.values())
        if (task.key, "title") in self._of_asana and name_changed and shown:
            if self._is_free(section, shown):
                self._titles[there.gid] = (section, shown)
                if inherited:
                    yield self._replacement(section, title, shown, minutes)
                    name_changed = False
                else:
                    yield RenameTask(section, title, shown)
                title = shown
            else:
                self._twice(section, shown)
        if (task.key, "budget") in self._of_asana and name_changed:
            if minutes is not None:
                yield SetBudget(section, title, minutes)
            elif base.minutes is not None:
                self.left.append(
                    f"{quote(there.name)} has no time budget in Asana; the map keeps {task.minutes}m."
                )
        if (task.key, "notes") in self._of_asana:
            yield SetNotes(section, title, paragraph(there.notes))
        if (task.key, "due date") in self._of_asana:
            self.left.append(
                f"{quote(there.name)} is due {there.due_on or 'on no day'} in Asana; a song map has no day of "
                "its own for a task, only a deadline and sessions."
            )

    def _replacement(self, section: str, title: str, shown: str, minutes: int | None) -> ReplaceInherited:
        """A task of the file's own for one of the template that has another title in Asana."""
        tasks = (task for each in self._state.song_map.sections for task in each.tasks)
        old = next(task for task in tasks if task.title == title)
        new = replace(old, title=shown, line=shown, minutes=minutes or old.minutes, timeless=False)
        self.replaced = True
        return ReplaceInherited(section, title, section, (new,))

    def _is_free(self, section: str, title: str) -> bool:
        taken = {task_key(*place) for place in self._titles.values()}
        return task_key(section, title) not in taken

    def _twice(self, section: str, title: str) -> None:
        self.left.append(f"{section} has {quote(title)} twice in Asana; a song map can't.")

    def _added(self) -> Iterator[Edit]:
        known = {*self._entries, *self._titles}
        for section in self._state.remote.sections:
            home = self._home_of(section)
            before = FIRST
            for there in self._state.remote.tasks:
                if there.section_gid != section.gid:
                    continue
                new = there.gid not in known and not there.completed
                if new and (added := self._new_task(there, home)) is not None:
                    yield AddTask(home, added, before)
                    self._titles[there.gid] = (home, added.title)
                if self._titles.get(there.gid, ("", ""))[0] == home:
                    before = self._titles[there.gid][1]

    def _home_of(self, section: Section) -> str:
        keys = (key for key, gid in self._matching.gids.items() if gid == section.gid)
        return self._section_names.get(next(keys, ""), one_line(section.name) or "Untitled section")

    def _new_task(self, there: Task, home: str) -> model.Task | None:
        if there.assignee_gid not in (None, self._state.me or None):
            self.left.append(f"{quote(there.name)} is somebody else's and stays out of the map.")
            return None
        title, minutes = _title_and_minutes(there)
        title = title or "Untitled task"
        if not self._is_free(home, title):
            self._twice(home, title)
            return None
        if minutes is None:
            minutes = self._default_minutes
            self.left.append(f"{quote(title)} has no time budget in Asana; the map says {minutes}m.")
        return model.Task(title=title, minutes=minutes, notes=paragraph(there.notes), kind=kind_of(title))

    # -- places -----------------------------------------------------------------------------------

    def _moved(self) -> Iterator[Edit]:
        """Tasks that were moved in Asana, to another section or another place."""
        for section in self._state.remote.sections:
            home = self._home_of(section)
            shown = [
                task.gid
                for task in self._state.remote.tasks
                if task.section_gid == section.gid and self._may_be_in(home, task)
            ]
            # As the map has them by now: its own, and those just added where they were put.
            here = {gid for gid, (place, _) in self._titles.items() if place == home}
            in_asana = [task.gid for task in self._state.remote.tasks if task.gid in here]
            own = [gid for gid in self._own if gid in here]
            in_map = [gid for gid in merge_order(own, in_asana) if gid in shown]
            key = next((key for key, gid in self._matching.gids.items() if gid == section.gid), None)
            if (key, "order of tasks") not in self._of_asana:
                shown = merge_order(in_map, shown)
            for chain in minimal_moves(in_map, shown):
                for move in chain:
                    old_home, title = self._titles[move.gid]
                    after = FIRST if move.after is None else self._titles[move.after][1]
                    yield MoveTask(old_home, title, home, after)
                    self._titles[move.gid] = (home, title)

    def _may_be_in(self, home: str, there: Task) -> bool:
        """Whether the map has a task in this section, or Asana alone has moved it here."""
        if there.gid not in self._titles:
            return False
        if self._titles[there.gid][0] == home:
            return True
        key = next((key for key, gid in self._matching.gids.items() if gid == there.gid), "")
        moved = (key, "section") in self._of_asana and not there.completed
        return moved and self._is_free(home, self._titles[there.gid][1])

    def _my_order(self) -> Iterator[Edit]:
        """The ideal order, where My Tasks alone has another one."""
        moved: list[str] = []
        if ("", MY_TASKS) in self._of_asana:
            moved = [gid for gid in self._state.remote.my_tasks or () if gid in self._titles]
        elif not self.replaced:
            # What was dropped from the template took its `after` along: then the order is said outright.
            return
        gids = {key: gid for key, gid in self._matching.gids.items() if gid in moved}
        places = []
        arranged = iter(moved)
        for section, task in ideal_order(self._state.song_map):
            key = task_key(section, task.title)
            if key not in self._matching.gone:
                place = self._titles.get(self._matching.gids.get(key, ""), (section, task.title))
                places.append(self._titles[next(arranged)] if key in gids else place)
        order = references(places, places)
        yield SetKey("order", replace(self._state.song_map, order=order))


def _title_and_minutes(there: Task, numbered_for: DesiredTask | None = None) -> tuple[str, int | None]:
    """A task's title in Asana as a map can hold it, and its budget."""
    shown, minutes = split_name(one_line(there.name))
    if numbered_for is not None and numbered_for.numbered:
        shown = unnumbered(shown)
    return shown[:LONGEST_LINE].strip(), minutes
