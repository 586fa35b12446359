"""Opening a page in the producer's browser."""

from __future__ import annotations

import os
import subprocess
import sys

from asana_tbp.system.environment import child_environment


def open_page(address: str) -> str:
    """Open a page in the browser; "" or why not. Returns at once.

    A process of its own, without the terminal: a browser that draws text would draw over what runs in it.
    """
    if not has_screen():
        return f"No browser can be opened from here: {address}"
    try:
        subprocess.Popen(
            # -P: a `webbrowser.py` of the current folder, which may be a stranger's, is not it.
            [sys.executable, "-P", "-m", "webbrowser", address],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"No browser can be opened here ({error.strerror}): {address}"
    return ""


def has_screen() -> bool:
    """Whether a browser opened from here would be seen."""
    # Over ssh there is none: the address itself is more useful than a browser nobody sees.
    if sys.platform in {"darwin", "win32"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
