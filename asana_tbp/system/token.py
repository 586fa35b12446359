"""The personal access token: ASANA_ACCESS_TOKEN, then `.env`, then the keyring.

Knows where a token is kept. Must not know Asana, and never shows, logs or writes a token anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.system.settings import TOKEN_VARIABLE

VARIABLE = TOKEN_VARIABLE

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "asana-tbp"
WHERE_TO_GET = "https://app.asana.com/0/my-apps"
WITHOUT_KEYRING = f"Put {VARIABLE}=... into the environment or into a .env file here; it is read first."
LOG_IN = f"Make a personal access token at {WHERE_TO_GET} and run: asana-tbp auth login"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it came from; its `repr` hides the value."""

    value: str = field(repr=False)
    source: str


def clean(text: str, source: str) -> Token:
    """A token without surrounding white space.

    Raises `NotAuthorised` where the text can't be one: empty, or with characters no HTTP header may carry.
    """
    value = text.strip()
    if not value:
        raise NotAuthorised(f"The token from {source} is empty.", LOG_IN)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotAuthorised(f"The token from {source} has characters that no token has.", LOG_IN)
    return Token(value, source)


def find_token(env: Mapping[str, str], account: str) -> Token | None:
    """The token to use with the host `account`, or None. The environment alone is enough: no keyring is asked.

    Raises `TbpError` when the keyring is locked or wrongly set up.
    """
    if env.get(VARIABLE):
        return clean(env[VARIABLE], VARIABLE)
    from keyring.errors import KeyringError, NoKeyringError

    backend = _keyring()
    try:
        stored = backend.get_password(SERVICE, account)
    except NoKeyringError:
        return None
    except KeyringError as error:
        raise TbpError(
            f"The system's keyring can't be read: {error}", f"Unlock it, or set {VARIABLE}."
        ) from None
    return clean(stored, "the keyring") if stored else None


def need_token(env: Mapping[str, str], account: str) -> Token:
    """Like `find_token`; raises `NotAuthorised` where there is none."""
    token = find_token(env, account)
    if token is None:
        raise NotAuthorised("There is no Asana token on this machine.", LOG_IN)
    return token


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
