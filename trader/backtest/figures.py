"""Numbers as people read them: percent, money, prices, times. What is undefined is a dash."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from trader.domain.time import MINUTE, Millis

DASH = "–"
_WHOLE_UNITS = ("KRW",)  # currencies without cents


def percent(value: float | None, *, sign: bool = False, places: int = 2) -> str:
    """`+4.10 %` of 0.041."""
    return DASH if value is None else f"{100 * value:{'+' if sign else ''},.{places}f} %"


def rate(value: float | None) -> str:
    """A small fraction without needless zeros: `0.05 %` of 0.0005."""
    return DASH if value is None else f"{100 * value:.4f}".rstrip("0").rstrip(".") + " %"


def number(value: float | None, places: int = 2) -> str:
    """`1,234.50`."""
    return DASH if value is None else f"{value:,.{places}f}"


def rounded(value: float) -> str:
    """A value of an axis: no more decimals than it needs, `1,250` or `0.025`."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:.4g}"


def money(value: float | None, quote: str, *, sign: bool = False) -> str:
    """`1,050,000 KRW`, `10,234.50 USDT`."""
    if value is None:
        return DASH
    places = 0 if quote in _WHOLE_UNITS else 2
    return f"{value:{'+' if sign else ''},.{places}f} {quote}"


def price(value: float) -> str:
    """Six significant digits or more, never an exponent."""
    if not isfinite(value):
        return DASH
    whole = len(str(int(abs(value))))
    text = f"{value:,.{max(0, 7 - whole)}f}" if abs(value) >= 1 else f"{value:.10f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: Millis) -> str:
    """`2024-01-31 09:00`, UTC."""
    return str(np.datetime64(at, "ms").astype("datetime64[m]")).replace("T", " ")


def day(at: Millis) -> str:
    """`2024-01-31`, UTC."""
    return str(np.datetime64(at, "ms").astype("datetime64[D]"))


def duration(millis: float, units: Sequence[str] = ("d", "h", "m")) -> str:
    """`45m`, `5h 30m`, `2d 4h`: the two largest units."""
    minutes = round(millis / MINUTE)
    days, hours, left = minutes // 1_440, minutes // 60 % 24, minutes % 60
    parts = zip((days, hours, left), units, strict=True)
    shown = [f"{count}{unit}" for count, unit in parts if count]
    return " ".join(shown[:2]) or f"0{units[-1]}"


def arrow(value: float) -> str:
    """Up or down, for those who do not see the colour."""
    return "▲" if value > 0 else "▼" if value < 0 else ""
