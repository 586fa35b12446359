"""Failures of a request as our errors.

Asana's refusals are told apart by their status alone (Asana docs: errors): the wording of messages drifts, so it
is shown but never parsed.
"""

import json
import math
import tomllib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pkgutil import get_data
from typing import Any

from asana_tbp.bridge.retry import LONGEST_PATIENCE
from asana_tbp.errors import (
    AnswerLost,
    AsanaError,
    NotAuthorised,
    NotFound,
    NotSent,
    PlanLimit,
    RateLimited,
    Refused,
)
from asana_tbp.text import plural

AGAIN = "Run the same command again."


def message_of(body: bytes | str | None) -> str:
    """What Asana says in an error body, as one printable line; "" where it says nothing readable."""
    try:
        errors = json.loads(body or "").get("errors") or ()
        said = "; ".join(str(error.get("message") or "") for error in errors)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ""
    return "".join(c if c.isprintable() else " " for c in said)[:300].strip()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (a number or a date); None where it is missing or neither."""
    said = headers.get("Retry-After", "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            # Both moments are the server's: its clock may differ from ours.
            seconds = (parsedate_to_datetime(said) - parsedate_to_datetime(headers["Date"])).total_seconds()
        except (ValueError, TypeError, KeyError, OverflowError):
            return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def error_of_status(
    status: int, body: bytes | str | None, headers: Mapping[str, str], host: str, token_source: str = ""
) -> AsanaError:
    """The error for an answer that is not 2xx. `token_source` says in words which token was sent."""
    said = message_of(body)
    quoted = f': "{said}"' if said else ""
    error: AsanaError
    if 300 <= status < 400 or status == 511:
        # 511: network authentication required (RFC 6585). Asana itself does not redirect.
        error = failure("web page", host)
    elif status == 401:
        which = f" from {token_source}" if token_source else ""
        # A login alone would not help: a variable goes before what is saved.
        in_variable = token_source.startswith("ASANA_ACCESS_TOKEN")
        hint = "Correct it there; or remove it there, then run: asana-tbp auth login" if in_variable else ""
        error = NotAuthorised(f"Asana refuses the token{which}.", hint)
    elif status == 402:
        error = PlanLimit(f"This account's plan does not have that{quoted}.")
    elif status == 404:
        error = NotFound(f"Asana does not have it, or does not show it to you{quoted}.")
    elif status == 429:
        wait = retry_after(headers)
        hint = AGAIN if wait is None or wait <= LONGEST_PATIENCE else f"Try again in about {_duration(wait)}."
        error = RateLimited("Asana asks for fewer requests.", hint, wait)
    elif status >= 500:
        error = AnswerLost(f"Asana had an internal error (status {status}).", AGAIN)
    else:
        error = Refused(f"Asana refuses the request (status {status}){quoted}.")
    error.status, error.reason = status, said
    return error


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return plural(round(min(seconds / size, 10_000)), unit)
    return plural(round(seconds), "second")


FAILURES: dict[str, dict[str, Any]] = tomllib.loads(
    (get_data("asana_tbp.bridge", "failures.toml") or b"").decode()
)
KINDS = {"AnswerLost": AnswerLost, "NotSent": NotSent}


def failure(what: str, host: str, why: str = "") -> AsanaError:
    """The error for a request that got no answer of Asana's."""
    row = FAILURES[what]
    error = KINDS[row["kind"]](row["sentence"].format(host=host, why=why), row["hint"])
    error.most_tries = row.get("most_tries", error.most_tries)
    return error
