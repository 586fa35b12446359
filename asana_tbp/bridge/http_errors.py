"""Failures of a request as our errors.

Asana's refusals are told apart by their status alone (Asana docs: errors): the wording of messages drifts, so it
is shown but never parsed.
"""

import json
import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

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


CHECK_NETWORK = "Check the network and run the same command again."
TOO_SLOW = (AnswerLost, "The answer from {host} takes too long.", "Check the network, then try again.")
MOST_TRIES = {"no trust": 1, "too slow": 1, "too much": 1, "silent": 2}
"""How often to try where the same request would fail again."""

FAILURES: Mapping[str, tuple[type[AsanaError], str, str]] = {
    "no tls": (AnswerLost, "No secure connection to {host}.", "Check the clock, the proxy and the address."),
    "no trust": (
        NotSent,
        "No secure connection to {host}: its certificate is not trusted ({why}).",
        "If your network inspects traffic, name its certificate file in SSL_CERT_FILE. Check this computer's"
        " clock, too.",
    ),
    "proxy": (
        NotSent,
        "The proxy of this computer does not let {host} through{why}.",
        "Check HTTPS_PROXY; NO_PROXY leaves an address out.",
    ),
    "unreachable": (NotSent, "Asana can't be reached at {host}.", CHECK_NETWORK),
    "broken": (AnswerLost, "The connection to {host} broke before Asana answered.", CHECK_NETWORK),
    # A captive portal.
    "web page": (
        AnswerLost,
        "A web page answers instead of Asana at {host}: this network may ask you to log in first.",
        "Open any web page, log in to the network, and run the same command again.",
    ),
    # Success, but not Asana's JSON.
    "not asana": (
        AnswerLost,
        "Something other than Asana answers at {host}.",
        "A network login page or a proxy may stand between; open a web page, then try again.",
    ),
    # An answer that drips, and one that does not come.
    "too slow": TOO_SLOW,
    "silent": TOO_SLOW,
    # An answer larger or deeper than any of Asana's.
    "too much": (
        AnswerLost,
        "The answer from {host} is far too large to be Asana's.",
        "A proxy or a network login page may stand between; try another network.",
    ),
}


def failure(what: str, host: str, why: str = "") -> AsanaError:
    """The error for a request that got no answer of Asana's."""
    kind, sentence, hint = FAILURES[what]
    error = kind(sentence.format(host=host, why=why), hint)
    error.most_tries = MOST_TRIES.get(what, error.most_tries)
    return error
