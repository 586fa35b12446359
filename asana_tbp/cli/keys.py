"""Single keys for a running session, in a terminal that has them.

Knows keys and terminals. Must not know what a command does.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from asana_tbp.session.commands import (
    ComeBack,
    Command,
    Done,
    Extend,
    Hold,
    Skip,
    Stop,
    Toggle,
    Undo,
)
from asana_tbp.session.inbox import Ask, Inbox

A_KEY_OF_TIME = 120.0
"""Seconds that `+` adds and `-` takes off."""

KEYS: dict[str, Command] = {
    " ": Toggle(),
    "p": Toggle(),
    "d": Done(),
    "s": Skip(),
    "+": Extend(A_KEY_OF_TIME),
    "=": Extend(A_KEY_OF_TIME),
    "-": Extend(-A_KEY_OF_TIME),
    "b": ComeBack(),
    "B": ComeBack(last=True),
    "h": Hold(),
    "u": Undo(),
    "q": Stop(),
}
LEGEND = "p pause  d done  s skip  + - 2m  b back  h hold  u undo  q stop"


def has_keys() -> bool:
    """Whether single keys can be read here: a terminal, on a system that has termios."""
    try:
        import termios
    except ImportError:
        return False
    try:
        termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, OSError, ValueError):
        return False
    return True


@contextmanager
def keys_to(inbox: Inbox) -> Iterator[None]:
    """For the length of the block every known key is a command in `inbox`. Ctrl-C stays what it is."""
    import termios
    import tty

    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    awake, wake = os.pipe()
    reader = threading.Thread(target=_read, args=(stdin, awake, inbox), name="keys", daemon=True)
    tty.setcbreak(stdin, termios.TCSADRAIN)
    reader.start()
    try:
        yield
    finally:
        os.write(wake, b".")
        reader.join(1.0)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
        os.close(awake)
        os.close(wake)


def _read(stdin: int, awake: int, inbox: Inbox) -> None:
    while True:
        try:
            ready, _, _ = select.select([stdin, awake], [], [])
            if awake in ready:
                return
            typed = os.read(stdin, 64)
        except OSError:
            return
        if not typed:
            return
        if typed.startswith(b"\x1b"):
            # An arrow or function key: its letters are no commands.
            continue
        for key in typed.decode("utf-8", "replace"):
            if key in KEYS:
                inbox.put(Ask(KEYS[key]))
