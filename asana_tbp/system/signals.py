"""Ctrl-C, termination, hang-up and a closed window, as far as this platform has them."""

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CLOSED = (2, 5, 6)
"""Windows' console events: the window is closed, the user logs off, the machine shuts down."""

LAST_SECONDS = 4.0
"""Seconds that Windows lets a program live after its window was closed, less one."""

IMPORTING = "<frozen importlib._bootstrap>"
AGAIN_SECONDS = 0.01


def never_lose_an_interrupt() -> None:
    """Let Ctrl-C raise KeyboardInterrupt in the main thread where Python itself would drop it, or hang after it."""
    # A shell's background job ignores Ctrl-C.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    usual = sys.unraisablehook

    def hook(dropped: Any) -> None:
        # Raised in a finalizer.
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            _interrupt_soon()
        else:
            usual(dropped)

    sys.unraisablehook = hook


def _interrupt(number: int, frame: Any) -> None:
    if frame is not None and frame.f_code.co_filename == IMPORTING:
        # Raised in between, it would leave a lock behind on which the imports of all other threads wait for ever.
        _interrupt_soon()
    else:
        signal.default_int_handler(number, frame)


def _interrupt_soon() -> None:
    def again() -> None:
        threading.Event().wait(AGAIN_SECONDS)
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            # It ends a wait, too.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    # A thread of `threading` takes a lock that the code interrupted may hold.
    _thread.start_new_thread(again, ())


@contextmanager
def signal_handler(handle: Callable[[int], None]) -> Iterator[None]:
    """For the length of the block each signal calls `handle` with its number, in the main thread."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, lambda number, _frame: handle(number))
    over = threading.Event()
    routine = _watch_window(over) if sys.platform == "win32" else None
    try:
        yield
    finally:
        over.set()
        for number, action in before.items():
            signal.signal(number, action)
        del routine


def _watch_window(over: threading.Event) -> Any:
    """Treat a closed window as Ctrl-Break, and make Windows wait until the block is over; keep what is returned."""
    import ctypes

    def closed(event: int) -> bool:
        if event not in CLOSED:
            return False
        # Windows calls this in a thread of its own and ends the program as soon as it returns.
        _thread.interrupt_main(signal.SIGBREAK)  # type: ignore[attr-defined,unused-ignore]
        over.wait(LAST_SECONDS)
        return True

    routine = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(closed)  # type: ignore[attr-defined,unused-ignore]
    ctypes.windll.kernel32.SetConsoleCtrlHandler(routine, True)  # type: ignore[attr-defined,unused-ignore]
    return routine
