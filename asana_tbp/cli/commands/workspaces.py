"""`workspaces`: lists workspaces and teams, and chooses where new songs go."""

from collections.abc import Iterable
from typing import Annotated, Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_named, find_workspace
from asana_tbp.bridge.values import Team, Workspace
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import say
from asana_tbp.cli.parameters import Text, WithJson
from asana_tbp.errors import NotFound, PlanLimit, Refused
from asana_tbp.songmap.task_name import normalize
from asana_tbp.system.settings_writer import write_setting


def workspaces(
    context: WithJson,
    use: Annotated[Text, "WORKSPACE", "Use this one for new songs."] = None,
    team: Annotated[Text, "TEAM", "Use this team of the organisation for new songs."] = None,
) -> None:
    """Choose where new songs go.

    Lists your workspaces, and the organisations you are in with your teams. A star marks what new songs use.

    Examples:
      asana-tbp workspaces
      asana-tbp workspaces --use "My Songs"
      asana-tbp workspaces --json
    """
    workspace, used_team = context.settings.workspace, context.settings.team
    with context.asana() as asana:
        places = asana.me().workspaces
        organisations = [place for place in places if place.is_organization]
        if use is not None or team is not None:
            only = organisations[0] if use is None and len(organisations) == 1 else None
            place = only or find_workspace(use or workspace, places)
            chosen = None if team is None else find_named("team", team, asana.teams(place.gid))
            if use is not None:
                save_choice(context, "workspace", place)
                workspace = place.gid
            if chosen is not None:
                save_choice(context, "team", chosen)
                used_team = chosen.gid
            if not context.as_json:
                return
        rows = [
            {
                **_row(place, workspace),
                "kind": "organisation" if place.is_organization else "workspace",
                "teams": [_row(each, used_team) for each in _teams(asana, place)],
            }
            for place in places
        ]
    lines = [
        f"{indent}{'*' if each['used'] else ' '} {each['gid']}  {each['name']}  ({kind})"
        for row in rows
        for indent, each, kind in (("", row, row["kind"]), *(("    ", team, "team") for team in row["teams"]))
    ]
    context.answer("\n".join(lines), workspaces=rows)


def save_choice(context: AppContext, setting: str, chosen: Workspace | Team) -> None:
    """Save a choice in the settings file, by its gid: names change."""
    write_setting(context.paths.settings_file, setting, chosen.gid)
    flag = "--use" if setting == "workspace" else "--team"
    say(f"Saved as your {setting}: {chosen.name}")
    say(f"Change it with: asana-tbp workspaces {flag}")


def _teams(asana: Gateway, place: Workspace) -> Iterable[Team]:
    try:
        return tuple(asana.teams(place.gid)) if place.is_organization else ()
    except (Refused, NotFound, PlanLimit):
        # A guest of an organisation sees no teams.
        return ()


def _row(thing: Workspace | Team, setting: str | None) -> dict[str, Any]:
    used = setting is not None and (thing.gid == setting or normalize(thing.name) == normalize(setting))
    return {"gid": thing.gid, "name": thing.name, "used": used}
