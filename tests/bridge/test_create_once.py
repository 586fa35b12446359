"""Creates whose answers get lost: made exactly once, and what is written down about them is never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from asana_tbp.bridge.retry import CREATE_TRIES, LATE, create_once
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
from tests.clock import HandClock

CERTAIN = [
    NotAuthorised("x"),
    NotFound("x"),
    Refused("x"),
    PlanLimit("x"),
    AsanaError("x"),
    NotSent("x"),
    RateLimited("x"),
]
"""Errors of a create that was certainly not carried out."""


@dataclass
class Remote:
    """An Asana that answers creates as `answers` says, and reads as `reads` says.

    An answer is None (made), an error (not made), or True and False for one that is lost: made, or not.
    """

    answers: list[bool | AsanaError | None]
    reads: list[AsanaError] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    sent: int = 0
    unsure: bool = False
    written: list[bool] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)

    def remember(self, unsure: bool) -> None:
        self.written.append(unsure)
        self.unsure = unsure

    def create(self) -> str:
        assert self.unsure, "written down before it is sent"
        self.sent += 1
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, AsanaError):
            raise answer
        if answer is not False:
            self.made.append(str(self.sent))
        if answer is None:
            return self.made[-1]
        raise AnswerLost("x")

    def find(self) -> str | None:
        if self.reads:
            raise self.reads.pop(0)
        return self.made[-1] if self.made else None

    def run(self) -> str:
        return create_once(self.create, self.find, self.clock, remember=self.remember, unsure=self.unsure)


@pytest.mark.parametrize(
    ("lost", "sent"), [([], 1), ([True], 1), ([False, False], 3), ([False, True], 2)], ids=str
)
def test_it_is_sent_again_only_where_it_is_not_found(lost: list[bool | AsanaError | None], sent: int) -> None:
    remote = Remote(list(lost))
    assert remote.run() == remote.made[-1]
    assert (remote.sent, len(remote.made)) == (sent, 1)
    assert remote.clock.waits == [LATE] * len(lost), "what is late has a moment to show"


def test_after_an_earlier_loss_asana_is_read_first() -> None:
    remote = Remote([], made=["earlier"], unsure=True)
    assert remote.run() == "earlier"
    assert remote.sent == 0
    remote = Remote([], unsure=True)
    assert remote.run() == "1"


def test_it_gives_up_and_stays_unsure() -> None:
    remote = Remote([False] * CREATE_TRIES)
    with pytest.raises(AnswerLost):
        remote.run()
    assert remote.unsure


@pytest.mark.parametrize("error", CERTAIN, ids=lambda error: type(error).__name__)
def test_what_was_certainly_not_made_is_not_looked_for(error: AsanaError) -> None:
    remote = Remote([error], reads=[AsanaError("read for nothing")])
    with pytest.raises(type(error)):
        remote.run()
    assert not remote.unsure
    assert remote.reads, "nothing was read"


@pytest.mark.parametrize("error", CERTAIN, ids=lambda error: type(error).__name__)
def test_a_failed_read_is_no_answer(error: AsanaError) -> None:
    remote = Remote([True], reads=[error])
    with pytest.raises(type(error)):
        remote.run()
    assert remote.unsure, "it may have been made"
    assert remote.run() == "1", "the next run finds it"
    assert len(remote.made) == 1


@pytest.mark.parametrize("error", CERTAIN, ids=lambda error: type(error).__name__)
def test_an_error_after_a_lost_answer_does_not_clear_the_doubt(error: AsanaError) -> None:
    remote = Remote([False, error])
    with pytest.raises(type(error)):
        remote.run()
    assert remote.unsure, "the first may still be carried out late"
