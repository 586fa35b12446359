"""Keyrings of the tests' own, as real backends of the keyring library.

Each is what `PYTHON_KEYRING_BACKEND=tests.system.keyrings.NAME` can name. None is chosen by itself: they
have no priority.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file TBP_TEST_KEYRING names."""

    priority = -1

    @property
    def _path(self) -> Path:
        return Path(os.environ["TBP_TEST_KEYRING"])

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        kept: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._read() | {f"{service} {username}": password}
        self._path.write_text(json.dumps(kept), encoding="utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("No such password!")
        self._path.write_text(json.dumps(kept), encoding="utf-8")


class LockedKeyring(KeyringBackend):
    """A keyring whose owner does not unlock it."""

    priority = -1

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")
