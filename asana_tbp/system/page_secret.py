"""The secret of the page's link, and the port it was last served on, kept for this user's eyes only.

The secret lasts, so that a bookmark, an open tab and a stream's overlay still work after the timer was
started again.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

NAME = "page.json"


@dataclass(frozen=True, slots=True)
class PageSecret:
    """What lets a browser in, and the `port` it was last told of; 0 before that."""

    secret: str
    port: int = 0


def page_secret(folder: Path, *, new: bool = False) -> PageSecret:
    """The secret of this user, made where there is none, or where a `new` one is asked for."""
    found = None if new else _read(folder / NAME)
    if found is not None:
        return found
    made = PageSecret(secrets.token_urlsafe(32))
    keep(folder, made)
    return made


def keep(folder: Path, kept: PageSecret) -> None:
    """Write it down, whole at any moment."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{NAME}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump({"secret": kept.secret, "port": kept.port}, stream)
    draft.replace(folder / NAME)


def _read(path: Path) -> PageSecret | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        found = PageSecret(str(values["secret"]), int(values["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if len(found.secret) >= 32 and found.secret.isascii() else None
