"""One request, independent of HTTP: its content, and how it is answered."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from asana_tbp.sandbox.problems import bad, forbidden, unknown
from asana_tbp.sandbox.records import Record, User, Workspace
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

R = TypeVar("R", bound=Record)
Result = Record | Sequence[Record] | None
"""What an operation returns: the record it made or was asked for, a list of them, or nothing."""

Check = Callable[[str, Any], Any]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Request:
    """One request to the board as it arrived; `data` is set once it is carried out.

    `body` is the JSON in `raw`, and `data` the part of it that Asana's API calls so.
    """

    board: SandboxState
    token: str | None
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    body: Any = None
    base_url: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def is_write(self) -> bool:
        """Whether it counts among the writes."""
        return self.method in WRITES

    @property
    def user(self) -> User:
        return self.board.need(User, self.board.tokens[self.token or ""])

    @property
    def switches(self) -> Switches:
        return self.board.switches

    def in_body(self, kind: type[R], key: str, gid: Any, place: str = "") -> R:
        """The thing a body or query names. 400 when unknown; gids are JSON strings."""
        if not isinstance(gid, str):
            raise bad(f"{key}: {place}Not a valid GID type: {_json_type(gid)}")
        return self.in_path(kind, f"{key}: {place}".rstrip(": "), gid, status=400)

    def in_path(self, kind: type[R], place: str, gid: str, *, status: int = 404) -> R:
        """The thing a path names. 404 when unknown, 400 when it isn't a gid, 403 when not the user's."""
        if not re.fullmatch(r"\d+", gid):
            raise bad(f"{place}: Not a recognized ID: {gid}")
        record = self.board.get(kind, gid)
        if record is None:
            raise unknown(place, gid, status=status)
        if not self._visible(record):
            raise forbidden(record.kind.replace("_", " "))
        return record

    def _visible(self, record: Record) -> bool:
        if isinstance(record, Workspace):
            return record.gid in self.user.workspaces
        place = record.__dict__.get(record.inside)
        return place is None or self._visible(self.board.need(Record, place))

    def person(self, key: str, value: Any, *, status: int = 400) -> User:
        """`me`, a gid or an e-mail address. Asana docs: getUser."""
        if value == "me":
            return self.user
        if not isinstance(value, str):
            raise bad(f"{key}: Not a valid GID type: {_json_type(value)}")
        for user in self.board.all(User):
            if value in {user.gid, user.email}:
                return user
        if not value.isdigit() and "@" not in value:
            raise bad(f"{key}: Not a recognized ID: {value}")
        raise unknown(key, value, status=status)

    def member(self, key: str, value: Any, workspace: str) -> User:
        """A user who belongs to `workspace`."""
        user = self.person(key, value)
        if workspace not in user.workspaces:
            raise bad(f"{key}: Not a user in Workspace: {workspace}")
        return user

    def values(self, checks: dict[str, Check], read_only: Iterable[str] = ()) -> dict[str, Any]:
        """The fields of `data` that the sandbox knows, checked; others are ignored. 400 for one that is read-only."""
        checked: dict[str, Any] = {}
        for key, value in self.data.items():
            if key in read_only:
                raise bad(f"{key}: Cannot write this property")
            if key in checks:
                checked[key] = checks[key](key, value)
        return checked

    def needed(self, key: str) -> Any:
        """A required field of `data`, or for a read of the query."""
        value = (self.data if self.is_write else self.query).get(key)
        if value is None:
            raise bad(f"{key}: Missing input")
        return value


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _check(is_right: Callable[[Any], bool], complaint: str) -> Check:
    def check(key: str, value: Any) -> Any:
        if not is_right(value):
            raise bad(f"{key}: {complaint.format(value)}")
        return value

    return check


def one_of(*words: str | None) -> Check:
    """A check for an enumeration."""
    return _check(words.__contains__, f"Invalid value: {{}}. Must be one of {', '.join(map(str, words))}")


a_text = _check(lambda value: isinstance(value, str), "Value is not a string: {}")
a_bool = _check(lambda value: isinstance(value, bool), "Not a boolean: {}")
an_array = _check(lambda value: isinstance(value, list), "Not an array")
anything = _check(lambda _value: True, "")
"""No check: the operation looks at the value itself."""


def a_date(key: str, value: Any) -> str | None:
    """`yyyy-mm-dd` or null."""
    if value is None:
        return None
    with suppress(ValueError):
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value).isoformat()
    raise bad(f"{key}: Date must be in ISO-8601 (yyyy-mm-dd) format, not: {value}")
