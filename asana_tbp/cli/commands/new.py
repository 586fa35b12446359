"""`new`: a song map file, by answering the essay's questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from asana_tbp.cli.commands.answer_files import answers_in
from asana_tbp.cli.commands.new_answers import (
    DEPICT,
    FOR,
    SOUND,
    SongPage,
    TaskFlags,
    apply_task_flags,
    question_answers,
    song_map_of,
    take_defaults,
    tasks_of_other_answers,
)
from asana_tbp.cli.commands.new_interview import Interview
from asana_tbp.cli.commands.new_values import a_day, a_line, a_tempo, a_title
from asana_tbp.cli.commands.scaffold import scaffold as scaffold_command
from asana_tbp.cli.commands.templates import schema_link
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, complain, emit_json, out, say
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.parameters import AsJson
from asana_tbp.cli.prompts.question import no_file_where_left
from asana_tbp.errors import SongMapError, TbpError, UsageError
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import Template, open_template, parse_song_map
from asana_tbp.songmap.templates.variables import AnswerError
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.system.atomic_file import refuse_place, write_new
from asana_tbp.text import as_sentence, escape_controls, one_line, paragraph, shell_quote

# Files that Windows has already, whatever stands behind their dot.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_Value = TypeVar("_Value")
Texts = list[str] | None


def _many(*names: str, metavar: str | None = None, text: str) -> object:
    return typer.Option(*names, metavar=metavar, help=f"{text} May be repeated.")


TemplateName = Annotated[
    str, typer.Option("--template", "-t", help="The template to begin with; see asana-tbp templates.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="The file to write. Default: made of the song's name."),
]
Deadline = Annotated[str | None, typer.Option(metavar="DAY", help="The day it is due, 2027-03-01.")]
Answers = Annotated[
    Texts, _many("--set", metavar="NAME=VALUE", text="Answer a variable or a question of the template.")
]
AnswersFile = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="A YAML file with answers, keyed like a song map."),
]
FromIdea = Annotated[
    str | None,
    typer.Option("--from", metavar="IDEA", help="Begin with an idea on the board, or its words."),
]
GoOn = Annotated[bool, typer.Option("--scaffold", help="Go on and make its project in Asana.")]


@dataclass(frozen=True)
class NewOptions:
    """What the command line says, as it was typed."""

    title: str
    template: str
    output: Path | None
    words: dict[str, Texts]
    """Inspiration, themes and references, by the page's own names."""
    questions: dict[str, str | None]
    bpm: str | None
    key: str | None
    deadline: str | None
    answers: dict[str, str]
    tasks: TaskFlags
    answers_file: Path | None
    from_idea: str | None


def new(
    ctx: typer.Context,
    words: Annotated[Texts, typer.Argument(metavar="SONG", help="The song's name.")] = None,
    template: TemplateName = "edm-track",
    output: Output = None,
    inspiration: Annotated[Texts, _many(text="Where it comes from.")] = None,
    musical: Annotated[Texts, _many(text="A musical theme.")] = None,
    non_musical: Annotated[Texts, _many("--non-musical", text="A non-musical theme.")] = None,
    depict: Annotated[str | None, typer.Option(help=DEPICT)] = None,
    for_: Annotated[str | None, typer.Option("--for", help=FOR)] = None,
    sound: Annotated[str | None, typer.Option(help=SOUND)] = None,
    bpm: Annotated[str | None, typer.Option(metavar="124", help="Its tempo.")] = None,
    key: Annotated[str | None, typer.Option(metavar="'A minor'", help="Its key.")] = None,
    reference: Annotated[Texts, _many(text="A track to hold it against.")] = None,
    deadline: Deadline = None,
    answers: Answers = None,
    without: Annotated[Texts, _many(metavar="TASK", text="Leave a task out.")] = None,
    add: Annotated[Texts, _many(metavar="TASK", text="Add a task, 'Record strings (30m)'.")] = None,
    time: Annotated[Texts, _many(metavar="TASK=25m", text="Give a task another time.")] = None,
    first: Annotated[Texts, _many(metavar="TASK", text="Begin the ideal order with it.")] = None,
    answers_file: AnswersFile = None,
    from_idea: FromIdea = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing; take every default.")] = False,
    scaffold: GoOn = False,
    as_json: AsJson = False,
) -> None:
    """Write a song map by answering questions.

    Answer them at a prompt, by flags, or in a file. At a prompt, answer < to go back to the question before.
    Nothing is written until you have seen the whole page, and a file is never overwritten.

    Examples:
      asana-tbp new "Northern Lights"
      asana-tbp new "Warehouse" -t techno --bpm 138 --depict "A tunnel at 4 am"
      asana-tbp new "Kitchen Rain" -t band --set guitars=cello --no-input
    """
    options = NewOptions(
        title=" ".join(words or ()),
        template=template,
        output=output,
        words={"inspiration": inspiration, "musical": musical, "non_musical": non_musical, "reference": reference},
        questions={DEPICT: depict, FOR: for_, SOUND: sound},
        bpm=bpm,
        key=key,
        deadline=deadline,
        answers=answers_in(answers),
        tasks=TaskFlags(without or (), add or (), time or (), first or ()),
        answers_file=answers_file,
        from_idea=from_idea,
    )  # fmt: skip
    path, song_map = _write(ctx.obj, options, asking=not no_input and asks())
    if not as_json:
        out(str(path))
    elif not scaffold:
        emit_json(
            "new",
            file=str(path),
            song=song_map.song,
            tasks=song_map.task_count,
            minutes=song_map.total_minutes,
        )
    if scaffold:
        _go_on(ctx, path, as_json=as_json)
    else:
        say(f"Next: asana-tbp scaffold {shell_quote(path)}")


def _write(context: AppContext, options: NewOptions, *, asking: bool) -> tuple[Path, SongMap]:
    """Ask what is to be asked and write the file; returns where it is, and the song map in it."""
    opened = open_template(context.library.find(options.template), context.library, options.answers_file)
    page = _page(context, opened, options)
    if not page.song and not asking:
        raise UsageError(
            "The song has no name yet.", 'Write it behind the command: asana-tbp new "Midnight Galaxy"'
        )
    minutes = context.settings.default_budget

    def place(song: str) -> Path:
        path = options.output or Path(f"{slug(song)}.yaml")
        refuse_place(path)
        return path

    if page.song or options.output:
        place(page.song)
    with no_file_where_left():
        if asking:
            if problems := opened.problems():
                raise SongMapError(problems)
            say(f"Begun from {escape_controls(options.template)}; asana-tbp templates lists others.")
            say("Answer < to go back, Ctrl-C to leave.")
            interview = Interview(
                opened, page, options.tasks, today=context.clock.now().astimezone().date(), minutes=minutes,
                place=lambda song: str(_or_answer_error(place, song)), answered=_answered(opened, options),
            )  # fmt: skip
            interview.run()
        else:
            take_defaults(opened, page.variables)
            if wrong := apply_task_flags(page, opened, options.tasks, minutes):
                raise UsageError("\n".join(wrong))
    song_map = song_map_of(opened, page)
    path = place(page.song)
    write_new(path, _text(context, opened, page, options.template))
    say(
        f"{escape_controls(page.song)}: {summed(song_map.task_count, song_map.total_minutes)}. Edit it as you like."
    )
    if asking:
        say("Take a break, get a coffee.")
    return path, song_map


def _page(context: AppContext, opened: Template, options: NewOptions) -> SongPage:
    """The page with all that flags and files say. Raises UsageError."""
    title = options.title
    entries = {name: _lines(texts) for name, texts in options.words.items()}
    if options.from_idea is not None:
        with context.board() as board:
            name, idea = board.idea_words(options.from_idea)
        title = title or one_line(name)
        entries["inspiration"] = tuple(filter(None, (paragraph(idea), *(entries["inspiration"] or ()))))
    values = opened.values
    questions = {
        name: text for name, text in options.answers.items() if "?" in name and not values.known(name)
    }
    variables = {name: text for name, text in options.answers.items() if name not in questions}
    sample = opened.sample(variables)
    if not title and options.answers_file and opened.says("song"):
        title = sample.song
    today = context.clock.now().astimezone().date()
    return SongPage(
        song=(_checked(a_title, title) if title else None) or "",
        inspiration=entries["inspiration"],
        musical=entries["musical"],
        non_musical=entries["non_musical"],
        reference=entries["reference"],
        bpm=_checked(a_tempo, options.bpm),
        key=_checked(a_line, options.key),
        deadline=_checked(lambda text: a_day(text, today), options.deadline),
        answers=question_answers(questions, options.questions, sample),
        variables=variables,
        asked_with=dict(variables),
    )


def _answered(opened: Template, options: NewOptions) -> frozenset[str]:
    """What the answers file says of the page, so that nobody is asked again."""
    if options.answers_file is None:
        return frozenset()
    themes = {"Musical themes", "Non-musical themes"} if opened.says("themes") else set()
    names = {"inspiration": "Inspiration", "reference": "References", "bpm": "bpm", "key": "key"}
    return frozenset(themes | {label for name, label in names.items() if opened.says(name)})


def _lines(written: Texts) -> tuple[str, ...] | None:
    if written is None:
        return None
    return tuple(line for entry in written if (line := _checked(a_line, entry)))


def _checked(meaning: Callable[[str], _Value], text: str | None) -> _Value | None:
    """The meaning of a flag's text, None for a flag that was not given. Raises UsageError."""
    try:
        return None if text is None else meaning(text)
    except AnswerError as wrong:
        raise UsageError(as_sentence(wrong.sentence)) from None


def _or_answer_error(place: Callable[[str], Path], song: str) -> Path:
    """The file of a song named at a prompt; one that cannot be written asks for another name."""
    try:
        return place(song)
    except TbpError as refused:
        raise AnswerError(refused.sentence.rstrip(".")) from None


def _text(context: AppContext, opened: Template, page: SongPage, template: str) -> str:
    song_map = song_map_of(opened, page)
    intro = [
        f"{song_map.song}, begun from {template}.",
        "",
        "Make it yours: delete what the track does not need, add what it does. Keep tasks simple.",
    ]
    later = tasks_of_other_answers(opened, page)
    variables = []
    for condition in dict.fromkeys(
        condition for by_condition in later.values() for condition in by_condition
    ):
        name, _, choice = condition.partition(" is ")
        now = opened.answered(page.variables).of(name)
        variables += [
            f'  # To have the tasks under "when: {condition}", write {choice} here and scaffold again.',
            f"  {name}: {now}",
        ]
    text = render_song_map(
        song_map, schema=schema_link(context), intro=intro, variables=variables, conditional=later
    )
    parse_song_map(text, "the new song map")
    return text


def _go_on(ctx: typer.Context, path: Path, *, as_json: bool) -> None:
    try:
        scaffold_command(ctx, str(path), as_json=as_json)
    except TbpError as refused:
        complain(refused)
        say(f"When that is mended: asana-tbp scaffold {shell_quote(path)}")
        raise typer.Exit(refused.exit_code) from None


def slug(song: str) -> str:
    """A file's name for a song: `Midnight Galaxy` is `midnight-galaxy`."""
    plain = unicodedata.normalize("NFKC", song).casefold()
    short = "-".join("".join(char if char.isalnum() else " " for char in plain).split())
    while len(short.encode()) > 100:
        short = short[:-1]
    short = short.strip("-") or "song"
    return f"{short}-song" if _DEVICE.fullmatch(short) else short
