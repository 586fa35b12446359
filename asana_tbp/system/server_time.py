"""Asks whether a server can be reached, how fast it answers, and what its clock shows."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from asana_tbp.system.clock import Clock

LIMIT = 10.0
"""Seconds to wait for an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How long the server took, in seconds, and how far its clock is ahead of ours; None if it sent no date."""

    seconds: float
    ahead: float | None


def ask_server(host: str, clock: Clock) -> Answer | str:
    """Ask the host of the API for nothing in particular, without a token; its answer, or why there is none."""
    parts = urlsplit(host)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=LIMIT)
    before = clock.elapsed()
    try:
        connection.request("HEAD", parts.path or "/")
        said = connection.getresponse().getheader("Date")
        seconds = clock.elapsed() - before
        ahead = None if said is None else (parsedate_to_datetime(said) - clock.now()).total_seconds()
    except (OSError, HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return Answer(seconds, ahead)
