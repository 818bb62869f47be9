"""Ranges, units and values of settings in the viewer's language; names and choices as written."""

from __future__ import annotations

import re

from config.schema import GLOBAL
from config.setting import NUMERIC_KINDS, SWITCHED_ON, Kind, Setting, plain
from dashboard.figures import DASH
from dashboard.languages import Words
from dashboard.settings.typed import is_number, to_typed


def slug(text: str) -> str:
    """`fraction_of_the_price`: a text of the schema as a key of the catalogue."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def said(words: Words, kind: str, text: str) -> str:
    """A text of the schema in the viewer's language; as it is where there are no words."""
    key = slug(text)
    found = words.of_code(kind, key)
    return text if found == key else found


def unit(words: Words, setting: Setting) -> str:
    """`% of the price`; empty for none."""
    return said(words, "unit_of", setting.unit) if setting.unit else ""


def short_unit(words: Words, setting: Setting) -> str:
    """What stands directly behind a number."""
    if setting.kind is Kind.FRACTION:
        return "%"
    return words("unit_of.s") if setting.kind is Kind.SECONDS else ""


def allowed(words: Words, setting: Setting) -> str:
    """The allowed values; empty when any text will do."""
    parts = [_allowed(words, setting)]
    if setting.zero and setting.range and setting.zero != setting.none:
        parts.append(words("settings.zero", what=said(words, "zero", setting.zero)))
    if setting.none:
        parts.append(words("settings.or", word=setting.none))
    return ", ".join(part for part in parts if part)


def value(words: Words, setting: Setting, text: str | None) -> str:
    """A value as people read it: `5 %`, `on`, `0 (off)`, `1,000,000`; a dash for the unknown."""
    if text is None:
        return DASH
    if setting.kind is Kind.SWITCH:
        return words("settings.on" if text.lower() in SWITCHED_ON else "settings.off")
    if text == "":
        return words("settings.empty")
    if setting.zero and is_number(text) and float(text) == 0:
        return f"0 ({said(words, 'zero', setting.zero)})"
    if setting.kind not in NUMERIC_KINDS or not is_number(text):
        return text
    return f"{_grouped(to_typed(setting, text))} {short_unit(words, setting)}".rstrip()


def origin(words: Words, where: str) -> str:
    """Where a value comes from."""
    if where.startswith("preset "):
        return words("settings.from.preset", name=where.removeprefix("preset "))
    return words.of_code("settings.from", where.replace(" ", "_")) if ":" not in where else where


def pace(words: Words, setting: Setting) -> str:
    """Whether a change is in force at once."""
    return words("settings.hot" if setting.hot else "settings.cold")


def is_global(setting: Setting) -> bool:
    """Whether it has one value, not one a venue."""
    return setting.name in GLOBAL


def _allowed(words: Words, setting: Setting) -> str:
    if setting.choices:
        return ", ".join(setting.choices)
    if setting.range is None:
        return words.of_code("allowed", setting.kind) if setting.kind in _TOLD else ""
    low, high = (
        f"{_grouped(to_typed(setting, plain(end)))} {short_unit(words, setting)}".rstrip()
        for end in (setting.range.low, setting.range.high)
    )
    return words(
        "settings.below" if setting.range.below else "settings.between", low=low, high=high
    )


_TOLD = (Kind.SWITCH, Kind.TIMEFRAME, Kind.STRATEGIES, Kind.PRESET, Kind.SYMBOLS, Kind.LIST,
         Kind.TIME_OF_DAY, Kind.ZONE, Kind.NUMBER)  # fmt: skip


def _grouped(number: str) -> str:
    """`1,000,000` of `1000000`; under ten thousand as it is."""
    whole, point, rest = number.partition(".")
    if not whole.lstrip("-").isdecimal() or abs(int(whole)) < 10_000:
        return number
    return f"{int(whole):,}{point}{rest}"
