"""What programs that we start get to know of our environment."""

from __future__ import annotations

import os

from asana_tbp.system.settings import TOKEN_VARIABLE


def child_environment() -> dict[str, str]:
    """Our environment without the token: a player, a browser, an editor or a hook has no need of it."""
    return {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
