"""Ctrl-C, termination and hang-up, as far as this platform has them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def signal_handler(told: Callable[[int], None]) -> Iterator[None]:
    """For the length of the block each signal calls `told` with its number, in the main thread."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number in before:
        signal.signal(number, lambda number, _frame: told(number))
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
