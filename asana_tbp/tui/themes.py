"""The colours of the terminal face: the terminal's own, or painted dark or light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from textual.theme import BUILTIN_THEMES, Theme

Colours = Literal["terminal", "dark", "light"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """`colours`: the terminal's own, or painted. `pulse`: the last minute comes and goes, second by second."""

    colours: Colours = "terminal"
    pulse: bool = False


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
    "dark": Theme(
        name="dark",
        primary="#5fb3b3",
        secondary="#5fb3b3",
        accent="#c594c5",
        success="#99c794",
        warning="#e6b455",
        error="#f2777a",
        foreground="#d8dee9",
        background="#14171c",
        surface="#1b1f26",
        panel="#1b1f26",
        dark=True,
        # A wall of digits in a dark room: quieter than what is read.
        variables={"digits": "#b4bfca"},
    ),
    "light": Theme(
        name="light",
        primary="#1f6f78",
        secondary="#1f6f78",
        accent="#7a3e86",
        success="#2f6f3a",
        warning="#8a5a00",
        error="#b3261e",
        foreground="#22262c",
        background="#fbfaf7",
        surface="#f0eee8",
        panel="#f0eee8",
        dark=False,
        variables={"digits": "#22262c"},
    ),
}
