"""Colours that everybody can read, and words in both languages."""

import re

import pytest

from trader.backtest.reporting.styles import (
    COLOURS,
    DARK_GROUND,
    DARK_INK,
    LIGHT_GROUND,
    LIGHT_INK,
    style_sheet,
    tints,
    usual,
)
from trader.backtest.reporting.wording import LANGUAGES, Wording
from trader.domain.position import ExitReason
from trader.domain.signal import REASON_CODES

SAY = Wording()


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    english, korean = LANGUAGES["en"], LANGUAGES["ko"]
    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{(\w+)}", text)) == sorted(re.findall(r"{(\w+)}", korean[key]))
    assert Wording("xx")("title") == "Backtest"
    assert SAY("unknown") == "unknown"


def test_every_exit_and_every_usual_reason_has_words() -> None:
    assert all(SAY.has(f"x.{reason}") for reason in ExitReason)
    live_only = {
        "market_shock", "safe_mode", "paused", "warming_up", "unresolved_order", "duplicate_order",
        "stale_price", "price_collar", "fat_finger", "symbol_halted", "message_throttle",
        "slippage_too_high", "first_day",
    }  # fmt: skip
    assert {code for code in REASON_CODES if not SAY.has(f"c.{code}")} == live_only


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def variables(name: str) -> list[dict[str, str]]:
    """The colours of a style sheet by their names: light, then dark."""
    blocks = re.findall(r":root{([^}]*)}", style_sheet(COLOURS[name]))
    return [dict(re.findall(r"--([\w-]+):(#\w{6})", block)) for block in blocks]


@pytest.mark.parametrize("name", COLOURS)
def test_everything_is_readable_in_light_and_dark(name: str) -> None:
    for colours in variables(name):
        for ink in ("ink", "faint", "up", "down"):
            for ground in ("ground", "card"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        for box in ("amber", "grave"):
            assert contrast(colours[f"{box}-ink"], colours[box]) >= 4.5
        assert contrast(colours["ours"], colours["ground"]) >= 3  # a line, not text


@pytest.mark.parametrize("name", COLOURS)
def test_numbers_are_readable_on_every_cell_of_a_heat_map(name: str) -> None:
    colours = COLOURS[name]
    for cell in (*tints(colours.up, LIGHT_GROUND), *tints(colours.down, LIGHT_GROUND)):
        assert contrast(cell, LIGHT_INK) >= 4.5
    for cell in (*tints(colours.up_dark, DARK_GROUND), *tints(colours.down_dark, DARK_GROUND)):
        assert contrast(cell, DARK_INK) >= 4.5


def test_every_colour_of_the_sheet_is_defined_in_both() -> None:
    sheet = style_sheet(COLOURS["kr"])
    light, dark = variables("kr")
    assert light.keys() == dark.keys() == set(re.findall(r"var\(--([a-z]+[\w-]*)\)", sheet)) - {
        "gutter", "w",
    }  # fmt: skip


def test_readers_of_korean_expect_red_to_rise() -> None:
    assert usual("ko") == "kr"
    assert usual("en") == usual("xx") == "intl"
