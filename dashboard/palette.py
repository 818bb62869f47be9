"""Colours of gain and loss: Korean, international, colour-blind; never without a sign as well."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

Named = Literal["red", "blue", "green", "orange", "off"]


@dataclass(frozen=True, slots=True)
class Tone:
    """One meaning. `name` is the theme's colour; the others are for tables, 4.5:1 or more."""

    name: Named
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Palette:
    """What up and down look like."""

    up: Tone
    down: Tone

    def delta(self, value: float | None, *, stale: bool = False) -> Named:
        """The theme's colour of a change; none for zero, for unknown and for old numbers."""
        tone = self._tone(value)
        return "off" if stale or tone is None else tone.name

    def ink(self, value: float | None, *, dark: bool) -> str:
        """The same as a hexadecimal colour for a table's cell; empty: the table's own."""
        tone = self._tone(value)
        return "" if tone is None else tone.dark if dark else tone.light

    def _tone(self, value: float | None) -> Tone | None:
        if value is None or not isfinite(value) or value == 0:
            return None
        return self.up if value > 0 else self.down


_RED = Tone("red", "#c62828", "#f05a5f")
_BLUE = Tone("blue", "#1e5bd6", "#5b9bff")
_GREEN = Tone("green", "#0f7b6c", "#26a69a")
_ORANGE = Tone("orange", "#b84a00", "#e69f00")
PALETTES = {
    "korean": Palette(up=_RED, down=_BLUE),
    "international": Palette(up=_GREEN, down=_RED),
    "colour_blind": Palette(up=_ORANGE, down=_BLUE),
}


def usual(language: str) -> str:
    """The palette that readers of a language expect."""
    return "korean" if language == "ko" else "international"
