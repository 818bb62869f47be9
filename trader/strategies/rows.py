"""A strategy's wishes and its filters put together: one row a candle, ready for the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.domain.parameters import Parameters
from trader.domain.signal import BIT, Opinion, Reason, codes_of
from trader.domain.time import HOUR
from trader.indicators.longer import taken
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart, Frames
from trader.strategies.filters import ALWAYS, Case, Market, Verdict

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Candles, Floats, Ints

_opinion = partial(tuple.__new__, Opinion)  # what Opinion._make does, without its length check
_BLOCK = 512  # rows turned into Python numbers at a time: a year of them would fill the memory


@dataclass(slots=True)
class SignalRows:
    """Arrays with the fields of `Opinion`, one row a candle beginning with row `since`.

    `opinion(row)` and `reasons(row, ...)` count rows from the beginning of the candles.
    """

    long: Bools
    long_level: Floats
    short: Bools
    short_level: Floats
    sell: Bools
    cover: Bools
    long_blocks: Ints
    short_blocks: Ints
    hold: Ints
    atr: Floats
    turnover: Floats
    hour_atr: Floats
    regime: Ints
    volatility: Ints
    confidence: Floats
    since: int
    close: Floats
    verdicts: tuple[Verdict, ...]
    _row: int = -_BLOCK
    _last: Opinion | None = None
    _ahead: Iterator[Opinion] = field(default_factory=chain)

    def opinion(self, row: int) -> Opinion:
        """The row as a value. Rows should be asked in order: they are made on the way."""
        if row != self._row:
            if not 0 < row - self._row < _BLOCK:
                self._ahead = self._opinions(row)
                self._row = row - 1
            while self._row < row:
                self._last = next(self._ahead, None)
                self._row += 1
        if self._last is None:
            raise self._beyond(row)
        return self._last

    def reasons(self, row: int, mask: int) -> tuple[Reason, ...]:
        """The codes of a mask with what was measured on that row."""
        place = row - self.since
        return tuple(Reason(code, self._measured(code, place)) for code in codes_of(mask))

    def _opinions(self, row: int) -> Iterator[Opinion]:
        """Every row from this one on, one at a time."""
        first = row - self.since
        if first < 0:
            raise self._beyond(row)
        columns = [getattr(self, name) for name in Opinion._fields]

        def block(start: int) -> Iterator[Opinion]:
            lists = [column[start : start + _BLOCK].tolist() for column in columns]
            return map(_opinion, zip(*lists, strict=True))

        return chain.from_iterable(map(block, range(first, len(self.long), _BLOCK)))

    def _beyond(self, row: int) -> IndexError:
        return IndexError(f"row {row} is not among the rows from {self.since} on")

    def _measured(self, code: str, place: int) -> str:
        if code == "beyond_level":
            level = self.long_level[place]
            return f"close={number(self.close[place])} level={number(level)}"
        for verdict in self.verdicts:
            if code in (verdict.code, verdict.short_code):
                return " ".join(f"{name}={_shown(what, place)}" for name, what in verdict.shown)
        return ""


def evaluate(
    strategy: Strategy,
    candles: Candles,
    parameters: Parameters,
    market: Market = Market(),  # noqa: B008 - a frozen value
    since: int = 0,
) -> SignalRows:
    """All rows from `since` on. Raises `BadInput` when a timeframe does not fit."""
    return judge(strategy, Frames(Chart(candles)), parameters, market, since)


def judge(
    strategy: Strategy, frames: Frames, parameters: Parameters, market: Market, since: int = 0
) -> SignalRows:
    """The same on charts that are kept, so that several strategies share their indicators."""
    warmup = parameters.warmup or strategy.warmup
    case = Case(frames, parameters, market, warmup, since)
    verdicts = _verdicts(strategy, case)
    wish = _wish(strategy.signals(frames.own, parameters).since(since), case)
    facts = _facts(case)
    return SignalRows(
        long=wish.long,
        long_level=wish.long_level,
        short=wish.short,
        short_level=wish.short_level,
        sell=wish.sell,
        cover=wish.cover,
        long_blocks=_mask([(v.code, v.long) for v in verdicts], len(wish.long)),
        short_blocks=_mask([(v.short_code, v.short) for v in verdicts], len(wish.long)),
        hold=wish.hold,
        atr=case.rows(frames.own.atr()),
        turnover=frames.own.turnover(since),
        hour_atr=facts.hour_atr,
        regime=facts.regime,
        volatility=facts.volatility,
        confidence=wish.confidence,
        since=since,
        close=case.rows(frames.own.close),
        verdicts=verdicts,
    )


def number(value: float) -> str:
    """A measured number for people: eight digits, never an exponent."""
    if isnan(value):
        return "undefined"
    text = format(Decimal(f"{value:.8g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(what: Floats | float, place: int) -> str:
    return number(what if isinstance(what, float) else float(what[place]))


def _verdicts(strategy: Strategy, case: Case) -> tuple[Verdict, ...]:
    given = (judge_filter(case) for judge_filter in (*ALWAYS, *strategy.filters))
    return tuple(verdict for verdict in given if verdict is not None)


def _mask(blocks: list[tuple[str, Bools]], rows: int) -> Ints:
    mask = np.zeros(rows, dtype=np.int64)
    for code, blocked in blocks:
        mask |= blocked * np.int64(BIT[code])
    return mask


class _Wish(NamedTuple):
    long: Bools
    long_level: Floats
    short: Bools
    short_level: Floats
    sell: Bools
    cover: Bools
    hold: Ints
    confidence: Floats


class _Facts(NamedTuple):
    hour_atr: Floats
    regime: Ints
    volatility: Ints


def _wish(raw: Raw, case: Case) -> _Wish:
    """Contradictions taken out, shorts only where they are allowed."""
    conflict = _conflict(raw)
    long = raw.buy & ~conflict
    short = raw.short & ~conflict
    if not case.parameters.allow_shorts:
        short = np.zeros(len(short), dtype=bool)
    leave = False if raw.leave is None else raw.leave
    undefined = np.full(len(long), np.nan)
    wants = long | short
    return _Wish(
        long=long,
        long_level=undefined if raw.long_level is None else raw.long_level,
        short=short,
        short_level=undefined if raw.short_level is None else raw.short_level,
        sell=raw.sell | leave,
        cover=raw.cover | leave,
        hold=_hold(raw, case, wants, conflict),
        confidence=wants.astype(np.float64) if raw.confidence is None else raw.confidence,
    )


def _conflict(raw: Raw) -> Bools:
    """Rows with contradicting answers; two levels on both sides of the price are none."""
    if raw.long_level is not None:
        return np.zeros(len(raw.buy), dtype=bool)
    result: Bools = raw.buy & (raw.sell | raw.short) | raw.short & raw.cover
    return result


def _hold(raw: Raw, case: Case, wants: Bools, conflict: Bools) -> Ints:
    """Why nothing is wanted, one code a row; 0 where something is."""
    reason = np.where(conflict, BIT["conflicting_signals"], BIT["no_signal"])
    if raw.long_level is not None:
        beyond = case.rows(case.chart.close) > raw.long_level
        reason = np.where(beyond, BIT["beyond_level"], reason)
    if raw.no_yesterday is not None:
        reason = np.where(raw.no_yesterday, BIT["no_yesterday"], reason)
    result: Ints = np.where(wants, 0, reason)
    return result


def _facts(case: Case) -> _Facts:
    """What the leverage formula wants to know; nothing while leverage is fixed."""
    rows = len(case.chart) - case.since
    if case.parameters.leverage:  # None and 0 mean the formula
        nothing = np.zeros(rows, dtype=np.int64)
        return _Facts(np.full(rows, np.nan), nothing, nothing)
    chart = case.frames.at_least(HOUR)
    places = np.arange(case.since, case.since + rows)
    if chart is not case.chart:
        places = case.frames.rows(chart, case.since)
    return _Facts(
        hour_atr=taken(chart.atr_share(), places),
        regime=_states(chart.regime(), places),
        volatility=_states(*_from_first(chart, places)),
    )


def _from_first(chart: Chart, places: Ints) -> tuple[Ints, Ints]:
    """States from the first row that is asked for, and the rows counted from there."""
    first = max(int(places[0]), 0) if len(places) else 0
    return chart.volatility(first), np.where(places < 0, -1, places - first)


def _states(states: Ints, places: Ints) -> Ints:
    if not len(states):
        return np.zeros(len(places), dtype=np.int64)
    result: Ints = np.where(places >= 0, states[places], 0)
    return result
