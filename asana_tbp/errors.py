"""Every error a user can meet: a class, an exit code, a sentence and what to do about it.

Only the boundary in `cli` prints them.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit code says."""

    OK = 0
    FAILED = 1
    USAGE = 2
    """Wrong words on the command line, or a mistake in a file."""
    CANCELLED = 3
    NOT_AUTHORISED = 4
    PARTLY_DONE = 5
    """Partly done, or undecided: the same command continues."""
    QUEUED = 6
    """Done here, and waiting to be sent to Asana."""
    INTERRUPTED = 130


OK, FAILED, USAGE, CANCELLED, NOT_AUTHORISED, PARTLY_DONE, QUEUED, INTERRUPTED = ExitCode


class TbpError(Exception):
    """An error to show to the user.

    `sentence` says what and where; `hint` what to do, and may be empty. Neither ever contains the token.
    """

    exit_code: ClassVar[ExitCode] = FAILED

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(TbpError):
    """A wrong word on the command line, in the environment or in the settings file."""

    exit_code = USAGE


class SeveralMatches(UsageError):
    """A name that means several things. `lines` describe the `matches`, in the same order."""

    def __init__(self, sentence: str, hint: str, matches: Sequence[object], lines: Sequence[str]) -> None:
        super().__init__("\n".join([sentence, *(f"  {line}" for line in lines)]), hint)
        self.question = sentence
        self.matches = tuple(matches)
        self.lines = tuple(lines)


class Cancelled(TbpError):
    """The user declined to go on."""

    exit_code = CANCELLED


class Undecided(TbpError):
    """Nothing is wrong, but the user has to decide something first."""

    exit_code = PARTLY_DONE


class SongMapError(TbpError):
    """A song map that cannot be used. Holds every problem, in file order; `str()` is `file:line:column: sentence`."""

    exit_code = USAGE

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class AsanaError(TbpError):
    """Asana answered with an error, or did not answer.

    `most_tries` is how often such a request is sent at most: once if it would fail the same way again, as with an
    endless answer or a refused certificate. `status` and `reason` are Asana's own, if it answered;
    where only a sign of life was asked for, `reason` is the system's.
    """

    most_tries: int = 100
    status: int = 0
    reason: str = ""


class NotAuthorised(AsanaError):
    """There is no token, or Asana refuses it. `host` is given if it is not Asana's own."""

    exit_code = NOT_AUTHORISED

    def __init__(self, sentence: str, hint: str = "", host: str = "") -> None:
        super().__init__(sentence, hint or f"Run: asana-tbp auth login{f' --host {host}' if host else ''}")


class NotFound(AsanaError):
    """Unknown, deleted or invisible to this token. It is never taken for "deleted" without another look."""


class Refused(AsanaError):
    """Asana understood the request and will not carry it out."""


class PlanLimit(AsanaError):
    """A feature the account's plan does not have (402)."""


class RateLimited(AsanaError):
    """Too many requests. `retry_after` is in seconds, None when Asana did not say."""

    def __init__(self, sentence: str, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(sentence, hint)
        self.retry_after = retry_after


class NotSent(AsanaError):
    """No connection was made: the request was certainly not applied and may be sent again."""


class AnswerLost(AsanaError):
    """The request may have been applied: read before sending a create again."""
