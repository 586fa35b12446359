"""The command line: its groups and global options. One file a group of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.cli import (
    alerting,
    auth,
    boarding,
    calibrating,
    control,
    demo,
    ideas,
    new,
    outbox,
    page,
    places,
    pulling,
    reporting,
    sandboxing,
    scaffolding,
    session,
    status,
    templates,
    timer,
)
from asana_tbp.cli.entry import Boundary
from asana_tbp.cli.world import World

app = typer.Typer(
    name="asana-tbp",
    cls=Boundary,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        from asana_tbp.cli.output import out

        out(f"asana-tbp {version('asana-tbp')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Use the embedded Asana, which keeps its board between commands."),
    ] = False,
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Finish tracks: a song map becomes an Asana project, a timer completes its tasks.

    Try it without an account:  asana-tbp demo
    """
    ctx.obj = World(sandbox=sandbox)


app.command("demo")(demo.demo)
app.command("new")(new.new)
app.command("scaffold")(scaffolding.scaffold)
app.command("plan")(scaffolding.plan)
app.command("workspaces")(places.workspaces)
app.command("teams")(places.teams)
app.command("pull")(pulling.pull)
app.command("start")(session.start)
app.command("status")(status.status)
for _command in (
    control.pause,
    control.resume,
    control.toggle,
    control.done,
    control.skip,
    control.scrap,
    control.extend,
    control.shorten,
    control.come_back,
    control.hold,
    outbox.undo,
    control.stop,
):
    app.command(_command.__name__.replace("_", "-"))(_command)
app.command("web")(page.web)
app.command("timer")(timer.timer)
app.add_typer(outbox.app, name="outbox")
app.command("next")(ideas.next_)
app.command("idea")(ideas.idea)
app.add_typer(boarding.app, name="board")
app.command("report")(reporting.report)
app.command("calibrate")(calibrating.calibrate)
app.add_typer(alerting.app, name="alerts")
app.add_typer(templates.app, name="templates")
app.add_typer(auth.app, name="auth")
app.command("sandbox")(sandboxing.sandbox)
