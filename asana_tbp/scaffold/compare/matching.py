"""Matches the sections and tasks of the map with those in Asana, even after a rename or a move.

Pure. A rule is either certain or asks the user; it never guesses among several candidates.

    same section and title, in the journal            the same
    the name Asana shows now, of a journalled task    the same, renamed on both sides
    same title in another section                     the same, moved
    same line of the template                         the same, a variable was answered differently
    one gone from the map and one new in a section    a rename? asked
    as many gone as new, two or more                  which is which? asked, one by one
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asana_tbp.errors import UsageError
from asana_tbp.scaffold.base import NOBODYS, Entry, Kind, default_name, kind_of, section_of, title_of
from asana_tbp.scaffold.compare.plan import NO_DECISIONS, Candidate, Decisions, Plan, Question, Remote
from asana_tbp.scaffold.desired import Desired, DesiredTask
from asana_tbp.songmap.task_name import normalize, read_name
from asana_tbp.text import quote


class UnknownRename(UsageError):
    """A rename that fits no task or section that is gone from the map."""


def match(
    desired: Desired, remote: Remote, entries: Mapping[str, Entry], decisions: Decisions = NO_DECISIONS
) -> Plan:
    """Start a plan: find each section and task of the map in Asana. Raises `UnknownRename`."""
    matcher = _Matcher(desired, remote, entries, decisions)
    matcher.match_sections()
    matcher.match_tasks()
    return matcher.plan


@dataclass
class _Matcher:
    desired: Desired
    remote: Remote
    entries: Mapping[str, Entry]
    decisions: Decisions

    def __post_init__(self) -> None:
        known = {key: entry for key, entry in self.entries.items() if default_name(key) is None}
        self._sections = {key: entry for key, entry in known.items() if kind_of(key) == "section"}
        self._tasks = {key: entry for key, entry in known.items() if kind_of(key) == "task"}
        self._names = {section.gid: section.name for section in self.remote.sections}
        self._by_gid = {task.gid: task for task in self.remote.tasks}
        gids = {entry.gid for entry in self._tasks.values()}
        self._free = [task for task in self.remote.tasks if task.gid not in gids]
        self._left: dict[str, Entry] = {}
        self._candidates: dict[str, Candidate] = {}
        for section in self.desired.sections:
            self._candidates[section.key] = Candidate(section.key, section.name)
            for task in section.tasks:
                self._candidates[task.key] = Candidate(task.key, task.title, section.name)
        self.plan = Plan(self.desired)

    def _link(self, key: str, old: str, gid: str | None = None) -> None:
        self.plan.gids[key] = gid or self.entries[old].gid or ""
        if old != key:
            self.plan.links[old] = key
        self._left.pop(old, None)

    def match_sections(self) -> None:
        keys = [section.key for section in self.desired.sections]
        for key in keys:
            if key in self._sections and self._sections[key].gid in self._names:
                self._link(key, key)
        for there in self.remote.sections:
            key = normalize(there.name)
            if key in keys and key not in self.plan.gids and there.gid not in self.plan.gids.values():
                old = next((old for old, entry in self._sections.items() if entry.gid == there.gid), key)
                self._link(key, old, there.gid)
        missing = [key for key in keys if key not in self.plan.gids]
        self.plan.gone.update(key for key in missing if key in self._sections and self._sections[key].gid)
        free = self._names.keys() - self.plan.gids.values()
        self._left = _left_over(self._sections, keys, free)
        left = [Candidate(key, self._names[entry.gid or ""]) for key, entry in self._left.items()]
        new = [key for key in missing if key not in self.plan.gone]
        self._pair("section", new, left, left)
        self.plan.left_over.extend(self._left)
        open_keys = self.plan.gids.keys() | self.plan.waiting
        self._take_default([key for key in new if key not in open_keys])

    def _take_default(self, missing: Sequence[str]) -> None:
        """Use a new project's default section, if nobody has used or renamed it, for the first missing section."""
        ours = {entry.gid for entry in self._tasks.values() if entry.ours}
        used = {task.section_gid for task in self.remote.tasks if task.gid not in ours}
        used |= {*self.plan.gids.values(), *(entry.gid or "" for entry in self._sections.values())}
        for key, entry in self.entries.items():
            name, gid = default_name(key), entry.gid or ""
            if name and missing and entry.base.name == name == self._names.get(gid) and gid not in used:
                self._link(missing[0], key)
                return

    def match_tasks(self) -> None:
        missing = self._by_key()
        known = {task.key for task in self.desired.tasks} | self.plan.links.keys()
        self._left = _left_over(self._tasks, known, self._by_gid)
        self.plan.vanished.extend(
            key
            for key, entry in self._tasks.items()
            if entry.gid and key not in known and entry.gid not in self._by_gid
        )
        self._free_by_name([task for task in missing if task.key in self._tasks])
        for rule in ("name in the same section", "name", "title", "line"):
            self._left_by(missing, rule)
        self._free_by_name(missing)
        if not self._tasks:
            # Without a journal, only its title identifies a moved task. With one, a task of the same title
            # elsewhere is the producer's own.
            self._free_by_name(missing, anywhere=True)
        self._pair_tasks([task for task in missing if task.key not in self.plan.gids])
        self.plan.left_over.extend(self._left)
        # What has its new name already was renamed by an earlier run of the same command.
        there = [each for key, each in self._candidates.items() if key in self.plan.gids]
        for rename in self.decisions.renames:
            if not any(each.is_named(new) for _, new in _splits(rename) for each in there):
                raise UnknownRename(
                    f"{quote(rename)} names no task or section that is gone from the map and one that is new in it."
                )

    def _home_of(self, key: str) -> str:
        """The map's key for the section in an entry's key."""
        return self.plan.links.get(section_of(key), section_of(key))

    def _by_key(self) -> list[DesiredTask]:
        """Link the tasks that the journal knows by section and title; returns the others."""
        known = {f"{self._home_of(key)}\n{title_of(key)}": key for key in self._tasks}
        known |= {key: key for key, entry in self._tasks.items() if entry.gid}
        missing = []
        for task in self.desired.tasks:
            old = known.get(task.key, task.key)
            gid = self._tasks.get(old, NOBODYS).gid
            if gid is None:
                missing.append(task)
            elif gid in self._by_gid:
                self._link(task.key, old)
            else:
                self.plan.gone.add(task.key)
        return missing

    def _left_by(self, missing: Sequence[DesiredTask], rule: str) -> None:
        """Link each task that exactly one left-over entry fits, if that entry fits no other task."""

        def fits(task: DesiredTask, key: str) -> bool:
            entry = self._left[key]
            there = self._by_gid[entry.gid or ""]
            if rule == "title":
                return title_of(key) == title_of(task.key)
            if rule == "line":
                return bool(task.line) and entry.line == task.line
            near = rule == "name" or there.section_gid == self.plan.gids.get(task.section_key)
            return near and task.is_called(there.name)

        fitting = {
            task.key: [key for key in self._left if fits(task, key)]
            for task in missing
            if task.key not in self.plan.gids
        }
        claims = Counter(key for keys in fitting.values() for key in keys)
        for new, keys in fitting.items():
            if len(keys) == 1 and claims[keys[0]] == 1:
                self._link(new, keys[0])

    def _free_by_name(self, missing: Iterable[DesiredTask], *, anywhere: bool = False) -> None:
        """Link tasks to those of the same name in Asana that the journal does not know."""
        for task in missing:
            if task.key in self.plan.gids:
                continue
            home = self.plan.gids.get(task.section_key)
            near = (there for there in self._free if anywhere or there.section_gid == home)
            if (same := next((there for there in near if task.is_called(there.name)), None)) is not None:
                self._free.remove(same)
                self._link(task.key, task.key, same.gid)

    def _pair_tasks(self, missing: Sequence[DesiredTask]) -> None:
        """Pair what is left over in each section with what is new in it."""
        everywhere = []
        for key, entry in self._left.items():
            home, name = self._home_of(key), self._by_gid[entry.gid or ""].name
            section_name = self._candidates[home].name if home in self._candidates else home
            everywhere.append(Candidate(key, entry.base.title or read_name(name).title, section_name))
        for section in self.desired.sections:
            new = [task.key for task in missing if task.section_key == section.key]
            if section.key in self.plan.waiting:
                self.plan.waiting.update(new)
                continue
            left = [each for each in everywhere if each.key in self._left]
            here = [each for each in left if self._home_of(each.key) == section.key]
            self._pair("task", new, here, left)

    def _pair(
        self, kind: Kind, keys: Iterable[str], here: Sequence[Candidate], left: Sequence[Candidate]
    ) -> None:
        """Link the pairs that the user's decisions make certain; ask about the others.

        `left` are all that an explicit rename may name; questions are about those `here`.
        """
        new = [self._candidates[key] for key in keys]
        pairs = self._answered(new, left)
        self.plan.allowed.update(pairs)
        used = set(pairs.values())
        old = [each for each in here if each.key not in used and not self._left[each.key].dropped]
        # What several new tasks might be is no rename of another either: all of them are made.
        unclear = {title_of(old) for old in self._left if kind_of(old) == "task"}
        asked = [
            each
            for each in new
            if each.key not in pairs
            and self.decisions.pairs.get(each.key) != ""
            and title_of(each.key) not in unclear
        ]
        if len(old) == len(asked) == 1 and self.decisions.yes and self._left[old[0].key].ours:
            pairs[asked[0].key] = old[0].key
        elif old and len(old) == len(asked):
            ours = all(self._left[each.key].ours for each in old)
            self.plan.questions.append(Question(kind, tuple(old), tuple(asked), ours))
            self.plan.waiting.update(each.key for each in asked)
        for key, before in pairs.items():
            self._link(key, before)

    def _answered(self, new: Sequence[Candidate], left: Sequence[Candidate]) -> dict[str, str]:
        known, answers = {each.key for each in left}, self.decisions.pairs
        pairs = {each.key: answers[each.key] for each in new if answers.get(each.key) in known}
        for rename in self.decisions.renames:
            for before, after in _splits(rename):
                one = [each for each in left if each.is_named(before) and each.key not in pairs.values()]
                other = [each for each in new if each.is_named(after) and each.key not in pairs]
                if len(one) == 1 and len(other) == 1:
                    pairs[other[0].key] = one[0].key
                    break
        return pairs


def _left_over(
    entries: Mapping[str, Entry], known: Container[str], there: Container[str | None]
) -> dict[str, Entry]:
    """The entries that are in Asana but not in the map, in the map's last order."""
    in_map_order = sorted(entries.items(), key=lambda each: each[1].base.place or 0)
    return {key: entry for key, entry in in_map_order if key not in known and entry.gid in there}


def _splits(rename: str) -> Iterable[tuple[str, str]]:
    """Every way to read `OLD=NEW`: a title may have an `=` of its own."""
    parts = rename.split("=")
    return (("=".join(parts[:at]), "=".join(parts[at:])) for at in range(1, len(parts)))
