"""Answers, and those that are errors, in Asana's shape and wording.

The wording changes on the real service: clients must classify errors by status.
"""

from dataclasses import dataclass, field
from typing import Any

HELP = (
    "For more information on API status codes and how to handle them, "
    "read the docs on errors: https://developers.asana.com/docs/errors"
)


@dataclass
class Answer:
    """Status, JSON payload and extra headers."""

    status: int
    payload: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class ApiProblem(Exception):
    """Ends a request with `status` and an error body; only a 500 carries a phrase. Asana docs: errors."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        error = {"message": message, "help": HELP}
        if status == 500:
            error["phrase"] = "6 sad squid snuggle softly"
        self.answer = Answer(status, {"errors": [error]}, headers or {})


def bad(message: str) -> ApiProblem:
    """400: a missing, malformed or unknown value in query or body."""
    return ApiProblem(400, message)


def unknown(place: str, gid: object, *, status: int) -> ApiProblem:
    """An object that is not there: 404 when `place` is the path, 400 when it is query or body."""
    return ApiProblem(status, f"{place}: Unknown object: {gid}")


def no_route() -> ApiProblem:
    """404 for an unknown path and for a wrong method alike; Asana never says 405."""
    return ApiProblem(404, "No matching route for request")


def forbidden(kind: str) -> ApiProblem:
    """403: it exists, and this token may not touch it."""
    return ApiProblem(403, f"You do not have access to this {kind}.")


def too_many(retry_after: int | None) -> ApiProblem:
    """429; `retry_after` in whole seconds, None leaves the header out."""
    return ApiProblem(
        429,
        "You've made too many requests and hit a rate limit. Please retry after the given amount of time.",
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )
