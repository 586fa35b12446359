"""A song map out of what the files say: what is missing is noted, what is not relevant left out, the order checked."""

from __future__ import annotations

from asana_tbp.songmap.keys import VALUES
from asana_tbp.songmap.model import DEFAULT_MINUTES, Section, SongMap, Task
from asana_tbp.songmap.order import Step, check_order, names_left_out
from asana_tbp.songmap.read.partial import PartialSongMap, SectionDraft, TaskDraft
from asana_tbp.songmap.read.reader import Located, seen
from asana_tbp.songmap.task_name import compose_name, title_of_kind
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import listed, quote


def note_missing(sheet: PartialSongMap, *, strict: bool = False) -> None:
    """Note what a song map cannot be without; `strict` has every task say its time."""
    if "song" not in sheet.named:
        sheet.top.add('"song" is missing; write song: and the name of the song')
    if "sections" not in sheet.named:
        sheet.top.add('"sections" is missing; write sections: and under it a name such as Composition:')
    for _, task in sheet.tasks():
        if strict and task.timeless and task.minutes is None:
            better = as_written(compose_name(task.line or task.title.text, DEFAULT_MINUTES))
            task.title.add(f"{quote(task.title.text)} has no time budget; write it as {better}")


class Assembly:
    """The relevant part of a sheet, its order checked and its names composed."""

    def __init__(self, sheet: PartialSongMap) -> None:
        self._sheet = sheet
        self._sections = [section for section in sheet.sections or () if section.relevant]
        self._left_out = [*sheet.dropped]
        self._tasks: list[tuple[SectionDraft, TaskDraft]] = []
        for section, task in sheet.tasks():
            if section.relevant and task.relevant:
                self._tasks.append((section, task))
            else:
                self._left_out.append((section.name.text, task))
        self._after: dict[int, tuple[Located, ...]] = {}
        self._order: tuple[Located, ...] = ()

    def check(self) -> None:
        """Note what is wrong with the whole: titles, references, circles."""
        self._check_titles()
        self._check_order()

    def _check_titles(self) -> None:
        """Titles that only merging has brought into one section; others have been noted."""
        for section in self._sections:
            first: dict[str, int] = {}
            for task in section.tasks:
                if task.relevant and (line := seen(first, task.title)) is not None:
                    task.title.add(
                        f"{quote(task.title.text)} is in {quote(section.name.text)} twice; first in line {line}"
                    )

    def _check_order(self) -> None:
        out = names_left_out(
            [Step(section.name.text, _title(task)) for section, task in self._tasks],
            [Step(section, _title(task)) for section, task in self._left_out],
        )
        for _, task in self._tasks:
            self._after[id(task)] = tuple(ref for ref in task.after or () if not out(ref.text))
        self._order = tuple(ref for ref in self._sheet.order or () if not out(ref.text))
        steps = [
            Step(section.name.text, _title(task), tuple(ref.text for ref in self._after[id(task)]))
            for section, task in self._tasks
        ]
        for problem in check_order(steps, [ref.text for ref in self._order]):
            if problem.unknown and not self._sheet.certain:
                continue
            if problem.step is None:
                self._order[problem.entry].add(problem.sentence)
            else:
                self._after[id(self._tasks[problem.step][1])][problem.entry].add(problem.sentence)

    def song_map(self) -> SongMap:
        """The song map; call it only where no problem was noted."""
        values = self._sheet.values
        return SongMap(
            **{
                key.field: key.type.whole(values[key.field])
                for key in VALUES
                if key.type and key.field in values
            },
            sections=tuple(self._section(section) for section in self._sections),
            order=tuple(ref.text for ref in self._order),
            notices=(*self._sheet.notices, *self._timeless()),
        )

    def _timeless(self) -> tuple[str, ...]:
        titles = [_title(task) for _, task in self._tasks if task.minutes is None]
        if not titles:
            return ()
        named = [quote(title) for title in titles[:3]]
        more = [f"{len(titles) - 3} more"] if len(titles) > 3 else []
        verb = "have no time and take" if len(titles) > 1 else "has no time and takes"
        return (f"{listed([*named, *more], 'and')} {verb} {DEFAULT_MINUTES}m.",)

    def _section(self, draft: SectionDraft) -> Section:
        return Section(
            name=draft.name.text,
            tasks=tuple(
                Task(
                    title=_title(task),
                    minutes=task.minutes or DEFAULT_MINUTES,
                    notes=task.notes or "",
                    after=tuple(ref.text for ref in self._after[id(task)]),
                    kind=task.kind or "task",
                    in_asana=task.in_asana is not False,
                    line=task.line,
                    timeless=task.minutes is None,
                )
                for task in draft.tasks
                if task.relevant
            ),
        )


def _title(task: TaskDraft) -> str:
    return title_of_kind(task.kind or "task", task.title.text)
