"""The look of a report: light and dark by the reader's own setting, wide or narrow, on paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STEPS = 8  # strengths of a heat map's cells
_FAINTEST, _STRONGEST = 0.06, 0.50
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14171b"
LIGHT_INK, DARK_INK = "#14181d", "#f2f4f7"


@dataclass(frozen=True, slots=True)
class Colours:
    """Up and down on a light and on a dark ground; contrast at least 4.5 : 1 on both."""

    up: str
    down: str
    up_dark: str
    down_dark: str


COLOURS = {  # the same tones as the panel's
    "kr": Colours("#c62828", "#1e5bd6", "#f4686d", "#5b9bff"),
    "intl": Colours("#0f7b6c", "#c62828", "#26a69a", "#f4686d"),
    "cb": Colours("#b84a00", "#1e5bd6", "#e69f00", "#5b9bff"),
}


def usual(language: str) -> str:
    """The colours that readers of a language expect: red is up in Korea, green elsewhere."""
    return "kr" if language == "ko" else "intl"


def style_sheet(colours: Colours) -> str:
    """The whole style sheet of a report."""
    light = _variables(colours.up, colours.down, LIGHT_GROUND, _LIGHT)
    dark = _variables(colours.up_dark, colours.down_dark, DARK_GROUND, _DARK)
    sheet = Path(__file__).with_name("report.css").read_text("utf-8")
    return "".join(
        (
            f":root{{color-scheme:light dark;{light}}}",
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}",
            _heat_rules(),
            sheet.replace("\n", ""),
        )
    )


def tints(colour: str, ground: str) -> list[str]:
    """A heat map's grounds, faint to strong: the colour laid over the ground."""
    share = (_STRONGEST - _FAINTEST) / (STEPS - 1)
    return [_mixed(colour, ground, _FAINTEST + share * step) for step in range(STEPS)]


def _variables(up: str, down: str, ground: str, others: str) -> str:
    named = [f"--up:{up};--down:{down}"]
    for name, colour in (("u", up), ("d", down)):
        named += [f"--{name}{n}:{tint}" for n, tint in enumerate(tints(colour, ground), 1)]
    return ";".join(named) + ";" + others


def _heat_rules() -> str:
    names = [f"{side}{step}" for side in "ud" for step in range(1, STEPS + 1)]
    return "".join(f".{name}{{background:var(--{name})}}" for name in names)


def _mixed(colour: str, ground: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))


_LIGHT = (
    f"--ground:{LIGHT_GROUND};--ink:{LIGHT_INK};--card:#f5f6f8;--faint:#59636e;--line:#dde1e6;"
    "--ours:#5b3fc4;--held:#6b7480;--amber:#fff4d6;--amber-ink:#5c4000;--amber-line:#d99a00;"
    "--grave:#fdeaea;--grave-ink:#8c1414;--grave-line:#c62828"
)
_DARK = (
    f"--ground:{DARK_GROUND};--ink:{DARK_INK};--card:#1e2329;--faint:#a3adb8;--line:#343b44;"
    "--ours:#b6a1ff;--held:#97a1ad;--amber:#362b0e;--amber-ink:#ffdf9e;--amber-line:#c28a00;"
    "--grave:#3a1618;--grave-ink:#ffc9c9;--grave-line:#f4686d"
)
