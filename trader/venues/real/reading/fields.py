"""Fields of an answer, read strictly: what is missing or no number is an error, never a zero."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from trader.domain.errors import OutcomeUnknown
from trader.domain.time import Millis

Row = Mapping[str, Any]
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?")
_LATEST: Millis = 32_503_680_000_000  # the year 3000


class Strange(OutcomeUnknown):
    """An answer that cannot be read. It proves nothing, in either direction."""


def row(body: Any, about: str) -> Row:
    """One object. Raises `Strange` for anything else."""
    if not isinstance(body, dict):
        raise Strange(f"the exchange's answer about {about} is no object")
    return body


def rows(body: Any, about: str) -> list[Row]:
    """A list of objects. Raises `Strange` for anything else."""
    if not isinstance(body, list):
        raise Strange(f"the exchange's answer about {about} is no list")
    return [row(entry, about) for entry in body]


def signed(of: Row, name: str) -> Decimal:
    """A finite number. Raises `Strange`."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Strange(f"the exchange's answer has no number '{name}'")
    text = str(value)
    if _NUMBER.fullmatch(text) is None:
        raise Strange(f"the exchange's '{name}' is {text[:40]!r}, which is no number")
    return Decimal(text)


def number(of: Row, name: str) -> Decimal:
    """A finite number, zero or more. Raises `Strange`."""
    value = signed(of, name)
    if value < 0:
        raise Strange(f"the exchange's '{name}' is {value}, which cannot be negative")
    return value


def positive(of: Row, name: str) -> Decimal:
    """A finite number above zero. Raises `Strange`."""
    value = number(of, name)
    if value == 0:
        raise Strange(f"the exchange's '{name}' is 0, which cannot be")
    return value


def text(of: Row, name: str) -> str:
    """A name or an id, never empty. Raises `Strange`."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Strange(f"the exchange's answer has no '{name}'")
    return str(value)


def moment(of: Row, *names: str) -> Millis:
    """A time in ms, from the first of these fields that is there. Raises `Strange`."""
    for name in names:
        value = of.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LATEST:
            return value
    raise Strange(f"the exchange's answer has no time '{names[0]}'")


def iso_moment(of: Row, name: str) -> Millis:
    """A time as text (`2026-08-01T09:00:00+09:00`), in ms. Raises `Strange`."""
    try:
        at = datetime.fromisoformat(text(of, name))
    except ValueError as bad:
        raise Strange(f"the exchange's '{name}' is no time") from bad
    if at.tzinfo is None:
        raise Strange(f"the exchange's '{name}' names no time zone")
    return round(at.timestamp()) * 1_000
