"""Log in to and out of Asana.

Examples:
  asana-tbp auth login
  asana-tbp auth status
"""

import sys
from typing import Annotated

import typer

from asana_tbp.bridge.values import User
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import fold, out, say
from asana_tbp.cli.parameters import Text, WithJson
from asana_tbp.cli.prompts.question import agrees
from asana_tbp.errors import NotAuthorised, TbpError, UsageError
from asana_tbp.system.environment import TOKEN_VARIABLE, origin_of
from asana_tbp.system.settings import DEFAULT_HOST, Settings, read_host
from asana_tbp.system.settings_writer import write_setting
from asana_tbp.system.token import WHERE_TO_GET, Token, clean, forget_token, keep_token, probe_keyring


def login(
    context: AppContext,
    with_token: Annotated[bool, "Read the token from standard input instead of asking."] = False,
    host: Annotated[Text, "URL", "Log in to another host, and use it from now on."] = None,
    insecure_storage: Annotated[bool, "Save the token in a plain file of yours, not a keyring."] = False,
) -> None:
    """Log in with a personal access token.

    The token is checked with Asana and saved in the keyring of this computer; it stays hidden while you type.

    Examples:
      asana-tbp auth login
      asana-tbp auth login --with-token < token.txt
    """
    _need_account(context)
    try:
        address = read_host(host) if host is not None else _own_host(context.settings)
    except ValueError as error:
        raise UsageError(f"--host: {error}") from None
    if not with_token and not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask for the token.", "Pipe it in with --with-token.")
    in_file = insecure_storage or not _has_keyring(ask=not with_token)
    say(f"This logs you in at {address}.")
    if with_token:
        token = clean(sys.stdin.readline(), "standard input")
        me = context.gateway(address, token).me()
    else:
        token, me = _ask(context, address)
    say(f"The token belongs to {me.name} ({me.email}).")
    keep_token(token, address, context.env, context.paths.token_file if in_file else None)
    if in_file:
        say(
            f"Saved without encryption in {context.paths.token_file}: whoever can read your files can use it."
        )
    if host is not None:
        write_setting(context.paths.settings_file, "host", address)
    out(fold(f"Logged in as {me.name} ({me.email}) at {address}."))
    if context.env.get(TOKEN_VARIABLE):
        origin = origin_of(TOKEN_VARIABLE, context.env)
        say(f"Note: {origin} is used instead of the token you just saved. Remove it there.")


def _need_account(context: AppContext) -> None:
    if context.sandbox:
        raise UsageError(
            "The embedded Asana needs no login.", "To log in to your own Asana, leave out --sandbox."
        )


def _own_host(settings: Settings) -> str:
    """The host of the settings. A host from elsewhere must be repeated with --host: a stranger's folder may name it."""
    if settings.host_is_known or settings.origin("host") == "the settings file":
        return settings.host
    raise UsageError(
        f"{settings.host} comes from {settings.origin('host')} and is not Asana's own address.",
        f"To log in there: asana-tbp auth login --host {settings.host}\n"
        f"To log in to Asana: asana-tbp auth login --host {DEFAULT_HOST}",
    )


def _has_keyring(*, ask: bool) -> bool:
    """Whether a token can be saved in a keyring; if not, ask whether a plain file is fine."""
    try:
        probe_keyring()
    except TbpError as error:
        if not ask:
            raise
        say(error.sentence)
        if not agrees("Save the token in a file without encryption, that only you can read?"):
            raise
        return False
    return True


def _ask(context: AppContext, host: str) -> tuple[Token, User]:
    say(f"Make a personal access token at\n  {WHERE_TO_GET}\nand paste it here. It stays hidden.")
    for tries_left in (2, 1, 0):
        try:
            token = clean(typer.prompt("Token", hide_input=True, err=True), "the prompt")
            return token, context.gateway(host, token).me()
        except NotAuthorised as error:
            if not tries_left:
                raise
            say(f"{error.sentence} Copy all of it and try again.")
    raise AssertionError("the last try returns or raises")


def status(context: WithJson) -> None:
    """Show who you are in Asana and where the token comes from.

    Examples:
      asana-tbp auth status
      asana-tbp auth status --json
    """
    _need_account(context)
    host, token = context.settings.host, context.token()
    me = context.gateway(host, token).me()
    lines = [fold(f"Logged in as {me.name} ({me.email}) at {host}"), f"Token from {token.source}"]
    lines += [f"Workspace {place.name} ({place.gid})" for place in me.workspaces]
    context.answer(
        "\n".join(lines),
        host=host,
        user={"gid": me.gid, "name": me.name, "email": me.email},
        token_from=token.source,
        workspaces=[{"gid": place.gid, "name": place.name} for place in me.workspaces],
    )


def logout(context: AppContext) -> None:
    """Remove the token that was saved on this computer."""
    _need_account(context)
    host = context.settings.host
    gone = forget_token(host, context.env, context.paths.token_file)
    out("Logged out." if gone else "You weren't logged in.")
    if context.env.get(TOKEN_VARIABLE):
        say(f"Note: {TOKEN_VARIABLE} is still set and is used.")
