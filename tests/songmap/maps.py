"""Random song maps, with everything people write into titles: quotes, colons, dashes, budgets, emoji."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any, Concatenate, ParamSpec

from hypothesis import strategies as st

from asana_tbp.songmap.key_types import NO_ANSWER
from asana_tbp.songmap.model import (
    DAYS,
    FASTEST,
    SLOWEST,
    Question,
    Section,
    Sessions,
    SongMap,
    Task,
    Themes,
)
from asana_tbp.songmap.task_name import Kind, kind_of, normalize, title_of_kind
from asana_tbp.songmap.write.edit import edited
from asana_tbp.songmap.write.map_text import MapText

Edit = Callable[[MapText], MapText]
"""A change with all but the map that it is made in."""
_Arguments = ParamSpec("_Arguments")
_AWKWARD = [
    "Verse",
    "Hook",
    "Drop",
    "Intro",
    "Bounce (final)",
    "Loop (2m)",
    "Cut (25h)",
    "- leading dash",
    "Kick & bass: sidechain",
    "Bass #2",
    "#1",
    "'quoted'",
    '"quoted"',
    "it's",
    "a\\b",
    "yes",
    "no",
    "null",
    "~",
    "1999",
    "2026-12-20",
    "1:30",
    "[a]",
    "{a}",
    "${lead}",
    "$$5",
    "costs $5",
    "*x*",
    "&x",
    "!x",
    "%x",
    "@x",
    "`x`",
    "|",
    ">",
    "? x",
    "? ",
    "ends with:",
    "20m",
    "20m - x",
    "x - 20m",
    "(20m) x",
    "夜空",
    "🎹 piano",
    "a / b",
    "A/B",
    "<b>&amp;</b>",
    "...",
    "---",
    "<<",
    "=",
    "x" * 300,
    "Gate: keep?",
    "gate: keep?",
    "Break: coffee",
    "BREAK: coffee",
    "Break:",
    "Inspiration",
    "Questions",
    "Song",
    "Tempo: 128 BPM",
    "Stage: Mixing",
    "- bullet",
    "(no answer yet)",
    "01 Intro",
    "808 bass",
    "20 strings",
    "Bounce (final) [20m]",
    "Take (3)",
    "[x2] Loop",
    "rev. b — final",
    "a | b",
    "#",
    "-",
    ":",
    ": x",
    "x:y",
    "x :y",
    "'",
    '"',
    "''",
    "\\",
    "\\n",
    "</body>",
    "&nbsp; &#10;",
    "<a href='x'>y</a>",
    "e\u0301 é ﬁ Å",
    "👩\u200d👩\u200d👧 v\ufe0f",
    "\u202ertl",
    "שלום عالم",
]
_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn"))


def stripped(text: str) -> str:
    """The text as Asana and YAML both keep it: no blanks around, one blank for every other kind of blank."""
    return " ".join(text.split())


lines = st.one_of(st.sampled_from(_AWKWARD), st.text(_CHARACTERS, min_size=1, max_size=40)).map(stripped)
some_lines = lines.filter(bool)
_later_lines = (
    st.tuples(st.sampled_from(["", "", "  ", "    ", "      "]), lines).map("".join).map(str.rstrip)
)
prose = st.tuples(lines, st.lists(_later_lines, max_size=3)).map(
    lambda parts: "\n".join([parts[0], *parts[1]]).strip()
)
answers = prose.filter(lambda text: text != NO_ANSWER)
budgets = st.integers(1, 1440)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """A task, gate or break."""
    title = draw(some_lines)
    drawn: list[Kind] = ["task", "task", "task", "gate", "break"]
    by_title = kind_of(title)
    kind = draw(st.sampled_from(drawn)) if by_title == "task" else by_title
    in_asana = kind != "break" or draw(st.booleans())
    title = title_of_kind(kind, title)
    return Task(title=title, minutes=draw(budgets), notes=draw(prose), kind=kind, in_asana=in_asana)


sections = st.builds(
    Section,
    name=some_lines,
    tasks=st.lists(tasks(), max_size=6, unique_by=lambda task: normalize(task.title)).map(tuple),
)
sessions = st.builds(
    Sessions,
    days=st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: tuple(d for d in DAYS if d in days)),
    minutes=budgets,
    start=st.none() | st.dates(date(1900, 1, 1)),
)


def song_maps(**parts: Any) -> st.SearchStrategy[SongMap]:
    """Song maps; `parts` are strategies that replace those of single fields."""
    fields: dict[str, Any] = {
        "song": some_lines,
        "bpm": st.none() | st.integers(10 * SLOWEST, 10 * FASTEST).map(lambda tenths: tenths / 10),
        "key": lines,
        "reference": st.lists(some_lines, max_size=3).map(tuple),
        "deadline": st.none() | st.dates(date(1900, 1, 1)),
        "sessions": st.none() | sessions,
        "stage": lines,
        "inspiration": st.lists(prose.filter(bool), max_size=3).map(tuple),
        "themes": st.builds(
            Themes,
            musical=st.lists(some_lines, max_size=3).map(tuple),
            non_musical=st.lists(some_lines, max_size=3).map(tuple),
        ),
        "questions": st.lists(
            st.builds(Question, question=some_lines, answer=answers),
            max_size=3,
            unique_by=lambda asked: normalize(asked.question),
        ).map(tuple),
        "sections": st.lists(
            sections, min_size=1, max_size=4, unique_by=lambda section: normalize(section.name)
        ).map(tuple),
        **parts,
    }
    return st.builds(SongMap, **fields)


@st.composite
def ordered_maps(draw: st.DrawFn) -> SongMap:
    """Song maps that state an order, and tasks that wait for others."""
    song_map = draw(song_maps())
    places = [(section.name, task.title) for section in song_map.sections for task in section.tasks]
    titles = [normalize(title) for _, title in places]
    once = [title for _, title in places if titles.count(normalize(title)) == 1 and _plain(title)]
    if len(once) < 2:
        return song_map
    chosen = draw(st.permutations(once))
    ranks = {title: rank for rank, title in enumerate(chosen)}
    grown = []
    for section in song_map.sections:
        waiting = []
        for task in section.tasks:
            earlier = [title for title in once if ranks[title] < ranks.get(task.title, 0)]
            after = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
            waiting.append(replace(task, after=tuple(after)))
        grown.append(replace(section, tasks=tuple(waiting)))
    order = tuple(chosen) if draw(st.booleans()) else ()
    return replace(song_map, sections=tuple(grown), order=order)


def _plain(title: str) -> bool:
    return title.isascii() and title.isalnum()


def do(
    change: Callable[Concatenate[MapText, _Arguments], MapText],
    *args: _Arguments.args,
    **kwargs: _Arguments.kwargs,
) -> Edit:
    """A change with all but the map that it is made in."""
    return lambda source: edited(source, change, *args, **kwargs)


def edit_map(text: str, edits: Iterable[Edit]) -> str:
    """The text with these changes, each of which sees the ones before it."""
    return reduce(lambda source, edit: edit(source), edits, MapText(text, "song map")).text
