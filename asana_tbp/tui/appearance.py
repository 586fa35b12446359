"""How the face looks, by the producer's wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colours = Literal["terminal", "dark", "light"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """`colours`: the terminal's own, or painted. `pulse`: the last minute comes and goes, second by second."""

    colours: Colours = "terminal"
    pulse: bool = False
