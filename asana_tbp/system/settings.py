"""What the producer has set: flag over environment over `.env` over settings file over default.

Knows the names, the defaults and where each value came from. Must not know what a value is used for.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asana_tbp.errors import UsageError
from asana_tbp.songmap.budget import BudgetError, parse_budget

DEFAULT_HOST = "https://app.asana.com/api/1.0"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value.strip()


def _budget(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("must be a time budget such as 25m")
    try:
        return parse_budget(value)
    except BudgetError as error:
        raise ValueError(str(error)) from None


def is_loopback(host: str) -> bool:
    """Whether a host name can only be this machine: `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(value: object) -> str:
    text = _text(value).rstrip("/")
    if "@" in text:
        raise ValueError(f"an address has no user or password in it here; write {DEFAULT_HOST}")
    no_address = ValueError(f"{text!a} is not an address; write {DEFAULT_HOST}")
    # `urlsplit` drops line ends and reads a backslash as a letter. Whoever connects may read another host.
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise no_address
    try:
        parts = urlsplit(text)
        name, _ = parts.hostname, parts.port
    except ValueError:
        raise no_address from None
    if parts.scheme not in {"http", "https"} or not name or parts.query or parts.fragment:
        raise no_address
    if parts.scheme == "http" and not is_loopback(name):
        raise ValueError(f"{text!r} is plain http, which would show your token to the network; use https")
    return text


def _setting(env: str | None, read: Callable[[object], object], default: object) -> Any:
    return field(default=default, metadata={"env": env, "read": read})


@dataclass(frozen=True, slots=True)
class Settings:
    """One value each; see README for what they mean to a producer."""

    host: str = _setting("ASANA_TBP_HOST", _host, DEFAULT_HOST)
    workspace: str | None = _setting("ASANA_TBP_WORKSPACE", _text, None)
    default_budget: int = _setting("ASANA_TBP_DEFAULT_BUDGET", _budget, 25)


def environment(folder: Path | None = None) -> dict[str, str]:
    """The process environment over the `.env` file of `folder` (default: where the command runs).

    Raises `UsageError` when the `.env` file can't be read.
    """
    from dotenv import dotenv_values

    # A relative path: the folder the command runs in may be gone, and has no name then.
    path = folder / ".env" if folder else Path(".env")
    try:
        from_file = dotenv_values(path, encoding="utf-8", interpolate=False) if path.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", "Save it as UTF-8 text, or remove it.") from None
    return {name: value for name, value in from_file.items() if value is not None} | dict(os.environ)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}", "Mend the line, or move the file away.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "Check who may read it.") from None


def load_settings(path: Path, env: Mapping[str, str]) -> Settings:
    """Settings from the file and the environment; every problem is a `UsageError` that names its place."""
    from_file = _read_file(path)
    known = {item.name for item in fields(Settings)}
    if unknown := sorted(set(from_file) - known):
        raise UsageError(
            f"{path}: {unknown[0]!r} is not a setting", f"Settings are: {', '.join(sorted(known))}."
        )
    values: dict[str, Any] = {}
    for item in fields(Settings):
        variable = item.metadata["env"]
        if env.get(variable):
            raw, place = env[variable], variable
        elif item.name in from_file:
            raw, place = from_file[item.name], f"{path}: {item.name}"
        else:
            continue
        try:
            values[item.name] = item.metadata["read"](raw)
        except (ValueError, TypeError) as error:
            raise UsageError(f"{place}: {error}") from None
    return Settings(**values)
