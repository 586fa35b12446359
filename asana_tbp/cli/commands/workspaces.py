"""`workspaces` and `teams`: where projects can be, and which one new songs go to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.bridge.values import Team, Workspace

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def workspaces(
    ctx: typer.Context,
    use: Annotated[
        str | None, typer.Option("--use", help="Keep this one for new songs: its name or gid.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List your workspaces and organisations; `*` marks the one for new songs."""
    from asana_tbp.bridge.lookup import find_workspace
    from asana_tbp.cli.scaffold_request import keep_choice

    world: AppContext = ctx.obj
    with world.asana() as asana:
        found = asana.me().workspaces
    if use is not None:
        keep_choice(world, "workspace", find_workspace(use, found))
        return
    kinds = {place.gid: "organisation" if place.is_organization else "workspace" for place in found}
    _show("workspaces", found, world.settings.workspace, as_json=as_json, kinds=kinds)


def teams(
    ctx: typer.Context,
    workspace: Annotated[str | None, typer.Option(help="The organisation's name or gid.")] = None,
    use: Annotated[
        str | None, typer.Option("--use", help="Keep this one for new songs: its name or gid.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List your teams in an organisation; `*` marks the one for new songs. A workspace of one's own has none."""
    from asana_tbp.bridge.lookup import find_team, find_workspace
    from asana_tbp.cli.scaffold_request import keep_choice

    world: AppContext = ctx.obj
    with world.asana() as asana:
        places = asana.me().workspaces
        organisations = [place for place in places if place.is_organization]
        wanted = workspace or world.settings.workspace
        only = organisations[0] if wanted is None and len(organisations) == 1 else None
        place = only or find_workspace(wanted, places)
        found = asana.teams(place.gid) if place.is_organization else ()
    if use is not None:
        keep_choice(world, "team", find_team(use, found))
        return
    _show("teams", found, world.settings.team, as_json=as_json)


def _show(
    word: str,
    found: Sequence[Workspace | Team],
    used: str | None,
    *,
    as_json: bool,
    kinds: dict[str, str] | None = None,
) -> None:
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.songmap.task_name import normalize
    from asana_tbp.text import escape_controls

    def is_used(place: Workspace | Team) -> bool:
        return used is not None and (place.gid == used or normalize(place.name) == normalize(used))

    if as_json:
        rows = [
            {"gid": place.gid, "name": place.name, "used": is_used(place)}
            | ({"kind": kinds[place.gid]} if kinds else {})
            for place in found
        ]
        out(json.dumps({"version": 1, word: rows}, indent=2, ensure_ascii=False))
        return
    if not found:
        say(f"No {word} here.")
    for place in found:
        kind = f"  ({kinds[place.gid]})" if kinds else ""
        out(f"{'*' if is_used(place) else ' '} {place.gid}  {escape_controls(place.name)}{kind}")
