"""Values as people type them and as `.env` holds them: percent for fractions, converted exactly."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from config.setting import NUMERIC_KINDS, Kind, Setting, text_of
from config.values import BadValue, Names, parse

_WHOLE = 10**15  # beyond this a number is no value of any setting


def to_typed(setting: Setting, text: str) -> str:
    """`5` of the fraction `0.05`; every other text as it is."""
    return _moved(text, 2) if setting.kind is Kind.FRACTION else text


def to_text(setting: Setting, typed: str) -> str:
    """`0.05` of the percentage `5`; every other text as it is. The inverse of `to_typed`."""
    word = typed.strip().removesuffix("%").strip() if setting.kind is Kind.FRACTION else typed
    return _moved(word, -2) if setting.kind is Kind.FRACTION else typed.strip()


def number_text(number: float) -> str:
    """A number of a field as the shortest text that means it: `5`, `0.05`, `0.00001`."""
    return _plain(Decimal(repr(number)))


def is_number(text: str) -> bool:
    """Whether a text is a finite number."""
    return _decimal(text) is not None


def wrong(setting: Setting, text: str | None, names: Names) -> str:
    """What config says against a text; empty when it may stand."""
    if text is None:
        return ""
    try:
        parse(setting, text, names)
    except BadValue as error:
        return str(error)
    return ""


def wire(setting: Setting, text: str, names: Names) -> Any:
    """A text as a command carries it: numbers and switches as such."""
    try:
        value = parse(setting, text, names)
    except BadValue:
        return text
    plain = isinstance(value, bool) or (value is not None and setting.kind in NUMERIC_KINDS)
    return value if plain else text


def same(setting: Setting, one: str | None, other: str | None, names: Names) -> bool:
    """Whether two texts mean the same; None: not written down."""
    if one is None or other is None:
        return one is other
    return _canonical(setting, one, names) == _canonical(setting, other, names)


def _canonical(setting: Setting, text: str, names: Names) -> str:
    try:
        return text_of(setting, parse(setting, text, names))
    except BadValue:
        return text


def _moved(text: str, places: int) -> str:
    number = _decimal(text)
    return text if number is None else _plain(number.scaleb(places))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _WHOLE * 10 else None
