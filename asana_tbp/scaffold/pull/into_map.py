"""What changed in Asana, written into the song map's own file.

Pure. Only what Asana alone changed is taken; what the map changed too is a conflict, and stays for the user.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from asana_tbp.bridge.values import Task
from asana_tbp.scaffold.base import UNKNOWN, Base
from asana_tbp.scaffold.compare.plan import MY_TASKS, Plan, Remote
from asana_tbp.scaffold.desired import DesiredTask, shown_title, task_key
from asana_tbp.scaffold.journal import Song
from asana_tbp.scaffold.order import merge_order, minimal_moves
from asana_tbp.scaffold.pull.inherited import Inherited
from asana_tbp.songmap import model
from asana_tbp.songmap.order import ideal_order, references
from asana_tbp.songmap.read.loader import Template
from asana_tbp.songmap.task_name import kind_of, normalize
from asana_tbp.songmap.write import edit
from asana_tbp.songmap.write.map_text import EditError, MapText
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.text import one_line, paragraph, plural, quote

_Arguments = ParamSpec("_Arguments")


@dataclass
class MapUpdate:
    """A song map's file with what Asana alone changed: its text `before` and `after`.

    `song` is what the journal knew, and `template` the file as it was; `bases` are the journal's by gid, and `me` is
    the user's gid. `left` says what could not be written, a sentence each. `replaced` if lines that replace a
    template's can't stand in the same place.
    """

    path: Path
    song: Song
    before: str
    template: Template
    remote: Remote
    bases: Mapping[str, Base]
    planned: Plan
    default_minutes: int
    me: str
    left: list[str] = field(default_factory=list)
    replaced: bool = False

    def __post_init__(self) -> None:
        self.text = MapText(self.before, "song map", self.template.pages[1:])
        self._song_map = self.planned.desired.song_map
        desired, self._gids = self.planned.desired, self.planned.gids
        self._keys = {gid: key for key, gid in self._gids.items()}
        self._of_asana = {(each.key, each.field) for each in self.planned.outcomes if each.outcome == "left"}
        # What sections and tasks are called after the edits so far; tasks by gid, with their section.
        self._section_names = {section.key: section.name for section in desired.sections}
        self.titles = {
            self._gids[task.key]: (self._section_names[task.section_key], task.title)
            for task in desired.tasks
            if self._gids.get(task.key)
        }
        self._inherited = Inherited(self.template.extended(), self._song_map)

    @property
    def after(self) -> str:
        """The file as it would be, with the changes written so far."""
        return self.text.text

    def write(self) -> None:
        """Make every change that can be made, in an order in which each finds what it is about."""
        self._edit_song()
        self._rename_sections()
        there = {task.gid: task for task in self.remote.tasks}
        in_both: list[tuple[DesiredTask, Task]] = []
        for task in self.planned.desired.tasks:
            if task.key in self.planned.gone:
                home, about = self._section_names[task.section_key], f"{quote(task.title)} is gone in Asana"
                dropped = self._inherited.dropped(home, task.title)
                self.apply(about, edit.remove_task, home, task.title, dropped)
            elif task.key in self._gids:
                in_both.append((task, there[self._gids[task.key]]))
        replaced = self._rename_tasks(in_both)
        for task, shown in in_both:
            self._edit_task(task, shown, is_replaced=shown.gid in replaced)
        self._arrange_tasks()
        self._edit_order()

    def apply(
        self,
        about: str,
        change: Callable[Concatenate[MapText, _Arguments], MapText],
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> bool:
        """Write a change into the map, and whether that can be done; `about` says what changed in Asana."""
        try:
            self.text = edit.edited(self.text, change, *args, **kwargs)
        except EditError as error:
            self.left.append(f"{about}: {error.sentence}")
            return False
        return True

    def _edit_key(self, key: str, value: Any) -> None:
        try:
            song_map = replace(self._song_map, **{key: value})
        except ValueError:
            self.left.append(f"The project's notes say something about {key} that a song map can't hold.")
        else:
            self.apply(f"The song's {key} changed in Asana", edit.set_key, key, song_map)

    def _edit_song(self) -> None:
        if ("", "song") in self._of_asana and (name := one_line(self.remote.project.name)):
            self._edit_key("song", name)
        if ("", "project notes") in self._of_asana:
            for key, value in read_notes(paragraph(self.remote.notes)).items():
                if value != getattr(self._song_map, key):
                    self._edit_key(key, value)

    def _rename_sections(self) -> None:
        names = {section.gid: one_line(section.name) for section in self.remote.sections}
        for section in self.planned.desired.sections:
            name = names.get(self._gids.get(section.key, ""))
            if (section.key, "section name") in self._of_asana and name:
                others = [each for key, each in self._section_names.items() if key != section.key]
                why = ""
                if list(map(normalize, names.values())).count(normalize(name)) > 1:
                    why = f"Asana has two sections called {quote(name)}; a song map can't. Rename one there."
                elif normalize(name) in map(normalize, others):
                    why = (
                        f"{quote(section.name)} is called {quote(name)} in Asana, and the map has another section "
                        "of this name. Rename one there, or pull again if that one has a new name too."
                    )
                if why:
                    self.left.append(why)
                    continue
                if section.key not in self._inherited.titles:
                    renamed = f"{quote(section.name)} is called {quote(name)} in Asana"
                    done = self.apply(renamed, edit.rename_section, section.name, name)
                else:
                    # The file can't rename what stands in the template.
                    own = next(each for each in self._song_map.sections if each.name == section.name)
                    done = self._replace(section.name, None, name, own.tasks)
                    if done:
                        self._inherited.titles[section.key] = set()
                if not done:
                    continue
                self._section_names[section.key] = name
                for gid, (home, title) in self.titles.items():
                    if home == section.name:
                        self.titles[gid] = (name, title)

    def _replace(self, section: str, title: str | None, to: str, tasks: tuple[model.Task, ...]) -> bool:
        about = f"{quote(title or section)} has another name in Asana"
        dropped = self._inherited.reference(section, title)
        done = self.apply(about, edit.replace_inherited, section, title, to, tasks, dropped)
        self.replaced |= done
        return done

    def _rename_tasks(self, tasks: Sequence[tuple[DesiredTask, Task]]) -> set[str]:
        """Write the titles that Asana has; returns the gids of tasks that replace a template's now."""
        new = {
            there.gid: (there, shown)
            for task, there in tasks
            if self._name_changed(task, there)
            if (shown := shown_title(there.name, numbered=task.numbered)[0])
        }
        replaced, waiting = set[str](), list[str]()
        before = self.text, dict(self.titles), list(self.left)
        for gid, (there, shown) in new.items():
            home, title = self.titles[gid]
            if self._holder(home, shown) in new.keys() - {gid}:
                # The titles of two or more go round: this one has another in between.
                waiting.append(gid)
                replaced |= self._rename_task(there, f"{title} {gid}")
            else:
                replaced |= self._rename_task(there, shown)
        for gid in waiting:
            self._rename_task(*new[gid])
        if any(self.titles[gid][1] != new[gid][1] for gid in waiting):
            (self.text, self.titles, self.left), replaced = before, set()
            for there, shown in new.values():
                replaced |= self._rename_task(there, shown)
        return replaced

    def _rename_task(self, there: Task, shown: str) -> set[str]:
        """Write a task's title; returns its gid if it replaces one of the template's."""
        home, title = self.titles[there.gid]
        if self._is_left(home, shown, there.gid):
            return set()
        in_template = bool(self._inherited.homes(title))
        if in_template:
            # The file gets a task of its own instead of the template's.
            new = self._inherited.replacement(self._keys[there.gid], shown, shown_title(there.name)[1])
            done = self._replace(home, title, home, (new,))
        else:
            about = f"{quote(title)} is called {quote(shown)} in Asana"
            done = self.apply(about, edit.rename_task, home, title, shown)
        if done:
            self.titles[there.gid] = (home, shown)
        return {there.gid} if done and in_template else set()

    def _name_changed(self, task: DesiredTask, there: Task) -> bool:
        base = self.bases.get(there.gid, UNKNOWN)
        is_asanas = base.title == task.title if there.completed else (task.key, "title") in self._of_asana
        return is_asanas and there.name != base.name

    def _edit_task(self, task: DesiredTask, there: Task, *, is_replaced: bool) -> None:
        if there.completed or (base := self.bases.get(there.gid)) is None:
            return
        name_changed = there.name != base.name and not is_replaced
        (section, title), minutes = self.titles[there.gid], shown_title(there.name)[1]
        if (task.key, "budget") in self._of_asana and name_changed:
            if minutes is not None:
                about = f"{quote(title)} has {plural(minutes, 'minute')} in Asana"
                self.apply(about, edit.set_budget, section, title, minutes)
            elif base.minutes is not None:
                self.left.append(
                    f"{quote(there.name)} has no time budget in Asana; the map keeps {task.minutes}m."
                )
        if (task.key, "notes") in self._of_asana:
            about = f"{quote(title)} has other notes in Asana"
            self.apply(about, edit.set_notes, section, title, paragraph(there.notes))
        if (task.key, "due date") in self._of_asana:
            self.left.append(
                f"{quote(there.name)} is due {there.due_on or 'on no day'} in Asana; a song map has no day of "
                "its own for a task, only a deadline and sessions."
            )

    def _holder(self, section: str, title: str) -> str | None:
        """The gid of the task that has a title in a section."""
        key = task_key(section, title)
        return next((gid for gid, place in self.titles.items() if task_key(*place) == key), None)

    def _is_left(self, section: str, title: str, gid: str = "") -> bool:
        """Whether a section cannot get a title, for the task `gid` or a new one, with a sentence about it."""
        why = self._inherited.why_not_in(section, title)
        if self._holder(section, title) not in (None, gid):
            why = f"{section} has {quote(title)} twice in Asana; a song map can't. Rename one there."
        self.left += [why] if why else []
        return bool(why)

    def _new_task(self, there: Task, home: str, section_key: str) -> model.Task | None:
        if there.assignee_gid not in (None, self.me or None):
            self.left.append(f"{quote(there.name)} is somebody else's and stays out of the map.")
            return None
        title, minutes = shown_title(there.name)
        title = title or "Untitled task"
        if self._is_left(home, title):
            return None
        if task_key(section_key, title) in self._gids:
            # Until the base knows the new name of the other, the two would be taken for each other.
            self.left.append(
                f"{quote(title)} is new in {home}, and another task had its name before. "
                "Run the same command again to take it in."
            )
            return None
        if minutes is None:
            minutes = self.default_minutes
            self.left.append(f"{quote(title)} has no time budget in Asana; the map says {minutes}m.")
        return model.Task(title=title, minutes=minutes, notes=paragraph(there.notes), kind=kind_of(title))

    def _arrange_tasks(self) -> None:
        """Tasks that are new in Asana, or were moved there to another section or another place."""
        known, new = {*self.bases, *self.titles}, dict[str, model.Task]()
        for section in self.remote.sections:
            key = self._keys.get(section.gid, "")
            home = self._section_names.get(key, one_line(section.name) or "Untitled section")
            in_map = [gid for gid, (place, _) in self.titles.items() if place == home]
            shown = []
            for there in self.remote.tasks:
                if there.section_gid != section.gid:
                    continue
                is_new = there.gid not in known and not there.completed
                if is_new and (task := self._new_task(there, home, key)) is not None:
                    new[there.gid] = task
                    self.titles[there.gid] = (home, task.title)
                if self._may_be_in(home, there):
                    shown.append(there.gid)
            in_map = [gid for gid in in_map if gid in shown]
            if (key, "order of tasks") not in self._of_asana:
                shown = merge_order(in_map, shown)
            for move in chain.from_iterable(minimal_moves(in_map, shown)):
                old_home, title = self.titles[move.gid]
                after = edit.FIRST if move.after is None else self.titles[move.after][1]
                if move.gid in new:
                    self.apply(f"{quote(title)} is new in {home}", edit.add_task, home, new[move.gid], after)
                else:
                    about = f"{quote(title)} was moved in {home}"
                    if self.apply(about, edit.move_task, old_home, title, home, after):
                        self.titles[move.gid] = (home, title)

    def _may_be_in(self, home: str, there: Task) -> bool:
        """Whether the map has a task in this section, or Asana alone has moved it here."""
        place, title = self.titles.get(there.gid, ("", ""))
        moved = (self._keys.get(there.gid), "section") in self._of_asana and not there.completed
        if not title or place == home or not moved or self._holder(home, title):
            return bool(title) and place == home
        # Of two that the template calls the same, the title alone would move either.
        return len(self._inherited.homes(title)) < 2 or not self._is_left(home, title)

    def _edit_order(self) -> None:
        """Write the ideal order, if only My Tasks has changed it."""
        moved: list[str] = []
        if ("", MY_TASKS) in self._of_asana:
            moved = [gid for gid in self.remote.my_tasks or () if gid in self.titles]
        elif not self.replaced:
            # Only what is dropped from the template takes its `after` along: then the order is written out.
            return
        places = []
        arranged = iter(moved)
        for section, task in ideal_order(self._song_map):
            key = task_key(section, task.title)
            if key not in self.planned.gone:
                gid = self._gids.get(key, "")
                place = self.titles.get(gid, (section, task.title))
                places.append(self.titles[next(arranged)] if gid in moved else place)
        self._edit_key("order", references(places, places))
