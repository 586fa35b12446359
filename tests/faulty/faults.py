"""Scripted failures: what goes wrong with which request."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Kind = Literal[
    "status",  # answer `status` instead; the request is carried out first when `applied`
    "drop",  # close the connection without an answer; after carrying the request out when `applied`
    "delay",  # answer late, by `seconds` plus up to `jitter`; a delay of more than a second ends with the fault
    "hang",  # never answer, until the client goes away or the fault is removed; `applied` as above
    "expire_offsets",  # every pagination token given out so far is invalid from now on
    "revoke",  # 401 from now on, until the fault is removed
    "refused",  # drop, then stop listening for `seconds` (0 = until the server is started); `applied` as above
    # The kinds of BROKEN answer 200 with a body no client should trust; `applied` as above.
    "html",  # a page of HTML instead of JSON, as a captive portal sends
    "empty",  # nothing
    "truncated",  # half of the JSON, as if it were all
    "cut",  # half of the JSON, then the connection is closed
    "drip",  # one byte every `seconds` (0 = a tenth)
    "stall",  # half of the JSON, then nothing until the client goes away or the fault is removed
    "endless",  # JSON without an end
    "huge",  # JSON of `size` bytes
    "bomb",  # gzip that becomes `size` bytes
    "deep",  # JSON of `size` arrays in one another
    "header",  # the answer carries `headers` as well
]
KINDS: tuple[str, ...] = get_args(Kind)
BROKEN = frozenset({"html", "empty", "truncated", "cut", "drip", "stall", "endless", "huge", "bomb", "deep"})
ENDINGS = BROKEN | {"status", "drop", "hang", "refused"}  # one request ends in one way
DEFAULT_SIZES = {"huge": 30_000_000, "bomb": 200_000_000, "deep": 100_000}


@dataclass
class Fault:
    """One scripted failure.

    `method` and `path` (a regular expression searched in the path after /api/1.0) choose the requests it
    looks at; of those, counted from when the fault was added, it strikes number `nth` (from 1), or those
    after the first `after`, `times` times; `times` None = for ever. A revoked token stays revoked.
    """

    kind: Kind
    status: int = 500
    applied: bool = False
    method: str | None = None
    path: str | None = None
    nth: int | None = None
    after: int = 0
    times: int | None = 1
    seconds: float = 0.0
    jitter: float = 0.0
    retry_after: int | None = None
    message: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    body: str = "<html><body>Please log in to the network</body></html>"
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        self.size = self.size or DEFAULT_SIZES.get(self.kind, 0)

    def problem(self) -> str | None:
        """Why this fault makes no sense, or None."""
        if self.kind not in KINDS:
            return f"kind: one of {', '.join(KINDS)}"
        if self.nth is not None and self.nth < 1:
            return "nth: counts from 1"
        if self.path is not None:
            try:
                re.compile(self.path)
            except re.error as problem:
                return f"path: {problem}"
        return None

    def strikes(self, method: str, path: str, *, ended: bool = False) -> bool:
        """Count a request; True when it is hit. One whose answer is `ended` by another fault is not."""
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path is not None and not re.search(self.path, path):
            return False
        self.seen += 1
        if ended and self.kind in ENDINGS:
            return False
        if self.nth is not None:
            hit = self.nth <= self.seen < self.nth + (self.times or 1)
        else:
            hit = self.seen > self.after and (
                self.kind == "revoke" or self.times is None or self.struck < self.times
            )
        self.struck += hit
        return hit


class Faults:
    """The faults of one server. Safe to use from any thread."""

    def __init__(self, *faults: Fault, seed: int = 1) -> None:
        self._lock = threading.Lock()
        self._faults = list(faults)
        self._chance = random.Random(seed)

    def add(self, fault: Fault) -> Fault:
        """Script a failure. ValueError with a sentence when it makes no sense."""
        problem = fault.problem()
        if problem is not None:
            raise ValueError(problem)
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take one away; hanging requests of it are dropped."""
        with self._lock:
            self._faults = [f for f in self._faults if f is not fault]

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._faults.clear()

    def scripted(self, fault: Fault) -> bool:
        """Whether it is still there."""
        with self._lock:
            return any(f is fault for f in self._faults)

    def striking(self, method: str, path: str) -> list[Fault]:
        """The faults that hit this request, in the order they were added; at most one ends it."""
        with self._lock:
            hits: list[Fault] = []
            for fault in self._faults:
                ended = any(earlier.kind in ENDINGS for earlier in hits)
                if fault.strikes(method, path, ended=ended):
                    hits.append(fault)
            return hits

    def delay_of(self, fault: Fault) -> float:
        """Seconds, jitter included."""
        with self._lock:
            return fault.seconds + self._chance.uniform(0, fault.jitter)

    def listed(self) -> list[dict[str, Any]]:
        """Plain values, for the control face."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]
