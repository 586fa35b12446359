"""List, show, copy and check song maps.

Templates are song maps to begin with: the ones that come with asana-tbp, and your own.

Examples:
  asana-tbp templates
  asana-tbp templates show edm-track
  asana-tbp templates check midnight-galaxy.yaml
"""

import glob
import os.path
from contextlib import suppress
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, fold, out, out_file, say
from asana_tbp.cli.output.tree import print_order, print_tree, summed
from asana_tbp.cli.parameters import Text, Texts, WithJson, answers_in
from asana_tbp.errors import OK, USAGE, ExitCode, SongMapError, TbpError, UsageError
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.read.nodes import Problem, problems_in, render_problem
from asana_tbp.songmap.read.yaml import file_text
from asana_tbp.songmap.templates.library import (
    SCHEMA,
    SCHEMA_BESIDE_MAP,
    is_song_map,
    shipped_folder,
    shipped_templates,
    template_groups,
)
from asana_tbp.system.atomic_file import private_folder, write_new, write_over
from asana_tbp.text import escape_controls, listed, plural, quote, shell_quote

OWN = "Your own"
_FACTS = {"bpm": "tempo", "key": "key", "reference": "reference tracks"}
Name = Annotated[str, "TEMPLATE", "A template's name, or a song map file."]


def list_(context: WithJson) -> None:
    """List all templates with their tasks, time and purpose.

    Examples:
      asana-tbp templates list
      asana-tbp templates list --json
    """
    rows = [_row(context, *shelved) for shelved in context.library.templates().items()]
    if context.as_json:
        emit_json(context.command, templates=rows)
        return
    width = max(len(row["name"]) for row in rows)
    groups = template_groups()
    group_of = {name: group for group, names in groups.items() for name in names}
    for group in (*groups, OWN):
        for at, row in enumerate(row for row in rows if group_of.get(row["name"], OWN) == group):
            if not at:
                out(f"{group}:")
            facts = f"cannot be used; see templates check {shell_quote(row['name'])}"
            if row["tasks"] is not None:
                facts = f"{plural(row['tasks'], 'task'):>9}  {format_budget(row['minutes']):>6}"
            facts = f"{escape_controls(row['name']):{width}}  {facts}"
            mark = "(yours, hides the shipped one)" if row["shadows"] else "(yours)" if row["own"] else ""
            out(fold("  ".join(filter(None, (facts, row["about"], mark))), width + 2))


def _row(context: AppContext, name: str, path: Path) -> dict[str, Any]:
    own = path.parent == context.library.own_folder
    shadows = own and name in shipped_templates()
    row: dict[str, Any] = {"name": name, "tasks": None, "minutes": None, "about": ""}
    with suppress(SongMapError):
        template = open_template(path, context.library)
        song_map = template.sample()
        about = template.comment() or song_map.song
        row |= {"tasks": song_map.task_count, "minutes": song_map.total_minutes, "about": about}
    return {**row, "path": str(path), "own": own, "shadows": shadows}


def show(
    context: WithJson,
    name: Name,
    answers: Annotated[Texts, "--set", "NAME=VALUE", "Answer a variable."] = None,
) -> None:
    """Show a template with times, ideal order and questions.

    Examples:
      asana-tbp templates show edm-track
      asana-tbp templates show edm-track --set mixing=basic
      asana-tbp templates show midnight-galaxy.yaml --json
    """
    template = open_template(context.library.find(name), context.library)
    song_map = template.sample(answers_in(answers))
    if context.as_json:
        fields = ("name", "ask", "type", "choices", "default")
        variables = [{field: getattr(each, field) for field in fields} for each in template.variables]
        emit_json("templates show", template={**song_map_as_data(song_map), "variables": variables})
        return
    if audience := template.comment("For:"):
        out(fold(f"For {audience}"))
    print_tree(song_map.song, song_map.sections, song_map.task_count)
    order = [task for _, task in ideal_order(song_map)]
    ends = accumulate(task.minutes for task in order)
    print_order([(task.title, task.minutes, end) for task, end in zip(order, ends, strict=True)])
    facts = [words for key, words in _FACTS.items() if template.mentions(key)]
    asked = [listed(facts, "and").capitalize()] if facts else []
    for words in (*asked, *(question.question for question in song_map.questions)):
        out(fold(f"asks  {words}", 6))
    for variable in template.variables:
        default = "no default" if variable.default is None else f"default {variable.default or 'none'}"
        choices = f"  ({', '.join(variable.ways)})" if variable.ways else ""
        out(fold(f"asks  {variable.ask}", 6))
        out(fold(f"      --set {variable.name}=...  {default}{choices}", 6))


def path_(context: AppContext, name: Annotated[Text, "[TEMPLATE]", "A template's name."] = None) -> None:
    """Show the folder of your own templates, or a template's file.

    Examples:
      asana-tbp templates path
      asana-tbp templates path mix
    """
    out(str(context.paths.templates if name is None else context.library.find(name).resolve()))


def copy(
    context: AppContext,
    name: Name,
    new_name: Annotated[
        Text, "--as", "NAME", "The copy's name. The same name hides the shipped template."
    ] = None,
) -> None:
    """Copy a template into your own folder, to change it.

    Nothing is ever overwritten. A copy of the same name is used instead of the template that comes with asana-tbp.

    Examples:
      asana-tbp templates copy mix
      asana-tbp templates copy mix --as my-mix
    """
    source = context.library.find(name)
    stem = (new_name or source.stem).removesuffix(".yaml")
    if not stem or stem.startswith(".") or any(char in stem for char in "/\\:\0"):
        hint = "Leave out / \\ and :, and begin with something else than a dot."
        raise UsageError(f"{quote(stem)} cannot be a template's name.", hint)
    target = context.paths.templates / f"{stem}.yaml"
    write_song_map(context, target, file_text(source), "--as")
    out(str(target))
    if stem in shipped_templates():
        say(f"From now on this one is used instead of the shipped {stem}.")


def schema_name(context: AppContext, path: Path) -> str:
    """The schema's file name for the first line of a file to be written."""
    own = path.resolve().parent == context.paths.templates.resolve()
    return SCHEMA if own else SCHEMA_BESIDE_MAP


def write_song_map(context: AppContext, path: Path, text: str, option: str = "-o") -> None:
    """Write a new file, and put the schema beside it, so that the folder has both; the latter may fail.

    Raises UsageError, about the `option` that named the file, where there is one already.
    """
    if path.parent == context.paths.templates:
        # What can't be made is refused below.
        with suppress(OSError):
            private_folder(path.parent)
    write_new(path, text, option)
    shipped = (shipped_folder() / SCHEMA).read_text(encoding="utf-8")
    # An existing schema is not read: in a stranger's folder it may be anything.
    with suppress(OSError, TbpError):
        write_over(path.with_name(schema_name(context, path)), shipped)


def check(
    context: WithJson,
    files: Annotated[list[str], "FILE", "Song map files or template names."],
) -> ExitCode:
    """Check song maps for mistakes.

    A map is checked for every combination of answers. The exit code is 2 when there is a problem.

    Examples:
      asana-tbp templates check midnight-galaxy.yaml
      asana-tbp templates check mix beat --json
    """
    # Windows' shells pass `*.yaml` on as it is.
    files = [each for name in files for each in (sorted(glob.glob(name)) or [name])]
    judged = [(name, *_judged(context, name)) for name in files]
    if context.as_json:
        fields = ("path", "line", "column", "sentence")
        rows = [
            (name, [{field: getattr(problem, field) for field in fields} for problem in problems])
            for name, problems, _ in judged
        ]
        emit_json("templates check", files=[{"file": n, "ok": not p, "problems": p} for n, p in rows])
    else:
        for name, problems, summary in judged:
            for problem in problems:
                say("\n".join(render_problem(problem)))
            if not problems:
                out(f"{escape_controls(name)}: {summary}")
    return USAGE if any(problems for _, problems, _ in judged) else OK


def _judged(context: AppContext, name: str) -> tuple[tuple[Problem, ...], str]:
    path = context.library.found(name)
    if path is None and not is_song_map(Path(name)) and not os.path.exists(name):
        # Reported like a problem of a file, so that the other files are checked too.
        return (Problem(name, 1, 1, context.library.unknown(name)),), ""
    try:
        template = open_template(path or Path(name), context.library)
        if problems := template.problems():
            return problems, ""
        song_map = template.sample()
    except SongMapError as wrong:
        return problems_in(wrong), ""
    return (), f"fine, {summed(song_map.task_count, song_map.total_minutes)}"


def schema(_context: AppContext) -> None:
    """Print the JSON Schema of a song map, for your editor."""
    out_file((shipped_folder() / SCHEMA).read_text(encoding="utf-8").removesuffix("\n"))


def song_map_as_data(song_map: SongMap) -> dict[str, Any]:
    """A song map for JSON, with the number of tasks, the minutes and the ideal order."""
    return {
        **asdict(song_map),
        "tasks": song_map.task_count,
        "minutes": song_map.total_minutes,
        "ideal_order": [task.title for _, task in ideal_order(song_map)],
    }
