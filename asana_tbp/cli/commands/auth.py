"""`auth login`, `auth status`, `auth logout`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from asana_tbp.cli.context import AppContext

app = typer.Typer(no_args_is_help=True, help="The personal access token that opens your Asana.")


@app.command()
def login(
    ctx: typer.Context,
    with_token: Annotated[
        bool, typer.Option("--with-token", help="Read the token from standard input instead of asking.")
    ] = False,
) -> None:
    """Check a personal access token with Asana and keep it in the system's keyring."""
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.errors import UsageError
    from asana_tbp.system.token import VARIABLE, WHERE_TO_GET, clean, keep_token, probe_keyring
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    host = world.settings.host
    probe_keyring()
    if with_token:
        token = clean(sys.stdin.readline(), "standard input")
    elif sys.stdin.isatty():
        say(f"Make a personal access token at {WHERE_TO_GET} and paste it here; it stays hidden.")
        token = clean(typer.prompt("Token", hide_input=True, err=True), "the prompt")
    else:
        raise UsageError("There is no terminal to ask for the token.", "Pipe it in with --with-token.")
    me = world.gateway(host, token.value).me()
    keep_token(token, host)
    out(f"Logged in as {escape_controls(me.name)} ({escape_controls(me.email)}).")
    if world.env.get(VARIABLE):
        say(f"Note: {VARIABLE} is set and is used before the token kept now.")


@app.command()
def status(ctx: typer.Context) -> None:
    """Say who you are in Asana and where the token comes from."""
    from asana_tbp.cli.output.console import out
    from asana_tbp.system.token import need_token
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    token = need_token(world.env, world.settings.host)
    me = world.gateway(world.settings.host, token.value).me()
    out(f"Logged in as {escape_controls(me.name)} ({escape_controls(me.email)}) at {world.settings.host}")
    out(f"Token from {token.source}")
    for workspace in me.workspaces:
        out(f"Workspace {escape_controls(workspace.name)} ({workspace.gid})")


@app.command()
def logout(ctx: typer.Context) -> None:
    """Remove the token from the system's keyring."""
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.system.token import VARIABLE, forget_token

    world: AppContext = ctx.obj
    gone = forget_token(world.settings.host)
    out("Logged out." if gone else "No token was kept.")
    if world.env.get(VARIABLE):
        say(f"Note: {VARIABLE} is still set.")
