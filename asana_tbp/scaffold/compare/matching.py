"""Which section and task in Asana is which of the map, also after one of them was renamed or moved.

Pure. Every rule is certain or asks: several candidates are never guessed.

    same section and title, in the journal            the same
    the name Asana shows now, of a journalled task    the same, renamed on both sides
    same title in another section                     the same, moved
    same line of the template                         the same, a variable was answered differently
    one gone from the map and one new in a section    a rename? asked
    as many gone as new, two or more                  which is which? asked, one by one
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry, default_name
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask, unnumbered
from asana_tbp.songmap.task_name import normalize, split_name

Kind = Literal["section", "task"]


@dataclass(frozen=True, slots=True)
class Remote:
    """What Asana has: a project's sections in display order and its tasks in the project's order.

    `ours` is False for a project that was there before its song map. `name` and `notes` are the project's.
    `my_tasks` are the gids in the song's section of My Tasks from top to bottom, None where it was not read.
    """

    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    ours: bool = True
    name: str = ""
    notes: str = ""
    my_tasks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Journalled:
    """The journal's entries by key."""

    sections: Mapping[str, Entry] = field(default_factory=dict)
    tasks: Mapping[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user said about things that could be renames.

    `renames` are `OLD=NEW` as typed; `yes` takes every single pair for a rename of what we made; `new` are keys of
    the map that are no renames; `pairs` are keys of the map with the old key that each was before.
    """

    renames: tuple[str, ...] = ()
    yes: bool = False
    new: frozenset[str] = frozenset()
    pairs: Mapping[str, str] = field(default_factory=dict)


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section or task that could be another one's old or new self. `section` is a task's section's name."""

    key: str
    name: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Those gone from the map and those new in it, as many of both: renames?"""

    kind: Kind
    old: tuple[Candidate, ...]
    new: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """What is which. `sections` and `tasks` have the gid by the map's key.

    `section_links` and `task_links` have the new key by the old one, for entries to be known by another key.
    `adopted` are keys recognised by name alone; `gone` those whose task or section Asana has no longer; `waiting`
    those that a question is open about. `left_over` are entries that the map no longer has, by kind and key,
    and `vanished` those that neither has.
    """

    sections: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    section_links: dict[str, str] = field(default_factory=dict)
    task_links: dict[str, str] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    left_over: list[tuple[Kind, str]] = field(default_factory=list)
    vanished: list[tuple[Kind, str]] = field(default_factory=list)
    unknown_renames: list[str] = field(default_factory=list)


def match(
    desired: Desired, remote: Remote, journalled: Journalled, answers: Answers = NO_ANSWERS
) -> Matching:
    """Find for each section and task of the map what it is in Asana."""
    found = Matching(unknown_renames=list(answers.renames))
    matching = _Match(desired, remote, journalled, answers, found)
    matching.match_sections()
    matching.match_tasks()
    there = [Candidate(each.key, each.name) for each in desired.sections if each.key in found.sections]
    there += [
        Candidate(task.key, task.title, section.name)
        for section in desired.sections
        for task in section.tasks
        if task.key in found.tasks
    ]
    # What has its new name already was renamed by an earlier run of the same command.
    found.unknown_renames[:] = [
        rename
        for rename in found.unknown_renames
        if not any(_is_named(each, new) for _, new in _splits(rename) for each in there)
    ]
    return found


class _Match:
    def __init__(
        self, desired: Desired, remote: Remote, journalled: Journalled, answers: Answers, found: Matching
    ) -> None:
        self._desired = desired
        self._remote = remote
        self._answers = answers
        self._found = found
        self._sections = {key: e for key, e in journalled.sections.items() if default_name(key) is None}
        self._entries = journalled.tasks
        self._names = {section.gid: section.name for section in remote.sections}
        self._by_gid = {task.gid: task for task in remote.tasks}
        known = {entry.gid for entry in journalled.tasks.values()}
        self._free = [task for task in remote.tasks if task.gid not in known]
        self._titles = {task.gid: _titles_of(task.name) for task in remote.tasks}
        self._left: dict[str, Entry] = {}

    # -- sections ---------------------------------------------------------------------------------

    def match_sections(self) -> None:
        missing = []
        for section in self._desired.sections:
            entry = self._sections.get(section.key)
            if entry and entry.gid in self._names:
                self._found.sections[section.key] = entry.gid
            else:
                missing.append(section)
        missing = [section for section in missing if not self._by_name(section)]
        gone = {section.key for section in missing if (e := self._sections.get(section.key)) and e.gid}
        self._found.gone.update(gone)
        left = _left_over(
            self._sections,
            {section.key for section in self._desired.sections},
            self._names,
            self._found.sections,
        )
        old = [Candidate(key, self._names[entry.gid or ""]) for key, entry in left.items()]
        pairs = _paired(
            "section",
            [each for each in old if not left[each.key].dropped],
            [Candidate(section.key, section.name) for section in missing if section.key not in gone],
            self._answers,
            self._found,
            lambda key: left[key].ours,
            old,
        )
        for key, old_key in pairs.items():
            self._found.sections[key] = left[old_key].gid or ""
            self._found.section_links[old_key] = key
        self._found.left_over.extend(("section", key) for key in left if key not in self._found.section_links)

    def _by_name(self, section: DesiredSection) -> bool:
        taken = set(self._found.sections.values())
        for there in self._remote.sections:
            if there.gid not in taken and normalize(there.name) == section.key:
                self._found.sections[section.key] = there.gid
                old = next((key for key, entry in self._sections.items() if entry.gid == there.gid), None)
                if old is not None and old != section.key:
                    self._found.section_links[old] = section.key
                elif section.key not in self._sections:
                    self._found.adopted.add(section.key)
                return True
        return False

    # -- tasks ------------------------------------------------------------------------------------

    def match_tasks(self) -> None:
        missing = self._by_key()
        wanted = {task.key for task in self._desired.tasks}
        self._left = _left_over(self._entries, wanted | set(self._found.task_links), self._by_gid, {})
        self._found.vanished.extend(
            ("task", key)
            for key, entry in self._entries.items()
            if entry.gid and key not in wanted and entry.gid not in self._by_gid
            if key not in self._found.task_links
        )
        self._free_by_name([task for task in missing if task.key in self._entries])
        for is_same, here in (
            (self._is_called, True),
            (self._is_called, False),
            (self._has_title, False),
            (self._has_line, False),
        ):
            self._left_by(self._unmatched(missing), is_same, here=here)
        self._free_by_name(self._unmatched(missing))
        if not self._entries:
            # Without a journal a title is all there is to know a moved task by. With one, a task of the same
            # title elsewhere is the producer's own.
            self._free_by_name(self._unmatched(missing), anywhere=True)
        self._pair(self._unmatched(missing))
        self._found.left_over.extend(("task", key) for key in self._left)

    def _unmatched(self, missing: Sequence[DesiredTask]) -> list[DesiredTask]:
        return [task for task in missing if task.key not in self._found.tasks]

    def _by_key(self) -> list[DesiredTask]:
        """The tasks that the journal knows by section and title; the others are given back."""
        moved = {_renamed_key(key, self._found.section_links): key for key in self._entries}
        missing = []
        for task in self._desired.tasks:
            known = self._entries.get(task.key)
            old = task.key if known and known.gid else moved.get(task.key, task.key)
            entry = self._entries.get(old)
            if entry is None or entry.gid is None:
                missing.append(task)
            elif entry.gid in self._by_gid:
                self._link(task, old, entry)
            else:
                self._found.gone.add(task.key)
        return missing

    def _link(self, task: DesiredTask, old: str, entry: Entry) -> None:
        self._found.tasks[task.key] = entry.gid or ""
        if old != task.key:
            self._found.task_links[old] = task.key
        self._left.pop(old, None)

    def _is_called(self, task: DesiredTask, key: str) -> bool:
        return self._has_name(task, self._left[key].gid or "")

    def _has_name(self, task: DesiredTask, gid: str) -> bool:
        whole, without_number = self._titles[gid]
        title = task.key.partition("\n")[2]
        return title == whole or (task.numbered and title == without_number)

    def _has_title(self, task: DesiredTask, key: str) -> bool:
        return key.partition("\n")[2] == task.key.partition("\n")[2]

    def _has_line(self, task: DesiredTask, key: str) -> bool:
        return bool(task.line) and self._left[key].line == task.line

    def _left_by(
        self,
        missing: Sequence[DesiredTask],
        is_same: Callable[[DesiredTask, str], bool],
        *,
        here: bool,
    ) -> None:
        """Link each task that exactly one left-over fits, and alone; `here` in their section only."""

        def fits(task: DesiredTask, key: str) -> bool:
            home = self._found.sections.get(task.section_key)
            in_reach = not here or self._by_gid[self._left[key].gid or ""].section_gid == home
            return in_reach and is_same(task, key)

        fitting = {task.key: [key for key in self._left if fits(task, key)] for task in missing}
        claims = Counter(key for keys in fitting.values() for key in keys)
        for task in missing:
            match fitting[task.key]:
                case [key] if claims[key] == 1:
                    self._link(task, key, self._left[key])

    def _free_by_name(self, missing: Iterable[DesiredTask], *, anywhere: bool = False) -> None:
        """Take tasks that stand in Asana under their name and that no journal knows."""
        for task in missing:
            home = self._found.sections.get(task.section_key)
            for there in self._free:
                if (anywhere or there.section_gid == home) and self._has_name(task, there.gid):
                    self._free.remove(there)
                    self._found.tasks[task.key] = there.gid
                    if task.key not in self._entries:
                        self._found.adopted.add(task.key)
                    break

    def _pair(self, missing: Sequence[DesiredTask]) -> None:
        """What is left in a section, against what is new in it."""
        waiting = {task.key for task in missing if task.section_key in self._found.waiting}
        self._found.waiting.update(waiting)
        links, names = self._found.section_links, {each.key: each.name for each in self._desired.sections}
        everywhere = []
        for key, entry in self._left.items():
            home = key.partition("\n")[0]
            title = entry.task_base.title or split_name(self._by_gid[entry.gid or ""].name).title
            everywhere.append(Candidate(key, title, names.get(home, home)))
        for section in self._desired.sections:
            new = [task for task in missing if task.section_key == section.key and task.key not in waiting]
            homes = {key: links.get(home, home) for key in self._left if (home := key.partition("\n")[0])}
            pairs = _paired(
                "task",
                [
                    each
                    for each in everywhere
                    if each.key in self._left
                    and not self._left[each.key].dropped
                    and homes[each.key] == section.key
                ],
                [Candidate(task.key, task.title, section.name) for task in new],
                self._answers,
                self._found,
                lambda key: self._entries[key].ours,
                everywhere,
            )
            for task in new:
                if task.key in pairs:
                    self._link(task, pairs[task.key], self._entries[pairs[task.key]])


def _left_over(
    entries: Mapping[str, Entry],
    known: Container[str],
    there: Container[str | None],
    taken: Mapping[str, str],
) -> dict[str, Entry]:
    """The entries that Asana has and the map has not, in the map's last order."""
    gids = set(taken.values())
    in_map_order = sorted(entries.items(), key=lambda each: getattr(each[1].base, "place", None) or 0)
    return {
        key: entry
        for key, entry in in_map_order
        if key not in known and entry.gid in there and entry.gid not in gids
    }


def _titles_of(name: str) -> tuple[str, str]:
    """A name's title as keys have it, and the same without a number in front."""
    title = normalize(split_name(name).title)
    return title, unnumbered(title)


def _renamed_key(key: str, section_links: Mapping[str, str]) -> str:
    section, _, title = key.partition("\n")
    return f"{section_links.get(section, section)}\n{title}"


def _paired(
    kind: Kind,
    old: Sequence[Candidate],
    new: Sequence[Candidate],
    answers: Answers,
    found: Matching,
    is_ours: Callable[[str], bool],
    anywhere: Sequence[Candidate],
) -> dict[str, str]:
    """The pairs that are certain by the user's answers, new key to old key; questions go into `found`.

    `anywhere` are all that an explicit rename may name, `old` those that are asked about.
    """
    pairs = _answered(new, answers, found, anywhere)
    found.allowed.update(pairs)
    used = set(pairs.values())
    old = [each for each in old if each.key not in used]
    asked = [each for each in new if each.key not in pairs and each.key not in answers.new]
    if len(old) == len(asked) == 1 and answers.yes and is_ours(old[0].key):
        return {**pairs, asked[0].key: old[0].key}
    if old and len(old) == len(asked):
        found.questions.append(Question(kind, tuple(old), tuple(asked)))
        found.waiting.update(each.key for each in asked)
    return pairs


def _answered(
    new: Sequence[Candidate], answers: Answers, found: Matching, anywhere: Sequence[Candidate]
) -> dict[str, str]:
    known = {each.key: each for each in anywhere}
    pairs = {each.key: answers.pairs[each.key] for each in new if answers.pairs.get(each.key) in known}
    for rename in answers.renames:
        for before, after in _splits(rename):
            one = [each for each in anywhere if _is_named(each, before) and each.key not in pairs.values()]
            other = [each for each in new if _is_named(each, after) and each.key not in pairs]
            if len(one) == 1 and len(other) == 1:
                pairs[other[0].key] = one[0].key
                if rename in found.unknown_renames:
                    found.unknown_renames.remove(rename)
                break
    return pairs


def _splits(rename: str) -> Iterable[tuple[str, str]]:
    """Every way to read `OLD=NEW`: a title may have an `=` of its own."""
    parts = rename.split("=")
    return (("=".join(parts[:at]), "=".join(parts[at:])) for at in range(1, len(parts)))


def _is_named(candidate: Candidate, text: str) -> bool:
    title = split_name(text).title
    names = {normalize(candidate.name)}
    if candidate.section:
        names.add(normalize(f"{candidate.section}/{candidate.name}"))
    return bool(names & {normalize(text), normalize(title), normalize(title.replace(" / ", "/"))})
