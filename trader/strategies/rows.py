"""A strategy's wishes and its filters put together: one row a candle, ready for the engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.domain.parameters import Parameters
from trader.domain.signal import BIT, Opinion, Reason, codes_of
from trader.domain.time import HOUR
from trader.indicators.longer import taken
from trader.strategies.base import Raw, Strategy
from trader.strategies.chart import Chart, Frames
from trader.strategies.explaining import beyond, hold, measured
from trader.strategies.filters import ALWAYS, Case, Market, Verdict

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Candles, Floats, Ints

_opinion = partial(tuple.__new__, Opinion)  # what Opinion._make does, without its length check
_BLOCK = 512  # rows turned into Python numbers at a time: a year of them would fill the memory


class SignalRows:
    """Arrays with the fields of `Opinion`, one row a candle beginning with row `since`.

    Each is made when it is first asked for: a kernel that only trades never asks why a filter
    blocked. `opinion(row)` and `reasons(row, ...)` count rows from the beginning of the candles.
    """

    def __init__(self, raw: Raw, case: Case, verdicts: tuple[Verdict, ...]) -> None:
        self._raw = raw
        self._case = case
        self.verdicts = verdicts
        self.since = case.since
        self._row = -_BLOCK
        self._last: Opinion | None = None
        self._ahead: Iterator[Opinion] = chain()

    @property
    def has_levels(self) -> bool:
        """Whether the strategy waits for prices."""
        return self._raw.long_level is not None

    @cached_property
    def long(self) -> Bools:
        """Wishes to buy, contradictions taken out; filters are not looked at."""
        return self._wish(self._raw.buy)

    @cached_property
    def short(self) -> Bools:
        """Wishes to go short, where that is allowed."""
        if not self._case.parameters.allow_shorts:
            return np.zeros(len(self._raw.short), dtype=bool)
        return self._wish(self._raw.short)

    @cached_property
    def sell(self) -> Bools:
        """Wishes to leave a long."""
        return self._raw.sell if self._raw.leave is None else self._raw.sell | self._raw.leave

    @cached_property
    def cover(self) -> Bools:
        """Wishes to leave a short."""
        return self._raw.cover if self._raw.leave is None else self._raw.cover | self._raw.leave

    @cached_property
    def long_level(self) -> Floats:
        """Trigger price of a buy, NaN where there is none."""
        return self._level(self._raw.long_level)

    @cached_property
    def short_level(self) -> Floats:
        """Trigger price of a short, NaN where there is none."""
        return self._level(self._raw.short_level)

    @cached_property
    def long_blocked(self) -> Bools | None:
        """Rows on which any filter blocks a buy; None where none could."""
        return _any([v.long for v in self.verdicts])

    @cached_property
    def short_blocked(self) -> Bools | None:
        """Rows on which any filter blocks a short; None where none could."""
        return _any([v.short for v in self.verdicts])

    @cached_property
    def long_blocks(self) -> Ints:
        """Bit masks of the filters that block a buy."""
        return _mask([(v.code, v.long) for v in self.verdicts], len(self._raw.buy))

    @cached_property
    def short_blocks(self) -> Ints:
        """Bit masks of the filters that block a short."""
        return _mask([(v.short_code, v.short) for v in self.verdicts], len(self._raw.buy))

    @cached_property
    def hold(self) -> Ints:
        """Why nothing is wanted, one code a row; 0 where something is."""
        return hold(self._raw, self._case, self.long | self.short, self._conflict)

    @cached_property
    def atr(self) -> Floats:
        """ATR 14."""
        return self._case.rows(self._case.chart.atr())

    @cached_property
    def turnover(self) -> Floats:
        """Median turnover of the last 20 candles."""
        return self._case.chart.turnover(self.since)

    @property
    def hour_atr(self) -> Floats:
        """ATR / close on closed hours; NaN while leverage is fixed."""
        return self._facts.hour_atr

    @property
    def regime(self) -> Ints:
        """1 bull, 0 sideways, -1 bear."""
        return self._facts.regime

    @property
    def volatility(self) -> Ints:
        """1 high, 0 normal, -1 low."""
        return self._facts.volatility

    @cached_property
    def confidence(self) -> Floats:
        """In [0, 1], information only."""
        given = self._raw.confidence
        return (self.long | self.short).astype(np.float64) if given is None else given

    @property
    def close(self) -> Floats:
        """The candles' closes."""
        return self._case.rows(self._case.chart.close)

    @cached_property
    def _facts(self) -> _Facts:
        return _facts(self._case)

    @cached_property
    def _conflict(self) -> Bools:
        return _conflict(self._raw)

    def _wish(self, wanted: Bools) -> Bools:
        """Two levels on both sides of the price contradict nothing."""
        return wanted if self.has_levels else wanted & ~self._conflict

    def _level(self, given: Floats | None) -> Floats:
        return np.full(len(self._raw.buy), np.nan) if given is None else given

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
            return beyond(self.close[place], self.long_level[place])
        return measured(self.verdicts, code, place)


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
    return SignalRows(strategy.signals(frames.own, parameters).since(since), case, verdicts)


def _verdicts(strategy: Strategy, case: Case) -> tuple[Verdict, ...]:
    given = (judge_filter(case) for judge_filter in (*ALWAYS, *strategy.filters))
    return tuple(verdict for verdict in given if verdict is not None)


def _mask(blocks: list[tuple[str, Bools]], rows: int) -> Ints:
    mask = np.zeros(rows, dtype=np.int64)
    for code, blocked in blocks:
        mask |= blocked * np.int64(BIT[code])
    return mask


def _any(blocks: list[Bools]) -> Bools | None:
    if not blocks:
        return None
    blocked = blocks[0]
    for more in blocks[1:]:
        blocked = blocked | more
    return blocked


class _Facts(NamedTuple):
    hour_atr: Floats
    regime: Ints
    volatility: Ints


def _conflict(raw: Raw) -> Bools:
    """Rows with contradicting answers; two levels on both sides of the price are none."""
    if raw.long_level is not None or not (raw.sell.any() or raw.short.any()):
        return np.zeros(len(raw.buy), dtype=bool)
    result: Bools = raw.buy & (raw.sell | raw.short) | raw.short & raw.cover
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
