"""A keyring in a file, for tests: a real backend of the keyring library, in this process or another.

Chosen by PYTHON_KEYRING_BACKEND=tests.keyring_file.FileKeyring with the checkout on PYTHONPATH. The file
stands in the test's own home.
"""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Passwords as JSON below HOME."""

    priority = 1.0

    @property
    def path(self) -> Path:
        return Path.home() / "keyring.json"

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.path.write_text(json.dumps({**self._read(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("not there")
        self.path.write_text(json.dumps(kept))
