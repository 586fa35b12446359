"""`calibrate`: budgets that were honest in the past, proposed for templates and for the songs ahead.

Knows where budgets are written, and shows what it would write before it does. Must not know how a budget is
proposed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.errors import PARTLY_DONE, AsanaError, NotAuthorised, NotFound, TbpError

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.report.calibration import Proposal
    from asana_tbp.report.history import History
    from asana_tbp.report.task_origin import TaskOrigins
    from asana_tbp.store.database import Database


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """One budget that would change: the name before and after, and what it stands on."""

    before: str
    after: str
    why: str
    gid: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """All changes of one place: a template's file with its new text, or a song's tasks in Asana."""

    place: str
    lines: tuple[BudgetChange, ...]
    path: Path | None = None
    text: str = ""


def calibrate(
    ctx: typer.Context,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write what is shown, without asking. Without it a pipe only shows."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Propose honest budgets from what alike tasks took, and write them when you say so.

    It writes into your own copy of a template, and into names of tasks in Asana that were made here and never
    begun. It needs five finished tasks from one line of a template.
    """
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.report.calibration import ENOUGH, proposals
    from asana_tbp.report.history import history_of, read_sessions
    from asana_tbp.report.task_origin import TaskOrigins

    world: AppContext = ctx.obj
    with world.database() as database:
        history = history_of(read_sessions(database))
        kinds = TaskOrigins(database, world.library)
        found = proposals(history.runs, lambda run: kinds.of(run.project_gid, run.task_gid, run.title))
        if not found:
            if as_json:
                out(json.dumps({"version": 1, "changes": []}))
            say(f"Nothing to propose yet: it takes {ENOUGH} finished tasks from one line of a template.")
            return
        parts = list(_template_parts(world, found))
        try:
            with world.asana() as asana:
                parts += _song_parts(asana, database, history, kinds, found)
                _go_on(world, asana, parts, write=write, as_json=as_json)
        except NotAuthorised:
            raise
        except AsanaError as error:
            if write:
                raise
            say(f"{error.sentence} Only templates are shown.")
            _show(parts, as_json=as_json)


def _go_on(world: AppContext, asana: Gateway, parts: Sequence[Part], *, write: bool, as_json: bool) -> None:
    from asana_tbp.cli.output.console import asks, say

    _show(parts, as_json=as_json)
    if not parts:
        return
    if not write:
        if as_json or not asks():
            say("Nothing is written; asana-tbp calibrate --write does.")
            return
        if not typer.confirm("Write this?", default=False, err=True):
            say("Nothing is written.")
            return
    if not _write(world, asana, parts):
        raise typer.Exit(PARTLY_DONE)


# -- what would change --------------------------------------------------------------------------------


def _template_parts(world: AppContext, found: Iterable[Proposal]) -> Iterable[Part]:
    from asana_tbp.songmap.task_name import compose_name, normalize
    from asana_tbp.songmap.write.edit import rebudgeted

    by_template: dict[str, dict[str, Proposal]] = {}
    for each in found:
        by_template.setdefault(each.kind.template, {})[each.kind.key] = each
    shelf = world.library.templates()
    for name, proposed in by_template.items():
        if name not in shelf:
            continue
        shelved = shelf[name]
        old = shelved.path.read_bytes().decode("utf-8")
        new, changes = rebudgeted(old, {key: each.minutes for key, each in proposed.items()})
        lines = tuple(
            BudgetChange(
                compose_name(change.title, change.before),
                compose_name(change.title, change.after),
                proposed[normalize(change.title)].why,
            )
            for change in changes
        )
        if lines:
            path = shelved.path if shelved.own else world.paths.templates / f"{name}.yaml"
            copy = "your template" if shelved.own else f"a copy of your own, {path}"
            yield Part(f"{name} ({copy})", lines, path, new)


def _song_parts(
    asana: Gateway,
    database: Database,
    history: History,
    kinds: TaskOrigins,
    found: Iterable[Proposal],
) -> Iterable[Part]:
    """Tasks of songs made here that were never begun, by song."""
    from asana_tbp.scaffold.journal import known_songs
    from asana_tbp.songmap.task_name import split_name
    from asana_tbp.songmap.write.edit import renamed
    from asana_tbp.text import escape_controls

    proposed = {(each.kind.template, each.kind.key): each for each in found}
    me = asana.me().gid
    for song in known_songs(database):
        gid = song.project_gid or ""
        ours = kinds.made(gid)
        # What a song was made with tells whether it is worth a request.
        made = {kinds.of(gid, task_gid, title) for task_gid, (_, title) in ours.items()}
        if not any(kind and (kind.template, kind.key) in proposed for kind in made):
            continue
        try:
            tasks = asana.tasks(gid)
        except NotFound:
            continue
        lines = []
        for task in tasks:
            if task.gid not in ours or task.completed or task.gid in history.begun or task.assignee_gid != me:
                continue
            title, minutes = split_name(task.name)
            kind = kinds.of(gid, task.gid, title)
            proposal = proposed.get((kind.template, kind.key)) if kind else None
            if proposal is None or minutes is None or minutes == proposal.minutes:
                continue
            name = renamed(task.name, proposal.minutes)
            if name is not None:
                lines.append(BudgetChange(task.name, name, proposal.why, task.gid))
        if lines:
            yield Part(f"{escape_controls(song.title)} (in Asana)", tuple(lines))


def _show(parts: Sequence[Part], *, as_json: bool) -> None:
    from asana_tbp.cli.output.console import out
    from asana_tbp.text import escape_controls

    if as_json:
        changes = [
            {
                "place": part.place,
                "file": str(part.path) if part.path else None,
                "task_gid": line.gid or None,
                "before": line.before,
                "after": line.after,
                "why": line.why,
            }
            for part in parts
            for line in part.lines
        ]
        out(json.dumps({"version": 1, "changes": changes}, ensure_ascii=False, indent=2))
        return
    if not parts:
        out("Nothing to change: the budgets are what the tasks took.")
    for part in parts:
        out(part.place)
        for line in part.lines:
            out(f"  - {escape_controls(line.before)}")
            out(f"  + {escape_controls(line.after)}    {line.why}")


# -- writing ------------------------------------------------------------------------------------------


def _write(world: AppContext, asana: Gateway, parts: Sequence[Part]) -> bool:
    """Write what was shown, and only that; whether all of it could be."""
    from asana_tbp.cli.commands.templates import schema_link
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.songmap.task_name import split_name
    from asana_tbp.songmap.write.edit import renamed
    from asana_tbp.text import escape_controls

    whole = True
    names = 0
    for part in parts:
        if part.path is not None:
            schema_link(world)
            _replace(part.path, part.text)
            out(f"Written: {part.path}")
            continue
        for line in part.lines:
            now = asana.exact_task(line.gid)
            name = renamed(now.name, split_name(line.after).minutes or 0)
            # No-break spaces are spaces in what was shown, and stay in what is written.
            if now.completed or name is None or now.name.replace("\xa0", " ") != line.before:
                say(f"Left alone, it was changed meanwhile: {escape_controls(now.name)}")
                whole = False
                continue
            asana.rename_task(line.gid, name)
            names += 1
    if names:
        out(f"{names} tasks have another budget in Asana.")
    return whole


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(text.encode("utf-8"))
        new.replace(path)
    except OSError as error:
        raise TbpError(
            f"{path} can't be written: {error.strerror}", "Check the folder and who may write to it."
        ) from None
