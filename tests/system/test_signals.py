"""Ctrl-C at moments in which Python itself would lose it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from asana_tbp.system.signals import IMPORTING, never_lose_an_interrupt


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    handler, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    never_lose_an_interrupt()
    yield
    signal.signal(signal.SIGINT, handler)
    sys.unraisablehook = hook


class Struck:
    """Something that is interrupted while it is taken away."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        self.went_on = True


def struck_in(file: str) -> list[bool]:
    """Be interrupted in code of a file, and wait; whether that code was run to its end."""
    went_on: list[bool] = []
    line = "os.kill(os.getpid(), signal.SIGINT); went_on.append(True)"
    with pytest.raises(KeyboardInterrupt):
        run_and_wait(lambda: exec(compile(line, file, "exec"), globals() | {"went_on": went_on}))
    return went_on


def run_and_wait(do: Callable[[], object]) -> None:
    do()
    threading.Event().wait(10)


def test_an_interrupt_in_a_finalizer_arrives_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_and_wait(Struck)
    assert capsys.readouterr().err == ""


def test_an_interrupt_in_the_import_system_arrives_after_it() -> None:
    assert struck_in(IMPORTING) == [True]


def test_an_interrupt_anywhere_else_is_raised_at_once() -> None:
    assert struck_in("song.py") == []
