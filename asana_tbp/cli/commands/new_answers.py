"""What has been answered by flags and files, and the song map that comes of it and of what is still asked.

Knows which question stands for which part of a song map, and which flag would have answered it. Must not know
how flags are read, nor what becomes of the song map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from asana_tbp.cli.commands import new_interview as interview
from asana_tbp.cli.output.console import say
from asana_tbp.cli.output.prompt import ask
from asana_tbp.errors import SongMapError, UsageError
from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.read.loader import Template
from asana_tbp.songmap.task_name import bare_key, split_name
from asana_tbp.text import did_you_mean, escape_controls, quote


@dataclass
class PrefilledAnswers:
    """What is answered already; None for what is not. `themes_asked` is False where a file has them."""

    inspiration: tuple[str, ...] | None = None
    musical: tuple[str, ...] | None = None
    non_musical: tuple[str, ...] | None = None
    questions: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    themes_asked: bool = True


def song_map_of(opened: Template, given: PrefilledAnswers, song: str, *, asking: bool) -> SongMap:
    """The song map of a template with what is given, and with what is answered at a prompt where `asking`.

    What can be refused is refused before the first question. Raises UsageError and SongMapError.
    """
    sample = opened.sample(given.variables)
    if asking:
        if problems := opened.problems():
            raise SongMapError(problems)
        _ask_words(sample, given)
    answers = _answers(sample, given, asking=asking)
    variables = _variables(opened, given.variables, asking=asking)
    whole = opened.song_map(variables)
    # Their words may mention a variable, which has its answer only now.
    asked = zip(whole.questions, answers, strict=True)
    questions = tuple(
        Question(question=each.question, answer=answer or each.answer) for each, answer in asked
    )
    themes = Themes(
        musical=whole.themes.musical if given.musical is None else given.musical,
        non_musical=whole.themes.non_musical if given.non_musical is None else given.non_musical,
    )
    inspiration = whole.inspiration if given.inspiration is None else given.inspiration
    whole = replace(whole, song=song, inspiration=inspiration, themes=themes, questions=questions)
    whole = _without(whole, given.without, asking=asking)
    return whole.without(interview.ask_what_to_leave_out(whole)) if asking else whole


def _ask_words(sample: SongMap, given: PrefilledAnswers) -> None:
    if given.inspiration is None and not sample.inspiration:
        given.inspiration = interview.ask_inspiration()
    if not given.themes_asked:
        return
    if given.musical is None:
        example = "driving; atmospheric and spacey"
        given.musical = interview.ask_themes("Musical", example, sample.themes.musical)
    if given.non_musical is None:
        example = "galaxy; northern lights"
        given.non_musical = interview.ask_themes("Non-musical", example, sample.themes.non_musical)


def _answers(sample: SongMap, given: PrefilledAnswers, *, asking: bool) -> list[str]:
    """An answer for each question; empty for one that the template has answered, or that has none yet."""
    answers = []
    for each in sample.questions:
        answer = given.questions.get(each.question, "")
        if asking and not each.answer and each.question not in given.questions:
            answer = ask(escape_controls(each.question), interview.a_line)
        answers.append(answer)
    return answers


def _variables(opened: Template, given: dict[str, str], *, asking: bool) -> dict[str, str]:
    variables = dict(given)
    missing = []
    for variable in opened.variables:
        if variable.name in variables or not opened.answered(variables).asked(variable.name):
            continue
        if asking and not opened.set_by_song(variable.name):
            variables[variable.name] = interview.ask_variable(variable)
        elif variable.default is None:
            missing.append(variable.name)
    if missing:
        raise UsageError(
            "\n".join(f"{quote(name)} has no answer." for name in missing),
            f"Give it with {' '.join(f'--set {name}=...' for name in missing)}",
        )
    return variables


def _without(song_map: SongMap, titles: Iterable[str], *, asking: bool) -> SongMap:
    places = [(section.name, task.title) for section in song_map.sections for task in section.tasks]
    gone: set[tuple[str, str]] = set()
    for title in titles:
        keys = {bare_key(title), bare_key(split_name(title).title)}
        found = {place for place in places if bare_key(place[1]) in keys}
        if not found:
            meant = did_you_mean(title, [name for _, name in places])
            sentence = f"--without: there is no task {quote(title)}.{meant}"
            if not asking:
                raise UsageError(sentence)
            # What has been answered must not be lost for it: what to leave out is asked next.
            say(sentence)
        gone |= found
    return song_map.without(gone)
