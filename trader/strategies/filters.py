"""Filters before an entry: when a wish may not become one, with what was measured.

A filter sees a case (one strategy on one symbol) and answers with a verdict for every row, or None
when it is switched off. A value that is undefined blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.domain.parameters import Parameters
from trader.domain.time import HOUR, MINUTE
from trader.indicators.comparison import before
from trader.indicators.longer import taken
from trader.rules.costs import round_trip
from trader.strategies.chart import Chart, Frames

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Candles, Floats

# By name: one number a row, one for all rows, or what tells the number of a row (nobody asks for
# the most of them, and an array of half a million is not for nothing).
Shown = tuple[tuple[str, "Floats | float | Callable[[int], float]"], ...]


@dataclass(frozen=True, slots=True)
class Market:
    """What a filter must know of a market besides candles: base currency, taker fee (fraction)."""

    base: str = ""
    taker_fee: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One strategy on one symbol. Verdicts are wanted for rows from `since` on."""

    frames: Frames
    parameters: Parameters
    market: Market
    warmup: int
    since: int = 0

    @property
    def chart(self) -> Chart:
        """The chart in the strategy's own timeframe."""
        return self.frames.own

    def rows(self, values: Floats) -> Floats:
        """The wanted rows of an array of the own chart."""
        return values[self.since :]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which rows a filter blocks, for each side under its own code; `shown` explains a row."""

    code: str
    long: Bools
    short_code: str
    short: Bools
    shown: Shown

    @classmethod
    def both(cls, code: str, blocked: Bools, shown: Shown) -> Verdict:
        """A filter that does not care for the side."""
        return cls(code, blocked, code, blocked, shown)


Filter = Callable[[Case], Verdict | None]


def insufficient_data(case: Case) -> Verdict:
    """Fewer closed candles than the strategy's warm-up."""
    blocked = np.zeros(len(case.chart) - case.since, dtype=bool)
    blocked[: max(0, case.warmup - 1 - case.since)] = True
    have = case.since + 1
    shown: Shown = (("candles", lambda place: have + place), ("warmup", float(case.warmup)))
    return Verdict.both("insufficient_data", blocked, shown)


def stale_data(case: Case) -> Verdict:
    """At the first price of the next candle this one ended too long ago; ages in seconds."""
    candles = case.chart.candles
    limit = max(2 * candles.timeframe, 5 * MINUTE)
    apart = candles.next_time[case.since :] - candles.time[case.since :]
    shown: Shown = (
        ("age", lambda place: _age(candles, case.since + place)),
        ("max", limit / 1_000),
    )
    return Verdict.both("stale_data", apart > limit + candles.timeframe, shown)


def _age(candles: Candles, row: int) -> float:
    """Seconds between a candle's end and the first price after it."""
    return int(candles.next_time[row] - candles.time[row] - candles.timeframe) / 1_000


def low_volatility(case: Case) -> Verdict | None:
    """ATR14 / close too small, on the filter's own timeframe or the strategy's longer one."""
    if case.parameters.min_atr_pct <= 0.0:
        return None  # 0 is off: an undefined ATR is no reason either then
    share = _on_longer(
        case, case.parameters.atr_filter_timeframe.ms, lambda chart: chart.atr_share()
    )
    least = case.parameters.min_atr_pct
    shown: Shown = (("atr_pct", share), ("min", least))
    return Verdict.both("low_volatility", ~(share >= least), shown)


def ema_side(case: Case) -> Verdict | None:
    """No long under the EMA50, no short above it."""
    if not case.parameters.ema_filter:
        return None
    close, average = case.rows(case.chart.close), case.rows(case.chart.ema(50))
    return _side("", close, average)


def weak_trend(case: Case) -> Verdict | None:
    """ADX14 under `adx_min`."""
    if case.parameters.adx_min <= 0.0:
        return None  # 0 is off: an undefined ADX is no reason either then
    strength, least = case.rows(case.chart.adx()), case.parameters.adx_min
    shown: Shown = (("adx", strength), ("min", least))
    return Verdict.both("weak_trend", ~(strength >= least), shown)


def adx_falling(case: Case) -> Verdict | None:
    """ADX14 under its value one candle before."""
    if not case.parameters.adx_falling_filter:
        return None
    strength = case.chart.adx()
    now, earlier = case.rows(strength), case.rows(before(strength))
    shown: Shown = (("adx", now), ("before", earlier))
    return Verdict.both("adx_falling", ~(now >= earlier), shown)


def hourly_side(case: Case) -> Verdict | None:
    """No long while the last closed hour lies under its EMA50, no short while above; not majors."""
    parameters = case.parameters
    exempt = case.market.base in parameters.majors or case.chart.timeframe > HOUR
    if exempt or not parameters.mtf_filter:
        return None
    close = _on_longer(case, HOUR, lambda chart: chart.close)
    average = _on_longer(case, HOUR, lambda chart: chart.ema(50))
    return _side("mtf_", close, average)


def cost_too_high(case: Case) -> Verdict | None:
    """The wanted gain is too small beside the fees and slippage of a round trip; fractions."""
    parameters = case.parameters
    if parameters.min_edge_round_trips <= 0:
        return None
    cost = round_trip(case.market.taker_fee, parameters.slippage_bps / 10_000)
    least = parameters.min_edge_round_trips * cost
    gain = np.full(len(case.chart) - case.since, parameters.take_profit_percent)
    if parameters.take_profit_percent == 0:
        gain = 2 * case.rows(case.chart.atr()) / case.rows(case.chart.close)
    shown: Shown = (("gain", gain), ("min", least))
    return Verdict.both("cost_too_high", ~(gain >= least), shown)


ALWAYS: tuple[Filter, ...] = (insufficient_data, stale_data, low_volatility, cost_too_high)
TREND: tuple[Filter, ...] = (ema_side, weak_trend, adx_falling, hourly_side)


def _side(prefix: str, close: Floats, average: Floats) -> Verdict:
    shown: Shown = (("close", close), ("ema50", average))
    return Verdict(
        code=f"{prefix}below_ema50",
        long=~(close >= average),
        short_code=f"{prefix}above_ema50",
        short=~(close <= average),
        shown=shown,
    )


def _on_longer(case: Case, timeframe: int, read: Callable[[Chart], Floats]) -> Floats:
    """An indicator of the longer chart as it stood when each own candle closed."""
    chart = case.frames.at_least(timeframe)
    if chart is case.chart:
        return case.rows(read(chart))
    return taken(read(chart), case.frames.rows(chart, case.since))
