"""A producer for every test of the board."""

from __future__ import annotations

import pytest

from asana_tbp.store.database import Database
from tests.board.studio import Studio, studio_of
from tests.faulty.server import Embedded


@pytest.fixture
def studio(sandbox: Embedded, database: Database) -> Studio:
    """A producer without a board."""
    return studio_of(sandbox, database)
