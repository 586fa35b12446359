"""The environment of this process, what a `.env` file adds to it, and what child processes get of it."""

import os
from collections.abc import Mapping, Set
from pathlib import Path

from asana_tbp.errors import UsageError
from asana_tbp.text import listed

TOKEN_VARIABLE = "ASANA_ACCESS_TOKEN"
_SAFE = ("WORKSPACE", "TEAM", "AT_ZERO", "DEFAULT_BUDGET", "ORDER", "EXTENSION", "WARN", "THEME")
DOTENV_MAY_SET = {TOKEN_VARIABLE, *(f"ASANA_TBP_{name}" for name in _SAFE)}
"""What a `.env` file may set. It may have come with somebody else's song, so it chooses neither where a token goes
nor which folders are used, which commands are run, or where files are written."""


LARGEST = 100_000
"""Bytes of a `.env` file at most: it may be anybody's file, and every command reads it."""


class Environment(dict[str, str]):
    """Variables by name; `from_file` are those of a `.env` file, `note` is a sentence for the user about it, or ""."""

    file: Path | None = None
    from_file: Set[str] = frozenset()
    note = ""


def origin_of(name: str, env: Mapping[str, str]) -> str:
    """Where the value of a variable comes from, in words."""
    if isinstance(env, Environment) and name in env.from_file:
        return f"{name} in {env.file}"
    return f"{name} in the environment"


def environment(folder: Path | None = None) -> Environment:
    """The process environment over the `.env` file of `folder` (default: where the command runs).

    An empty variable does not hide the file's. Raises `UsageError` when the file can't be read.
    """
    # A relative path: the current folder may have been deleted, and has no name then.
    path = folder / ".env" if folder else Path(".env")
    written: Mapping[str, str | None] = {}
    # In a folder that we may not read, there is none for us.
    if os.path.isfile(path):
        from dotenv import dotenv_values

        try:
            if path.stat().st_size > LARGEST:
                raise UsageError(
                    f"{path} is larger than 100 KB.", "A .env file has a few lines: shorten it or remove it."
                )
            written = dotenv_values(path, encoding="utf-8", interpolate=False)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{path} can't be read: {error}", "Save it as UTF-8 text, or remove it."
            ) from None
    allowed = {name: value for name, value in written.items() if value and name in DOTENV_MAY_SET}
    own = {name: value for name, value in os.environ.items() if value or name not in allowed}
    env = Environment(allowed | own)
    env.file, env.from_file = path.absolute() if written else None, allowed.keys() - own.keys()
    ours = (name for name, value in written.items() if value and name.startswith("ASANA_"))
    if ignored := [name for name in ours if name not in DOTENV_MAY_SET and not os.environ.get(name)]:
        note = f"{env.file} sets {listed(ignored, last='and')}, which a .env file may not: ignored."
        env.note = f"{note} Set it in your environment or with the settings file."
    return env


def child_environment() -> dict[str, str]:
    """Our environment without the token: a player, a browser, an editor or a hook has no need of it."""
    return {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
