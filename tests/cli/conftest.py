"""The environment of a producer with an account, which is a sandbox of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import account
from tests.faulty.server import Embedded

SONG = """\
song: Midnight Galaxy
inspiration:
  - Flying over the aurora, Tromsø, January
themes:
  musical: [driving]
questions:
  Who is it being produced for?: The open-air crowd
sections:
  Composition:
    - Write chord progression (20m)
    - task: Write bassline
      time: 25m
      after: Design sound for bassline
  Sound Design:
    - Design sound for bassline (30m)
    - Design pad (20m)
  Mixing: []
"""


@pytest.fixture
def studio(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """An account to work with."""
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    return sandbox


@pytest.fixture
def song_file() -> Path:
    """A song map in the folder the commands run in."""
    path = Path("midnight-galaxy.yaml")
    path.write_text(SONG, encoding="utf-8")
    return path
