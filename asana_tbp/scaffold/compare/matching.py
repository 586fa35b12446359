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

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry, Kind, default_name, kind_of, section_of, title_of
from asana_tbp.scaffold.compare.changes import NO_DECISIONS, Decisions
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.songmap.task_name import normalize, split_name

IsSame = Callable[[DesiredTask, str], bool]


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
class Candidate:
    """A section or task that could be another one's old or new self. `section` is a task's section's name."""

    key: str
    name: str
    section: str = ""

    def is_named(self, text: str) -> bool:
        """Whether somebody who types this means it."""
        title = split_name(text).title
        names = {normalize(self.name)}
        if self.section:
            names.add(normalize(f"{self.section}/{self.name}"))
        return bool(names & {normalize(text), normalize(title), normalize(title.replace(" / ", "/"))})


@dataclass(frozen=True, slots=True)
class Question:
    """Those gone from the map and those new in it, as many of both: renames?"""

    kind: Kind
    old: tuple[Candidate, ...]
    new: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """What is which: `gids` by the map's key. `links` have the new key by the old one, of entries to be rekeyed.

    `gone` are keys whose task or section Asana has no longer; `allowed` those whose rename the user has named;
    `waiting` those that a question is open about. `left_over` are keys of entries that the map no longer has, and
    `vanished` those that neither has.
    """

    gids: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    unknown_renames: list[str] = field(default_factory=list)


def match(
    desired: Desired, remote: Remote, entries: Mapping[str, Entry], decisions: Decisions = NO_DECISIONS
) -> Matching:
    """Find for each section and task of the map what it is in Asana."""
    found = Matching(unknown_renames=list(decisions.renames))
    matcher = _Matcher(desired, remote, entries, decisions, found)
    matcher.match_sections()
    matcher.match_tasks()
    there = [each for key, each in matcher.candidates.items() if key in found.gids]
    # What has its new name already was renamed by an earlier run of the same command.
    found.unknown_renames[:] = [
        rename
        for rename in found.unknown_renames
        if not any(each.is_named(new) for _, new in _splits(rename) for each in there)
    ]
    return found


@dataclass
class _Matcher:
    desired: Desired
    remote: Remote
    entries: Mapping[str, Entry]
    decisions: Decisions
    found: Matching

    def __post_init__(self) -> None:
        self._sections = {
            key: entry
            for key, entry in self.entries.items()
            if kind_of(key) == "section" and default_name(key) is None
        }
        self._tasks = {key: entry for key, entry in self.entries.items() if kind_of(key) == "task"}
        self._names = {section.gid: section.name for section in self.remote.sections}
        self._by_gid = {task.gid: task for task in self.remote.tasks}
        known = {entry.gid for entry in self._tasks.values()}
        self._free = [task for task in self.remote.tasks if task.gid not in known]
        self._left: dict[str, Entry] = {}
        self.candidates: dict[str, Candidate] = {}
        for section in self.desired.sections:
            self.candidates[section.key] = Candidate(section.key, section.name)
            for task in section.tasks:
                self.candidates[task.key] = Candidate(task.key, task.title, section.name)

    def _link(self, key: str, old: str, gid: str | None) -> None:
        self.found.gids[key] = gid or ""
        if old != key:
            self.found.links[old] = key
        self._left.pop(old, None)

    def match_sections(self) -> None:
        missing = []
        for section in self.desired.sections:
            entry = self._sections.get(section.key)
            if entry and entry.gid in self._names:
                self.found.gids[section.key] = entry.gid
            else:
                missing.append(section)
        missing = [section for section in missing if not self._by_name(section)]
        gone = {section.key for section in missing if (e := self._sections.get(section.key)) and e.gid}
        self.found.gone.update(gone)
        self._left = _left_over(
            self._sections,
            {section.key for section in self.desired.sections},
            set(self._names) - set(self.found.gids.values()),
        )
        left = [Candidate(key, self._names[entry.gid or ""]) for key, entry in self._left.items()]
        new = [self.candidates[section.key] for section in missing if section.key not in gone]
        for key, old in self._paired("section", new, left, left).items():
            self._link(key, old, self._left[old].gid)
        self.found.left_over.extend(self._left)

    def _by_name(self, section: DesiredSection) -> bool:
        taken = set(self.found.gids.values())
        for there in self.remote.sections:
            if there.gid not in taken and normalize(there.name) == section.key:
                old = next((key for key, entry in self._sections.items() if entry.gid == there.gid), None)
                self._link(section.key, old or section.key, there.gid)
                return True
        return False

    def match_tasks(self) -> None:
        missing = self._by_key()
        known = {task.key for task in self.desired.tasks} | set(self.found.links)
        self._left = _left_over(self._tasks, known, self._by_gid)
        self.found.vanished.extend(
            key
            for key, entry in self._tasks.items()
            if entry.gid and key not in known and entry.gid not in self._by_gid
        )
        self._free_by_name([task for task in missing if task.key in self._tasks])
        self._left_by(missing, self._is_called, here=True)
        for is_same in (self._is_called, self._has_title, self._has_line):
            self._left_by(missing, is_same, here=False)
        self._free_by_name(missing)
        if not self._tasks:
            # Without a journal a title is all there is to know a moved task by. With one, a task of the same
            # title elsewhere is the producer's own.
            self._free_by_name(missing, anywhere=True)
        self._pair([task for task in missing if task.key not in self.found.gids])
        self.found.left_over.extend(self._left)

    def _home_of(self, key: str) -> str:
        """The map's key of the section that the key of an entry names."""
        return self.found.links.get(section_of(key), section_of(key))

    def _by_key(self) -> list[DesiredTask]:
        """The tasks that the journal knows by section and title; the others are given back."""
        moved = {f"{self._home_of(key)}\n{title_of(key)}": key for key in self._tasks}
        missing = []
        for task in self.desired.tasks:
            known = self._tasks.get(task.key)
            old = task.key if known and known.gid else moved.get(task.key, task.key)
            entry = self._tasks.get(old)
            if entry is None or entry.gid is None:
                missing.append(task)
            elif entry.gid in self._by_gid:
                self._link(task.key, old, entry.gid)
            else:
                self.found.gone.add(task.key)
        return missing

    def _is_called(self, task: DesiredTask, key: str) -> bool:
        return task.is_called(self._by_gid[self._left[key].gid or ""].name)

    def _has_title(self, task: DesiredTask, key: str) -> bool:
        return title_of(key) == title_of(task.key)

    def _has_line(self, task: DesiredTask, key: str) -> bool:
        return bool(task.line) and self._left[key].line == task.line

    def _left_by(self, missing: Sequence[DesiredTask], is_same: IsSame, *, here: bool) -> None:
        """Link each task that exactly one left-over fits, and alone; `here` in their section only."""

        def fits(task: DesiredTask, key: str) -> bool:
            home = self.found.gids.get(task.section_key)
            in_reach = not here or self._by_gid[self._left[key].gid or ""].section_gid == home
            return in_reach and is_same(task, key)

        fitting = {
            task.key: [key for key in self._left if fits(task, key)]
            for task in missing
            if task.key not in self.found.gids
        }
        claims = Counter(key for keys in fitting.values() for key in keys)
        for new, keys in fitting.items():
            if len(keys) == 1 and claims[keys[0]] == 1:
                self._link(new, keys[0], self._left[keys[0]].gid)

    def _free_by_name(self, missing: Iterable[DesiredTask], *, anywhere: bool = False) -> None:
        """Take tasks that stand in Asana under their name and that no journal knows."""
        for task in missing:
            home = self.found.gids.get(task.section_key)
            for there in self._free:
                if task.key in self.found.gids:
                    break
                if (anywhere or there.section_gid == home) and task.is_called(there.name):
                    self._free.remove(there)
                    self.found.gids[task.key] = there.gid
                    break

    def _pair(self, missing: Sequence[DesiredTask]) -> None:
        """What is left in a section, against what is new in it."""
        waiting = {task.key for task in missing if task.section_key in self.found.waiting}
        self.found.waiting.update(waiting)
        everywhere = []
        for key, entry in self._left.items():
            home, name = self._home_of(key), self._by_gid[entry.gid or ""].name
            section_name = self.candidates[home].name if home in self.candidates else home
            everywhere.append(Candidate(key, entry.base.title or split_name(name).title, section_name))
        for section in self.desired.sections:
            left = [each for each in everywhere if each.key in self._left]
            here = [each for each in left if self._home_of(each.key) == section.key]
            keys = (task.key for task in missing if task.section_key == section.key)
            new = [self.candidates[key] for key in keys if key not in waiting]
            for key, old in self._paired("task", new, here, left).items():
                self._link(key, old, self._left[old].gid)

    def _paired(
        self, kind: Kind, new: Sequence[Candidate], here: Sequence[Candidate], left: Sequence[Candidate]
    ) -> dict[str, str]:
        """The pairs that are certain by what the user decided, new key to old key; the others are questions.

        `left` are all that an explicit rename may name; those `here` are asked about.
        """
        pairs = self._answered(new, left)
        self.found.allowed.update(pairs)
        used = set(pairs.values())
        old = [each for each in here if each.key not in used and not self._left[each.key].dropped]
        asked = [each for each in new if each.key not in pairs and each.key not in self.decisions.new]
        if len(old) == len(asked) == 1 and self.decisions.yes and self._left[old[0].key].ours:
            return {**pairs, asked[0].key: old[0].key}
        if old and len(old) == len(asked):
            self.found.questions.append(Question(kind, tuple(old), tuple(asked)))
            self.found.waiting.update(each.key for each in asked)
        return pairs

    def _answered(self, new: Sequence[Candidate], left: Sequence[Candidate]) -> dict[str, str]:
        known, answers = {each.key for each in left}, self.decisions.pairs
        pairs = {each.key: answers[each.key] for each in new if answers.get(each.key) in known}
        for rename in self.decisions.renames:
            for before, after in _splits(rename):
                one = [each for each in left if each.is_named(before) and each.key not in pairs.values()]
                other = [each for each in new if each.is_named(after) and each.key not in pairs]
                if len(one) == 1 and len(other) == 1:
                    pairs[other[0].key] = one[0].key
                    if rename in self.found.unknown_renames:
                        self.found.unknown_renames.remove(rename)
                    break
        return pairs


def _left_over(
    entries: Mapping[str, Entry], known: Container[str], there: Container[str | None]
) -> dict[str, Entry]:
    """The entries that Asana has and the map has not, in the map's last order."""
    in_map_order = sorted(entries.items(), key=lambda each: each[1].base.place or 0)
    return {key: entry for key, entry in in_map_order if key not in known and entry.gid in there}


def _splits(rename: str) -> Iterable[tuple[str, str]]:
    """Every way to read `OLD=NEW`: a title may have an `=` of its own."""
    parts = rename.split("=")
    return (("=".join(parts[:at]), "=".join(parts[at:])) for at in range(1, len(parts)))
