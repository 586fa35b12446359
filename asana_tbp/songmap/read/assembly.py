"""A song map out of a sheet: what is missing is told, what is not relevant is left out, the order is checked.

Knows what makes a song map whole. Must not know YAML, nor which file a part is from: each part knows its place.
"""

from __future__ import annotations

from asana_tbp.songmap.model import Question, Section, SongMap, Task, Themes
from asana_tbp.songmap.order import Step, check_order, names_left_out
from asana_tbp.songmap.read.partial import PartialSongMap, SectionDraft, TaskDraft
from asana_tbp.songmap.read.reader import Located
from asana_tbp.songmap.read.tasks import seen
from asana_tbp.songmap.task_name import NAME_FORMAT, reads_back, title_of_kind
from asana_tbp.text import quote


def tell_missing(sheet: PartialSongMap) -> None:
    """Note what a song map cannot be without."""
    if "song" not in sheet.named:
        sheet.top.add('"song" is missing; write song: and the name of the song')
    if "sections" not in sheet.named:
        sheet.top.add('"sections" is missing; write sections: and under it a name such as Composition:')
    for _, task in sheet.tasks():
        if task.minutes is None and task.unbudgeted:
            task.title.add(task.unbudgeted)


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
        """Note what is wrong with the whole: titles, references, circles, names that do not read back."""
        self._twice()
        self._check_order()
        form = self._sheet.name_format
        if form is None:
            return
        for _, task in self._tasks:
            if not reads_back(_title(task), task.minutes or 25, form.text):
                task.title.add(
                    f"with this name_format the budget of {quote(_title(task))} could not be read; write another"
                )

    def _twice(self) -> None:
        """Titles that only merging has brought into one section; others have been told."""
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
        sheet = self._sheet
        return SongMap(
            song=sheet.song.text if sheet.song else "",
            bpm=sheet.bpm,
            key=sheet.key or "",
            reference=sheet.reference or (),
            deadline=sheet.deadline,
            sessions=sheet.sessions,
            stage=sheet.stage or "",
            name_format=sheet.name_format.text if sheet.name_format else NAME_FORMAT,
            inspiration=sheet.inspiration or (),
            themes=Themes(musical=sheet.musical or (), non_musical=sheet.non_musical or ()),
            questions=tuple(
                Question(question=asked.question.text, answer=asked.answer or "") for asked in sheet.questions
            ),
            sections=tuple(self._section(section) for section in self._sections),
            order=tuple(ref.text for ref in self._order),
        )

    def _section(self, draft: SectionDraft) -> Section:
        return Section(
            name=draft.name.text,
            tasks=tuple(
                Task(
                    title=_title(task),
                    minutes=task.minutes or 0,
                    notes=task.notes or "",
                    after=tuple(ref.text for ref in self._after[id(task)]),
                    kind=task.kind or "task",
                    in_asana=task.in_asana is not False,
                    line=task.line,
                )
                for task in draft.tasks
                if task.relevant
            ),
        )


def _title(task: TaskDraft) -> str:
    return title_of_kind(task.kind or "task", task.title.text)
