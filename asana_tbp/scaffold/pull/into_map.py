"""What changed in Asana, as edits of the song map's own file.

Pure. Only what Asana alone changed is taken; what the map changed too is a conflict, and stays for the user.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry
from asana_tbp.scaffold.compare.plan import MY_TASKS, Plan, Remote
from asana_tbp.scaffold.desired import Desired, DesiredTask, task_key, unnumbered
from asana_tbp.scaffold.order import merge_order, minimal_moves
from asana_tbp.songmap import model
from asana_tbp.songmap.order import ideal_order, references
from asana_tbp.songmap.task_name import bare_key, kind_of, normalize, split_name
from asana_tbp.songmap.write.edit import (
    FIRST,
    Edit,
    add_task,
    edited,
    move_task,
    remove_task,
    rename_section,
    rename_task,
    replace_inherited,
    set_budget,
    set_key,
    set_notes,
)
from asana_tbp.songmap.write.map_text import EditError, MapText
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.text import LONGEST_LINE, one_line, paragraph, plural, quote

Change = tuple[str, Edit]
"""What changed in Asana, in words, and the edit that writes it into the map."""


@dataclass
class AsanaChanges:
    """What Asana alone changed of a song; `extended` is the song map that its own extends, `me` the user's gid.

    `left` says what could not be written, a sentence each. `replaced` where what took the place of a template's
    lines can't stand where they did.
    """

    song_map: model.SongMap
    desired: Desired
    remote: Remote
    entries: Mapping[str, Entry]
    planned: Plan
    default_minutes: int
    me: str = ""
    extended: model.SongMap | None = None
    left: list[str] = field(default_factory=list)
    replaced: bool = False

    def __post_init__(self) -> None:
        self._gids = self.planned.matching.gids
        self._keys = {gid: key for key, gid in self._gids.items()}
        self._known = {entry.gid: entry for entry in self.entries.values() if entry.gid}
        self._of_asana = {(each.key, each.field) for each in self.planned.outcomes if each.outcome == "left"}
        # What sections and tasks are called after the edits so far; tasks by gid, with their section.
        self._section_names = {section.key: section.name for section in self.desired.sections}
        self._titles = {
            self._gids[task.key]: (self._section_names[task.section_key], task.title)
            for task in self.desired.tasks
            if self._gids.get(task.key)
        }
        self._own = list(self._titles)
        sections = self.extended.sections if self.extended else ()
        self._inherited = {
            normalize(section.name): {bare_key(task.title) for task in section.tasks} for section in sections
        }

    def written_into(self, text: str) -> str:
        """The map's text with every change that can be written into it."""
        source, refused = MapText(text, "song map"), []
        for about, edit in self._changes():
            try:
                source = edited(source, edit)
            except EditError as error:
                refused.append(f"{about}: {error.sentence}")
        self.left += refused
        return source.text

    def _changes(self) -> Iterator[Change]:
        """Every change, in an order in which each finds what it is about."""
        yield from self._song()
        yield from self._sections()
        tasks = {task.gid: task for task in self.remote.tasks}
        for task in self.desired.tasks:
            if task.key in self.planned.matching.gone:
                home = self._section_names[task.section_key]
                yield f"{quote(task.title)} is gone in Asana", remove_task(home, task.title)
            elif task.key in self._gids:
                yield from self._task(task, tasks[self._gids[task.key]])
        yield from self._added()
        yield from self._moved()
        yield from self._my_order()

    def _key(self, key: str, song_map: model.SongMap) -> Change:
        return f"The song's {key} changed in Asana", set_key(key, song_map)

    def _song(self) -> Iterator[Change]:
        if ("", "song") in self._of_asana and (name := one_line(self.remote.name)):
            yield self._key("song", replace(self.song_map, song=name))
        if ("", "project notes") not in self._of_asana:
            return
        for key, value in read_notes(paragraph(self.remote.notes)).items():
            if value != getattr(self.song_map, key):
                try:
                    yield self._key(key, replace(self.song_map, **{key: value}))
                except ValueError:
                    self.left.append(
                        f"The project's notes say something about {key} that a song map can't hold."
                    )

    def _sections(self) -> Iterator[Change]:
        names = {section.gid: one_line(section.name) for section in self.remote.sections}
        for section in self.desired.sections:
            name = names.get(self._gids.get(section.key, ""))
            if (section.key, "section name") in self._of_asana and name:
                if self._inherited.pop(section.key, None) is None:
                    renamed = f"{quote(section.name)} is called {quote(name)} in Asana"
                    yield renamed, rename_section(section.name, name)
                else:
                    # The file can't rename what stands in the template.
                    own = next(each for each in self.song_map.sections if each.name == section.name)
                    yield self._replacement(section.name, None, name, own.tasks)
                self._section_names[section.key] = name
                for gid, (home, title) in self._titles.items():
                    if home == section.name:
                        self._titles[gid] = (name, title)

    def _replacement(self, section: str, title: str | None, to: str, tasks: tuple[model.Task, ...]) -> Change:
        self.replaced = True
        about = f"{quote(title or section)} has another name in Asana"
        return about, replace_inherited(section, title, to, tasks)

    def _task(self, task: DesiredTask, there: Task) -> Iterator[Change]:
        entry = self._known.get(there.gid)
        if there.completed or entry is None:
            return
        name_changed = there.name != entry.base.name
        section, title = self._titles[there.gid]
        shown, minutes = _title_and_minutes(there, numbered_for=task)
        if (task.key, "title") in self._of_asana and name_changed and shown:
            if self._is_free(section, shown):
                self._titles[there.gid] = (section, shown)
                if any(bare_key(title) in titles for titles in self._inherited.values()):
                    # A task of the file's own for one of the template.
                    tasks = (task for each in self.song_map.sections for task in each.tasks)
                    old = next(task for task in tasks if task.title == title)
                    new = replace(
                        old, title=shown, line=shown, minutes=minutes or old.minutes, timeless=False
                    )
                    yield self._replacement(section, title, section, (new,))
                    name_changed = False
                else:
                    renamed = f"{quote(title)} is called {quote(shown)} in Asana"
                    yield renamed, rename_task(section, title, shown)
                title = shown
            else:
                self._twice(section, shown)
        if (task.key, "budget") in self._of_asana and name_changed:
            if minutes is not None:
                about = f"{quote(title)} has {plural(minutes, 'minute')} in Asana"
                yield about, set_budget(section, title, minutes)
            elif entry.base.minutes is not None:
                self.left.append(
                    f"{quote(there.name)} has no time budget in Asana; the map keeps {task.minutes}m."
                )
        if (task.key, "notes") in self._of_asana:
            about = f"{quote(title)} has other notes in Asana"
            yield about, set_notes(section, title, paragraph(there.notes))
        if (task.key, "due date") in self._of_asana:
            self.left.append(
                f"{quote(there.name)} is due {there.due_on or 'on no day'} in Asana; a song map has no day of "
                "its own for a task, only a deadline and sessions."
            )

    def _is_free(self, section: str, title: str) -> bool:
        taken = {task_key(*place) for place in self._titles.values()}
        return task_key(section, title) not in taken

    def _twice(self, section: str, title: str) -> None:
        self.left.append(f"{section} has {quote(title)} twice in Asana; a song map can't.")

    def _added(self) -> Iterator[Change]:
        known = {*self._known, *self._titles}
        for section in self.remote.sections:
            home = self._home_of(section)
            before = FIRST
            for there in self.remote.tasks:
                if there.section_gid != section.gid:
                    continue
                new = there.gid not in known and not there.completed
                if new and (added := self._new_task(there, home)) is not None:
                    yield f"{quote(added.title)} is new in {home}", add_task(home, added, before)
                    self._titles[there.gid] = (home, added.title)
                if self._titles.get(there.gid, ("", ""))[0] == home:
                    before = self._titles[there.gid][1]

    def _home_of(self, section: Section) -> str:
        key = self._keys.get(section.gid, "")
        return self._section_names.get(key, one_line(section.name) or "Untitled section")

    def _new_task(self, there: Task, home: str) -> model.Task | None:
        if there.assignee_gid not in (None, self.me or None):
            self.left.append(f"{quote(there.name)} is somebody else's and stays out of the map.")
            return None
        title, minutes = _title_and_minutes(there)
        title = title or "Untitled task"
        if not self._is_free(home, title):
            self._twice(home, title)
            return None
        if minutes is None:
            minutes = self.default_minutes
            self.left.append(f"{quote(title)} has no time budget in Asana; the map says {minutes}m.")
        return model.Task(title=title, minutes=minutes, notes=paragraph(there.notes), kind=kind_of(title))

    def _moved(self) -> Iterator[Change]:
        """Tasks that were moved in Asana, to another section or another place."""
        for section in self.remote.sections:
            home = self._home_of(section)
            shown = [
                task.gid
                for task in self.remote.tasks
                if task.section_gid == section.gid and self._may_be_in(home, task)
            ]
            # As the map has them by now: its own, and those just added where they were put.
            here = {gid for gid, (place, _) in self._titles.items() if place == home}
            in_asana = [task.gid for task in self.remote.tasks if task.gid in here]
            own = [gid for gid in self._own if gid in here]
            in_map = [gid for gid in merge_order(own, in_asana) if gid in shown]
            if (self._keys.get(section.gid), "order of tasks") not in self._of_asana:
                shown = merge_order(in_map, shown)
            for chain in minimal_moves(in_map, shown):
                for move in chain:
                    old_home, title = self._titles[move.gid]
                    after = FIRST if move.after is None else self._titles[move.after][1]
                    yield f"{quote(title)} was moved in {home}", move_task(old_home, title, home, after)
                    self._titles[move.gid] = (home, title)

    def _may_be_in(self, home: str, there: Task) -> bool:
        """Whether the map has a task in this section, or Asana alone has moved it here."""
        place, title = self._titles.get(there.gid, ("", ""))
        moved = (self._keys.get(there.gid), "section") in self._of_asana and not there.completed
        return bool(title) and (place == home or (moved and self._is_free(home, title)))

    def _my_order(self) -> Iterator[Change]:
        """The ideal order, where My Tasks alone has another one."""
        moved: list[str] = []
        if ("", MY_TASKS) in self._of_asana:
            moved = [gid for gid in self.remote.my_tasks or () if gid in self._titles]
        elif not self.replaced:
            # What was dropped from the template took its `after` along: then the order is said outright.
            return
        places = []
        arranged = iter(moved)
        for section, task in ideal_order(self.song_map):
            key = task_key(section, task.title)
            if key not in self.planned.matching.gone:
                gid = self._gids.get(key, "")
                place = self._titles.get(gid, (section, task.title))
                places.append(self._titles[next(arranged)] if gid in moved else place)
        yield self._key("order", replace(self.song_map, order=references(places, places)))


def _title_and_minutes(there: Task, numbered_for: DesiredTask | None = None) -> tuple[str, int | None]:
    """A task's title in Asana as a map can hold it, and its budget."""
    shown, minutes = split_name(one_line(there.name))
    if numbered_for is not None and numbered_for.numbered:
        shown = unnumbered(shown)
    return shown[:LONGEST_LINE].strip(), minutes
