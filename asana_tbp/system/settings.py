"""Settings, each with the place it came from: environment over `.env` over settings file over default."""

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from asana_tbp.errors import UsageError
from asana_tbp.songmap.budget import format_budget, parse_budget
from asana_tbp.system.environment import Environment, origin_of
from asana_tbp.text import listed, quote, shell_quote

DEFAULT_HOST = "https://app.asana.com/api/1.0"
PREFIX = "ASANA_TBP_"

FREE_PLAN = 150
"""Requests a minute on Asana's free plan (Asana docs: rate limits). Paid plans take 1,500."""

STAGES = ("Idea Incubation", "Composition", "Arrangement", "Mixing")
"""The stages of a song: the essay's, with one between the idea and the arrangement."""

ALERTS = ("bell", "notification", "sound")

Read = Callable[[Any], Any]
"""Reads a setting's value from what was written. Raises ValueError, with what it must be."""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value.strip()


def _my_tasks(value: object) -> str:
    text = _text(value)
    return text.lower() if text.lower() in {"own", "leave"} else text


def _path(value: object) -> str:
    text = _text(value)
    if not text.isprintable():
        raise ValueError(
            "has a control character; write a path in single quotes, such as 'C:\\Users\\me\\ding.wav'"
        )
    return text


def _budget(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a time budget such as 25m")
    return parse_budget(str(value))


def _no_or_budget(value: object) -> int:
    return 0 if str(value).strip().lower() in {"0", "0m", "none", "off"} else _budget(value)


def is_loopback(host: str) -> bool:
    """Whether a host name can only be this machine: `localhost` or a loopback address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_host(value: object) -> str:
    """An address, normalized for `host`. Raises ValueError if it isn't one."""
    text = _text(value).rstrip("/")
    if "@" in text:
        raise ValueError(f"an address has no user or password in it here; write {DEFAULT_HOST}")
    no_address = ValueError(f"{text!a} is not an address; write {DEFAULT_HOST}")
    # `urlsplit` drops line ends and takes a backslash for a letter, while the HTTP library may see another host.
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


def _on_or_off(value: object) -> bool:
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError(f"must be on or off, not {quote(str(value))}")


def _number(low: int, high: int, what: str, **words: int) -> Read:
    def read(value: object) -> int:
        text = str(value).strip().lower()
        if text in words:
            return words[text]
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"must be {what}")
        return int(text)

    return read


def _list(value: object) -> list[str]:
    return [_text(part) for part in (value if isinstance(value, list) else _text(value).split(","))]


def _alerts(value: object) -> tuple[str, ...]:
    chosen = [word.lower() for word in _list(value)]
    for word in chosen:
        if word not in {*ALERTS, "none"}:
            raise ValueError(f"must be {listed(ALERTS)} with commas between, or none; not {quote(word)}")
    return tuple(word for word in chosen if word != "none")


def _stages(value: object) -> tuple[str, ...]:
    names = _list(value)
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"names {quote(twice[0])} twice")
    return tuple(names)


def _limits(value: object) -> tuple[tuple[str, int], ...]:
    """`Mixing=2, Arrangement=3`, or a table of the same in the settings file."""
    pairs = value.items() if isinstance(value, dict) else [part.rpartition("=")[::2] for part in _list(value)]
    read = _number(1, 1_000, "how many songs a stage is meant for, such as Mixing=2")
    limits = {str(name).strip(): read(limit) for name, limit in pairs}
    if "" in limits:
        read("")
    return tuple(limits.items())


# "auto" is from versions that tried to detect the plan, which answers don't show.
_MINUTE = "a number of requests a minute: 150 on the free plan, 1500 on a paid one"
_requests = _number(1, 100_000, _MINUTE, auto=FREE_PLAN)
_port = _number(0, 65535, "a port from 1 to 65535, or 0 for any free one")


def _setting(read: Read, default: object, *words: str, in_environment: bool = True) -> Any:
    """A field; `words` are its fixed values."""
    metadata = {"read": read, "in_environment": in_environment, "words": words}
    return field(default=default, metadata=metadata)


def _switch(*, default: bool) -> Any:
    return _setting(_on_or_off, default, "on", "off")


def _one_of(*words: str) -> Any:
    """A field for one of these words, the first where nothing is set."""

    def read(value: object) -> str:
        text = _text(value).lower()
        if text not in words:
            raise ValueError(f"must be {listed(words)}, not {quote(text)}")
        return text

    return _setting(read, words[0], *words)


def _command() -> Any:
    # Commands are read only from the settings file: a `.env` file may have come with somebody else's song.
    return _setting(_text, None, in_environment=False)


SETTINGS_FILE = "the settings file"


@dataclass(frozen=True, slots=True)
class Settings:
    """One value each. `origins` says where values come from that aren't defaults, `notes` what was ignored."""

    host: str = _setting(read_host, DEFAULT_HOST)
    workspace: str | None = _setting(_text, None)
    default_budget: int = _setting(_budget, 25)
    team: str | None = _setting(_text, None)
    # `own`, `leave`, or the name or id of a section.
    my_tasks: str = _setting(_my_tasks, "own", "own", "leave")
    numbered_names: bool = _switch(default=False)
    requests_per_minute: int = _setting(_requests, FREE_PLAN)
    order: Literal["my-tasks", "project"] = _one_of("my-tasks", "project")
    at_zero: Literal["complete", "ask", "overtime"] = _one_of("complete", "ask", "overtime")
    auto_start: bool = _switch(default=True)
    auto_break: bool = _switch(default=True)
    break_time: int = _setting(_no_or_budget, 0, "none")
    warn: int = _setting(_no_or_budget, 1, "none")
    extension: int = _setting(_no_or_budget, 15, "none")
    on_suspend: Literal["pause", "run", "ask"] = _one_of("pause", "run", "ask")
    comments: bool = _switch(default=False)
    # None: bell and notification, and no complaint if the machine has no desktop.
    alerts: tuple[str, ...] | None = _setting(_alerts, None, *ALERTS, "none")
    sound: str | None = _setting(_path, None)
    web_port: int = _setting(_port, 8737)
    theme: Literal["terminal", "dark", "light"] = _one_of("terminal", "dark", "light")
    pulse: bool = _switch(default=False)
    sound_command: str | None = _command()
    hook_start: str | None = _command()
    hook_warn: str | None = _command()
    hook_end: str | None = _command()
    hook_done: str | None = _command()
    hook_stop: str | None = _command()
    stages: tuple[str, ...] = _setting(_stages, STAGES)
    wip: tuple[tuple[str, int], ...] = _setting(_limits, ())
    auto_move: Literal["ask", "always", "never"] = _one_of("ask", "always", "never")
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def gives(self, way: str) -> bool:
        """Whether a `bell`, a `notification` or a `sound` is wanted."""
        return way in (("bell", "notification") if self.alerts is None else self.alerts)

    @property
    def hooks(self) -> dict[str, str]:
        """The commands to run, by their occasion."""
        names = {name.removeprefix("hook_"): name for name in SETTINGS if name.startswith("hook_")}
        return {occasion: command for occasion, name in names.items() if (command := getattr(self, name))}

    def origin(self, name: str) -> str:
        """Where a setting's value comes from, in words."""
        return self.origins.get(name, "the default")

    @property
    def host_is_local(self) -> bool:
        return is_loopback(urlsplit(self.host).hostname or "")

    @property
    def host_is_known(self) -> bool:
        """Whether the host is Asana's own, or a program on this machine: any token of the user's may go there."""
        return self.host == DEFAULT_HOST or self.host_is_local


SETTINGS = {item.name: item for item in fields(Settings) if "read" in item.metadata}
"""The settings by name; the metadata of each has `read`, which reads its value from what was written."""


def variable_of(name: str) -> str | None:
    """The environment variable of a setting, or None."""
    return f"{PREFIX}{name.upper()}" if SETTINGS[name].metadata["in_environment"] else None


def setting_as_text(name: str, value: object) -> str:
    """A setting's value in the form in which it is written; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(part if isinstance(part, str) else f"{part[0]}={part[1]}" for part in value)
    if SETTINGS[name].metadata["read"] in (_budget, _no_or_budget) and isinstance(value, int):
        return format_budget(value) if value else "none"
    return str(value)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        has_backslash = b"\\" in path.read_bytes()
        quotes = (
            "A path with backslashes goes into single quotes"
            if has_backslash
            else 'Words go into quotes, as in at_zero = "ask"'
        )
        raise UsageError(f"{path}: {error}", f"Correct the line, or rename the file. {quotes}.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "Check who may read it.") from None


NO_LONGER = {"time_tracking": "time is no longer written into Asana"}
"""Settings of older versions, and what became of them."""


def load_settings(path: Path, env: Mapping[str, str]) -> Settings:
    """Settings from the file and the environment. Raises `UsageError`, naming the place, for the first problem."""
    from_file = _read_file(path)
    if unknown := sorted(set(from_file) - SETTINGS.keys() - NO_LONGER.keys()):
        raise UsageError(
            f"{path}: {unknown[0]!r} is not a setting",
            f"Settings are: {', '.join(sorted(SETTINGS))}.\n"
            f"Remove it: asana-tbp config unset {shell_quote(unknown[0])}",
        )
    notes = [f"{path}: {name} is ignored, as {why}." for name, why in NO_LONGER.items() if name in from_file]
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for name, item in SETTINGS.items():
        variable = variable_of(name)
        if variable and env.get(variable):
            raw, place, origins[name] = env[variable], variable, origin_of(variable, env)
        elif name in from_file:
            raw, place, origins[name] = from_file[name], f"{path}: {name}", SETTINGS_FILE
        else:
            continue
        try:
            values[name] = item.metadata["read"](raw)
        except ValueError as error:
            raise UsageError(f"{place}: {error}") from None
    notes += [env.note] if isinstance(env, Environment) and env.note else []
    return Settings(**values, origins=origins, notes=tuple(notes))
