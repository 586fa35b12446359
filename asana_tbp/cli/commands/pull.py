"""`pull`: a project in Asana becomes a song map file, or its changes go into the one it has."""

import difflib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from asana_tbp.bridge.lookup import find_project, find_workspace
from asana_tbp.cli.commands.templates import schema_name, song_map_as_data, write_song_map
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, emit_json, out, out_file, say
from asana_tbp.cli.output.plan import conflict_as_data, conflict_text
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.parameters import Text, WithJson
from asana_tbp.cli.prompts.question import agrees, ask, no_file_where_left, one_of
from asana_tbp.errors import PARTLY_DONE, UsageError
from asana_tbp.scaffold.compare.plan import Remote
from asana_tbp.scaffold.journal import known_songs
from asana_tbp.scaffold.pull.into_map import MapUpdate
from asana_tbp.scaffold.pull.project import PulledSong, pull_song, read_project, remember
from asana_tbp.scaffold.pull.update import MapUpdater, NotItsMap
from asana_tbp.scaffold.request import source_of
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.read.sections import MOST_TASKS
from asana_tbp.songmap.templates.draft import file_stem
from asana_tbp.songmap.templates.variables import Variable, parse_line
from asana_tbp.songmap.write.yaml import render_song_map, render_template, word_variable
from asana_tbp.store.database import Database
from asana_tbp.system.atomic_file import refuse_place
from asana_tbp.text import escape_controls, plural, quote, shell_quote


@dataclass(frozen=True)
class PullFlags:
    """The words of the command line, as they were written."""

    project: Annotated[str, "PROJECT", "A project's name, id or link."]
    output: Annotated[Path | None, "-o", "FILE", "The file to write. Default: print it."] = None
    into: Annotated[Path | None, "MAP", "Write what changed in Asana into the project's own map."] = None
    as_template: Annotated[Text, "NAME", "Save it as a template with this name."] = None
    completed: Annotated[bool, "Include completed tasks."] = False
    prefer_asana: Annotated[bool, "With --into: Asana wins where both were changed."] = False
    yes: Annotated[bool, "-y", "With --into: write without a question."] = False


def pull(context: WithJson, flags: PullFlags) -> None:
    """Turn a project in Asana into a song map.

    The map gets sections, tasks, time budgets, notes and order. Nothing is changed in Asana. A file written with -o is
    the project's map from then on: scaffold it, and there is nothing to do.

    Examples:
      asana-tbp pull "Midnight Galaxy" --into midnight-galaxy.yaml
      asana-tbp pull "Midnight Galaxy" -o from-asana.yaml
    """
    if sum(choice is not None for choice in (flags.output, flags.into, flags.as_template)) > 1:
        raise UsageError("-o, --into and --as-template write different files.", "Use one of them.")
    if flags.output:
        refuse_place(flags.output, "-o")
    with context.asana() as asana, context.database() as database:
        me = asana.me()
        query = context.settings.workspace
        places = (find_workspace(query, me.workspaces),) if query else me.workspaces
        project = one_of(lambda: find_project(asana, flags.project, places))
        if flags.into is None:
            _write(context, database, read_project(asana, project, me.gid), flags)
            return
        updater = MapUpdater(asana, database, context.settings, context.library, context.clock)
        try:
            update = updater.propose(project, flags.into, "asana" if flags.prefer_asana else None)
        except NotItsMap as other:
            other.hint = "Name the file that the project was made from, or write a new one with -o."
            raise
        _update(context, updater, update, project.gid, flags)


def _write(context: AppContext, database: Database, reading: Remote, flags: PullFlags) -> None:
    output, name, project = flags.output, flags.as_template, reading.project
    minutes = context.settings.default_budget
    found = pull_song(database, reading, default_minutes=minutes, completed=flags.completed)
    song_map = found.song_map
    if name is not None:
        output = Path(name) if Path(name).suffix else context.paths.templates / f"{file_stem(name)}.yaml"
        refuse_place(output, "--as-template")
    schema = schema_name(context, output) if output else ""
    text = _text(found, schema) if name is None else _template_text(song_map, schema)
    done = 0 if flags.completed else sum(task.completed for task in reading.tasks)
    if output is not None:
        write_song_map(context, output, text)
    if context.as_json:
        emit_json(
            "pull",
            project=project.gid,
            file=output and str(output),
            song_map=song_map_as_data(song_map),
            completed_left_out=done,
            left_out=found.unheld,
        )
    elif output is None:
        out_file(text.removesuffix("\n"))
    else:
        out(str(output))
    if output is not None:
        say(f"{escape_controls(song_map.song)}: {summed(song_map.task_count, song_map.total_minutes)}.")
        if found.renamed:
            say(f"{plural(found.renamed, 'title')} got a number, because another one is the same.")
        if name is None:
            source = source_of(str(output), output, None)
            for song in known_songs(database):
                if (
                    song.project_gid == project.gid
                    and song.source.startswith("file:")
                    and song.source != source
                ):
                    old = escape_controls(song.source.removeprefix("file:"))
                    say(f"{escape_controls(str(output))} is its map from now on, instead of {old}.")
            remember(database, source, found, context.clock.now())
    for sentence in found.unheld:
        say(escape_controls(sentence))
    if done:
        say(f"{plural(done, 'completed task')} left out; --completed includes them.")


def _update(
    context: AppContext, updater: MapUpdater, update: MapUpdate, project: str, flags: PullFlags
) -> None:
    before, after = update.before.splitlines(), update.after.splitlines()
    left, conflicts = update.left, update.planned.conflicts
    names = update.path.name, f"{update.path.name}, with Asana's changes"
    diff = list(difflib.unified_diff(before, after, *names, n=1, lineterm=""))
    for line in diff:
        (say if context.as_json else out)(escape_controls(line))
    for sentence in left:
        say(escape_controls(sentence))
    for conflict in conflicts:
        say(f"Changed on both sides: {escape_controls(conflict_text(conflict))}")
    if conflicts:
        say("To take Asana's side of these: --prefer-asana")
        say(f"To take the map's: asana-tbp scaffold {shell_quote(update.path)} --prefer map")
    same = update.after == update.before
    accepted = same or flags.yes or (asks() and agrees(f"Write this into {update.path}?"))
    if accepted:
        updater.accept(update)
    if context.as_json:
        emit_json(
            "pull --into",
            project=project,
            file=str(update.path),
            written=accepted and not same,
            diff=diff,
            left_alone=left,
            conflicts=list(map(conflict_as_data, conflicts)),
        )
    if same:
        say("Nothing to write: the map has everything that changed in Asana.")
    elif accepted:
        say(f"Written: {escape_controls(str(update.path))}")
    elif not asks():
        say("Nothing is written without --yes.")
    if conflicts or not accepted:
        raise typer.Exit(PARTLY_DONE)


def _text(found: PulledSong, schema: str) -> str:
    song_map = found.song_map
    if song_map.task_count > MOST_TASKS:
        raise UsageError(f"This project has {song_map.task_count:,} tasks; a song map holds {MOST_TASKS:,}.")
    intro = [f"{song_map.song}, from {found.reading.project.link or 'Asana'}"]
    text = render_song_map(song_map, schema=schema, intro=intro, remarks=found.remarks)
    parse_song_map(text, "the pulled song map")
    return text


def _template_text(song_map: SongMap, schema: str) -> str:
    questions = tuple(replace(asked, answer="") for asked in song_map.questions)
    bare = replace(song_map, inspiration=(), deadline=None, sessions=None, questions=questions)
    variables = _variables(bare)
    text = render_template(bare, variables, schema=schema, intro=[f"Begun from {song_map.song}."])
    parse_song_map(text, "the template")
    return text


@no_file_where_left()
def _variables(song_map: SongMap) -> dict[str, Variable]:
    """Ask on a terminal which words become variables, and what each is called."""
    known: dict[str, Variable] = {}

    def a_word(text: str) -> str:
        word = parse_line(text)
        if word in known:
            raise AnswerError(f"{quote(word)} is a variable already")
        if word:
            word_variable(song_map, word, "x")
        return word

    def a_variable(text: str) -> Variable:
        variable = word_variable(song_map, word, parse_line(text))
        if variable.name in {each.name for each in known.values()}:
            raise AnswerError(f"a variable is called {quote(variable.name)} already")
        return variable

    while asks() and (word := ask("Which word becomes a variable? Enter when done.", a_word)):
        known[word] = ask(f"What is {quote(word)} in this song? A name such as lead.", a_variable)
    return known
