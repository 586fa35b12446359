"""Settings, each with the place it came from: environment over `.env` over settings file over default."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from asana_tbp.errors import UsageError
from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.text import listed, quote

HOST_VARIABLE = "ASANA_TBP_HOST"
TOKEN_VARIABLE = "ASANA_ACCESS_TOKEN"
DEFAULT_HOST = "https://app.asana.com/api/1.0"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value.strip()


def _budget(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("must be a time budget such as 25m")
    try:
        return parse_budget(str(value))
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


def read_host(text: str) -> str:
    """An address as `host` may be. Raises `UsageError` where it is none."""
    try:
        return _host(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value).lower()
        if text not in words:
            raise ValueError(f"must be {listed(words)}, not {quote(text)}")
        return text

    return read


def _some_of(*words: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        parts = value if isinstance(value, list) else _text(value).split(",")
        chosen = tuple(_text(part).lower() for part in parts)
        for word in chosen:
            if word not in {*words, "none"}:
                raise ValueError(f"must be {listed(words)} with commas between, or none; not {quote(word)}")
        return tuple(word for word in chosen if word != "none")

    return read


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False}
    word = str(value).strip().lower()
    if word in {*words, "off"}:
        return words.get(word, False)
    raise ValueError(f"must be on or off, not {quote(str(value))}")


STAGES = ("Idea Incubation", "Composition", "Arrangement", "Mixing")
"""The stages of a song: the essay's, with one between the idea and the arrangement."""


def _stages(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _text(value).split(",")
    names = tuple(_text(part) for part in parts)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {quote(name)} twice")
    return names


def _limits(value: object) -> tuple[tuple[str, int], ...]:
    """`Mixing=2, Arrangement=3`, or a table of the same in the settings file."""
    if isinstance(value, dict):
        pairs = list(value.items())
    else:
        parts = [part.rpartition("=") for part in _text(value).split(",")]
        pairs = [(name.strip(), limit.strip()) for name, _, limit in parts]
    limits: dict[str, int] = {}
    for name, limit in pairs:
        if not name or isinstance(limit, bool) or not str(limit).isdecimal() or int(limit) < 1:
            raise ValueError("must say how many songs a stage is meant for, such as Mixing=2")
        limits[name] = int(limit)
    return tuple(limits.items())


def _no_or_budget(value: object) -> int:
    return 0 if str(value).strip().lower() in {"0", "0m", "none", "off"} else _budget(value)


FREE_PLAN = 150
"""Requests a minute on Asana's free plan (Asana docs: rate limits). Paid plans take 1,500."""


def _requests(value: object) -> int:
    text = str(value).strip().lower()
    if text == "auto":
        # Written by versions that tried to find it out; a plan can't be told from answers.
        return FREE_PLAN
    if isinstance(value, bool) or not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise ValueError("must be a number of requests a minute: 150 on the free plan, 1500 on a paid one")
    return int(text)


def _port(value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or not text.isascii() or not 0 <= int(text) <= 65535:
        raise ValueError("must be a port from 1 to 65535, or 0 for any free one")
    return int(text)


_ORDER = _one_of("my-tasks", "project")
_AT_ZERO = _one_of("complete", "ask", "overtime")
_ON_SUSPEND = _one_of("pause", "run", "ask")
_THEME = _one_of("terminal", "dark", "light")
_ALERTS = _some_of("bell", "notification", "sound")


def _setting(env: str | None, read: Callable[[object], object], default: object) -> Any:
    return field(default=default, metadata={"env": env, "read": read})


SETTINGS_FILE = "the settings file"


@dataclass(frozen=True, slots=True)
class Settings:
    """One value each. `origins` says where those come from that are no defaults, `notes` what was ignored."""

    host: str = _setting(HOST_VARIABLE, _host, DEFAULT_HOST)
    workspace: str | None = _setting("ASANA_TBP_WORKSPACE", _text, None)
    default_budget: int = _setting("ASANA_TBP_DEFAULT_BUDGET", _budget, 25)
    team: str | None = _setting("ASANA_TBP_TEAM", _text, None)
    # `own`, `leave`, or the name or id of a section.
    my_tasks: str = _setting("ASANA_TBP_MY_TASKS", _text, "own")
    numbered_names: bool = _setting("ASANA_TBP_NUMBERED_NAMES", _switch, default=False)
    requests_per_minute: int = _setting("ASANA_TBP_REQUESTS_PER_MINUTE", _requests, FREE_PLAN)
    order: Literal["my-tasks", "project"] = _setting("ASANA_TBP_ORDER", _ORDER, "my-tasks")
    at_zero: Literal["complete", "ask", "overtime"] = _setting("ASANA_TBP_AT_ZERO", _AT_ZERO, "complete")
    auto_start: bool = _setting("ASANA_TBP_AUTO_START", _switch, default=True)
    auto_break: bool = _setting("ASANA_TBP_AUTO_BREAK", _switch, default=True)
    break_time: int = _setting("ASANA_TBP_BREAK_TIME", _no_or_budget, 0)
    warn: int = _setting("ASANA_TBP_WARN", _no_or_budget, 1)
    extension: int = _setting("ASANA_TBP_EXTENSION", _no_or_budget, 15)
    on_suspend: Literal["pause", "run", "ask"] = _setting("ASANA_TBP_ON_SUSPEND", _ON_SUSPEND, "pause")
    comments: bool = _setting("ASANA_TBP_COMMENTS", _switch, default=False)
    # None: bell and notification, and no word where the machine has no desktop.
    alerts: tuple[str, ...] | None = _setting("ASANA_TBP_ALERTS", _ALERTS, None)
    sound: str | None = _setting("ASANA_TBP_SOUND", _text, None)
    web_port: int = _setting("ASANA_TBP_WEB_PORT", _port, 8737)
    theme: Literal["terminal", "dark", "light"] = _setting("ASANA_TBP_THEME", _THEME, "terminal")
    pulse: bool = _setting("ASANA_TBP_PULSE", _switch, default=False)
    # What runs a command is read from the settings file alone: an `.env` file lies where somebody else's song does.
    sound_command: str | None = _setting(None, _text, None)
    hook_start: str | None = _setting(None, _text, None)
    hook_warn: str | None = _setting(None, _text, None)
    hook_end: str | None = _setting(None, _text, None)
    hook_done: str | None = _setting(None, _text, None)
    hook_stop: str | None = _setting(None, _text, None)
    stages: tuple[str, ...] = _setting("ASANA_TBP_STAGES", _stages, STAGES)
    wip: tuple[tuple[str, int], ...] = _setting("ASANA_TBP_WIP", _limits, ())
    auto_move: Literal["ask", "always", "never"] = _setting(
        "ASANA_TBP_AUTO_MOVE", _one_of("ask", "always", "never"), "ask"
    )
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def origin(self, name: str) -> str:
        """Where a setting's value comes from, in words."""
        return self.origins.get(name, "the default")

    @property
    def host_is_known(self) -> bool:
        """Whether the host is Asana's own, or a program on this machine: any token of the user's may go there."""
        return self.host == DEFAULT_HOST or is_loopback(urlsplit(self.host).hostname or "")


def setting_as_text(name: str, value: object) -> str:
    """A setting's value as it can be written again; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(part if isinstance(part, str) else f"{part[0]}={part[1]}" for part in value)
    if isinstance(value, int) and name in _BUDGETS:
        return format_budget(value) if value else "none"
    return str(value)


_BUDGETS = {item.name for item in fields(Settings) if item.metadata.get("read") in (_budget, _no_or_budget)}

DOTENV_MAY_SET = frozenset(
    {
        TOKEN_VARIABLE,
        "ASANA_TBP_WORKSPACE",
        "ASANA_TBP_TEAM",
        "ASANA_TBP_AT_ZERO",
        "ASANA_TBP_DEFAULT_BUDGET",
        "ASANA_TBP_ORDER",
        "ASANA_TBP_EXTENSION",
        "ASANA_TBP_WARN",
        "ASANA_TBP_THEME",
    }
)
"""What a `.env` file may decide. It lies where somebody else's song may have come with it, so it chooses neither
where a token goes nor which folders are used, what is run, or where is written to."""


class Environment(dict[str, str]):
    """Variables by name, and what a `.env` file has to do with them.

    `from_file` are the names whose value is the file's, `ignored` those that the file must not set.
    """

    def __init__(
        self,
        values: Mapping[str, str],
        file: Path | None = None,
        from_file: frozenset[str] = frozenset(),
        ignored: tuple[str, ...] = (),
    ) -> None:
        super().__init__(values)
        self.file = file
        self.from_file = from_file
        self.ignored = ignored

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about the `.env` file."""
        if not self.ignored:
            return ()
        return (
            f"{self.file} sets {listed(self.ignored, last='and')}, which a .env file may not: ignored."
            " Set it in your environment or with the settings file.",
        )


def origin_of(name: str, env: Mapping[str, str]) -> str:
    """Where the value of a variable comes from, in words."""
    if isinstance(env, Environment) and name in env.from_file:
        return f"{name} in {env.file}"
    return f"{name} in the environment"


def environment(folder: Path | None = None) -> Environment:
    """The process environment over the `.env` file of `folder` (default: where the command runs).

    A variable that is set to nothing does not hide the file's. Raises `UsageError` when the file can't be read.
    """
    # A relative path: the folder the command runs in may be gone, and has no name then.
    path = folder / ".env" if folder else Path(".env")
    try:
        written = _written_in(path) if path.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", "Save it as UTF-8 text, or remove it.") from None
    allowed = {name: value for name, value in written.items() if value and name in DOTENV_MAY_SET}
    ignored = (name for name, value in written.items() if value and name.startswith("ASANA_"))
    own = {name: value for name, value in os.environ.items() if value or name not in allowed}
    return Environment(
        allowed | own,
        path.absolute() if written else None,
        frozenset(allowed) - frozenset(own),
        tuple(name for name in ignored if name not in DOTENV_MAY_SET and not os.environ.get(name)),
    )


def _written_in(path: Path) -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    return dotenv_values(path, encoding="utf-8", interpolate=False)


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


NO_LONGER = {"time_tracking": "time is no longer written into Asana"}
"""Settings of older versions, and what became of them."""


def load_settings(path: Path, env: Mapping[str, str]) -> Settings:
    """Settings from the file and the environment; every problem is a `UsageError` that names its place."""
    from_file = _read_file(path)
    items = [item for item in fields(Settings) if "read" in item.metadata]
    known = {item.name for item in items}
    if unknown := sorted(set(from_file) - known - set(NO_LONGER)):
        raise UsageError(
            f"{path}: {unknown[0]!r} is not a setting", f"Settings are: {', '.join(sorted(known))}."
        )
    notes = tuple(
        f"{path}: {name} is ignored, as {why}." for name, why in NO_LONGER.items() if name in from_file
    )
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for item in items:
        variable = item.metadata["env"]
        if variable and env.get(variable):
            raw, place, origins[item.name] = env[variable], variable, origin_of(variable, env)
        elif item.name in from_file:
            raw, place, origins[item.name] = from_file[item.name], f"{path}: {item.name}", SETTINGS_FILE
        else:
            continue
        try:
            values[item.name] = item.metadata["read"](raw)
        except (ValueError, TypeError) as error:
            raise UsageError(f"{place}: {error}") from None
    return Settings(
        **values, origins=origins, notes=notes + (env.notes if isinstance(env, Environment) else ())
    )
