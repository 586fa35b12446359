"""`auth`: log in with a personal access token, see who you are, log out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import out, say
from asana_tbp.errors import UsageError
from asana_tbp.system.token import (
    VARIABLE,
    WHERE_TO_GET,
    clean,
    forget_token,
    keep_token,
    need_token,
    probe_keyring,
)
from asana_tbp.text import escape_controls

app = typer.Typer(
    no_args_is_help=True,
    help="""Log in to and out of Asana.

Examples:
  asana-tbp auth login
  asana-tbp auth status
""",
)


@app.command()
def login(
    ctx: typer.Context,
    with_token: Annotated[
        bool, typer.Option("--with-token", help="Read the token from standard input instead of asking.")
    ] = False,
) -> None:
    """Log in with a personal access token.

    The token is checked with Asana and saved in the keyring of this computer; it stays hidden while you type.

    Examples:
      asana-tbp auth login
      asana-tbp auth login --with-token < token.txt
    """
    context: AppContext = ctx.obj
    host = context.settings.host
    probe_keyring()
    if with_token:
        token = clean(sys.stdin.readline(), "standard input")
    elif sys.stdin.isatty():
        say(f"Make a personal access token at\n  {WHERE_TO_GET}\nand paste it here. It stays hidden.")
        token = clean(typer.prompt("Token", hide_input=True, err=True), "the prompt")
    else:
        raise UsageError("There is no terminal to ask for the token.", "Pipe it in with --with-token.")
    me = context.gateway(host, token.value).me()
    keep_token(token, host)
    out(f"Logged in as {escape_controls(me.name)} ({escape_controls(me.email)}).")
    if context.env.get(VARIABLE):
        say(f"Note: {VARIABLE} is set and is used instead of the token you just saved.")


@app.command()
def status(ctx: typer.Context) -> None:
    """Show who you are in Asana and where the token comes from.

    Examples:
      asana-tbp auth status
    """
    context: AppContext = ctx.obj
    token = need_token(context.env, context.settings.host)
    me = context.gateway(context.settings.host, token.value).me()
    out(f"Logged in as {escape_controls(me.name)} ({escape_controls(me.email)}) at {context.settings.host}")
    out(f"Token from {token.source}")
    for workspace in me.workspaces:
        out(f"Workspace {escape_controls(workspace.name)} ({workspace.gid})")


@app.command()
def logout(ctx: typer.Context) -> None:
    """Remove the token from the keyring of this computer.

    Examples:
      asana-tbp auth logout
    """
    context: AppContext = ctx.obj
    gone = forget_token(context.settings.host)
    out("Logged out." if gone else "You weren't logged in.")
    if context.env.get(VARIABLE):
        say(f"Note: {VARIABLE} is still set and is used.")
