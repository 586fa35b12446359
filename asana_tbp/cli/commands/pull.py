"""`pull`: a project in Asana becomes a song map file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.bridge.values import Project
    from asana_tbp.scaffold.pull import PulledSong
    from asana_tbp.songmap.model import SongMap
    from asana_tbp.songmap.templates.variables import Variable


def pull(
    ctx: typer.Context,
    project: Annotated[str, typer.Argument(help="A project's name, gid or link.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write. Default: print it.")
    ] = None,
    completed: Annotated[
        bool, typer.Option("--completed", help="Take tasks that are completed in as well.")
    ] = False,
    as_template: Annotated[
        bool,
        typer.Option("--as-template", help="Make a template of it: asks which words become variables."),
    ] = False,
    words: Annotated[
        list[str] | None,
        typer.Option("--word", metavar="WORD=NAME", help="Make this word a variable; may be repeated."),
    ] = None,
) -> None:
    """Write a song map from any project: sections, tasks, time budgets, notes and order. Changes nothing in Asana.

    A file written with -o is the project's map from then on: scaffold it, and there is nothing to do.
    """
    from asana_tbp.bridge.lookup import find_project, find_workspace
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.cli.output.prompt import no_file_where_left
    from asana_tbp.cli.output.tree import summed
    from asana_tbp.errors import UsageError
    from asana_tbp.scaffold.journal import ideal_places
    from asana_tbp.scaffold.pull import known_keys, pull_song, remember
    from asana_tbp.scaffold.request import source_of
    from asana_tbp.system.atomic_file import refuse_place, write_new
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    if words and not as_template:
        raise UsageError("--word is for templates.", "Add --as-template.")
    if output:
        refuse_place(output)
    with world.asana() as asana, world.database() as database:
        me = asana.me()
        wanted = world.settings.workspace
        places = (find_workspace(wanted, me.workspaces),) if wanted else me.workspaces
        chosen = find_project(asana, project, places)
        tasks = asana.tasks(chosen.gid)
        found = pull_song(
            chosen,
            asana.sections(chosen.gid),
            tasks,
            default_minutes=world.settings.default_budget,
            completed=completed,
            places=ideal_places(database, chosen.gid),
            keys=known_keys(database, chosen.gid),
        )
        if as_template:
            output = output or _template_path(world, found.song_map.song)
            refuse_place(output)
            with no_file_where_left():
                text = _template_text(world, found, words, output)
        else:
            text = _text(world, chosen, found)
        if output is None:
            out(text.removesuffix("\n"))
            return
        write_new(output, text)
        out(str(output))
        song_map = found.song_map
        say(f"{escape_controls(song_map.song)}: {summed(song_map.task_count, song_map.total_minutes)}.")
        if found.renamed:
            titles = "1 title" if found.renamed == 1 else f"{found.renamed} titles"
            say(f"{titles} got a number, because another one is the same.")
        if not as_template:
            source = source_of(str(output), output, None)
            remember(database, source, chosen, found, tasks, world.clock.now())


def _text(world: AppContext, project: Project, found: PulledSong) -> str:
    from asana_tbp.cli.commands.templates import schema_link
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.read.loader import parse_song_map
    from asana_tbp.songmap.read.tasks import MOST_TASKS
    from asana_tbp.songmap.write.yaml import render_song_map

    if found.song_map.task_count > MOST_TASKS:
        raise UsageError(
            f"This project has {found.song_map.task_count:,} tasks; a song map holds {MOST_TASKS:,}."
        )
    text = render_song_map(
        found.song_map,
        schema=schema_link(world),
        intro=[f"{found.song_map.song}, from {project.link or 'Asana'}"],
        remarks=found.remarks,
    )
    parse_song_map(text, "the pulled song map")
    return text


def _template_path(world: AppContext, song: str) -> Path:
    from asana_tbp.cli.commands.new import slug

    return world.paths.templates / f"{slug(song)}.yaml"


def _template_text(world: AppContext, found: PulledSong, words: list[str] | None, output: Path) -> str:
    from asana_tbp.cli.commands.templates import schema_link
    from asana_tbp.songmap.read.loader import parse_song_map
    from asana_tbp.songmap.templates.extract import render_template
    from asana_tbp.songmap.templates.library import SCHEMA

    song_map = found.song_map
    bare = replace(
        song_map,
        inspiration=(),
        deadline=None,
        sessions=None,
        questions=tuple(replace(asked, answer="") for asked in song_map.questions),
    )
    variables = _variables(bare, words)
    link = schema_link(world)
    beside = output.parent.resolve() == world.paths.templates.resolve()
    schema = SCHEMA if link and beside else link
    text = render_template(bare, variables, schema=schema, intro=[f"Begun from {song_map.song}."])
    parse_song_map(text, "the template")
    return text


def _variables(song_map: SongMap, words: list[str] | None) -> dict[str, Variable]:
    """Words and the variables they become: from flags, else asked for on a terminal."""
    from asana_tbp.cli.commands.answer_files import answers_in
    from asana_tbp.cli.commands.new_interview import ask_word
    from asana_tbp.cli.output.console import asks
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.templates.extract import word_variable
    from asana_tbp.songmap.templates.variables import AnswerError

    found: dict[str, Variable] = {}
    if words is not None:
        for word, name in answers_in(words, "--word", "WORD=NAME").items():
            try:
                found[word] = word_variable(song_map, word, name)
            except AnswerError as wrong:
                raise UsageError(f"--word {word}={name}: {wrong.sentence}") from None
    elif asks():
        while (asked := ask_word(song_map, found)) is not None:
            word, variable = asked
            found[word] = variable
    return found
