"""The secret of the page's link, and the port it was last served on, for this user's eyes only.

The secret lasts, so that a bookmark, an open tab and a stream's overlay still work after the timer was
started again.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from asana_tbp.system.atomic_file import write_over

NAME = "page.json"


@dataclass(frozen=True, slots=True)
class PageSecret:
    """What lets a browser in, and the `port` the page was last served on; 0 before that."""

    secret: str
    port: int = 0


def page_secret(folder: Path, *, new: bool = False) -> PageSecret:
    """The secret of this user, made where there is none or a `new` one is asked for. Raises `TbpError`."""
    try:
        values = json.loads((folder / NAME).read_text(encoding="utf-8"))
        kept = PageSecret(str(values["secret"]), int(values["port"]))
        if not new and len(kept.secret) >= 32 and kept.secret.isascii():
            return kept
    except (OSError, ValueError, KeyError, TypeError):
        pass
    kept = PageSecret(secrets.token_urlsafe(32))
    keep(folder, kept)
    return kept


def keep(folder: Path, kept: PageSecret) -> None:
    """Write it down. Raises `TbpError` where that fails."""
    write_over(folder / NAME, json.dumps(asdict(kept)), private=True)
