"""What the machine can do to be noticed. The terminal bell, for now.

Knows devices. Must not know why somebody is to be alerted.
"""

from __future__ import annotations

from typing import IO


def ring(stream: IO[str]) -> None:
    """Ring the terminal's bell."""
    stream.write("\a")
    stream.flush()
