"""The personal access token: from the environment, `.env`, the keyring, or a private file where the user chose one.

A token goes only to the host it was given for, and is never shown, logged or written anywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.settings import (
    HOST_VARIABLE,
    SETTINGS_FILE,
    TOKEN_VARIABLE,
    Environment,
    Settings,
    origin_of,
)

VARIABLE = TOKEN_VARIABLE

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "asana-tbp"
WHERE_TO_GET = "https://app.asana.com/0/my-apps"
WITHOUT_KEYRING = (
    f"Put {VARIABLE}=... into the environment, or save it in a file: asana-tbp auth login --insecure-storage"
)
LOG_IN = f"Make a personal access token at {WHERE_TO_GET} and run: asana-tbp auth login"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it came from, in words; its `repr` hides the value."""

    value: str = field(repr=False)
    source: str
    with_folder: bool = False
    """Whether it came with the current folder, as a `.env` file does."""


def clean(text: str, source: str, *, with_folder: bool = False) -> Token:
    """A token without surrounding white space.

    Raises `NotAuthorised` where the text can't be one: empty, or with characters no HTTP header may carry.
    """
    value = text.strip()
    if not value:
        raise NotAuthorised(f"The token from {source} is empty.", LOG_IN)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotAuthorised(f"The token from {source} has characters that no token has.", LOG_IN)
    return Token(value, source, with_folder)


def find_token(env: Mapping[str, str], settings: Settings, file: Path | None = None) -> Token | None:
    """The token for the host of the settings, or None. The environment alone is enough: no keyring is asked.

    The environment's token goes to Asana's own host and to this machine. Any other host must stand in the
    settings file and have a token of its own, in the keyring or in `file`. Raises `NotAuthorised` for a host
    that was named elsewhere, and `TbpError` when the keyring is locked or wrongly set up.
    """
    if settings.host_is_known:
        if env.get(VARIABLE):
            with_folder = isinstance(env, Environment) and VARIABLE in env.from_file
            return clean(env[VARIABLE], origin_of(VARIABLE, env), with_folder=with_folder)
    elif settings.origin("host") != SETTINGS_FILE:
        raise NotAuthorised(
            f"{settings.host} is not Asana's own address, and {HOST_VARIABLE} alone does not open it:"
            " no token is sent there.",
            f"If you trust it, log in there: asana-tbp auth login --host {settings.host}",
        )
    return _stored(settings.host, file)


def _stored(host: str, file: Path | None) -> Token | None:
    from keyring.errors import KeyringError, NoKeyringError

    in_file = _written_in(file).get(host) if file else None
    try:
        kept = _keyring().get_password(SERVICE, host)
    except NoKeyringError:
        kept = None
    except (KeyringError, TbpError) as error:
        if not in_file:
            if isinstance(error, TbpError):
                raise
            raise TbpError(
                f"The system's keyring can't be read: {error}", f"Unlock it, or set {VARIABLE}."
            ) from None
        kept = None
    if kept:
        return clean(kept, "the keyring")
    return clean(in_file, f"the file {file}") if in_file else None


def need_token(env: Mapping[str, str], settings: Settings, file: Path | None = None) -> Token:
    """Like `find_token`; raises `NotAuthorised` where there is none."""
    token = find_token(env, settings, file)
    if token is not None:
        return token
    if settings.host_is_known:
        raise NotAuthorised("There is no Asana token on this machine.", LOG_IN)
    raise NotAuthorised(
        f"There is no token for {settings.host} on this machine; those for Asana are not sent there.",
        f"Run: asana-tbp auth login --host {settings.host}",
    )


# -- a private file, where there is no keyring ------------------------------------------------------


def _written_in(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TbpError(f"{file} can't be read: {error}", "Remove it, and log in again.") from None
    return {str(host): str(token) for host, token in found.items()} if isinstance(found, dict) else {}


def keep_token_in_file(token: Token, host: str, file: Path) -> None:
    """Write the token for a host into a file that only this user can read. Raises `TbpError` where that fails."""
    _rewrite(file, {**_written_in(file), host: token.value})


def forget_token_in_file(host: str, file: Path) -> bool:
    """Remove a host's token from the file, and the file with its last one; whether there was one."""
    tokens = _written_in(file)
    if host not in tokens:
        return False
    del tokens[host]
    if tokens:
        _rewrite(file, tokens)
    else:
        file.unlink()
    return True


def _rewrite(file: Path, tokens: Mapping[str, str]) -> None:
    write_over(file, json.dumps(dict(tokens)), private=True)


# -- the keyring ------------------------------------------------------------------------------------


def probe_keyring() -> None:
    """Raise `TbpError` unless there is a keyring to write to, before a token is asked for."""
    from keyring.backends import fail, null

    # The null backend is how keyring is switched off: it takes everything and keeps nothing.
    if isinstance(_keyring(), fail.Keyring | null.Keyring):
        raise TbpError("This machine has no keyring to keep a token in.", WITHOUT_KEYRING)


def keep_token(token: Token, account: str) -> None:
    """Store the token in the keyring and read it back. Raises `TbpError` when it can't be stored."""
    from keyring.errors import KeyringError

    backend = _keyring()
    try:
        backend.set_password(SERVICE, account, token.value)
        stored = backend.get_password(SERVICE, account)
    except KeyringError as error:
        raise TbpError(
            f"The token can't be stored in the system's keyring: {error}",
            f"Unlock the keyring, or set {VARIABLE} instead.",
        ) from None
    if stored != token.value:
        raise TbpError("The system's keyring took the token and did not keep it.", WITHOUT_KEYRING)


def forget_token(account: str) -> bool:
    """Remove the token from the keyring; whether there was one. Raises `TbpError` when it is locked."""
    from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

    backend = _keyring()
    try:
        backend.delete_password(SERVICE, account)
    except (PasswordDeleteError, NoKeyringError):
        return False
    except KeyringError as error:
        raise TbpError(f"The system's keyring can't be changed: {error}", "Unlock it.") from None
    return True


def _keyring() -> KeyringBackend:
    import configparser

    import keyring

    try:
        return keyring.get_keyring()
    except (ImportError, AttributeError, ValueError, TypeError, OSError, configparser.Error) as error:
        # What PYTHON_KEYRING_BACKEND or keyring's own file names is imported and called just as it stands.
        said = " ".join(str(error).split())
        raise TbpError(f"The keyring of this machine is set up wrongly: {said}", WITHOUT_KEYRING) from None
