"""Creating something in Asana exactly once, although Asana has no idempotency keys.

The rule, in one place: write down that it is about to be sent, send it, and where the answer was lost, read Asana
before sending again. A read that fails is no answer: what was written down stays.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from asana_tbp.bridge.retry import Waiter
from asana_tbp.errors import AnswerLost, AsanaError, NotFound, PlanLimit, Refused

Made = TypeVar("Made")

FINAL = (NotFound, Refused, PlanLimit)
"""Asana has understood and will not: sending again changes nothing."""

TRIES = 4
LATE = 0.5
"""Seconds before Asana is read after a lost answer: what it still works on may show by then."""


def create_once(
    remember: Callable[[bool], None],
    create: Callable[[], Made],
    find: Callable[[], Made | None],
    clock: Waiter,
    *,
    unsure: bool = False,
) -> Made:
    """Create something exactly once, whatever happens to answers; the last error is raised.

    `remember` writes down whether Asana may have it without our knowing: True before it is sent, False once it
    was certainly not made. `find` reads whether Asana has it. `unsure` is what was written down before: then
    Asana is read before anything is sent. Raises what `create` and `find` raise.
    """
    if unsure and (there := find()) is not None:
        return there
    tries = 0
    while True:
        tries += 1
        remember(True)
        try:
            return create()
        except AnswerLost as error:
            unsure = True
            if error.most_tries == 1:
                # Reading would take as long again: whoever tries next reads first.
                raise
            clock.wait(threading.Event(), LATE)
            if (there := find()) is not None:
                return there
            if tries >= TRIES:
                raise
        except AsanaError:
            # Refused, or not even sent. An earlier try may still be carried out late.
            if not unsure:
                remember(False)
            raise
