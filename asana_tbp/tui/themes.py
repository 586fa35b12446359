"""The colours of the terminal face: the terminal's own, or painted dark or light."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from textual.theme import BUILTIN_THEMES, Theme

Colours = Literal["terminal", "dark", "light"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """`colours`: the terminal's own, or painted. `pulse`: the last minute comes and goes, second by second."""

    colours: Colours = "terminal"
    pulse: bool = False


_PAINTED = files("asana_tbp.tui").joinpath("themes.toml").read_text(encoding="utf-8")

THEMES: dict[Colours, Theme] = {
    # The sixteen colours the producer has chosen for everything else: right on light and on dark.
    "terminal": replace(
        BUILTIN_THEMES["ansi-dark"],
        name="terminal",
        primary="ansi_cyan",
        accent="ansi_magenta",
        warning="ansi_magenta",
        variables=BUILTIN_THEMES["ansi-dark"].variables | {"digits": "ansi_default"},
    ),
    **{name: Theme(name=name, **colours) for name, colours in tomllib.loads(_PAINTED).items()},  # type: ignore[misc]
}
