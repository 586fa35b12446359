"""What changed in Asana, as edits of the song map's own file.

Pure. Only what Asana alone changed is taken; what the map changed too is a conflict, and stays for the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import SongBase
from asana_tbp.scaffold.desired import Desired, DesiredTask, unnumbered
from asana_tbp.scaffold.matching import Journalled, Matching, Remote, match
from asana_tbp.scaffold.order import minimal_moves
from asana_tbp.scaffold.plan import Conflict, Outcome, PlanOptions, Side, alike, decide, plan, words_of
from asana_tbp.scaffold.pull.edit_text import about
from asana_tbp.songmap import model
from asana_tbp.songmap.task_name import kind_of, normalize, split_name
from asana_tbp.songmap.write.edit import (
    FIRST,
    AddTask,
    Edit,
    MoveTask,
    RemoveTask,
    RenameSection,
    RenameTask,
    SetBudget,
    SetKey,
    SetNotes,
    edit_map,
)
from asana_tbp.songmap.write.map_text import EditError
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.text import LONGEST_LINE, one_line, paragraph, quote

WORDS = ("bpm", "key", "reference", "deadline", "sessions", "stage", "inspiration", "themes", "questions")
"""Keys of a song map that stand in a project's notes."""


@dataclass(frozen=True, slots=True)
class SongState:
    """A song on its three sides."""

    song_map: model.SongMap
    desired: Desired
    remote: Remote
    journalled: Journalled
    base: SongBase
    me: str = ""


@dataclass(frozen=True, slots=True)
class IntoMap:
    """The map's text with Asana's changes. `left` says what could not be written, a sentence each."""

    text: str
    left: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def into_map(text: str, state: SongState, *, default_minutes: int, prefer: Side | None = None) -> IntoMap:
    """Write what changed in Asana into the map's text."""
    matching = match(state.desired, state.remote, state.journalled)
    options = PlanOptions(nothing_is_sent=True)
    planned = plan(state.desired, state.remote, state.journalled, matching, state.base, options)
    changes = _AsanaChanges(state, matching, default_minutes, prefer)
    edits = list(changes.edits())
    left = list(changes.left)
    for edit in edits:
        try:
            text = edit_map(text, [edit])
        except EditError as error:
            left.append(f"{about(edit)}: {error.sentence}")
    conflicts = planned.conflicts if prefer is None else ()
    return IntoMap(text, tuple(left), conflicts)


@dataclass(slots=True)
class _AsanaChanges:
    state: SongState
    matching: Matching
    default_minutes: int
    prefer: Side | None
    left: list[str] = field(default_factory=list)

    def edits(self) -> Iterator[Edit]:
        """Every change, in an order in which each finds what it is about."""
        self._titles = {
            gid: (self._section_name(task.section_key), task.title)
            for task in self.state.desired.tasks
            if (gid := self.matching.tasks.get(task.key))
        }
        yield from self._song()
        yield from self._sections()
        for task in self.state.desired.tasks:
            yield from self._task(task)
        yield from self._removed()
        yield from self._added()
        yield from self._order()

    # -- the song and its sections ----------------------------------------------------------------

    def _song(self) -> Iterator[Edit]:
        state = self.state
        name = one_line(state.remote.name)
        if name and self._is_asanas(state.base.name, state.desired.title, name):
            yield SetKey("song", replace(state.song_map, song=name))
        base = state.base
        if base.notes_in_asana is None or words_of(base.notes_in_asana) == words_of(state.remote.notes):
            return
        if words_of(state.remote.notes) == words_of(state.desired.notes):
            return
        if words_of(base.notes or "") != words_of(state.desired.notes) and self.prefer != "asana":
            return
        words = read_notes(paragraph(state.remote.notes))
        for key in WORDS:
            if key in words and words[key] != getattr(state.song_map, key):
                try:
                    changed = replace(state.song_map, **{key: words[key]})
                except ValueError:
                    self.left.append(
                        f"The project's notes say something about {key} that a song map can't hold."
                    )
                    continue
                yield SetKey(key, changed)

    def _sections(self) -> Iterator[Edit]:
        names = {section.gid: section.name for section in self.state.remote.sections}
        entries = {entry.gid: entry for entry in self.state.journalled.sections.values()}
        for section in self.state.desired.sections:
            gid = self.matching.sections.get(section.key)
            if gid is None:
                continue
            entry, name = entries.get(gid), one_line(names[gid])
            known = entry.section_base.name if entry else None
            if name and self._is_asanas(known, section.name, name):
                yield RenameSection(section.name, name)
                self._rename_home(section.name, name)

    def _rename_home(self, old: str, new: str) -> None:
        for gid, (section, title) in self._titles.items():
            if section == old:
                self._titles[gid] = (new, title)
        self._new_names[normalize(old)] = new

    _new_names: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, tuple[str, str]] = field(default_factory=dict)

    def _section_name(self, key: str) -> str:
        name = next((s.name for s in self.state.desired.sections if s.key == key), key)
        return self._new_names.get(key, name)

    # -- tasks ------------------------------------------------------------------------------------

    def _task(self, task: DesiredTask) -> Iterator[Edit]:
        gid = self.matching.tasks.get(task.key)
        if gid is None:
            return
        there = next(each for each in self.state.remote.tasks if each.gid == gid)
        entry = next((e for e in self.state.journalled.tasks.values() if e.gid == gid), None)
        base = entry.task_base if entry else None
        if there.completed or base is None:
            return
        section, title = self._titles[gid]
        shown, minutes = split_name(there.name)
        shown = one_line(unnumbered(shown) if task.numbered else shown)[:LONGEST_LINE].strip()
        if shown and not alike(shown, task) and self._is_asanas(base.title, task.title, shown):
            if self._is_free(section, shown):
                yield RenameTask(section, title, shown)
                self._titles[gid] = (section, shown)
                title = shown
            else:
                self.left.append(f"{section} has {quote(shown)} twice in Asana; a song map can't.")
        if minutes is None and base.minutes is not None and there.name != base.name:
            self.left.append(
                f"{quote(there.name)} has no time budget in Asana; the map keeps {task.minutes}m."
            )
        elif minutes is not None and self._is_asanas(base.minutes, task.minutes, minutes):
            yield SetBudget(section, title, minutes)
        notes = paragraph(there.notes)
        if self._is_asanas(words_of(base.notes or ""), words_of(task.notes), words_of(notes)):
            yield SetNotes(section, title, notes)
        if (there.due_on or "") != (base.due_on or "") and there.due_on != task.due_on:
            self.left.append(
                f"{quote(there.name)} is due {there.due_on or 'on no day'} in Asana; a song map has no day of "
                "its own for a task, only a deadline and sessions."
            )

    def _is_free(self, section: str, title: str) -> bool:
        taken = {(normalize(s), normalize(t)) for s, t in self._titles.values()}
        return (normalize(section), normalize(title)) not in taken

    def _removed(self) -> Iterator[Edit]:
        for task in self.state.desired.tasks:
            if task.key in self.matching.gone:
                yield RemoveTask(self._section_name(task.section_key), task.title)

    def _added(self) -> Iterator[Edit]:
        known = {entry.gid for entry in self.state.journalled.tasks.values()} | set(self._titles)
        for section in self.state.remote.sections:
            home = self._home_of(section)
            before: str | None = FIRST
            for there in self.state.remote.tasks:
                if there.section_gid != section.gid:
                    continue
                if there.gid in self._titles and self._titles[there.gid][0] == home:
                    before = self._titles[there.gid][1]
                    continue
                new = there.gid not in known and not there.completed
                if new and (added := self._new_task(there, home)) is not None:
                    yield AddTask(home, added, before)
                    self._titles[there.gid] = (home, added.title)
                    before = added.title

    def _home_of(self, section: Section) -> str:
        for key, gid in self.matching.sections.items():
            if gid == section.gid:
                return self._section_name(key)
        return one_line(section.name) or "Untitled section"

    def _new_task(self, there: Task, home: str) -> model.Task | None:
        if there.assignee_gid not in (None, self.state.me or None):
            self.left.append(f"{quote(there.name)} is somebody else's and stays out of the map.")
            return None
        shown, minutes = split_name(one_line(there.name))
        title = shown[:LONGEST_LINE].strip() or "Untitled task"
        if not self._is_free(home, title):
            self.left.append(f"{home} has {quote(title)} twice in Asana; a song map can't.")
            return None
        if minutes is None:
            minutes = self.default_minutes
            self.left.append(f"{quote(title)} has no time budget in Asana; the map says {minutes}m.")
        return model.Task(title=title, minutes=minutes, notes=paragraph(there.notes), kind=kind_of(title))

    # -- places -----------------------------------------------------------------------------------

    def _order(self) -> Iterator[Edit]:
        """Tasks that were moved in Asana, to another section or another place."""
        for section in self.state.remote.sections:
            home = self._home_of(section)
            shown = [
                task.gid
                for task in self.state.remote.tasks
                if task.section_gid == section.gid and task.gid in self._titles
            ]
            shown = [gid for gid in shown if self._may_be_here(gid, home)]
            in_map = [gid for gid, (name, _) in self._map_order() if name == home and gid in shown]
            if not self._asana_reordered(section.gid, in_map):
                in_map = [gid for gid in in_map if gid in shown]
                shown = _joined(in_map, shown)
            for chain in minimal_moves(in_map, shown):
                for move in chain:
                    old_home, title = self._titles[move.gid]
                    after = FIRST if move.after is None else self._titles[move.after][1]
                    yield MoveTask(old_home, title, home, after)
                    self._titles[move.gid] = (home, title)

    def _map_order(self) -> Iterable[tuple[str, tuple[str, str]]]:
        """Known tasks as the map has them by now: its own, then those just added where they were put."""
        placed = {
            gid: at for at, gid in enumerate(self.matching.tasks.get(t.key) for t in self.state.desired.tasks)
        }
        added = [task.gid for task in self.state.remote.tasks if task.gid in self._titles]
        order: list[str] = sorted((gid for gid in added if gid in placed), key=lambda gid: placed[gid])
        for at, gid in enumerate(added):
            if gid not in placed:
                before = next(
                    (g for g in reversed(added[:at]) if self._titles[g][0] == self._titles[gid][0]), None
                )
                index = order.index(before) + 1 if before in order else 0
                order.insert(index, gid)
        return [(gid, self._titles[gid]) for gid in order]

    def _may_be_here(self, gid: str, home: str) -> bool:
        """Whether the map has the task here, or Asana alone has moved it here."""
        if self._titles[gid][0] == home:
            return True
        entry = next((e for e in self.state.journalled.tasks.values() if e.gid == gid), None)
        task = next((t for t in self.state.desired.tasks if self.matching.tasks.get(t.key) == gid), None)
        if entry is None or task is None or not self._is_free(home, self._titles[gid][1]):
            return False
        there = next(each for each in self.state.remote.tasks if each.gid == gid)
        in_map = self.matching.sections.get(task.section_key, "")
        return not there.completed and self._is_asanas(entry.task_base.section, in_map, there.section_gid)

    def _asana_reordered(self, section_gid: str, in_map: Sequence[str]) -> bool:
        """Whether Asana alone has changed the order of the tasks that both have in a section."""
        places = {
            entry.gid: entry.task_base.place
            for entry in self.state.journalled.tasks.values()
            if entry.gid and entry.task_base.place is not None
        }
        both = [gid for gid in in_map if gid in places]
        shown = tuple(
            t.gid for t in self.state.remote.tasks if t.gid in both and t.section_gid == section_gid
        )
        base = tuple(sorted(both, key=lambda gid: places[gid] or 0))
        return self._is_asanas(base, tuple(both), shown)

    def _is_asanas(
        self,
        base: str | int | tuple[str, ...] | None,
        in_map: str | int | tuple[str, ...],
        in_asana: str | int | tuple[str, ...],
    ) -> bool:
        """Whether a field goes from Asana into the map."""
        outcome: Outcome = decide(base, in_map, in_asana)
        return outcome == "left" or (outcome == "conflict" and self.prefer == "asana")


def _joined(in_map: Sequence[str], shown: Sequence[str]) -> list[str]:
    """The map's order, with what came from elsewhere behind the one it follows in Asana."""
    order = list(in_map)
    for at, gid in enumerate(shown):
        if gid not in order:
            before = next((each for each in reversed(shown[:at]) if each in order), None)
            order.insert(order.index(before) + 1 if before else 0, gid)
    return order
