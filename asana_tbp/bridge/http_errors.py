"""Asana's refusals as our errors.

Knows what Asana's status codes mean (Asana docs: errors). Classifies by status alone: the wording of
messages drifts, so it is shown but never understood. Must not know the SDK.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

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

AGAIN = "Run the same command again."
LOG_IN = "Run: asana-tbp auth login"


def message_of(body: bytes | str | None) -> str:
    """What Asana says in an error body, as one printable line; "" where it says nothing readable."""
    try:
        errors = json.loads(body or "").get("errors") or ()
        said = "; ".join(str(error.get("message") or "") for error in errors)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ""
    return "".join(c if c.isprintable() else " " for c in said)[:300].strip()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; None where it is missing or is no number."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def error_of_status(
    status: int, body: bytes | str | None, headers: Mapping[str, str], host: str, token_source: str = ""
) -> AsanaError:
    """The error for an answer that is not 2xx. `token_source` says in words which token was sent."""
    if 300 <= status < 400:
        return not_asana(host)
    said = message_of(body)
    quoted = f': "{said}"' if said else ""
    if status == 401:
        which = f" from {token_source}" if token_source else ""
        return NotAuthorised(f"Asana refuses the token{which}.", LOG_IN)
    if status == 402:
        return PlanLimit(f"This account's plan does not have that{quoted}.")
    if status == 404:
        return NotFound(f"Asana does not have it, or does not show it to you{quoted}.")
    if status == 429:
        return RateLimited("Asana asks for fewer requests.", AGAIN, retry_after(headers))
    if status >= 500:
        return AnswerLost(f"Asana had a failure of its own (status {status}).", AGAIN)
    return Refused(f"Asana refuses the request (status {status}){quoted}.")


def no_secure_connection(host: str, *, certificate_refused: bool) -> AsanaError:
    """For a failure of TLS. Only a refused certificate is certainly met before the request is sent."""
    kind = NotSent if certificate_refused else AnswerLost
    return kind(f"No secure connection to {host}.", "Check the clock, the proxy and the address.")


def not_asana(host: str) -> AsanaError:
    """For an answer that says success but is not Asana's JSON: a captive portal, a proxy, a wrong address."""
    return AnswerLost(
        f"Something other than Asana answers at {host}.",
        "A network login page or a proxy may stand between; open a web page, then try again.",
    )
