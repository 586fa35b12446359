"""Those who watch a session: faces join and leave while it runs.

Knows faces. Must not know what they show.
"""

from __future__ import annotations

import threading

from asana_tbp.session.snapshot import Face


class Audience:
    """The faces of one session. Threads may share it."""

    def __init__(self, *faces: Face) -> None:
        self._faces = tuple(faces)
        self._lock = threading.Lock()

    @property
    def faces(self) -> tuple[Face, ...]:
        """Everybody who watches now."""
        return self._faces

    def join(self, face: Face) -> None:
        """Show it everything from the next event on."""
        with self._lock:
            self._faces = (*self._faces, face)

    def leave(self, face: Face) -> None:
        """Show it nothing more."""
        with self._lock:
            self._faces = tuple(other for other in self._faces if other is not face)
