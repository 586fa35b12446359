"""The folders of settings and state on this computer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from asana_tbp.errors import UsageError

APP = "asana-tbp"
DEBUG_VARIABLE = "ASANA_TBP_DEBUG"


@dataclass(frozen=True, slots=True)
class Paths:
    """The two folders the product writes to. They are made when first written to."""

    config: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def templates(self) -> Path:
        """The producer's own templates."""
        return self.config / "templates"

    @property
    def token_file(self) -> Path:
        """Tokens, if the user chose a file because there is no keyring."""
        return self.config / "token.json"

    @property
    def debug_log(self) -> Path:
        """The log of requests to Asana, if the user asked for it."""
        return self.state / "debug.log"

    @property
    def database(self) -> Path:
        return self.state / "asana-tbp.db"

    def for_sandbox(self) -> Paths:
        """Folders of the `--sandbox` world, apart from the real account's."""
        return Paths(config=self.config, state=self.state / "sandbox")

    @property
    def sandbox_board(self) -> Path:
        return self.state / "board.db"


def true_path(path: Path) -> Path:
    """The full path of a file, spelled as its folder lists it: if case does not count, other spellings open it too."""
    path = path.resolve()
    names = os.listdir(path.parent) if path.exists() else [path.name]
    others = (path.with_name(name) for name in names)
    return path if path.name in names else next((each for each in others if each.samefile(path)), path)


def find_paths(env: Mapping[str, str]) -> Paths:
    """The platform's folders, unless ASANA_TBP_CONFIG_DIR or ASANA_TBP_STATE_DIR name others.

    Raises `UsageError` if one of those begins with the home of an unknown user.
    """
    usual = {
        "ASANA_TBP_CONFIG_DIR": platformdirs.user_config_path,
        "ASANA_TBP_STATE_DIR": platformdirs.user_state_path,
    }
    folders = []
    for variable, folder in usual.items():
        named = env.get(variable)
        try:
            folders.append(Path(named).expanduser() if named else folder(APP, appauthor=False))
        except RuntimeError:
            raise UsageError(f"{variable}: {named!r} is in nobody's home.", "Write the whole path.") from None
    return Paths(*folders)
