"""Where settings and state belong on this machine.

Knows platform folders and their two overrides. Must not know what the files hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "asana-tbp"


@dataclass(frozen=True, slots=True)
class Paths:
    """The two folders the product writes to. They are made when first written to."""

    config: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def database(self) -> Path:
        return self.state / "asana-tbp.db"

    def for_sandbox(self) -> Paths:
        """Folders of the `--sandbox` world, apart from the real account's."""
        return Paths(config=self.config, state=self.state / "sandbox")

    @property
    def sandbox_board(self) -> Path:
        return self.state / "board.db"


def find_paths(env: Mapping[str, str]) -> Paths:
    """The platform's folders, unless ASANA_TBP_CONFIG_DIR or ASANA_TBP_STATE_DIR name others."""
    config = env.get("ASANA_TBP_CONFIG_DIR") or platformdirs.user_config_dir(APP, appauthor=False)
    state = env.get("ASANA_TBP_STATE_DIR") or platformdirs.user_state_dir(APP, appauthor=False)
    return Paths(config=Path(config).expanduser(), state=Path(state).expanduser())
