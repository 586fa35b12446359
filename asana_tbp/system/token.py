"""The personal access token: from the environment, `.env`, the keyring, or a private file if the user chose one.

A token goes only to the host it was given for, and is never shown, logged or written anywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.environment import TOKEN_VARIABLE, Environment, origin_of
from asana_tbp.system.settings import SETTINGS_FILE, Settings

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Outcome = TypeVar("Outcome")

SERVICE = "asana-tbp"
WHERE_TO_GET = "https://app.asana.com/0/my-apps"
WITHOUT_KEYRING = (
    f"Put {TOKEN_VARIABLE}=... into the environment, or save it in a file; see:\n"
    "  asana-tbp auth login --help"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it came from, in words; its `repr` hides the value."""

    value: str = field(repr=False)
    source: str
    with_folder: bool = False
    """Whether it came with the current folder, as a `.env` file does."""


def clean(text: str, source: str, *, with_folder: bool = False) -> Token:
    """A token without surrounding white space and byte order mark.

    Raises `NotAuthorised` if the text can't be one: empty, or with characters that an HTTP header can't carry.
    """
    value = text.strip().removeprefix("\ufeff")
    if not value:
        raise NotAuthorised(f"The token from {source} is empty.")
    if text == "\x16":
        # What Ctrl-V types in the classic console of Windows.
        raise NotAuthorised("Nothing was pasted.", "Paste with a right click, and press Enter.")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotAuthorised(f"The token from {source} has characters that no token has.")
    return Token(value, source, with_folder)


def find_token(env: Mapping[str, str], settings: Settings, file: Path | None = None) -> Token:
    """The token for the host of the settings. A token in the environment is enough: then the keyring is not read.

    The environment's token goes to Asana's own host and to this machine. Any other host must stand in the
    settings file and have a token of its own, in the keyring or in `file`. Raises `NotAuthorised` if there is
    none and for a host that was set elsewhere, and `TbpError` when the keyring is locked or wrongly set up.
    """
    if settings.host_is_known:
        if env.get(TOKEN_VARIABLE):
            with_folder = isinstance(env, Environment) and TOKEN_VARIABLE in env.from_file
            return clean(env[TOKEN_VARIABLE], origin_of(TOKEN_VARIABLE, env), with_folder=with_folder)
    elif settings.origin("host") != SETTINGS_FILE:
        raise NotAuthorised(
            f"{settings.host} is not Asana's own address, and ASANA_TBP_HOST alone does not open it:"
            " no token is sent there. If you trust it, log in there.",
            host=settings.host,
        )
    in_file = _tokens_in(file).get(settings.host)
    account = account_of(settings.host, env)
    try:
        kept = _use_keyring("read", lambda keyring: keyring.get_password(SERVICE, account))
    except TbpError:
        if not in_file:
            raise
        kept = None
    if kept:
        return clean(kept, "the keyring")
    if in_file:
        return clean(in_file, f"the file {file}")
    if settings.host_is_known:
        raise NotAuthorised("You are not logged in to Asana on this computer.")
    raise NotAuthorised(
        f"There is no token for {settings.host} on this computer; those for Asana are not sent there.",
        host=settings.host,
    )


def keep_token(token: Token, host: str, env: Mapping[str, str], file: Path | None = None) -> None:
    """Save the token for a host: in `file`, which only this user can read, or else in the keyring, and check it there.

    Raises `TbpError` where it can't be saved.
    """
    if file is not None:
        write_over(file, json.dumps({**_tokens_in(file), host: token.value}), private=True)
        return
    account = account_of(host, env)

    def store(keyring: KeyringBackend) -> str | None:
        keyring.set_password(SERVICE, account, token.value)
        return keyring.get_password(SERVICE, account)

    if _use_keyring("written to", store) != token.value:
        raise TbpError("The system's keyring accepted the token but did not save it.", WITHOUT_KEYRING)


def forget_token(host: str, env: Mapping[str, str], file: Path | None = None) -> bool:
    """Remove a host's token from `file` and the keyring, and an empty file too; returns whether there was one.

    Raises `TbpError` when the keyring is locked.
    """
    tokens = _tokens_in(file)
    was_in_file = tokens.pop(host, None) is not None
    if file is not None and was_in_file:
        if tokens:
            write_over(file, json.dumps(tokens), private=True)
        else:
            file.unlink()

    def remove(keyring: KeyringBackend) -> bool:
        keyring.delete_password(SERVICE, account_of(host, env))
        return True

    return bool(_use_keyring("changed", remove)) or was_in_file


def _tokens_in(file: Path | None) -> dict[str, str]:
    try:
        tokens = json.loads(file.read_text(encoding="utf-8")) if file else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TbpError(f"{file} can't be read: {error}", "Remove it, and log in again.") from None
    return {str(host): str(token) for host, token in tokens.items()} if isinstance(tokens, dict) else {}


def account_of(host: str, env: Mapping[str, str]) -> str:
    """The keyring's account name for a host: another settings folder has accounts of its own."""
    folder = env.get("ASANA_TBP_CONFIG_DIR")
    return f"{host} {Path(folder).expanduser().resolve()}" if folder else host


def probe_keyring() -> None:
    """Raise `TbpError` unless there is a keyring to write to, before a token is asked for."""
    from keyring.backends import fail, null

    # The null backend is how keyring is switched off: it accepts everything and saves nothing.
    if isinstance(_keyring(), fail.Keyring | null.Keyring):
        raise TbpError("This computer has no keyring to save a token in.", WITHOUT_KEYRING)


def _use_keyring(what: str, use: Callable[[KeyringBackend], Outcome]) -> Outcome | None:
    """What `use` returns; None if there is no keyring, or nothing to delete in it."""
    from keyring.errors import NoKeyringError, PasswordDeleteError

    backend = _keyring()
    try:
        return use(backend)
    except (NoKeyringError, PasswordDeleteError):
        return None
    except Exception as error:  # noqa: BLE001  Windows' keyring raises errors of another library
        raise TbpError(
            f"The system's keyring can't be {what}: {error}", f"Unlock it, or set {TOKEN_VARIABLE} instead."
        ) from None


def _keyring() -> KeyringBackend:
    import configparser

    import keyring

    try:
        return keyring.get_keyring()
    except (ImportError, AttributeError, ValueError, TypeError, OSError, configparser.Error) as error:
        # What PYTHON_KEYRING_BACKEND or keyring's own file names is imported and called as it is.
        said = " ".join(str(error).split())
        raise TbpError(f"The keyring of this computer is set up wrongly: {said}", WITHOUT_KEYRING) from None
