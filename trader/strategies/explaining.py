"""Why nothing is wanted on a candle, and what was measured where a filter blocked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.signal import BIT
from trader.strategies.base import Raw
from trader.strategies.filters import Case, Verdict

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints


def hold(raw: Raw, case: Case, wants: Bools, conflict: Bools) -> Ints:
    """Why nothing is wanted, one code a row; 0 where something is."""
    reason = np.where(conflict, BIT["conflicting_signals"], BIT["no_signal"])
    if raw.long_level is not None:
        beyond = case.rows(case.chart.close) > raw.long_level
        reason = np.where(beyond, BIT["beyond_level"], reason)
    if raw.no_yesterday is not None:
        reason = np.where(raw.no_yesterday, BIT["no_yesterday"], reason)
    result: Ints = np.where(wants, 0, reason)
    return result


def measured(verdicts: tuple[Verdict, ...], code: str, place: int) -> str:
    """`close=50000000 ema50=50500000` of the filter with this code; empty when there is none."""
    for verdict in verdicts:
        if code in (verdict.code, verdict.short_code):
            return " ".join(f"{name}={_shown(what, place)}" for name, what in verdict.shown)
    return ""


def beyond(close: float, level: float) -> str:
    """What was measured where the price was past the trigger already."""
    return f"close={number(close)} level={number(level)}"


def number(value: float) -> str:
    """A measured number for people: eight digits, never an exponent."""
    if isnan(value):
        return "undefined"
    text = format(Decimal(f"{value:.8g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(what: Floats | float | Callable[[int], float], place: int) -> str:
    if callable(what):
        return number(what(place))
    return number(what if isinstance(what, float) else float(what[place]))
