"""`new`: a song map file, by answering the essay's questions."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.songmap.model import SongMap

# Files that Windows has already, whatever stands behind their dot.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_ESSAY = {
    "--depict": "What do I want this track to depict?",
    "--for": "Who is it being produced for?",
    "--sound": "What do I want it to sound like?",
}


def new(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="SONG", help="The song's name.")] = None,
    template: Annotated[
        str, typer.Option("--template", "-t", help="The template to begin with; see asana-tbp templates.")
    ] = "edm-track",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write. Default: made of the song's name."),
    ] = None,
    inspiration: Annotated[
        list[str] | None, typer.Option(help="Where it comes from; may be repeated.")
    ] = None,
    musical: Annotated[list[str] | None, typer.Option(help="A musical theme; may be repeated.")] = None,
    non_musical: Annotated[
        list[str] | None, typer.Option("--non-musical", help="A non-musical theme; may be repeated.")
    ] = None,
    depict: Annotated[str | None, typer.Option(help="What should it depict?")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="Who is it produced for?")] = None,
    sound: Annotated[str | None, typer.Option(help="What should it sound like?")] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION=ANSWER", help="Answer any question of the template; may be repeated."),
    ] = None,
    variables: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Answer a variable of the template; may be repeated."
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="TASK", help="Leave a task out; may be repeated.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A YAML file with answers, keyed like a song map.")
    ] = None,
    from_idea: Annotated[
        str | None,
        typer.Option(
            "--from", help="Begin with an idea: a card on the board by its name, or just its words."
        ),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: what is not answered takes its default.")
    ] = False,
    scaffold: Annotated[
        bool, typer.Option("--scaffold", help="Go on and make its project in Asana.")
    ] = False,
) -> None:
    """Write a song map file by answering a few questions. Never overwrites a file."""
    from asana_tbp.cli.commands.answer_files import answers_in, question_answers_in
    from asana_tbp.cli.commands.new_answers import PrefilledAnswers, song_map_of
    from asana_tbp.cli.commands.new_interview import a_title
    from asana_tbp.cli.output.console import asks, out, say, typed
    from asana_tbp.cli.output.prompt import ask, no_file_where_left
    from asana_tbp.cli.output.tree import summed
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.foreign import one_line, paragraph
    from asana_tbp.songmap.read.loader import open_template
    from asana_tbp.system.atomic_file import refuse_place, write_new
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    opened = open_template(world.library.find(template), world.library, answers)
    asking = not no_input and asks()
    title = " ".join(words or ())
    entries = _lines(inspiration)
    if from_idea is not None:
        with world.board() as board:
            name, idea = board.idea_words(from_idea)
        title = title or one_line(name)
        entries = tuple(filter(None, (paragraph(idea), *(entries or ()))))
    by_name = answers_in(variables)
    sample = opened.sample(by_name)
    if not title and answers and opened.says("song"):
        title = sample.song
    if not title and not asking:
        raise UsageError(
            "The song has no name yet.", 'Write it behind the command: asana-tbp new "Midnight Galaxy"'
        )
    flags = {"--depict": depict, "--for": for_, "--sound": sound}
    by_flag = [f"{_ESSAY[flag]}={text}" for flag, text in flags.items() if text is not None]
    given = PrefilledAnswers(
        entries,
        _lines(musical),
        _lines(non_musical),
        question_answers_in([*by_flag, *(answer or ())], sample),
        by_name,
        list(without or ()),
        themes_asked=not (answers and opened.says("themes")),
    )
    if output:
        refuse_place(output)
    with no_file_where_left():
        if asking:
            say(
                f"Begun from {escape_controls(template)}; asana-tbp templates lists others, -t NAME takes one."
            )
        song = _checked(title) if title else ask("What is the song called?", a_title)
        path = output or Path(f"{slug(song)}.yaml")
        refuse_place(path)
        song_map = song_map_of(opened, given, song, asking=asking)
    write_new(path, _written(world, song_map, template))
    say(
        f"{escape_controls(song)}: {summed(song_map.task_count, song_map.total_minutes)}. Edit it as you like."
    )
    out(str(path))
    if scaffold:
        _scaffolded(ctx, path)
    else:
        say(f"Next: asana-tbp scaffold {typed(path)}")


def _scaffolded(ctx: typer.Context, path: Path) -> None:
    from asana_tbp.cli.commands.scaffold import scaffold
    from asana_tbp.cli.output.console import complain, say, typed
    from asana_tbp.errors import TbpError

    try:
        scaffold(ctx, str(path))
    except TbpError as refused:
        complain(refused)
        say(f"When that is mended: asana-tbp scaffold {typed(path)}")
        raise typer.Exit(refused.exit_code) from None


def _lines(written: list[str] | None) -> tuple[str, ...] | None:
    return (
        None if written is None else tuple(text for entry in written if (text := _checked(entry, empty=True)))
    )


def _checked(text: str, *, empty: bool = False) -> str:
    from asana_tbp.cli.commands.new_interview import a_line, a_title
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.templates.variables import AnswerError
    from asana_tbp.text import as_sentence

    try:
        return a_line(text) if empty else a_title(text)
    except AnswerError as wrong:
        raise UsageError(as_sentence(wrong.sentence)) from None


def _written(world: AppContext, song_map: SongMap, template: str) -> str:
    from asana_tbp.cli.commands.templates import schema_link
    from asana_tbp.songmap.read.loader import parse_song_map
    from asana_tbp.songmap.write.yaml import render_song_map

    intro = [
        f"{song_map.song}, begun from {template}.",
        "",
        "Make it yours: delete what the track does not need, add what it does. Keep tasks simple.",
    ]
    text = render_song_map(song_map, schema=schema_link(world), intro=intro)
    parse_song_map(text, "the new song map")
    return text


def slug(song: str) -> str:
    """A file's name for a song: `Midnight Galaxy` is `midnight-galaxy`."""
    plain = unicodedata.normalize("NFKC", song).casefold()
    short = "-".join("".join(char if char.isalnum() else " " for char in plain).split())
    while len(short.encode()) > 100:
        short = short[:-1]
    short = short.strip("-") or "song"
    return f"{short}-song" if _DEVICE.fullmatch(short) else short
