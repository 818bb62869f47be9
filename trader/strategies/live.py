"""Where the engine gets opinions from: a rolling window while prices come in, arrays in a backtest.

Both do what the engine's port `Signals` asks for; neither knows the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import nan

import numpy as np

from trader.domain.candles import Candle, Candles
from trader.domain.instrument import Instrument, venue_of
from trader.domain.parameters import Parameters
from trader.domain.signal import BIT, Opinion, Reason, codes_of
from trader.domain.time import Millis
from trader.indicators.longer import copied, no_candles
from trader.strategies.base import Strategy
from trader.strategies.catalogue import Catalogue
from trader.strategies.chart import Chart, Frames
from trader.strategies.filters import Market
from trader.strategies.rows import SignalRows, judge
from trader.strategies.window import Window

LEAST_ROWS = 1_000  # ten times the longest period: seeds are forgotten to under 1e-6


@dataclass(frozen=True, slots=True)
class Terms:
    """What opinions depend on besides candles, per venue: parameters and taker fees (fractions)."""

    parameters: Mapping[str, Parameters]
    taker_fees: Mapping[str, float]
    catalogue: Catalogue

    def parameters_of(self, key: str) -> Parameters:
        """The parameters of the symbol's venue."""
        return self.parameters[venue_of(key)]

    def market(self, key: str) -> Market:
        """Base currency and the taker fee in force: the setting's, else the venue's."""
        fee = self.parameters_of(key).fee
        if fee is None:
            fee = self.taker_fees.get(venue_of(key), 0.0)
        return Market(Instrument.parse(key).base, fee)

    def judged(self, key: str, strategy: str, frames: Frames, since: int = 0) -> SignalRows:
        """A strategy's rows on a symbol. Raises `BadInput` for an unknown strategy."""
        chosen = self.catalogue.get(strategy)
        return judge(chosen, frames, self.parameters_of(key), self.market(key), since)

    def rows_needed(self, key: str, timeframe: Millis) -> int:
        """Closed candles a window must hold for the strategies at work on the symbol's venue."""
        parameters = self.parameters_of(key)
        chosen = [self.catalogue.get(share.name) for share in parameters.strategies]
        return rows_needed(chosen, parameters.warmup, timeframe)


def rows_needed(strategies: Iterable[Strategy], warmup: int, timeframe: Millis) -> int:
    """Closed candles of history to load for these strategies, at least 1,000.

    `warmup` is the setting that overrides theirs (0: does not).
    """
    least = LEAST_ROWS
    for strategy in strategies:
        settled = (warmup or strategy.warmup) * 5 // 2
        least = max(least, settled, -(-strategy.looks_back // timeframe) + 1)
    return least


def nothing(code: str) -> Opinion:
    """No wish at all, for one reason."""
    bit = BIT[code]
    return Opinion(
        long=False,
        long_level=nan,
        short=False,
        short_level=nan,
        sell=False,
        cover=False,
        long_blocks=bit,
        short_blocks=bit,
        hold=BIT["no_signal"],
        atr=nan,
        turnover=nan,
        hour_atr=nan,
        regime=0,
        volatility=0,
        confidence=0.0,
    )


class ArraySignals:
    """Opinions of a backtest: every row is computed once, closing a candle moves on by one row."""

    def __init__(self, candles: Mapping[str, Candles], terms: Terms) -> None:
        self._candles = candles
        self._terms = terms
        self._times = {key: c.time.data for key, c in candles.items()}  # gives Python numbers
        self._row = dict.fromkeys(candles, -1)
        self._rows: dict[str, dict[str, SignalRows]] = {}

    def seed(self, key: str, candles: Candles) -> None:
        """History that was known before the first event: go to its last candle."""
        newest = candles.time[-1] if len(candles) else -1
        known = self._candles[key].time
        self._row[key] = int(np.searchsorted(known, newest, side="right")) - 1

    def close(self, candle: Candle) -> None:
        """Move on to this candle, which must be the next one of its symbol."""
        row = self._row[candle.key] + 1
        times = self._times[candle.key]
        if row >= len(times) or times[row] != candle.time:
            raise ValueError(f"{candle.key}: the candle {candle.time} is not the next one")
        self._row[candle.key] = row

    def opinion(self, key: str, strategy: str, first_at: Millis, first_price: float) -> Opinion:
        """The row of the last closed candle; the first price is in the arrays already."""
        row = self._row[key]
        if row < 0:
            return nothing("insufficient_data")
        known = self._rows.get(key)
        rows = known.get(strategy) if known is not None else None
        return (rows or self.rows(key, strategy)).opinion(row)

    def reasons(self, key: str, strategy: str, mask: int) -> tuple[Reason, ...]:
        """The codes of a mask with what was measured on the last closed candle."""
        row = self._row[key]
        if row < 0:
            return _bare(mask)
        return self.rows(key, strategy).reasons(row, mask)

    def retune(self, parameters: Mapping[str, Parameters]) -> None:
        """New parameters per venue, in force for the next opinion."""
        self._terms = replace(self._terms, parameters=parameters)
        self._rows.clear()

    def rows(self, key: str, strategy: str) -> SignalRows:
        """All rows of a strategy on a symbol, as arrays."""
        known = self._rows.get(key)
        if known is None:
            known = self._rows[key] = self._compute(key)
        if strategy not in known:
            known[strategy] = self._terms.judged(key, strategy, self._frames(key))
        return known[strategy]

    def _compute(self, key: str) -> dict[str, SignalRows]:
        """Strategies that run together share one set of indicators, dropped afterwards."""
        frames = self._frames(key)
        shares = self._terms.parameters_of(key).strategies
        return {share.name: self._terms.judged(key, share.name, frames) for share in shares}

    def _frames(self, key: str) -> Frames:
        return Frames(Chart(self._candles[key]))


@dataclass(slots=True)
class _Symbol:
    """A symbol's window and what was computed on it since its last candle closed."""

    window: Window
    frames: Frames | None = None
    rows: dict[str, SignalRows] = field(default_factory=dict)

    def forget(self) -> None:
        """A candle closed or a parameter changed: compute anew when asked."""
        self.frames = None
        self.rows.clear()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One symbol's closed candles and the terms on which strategies judge them."""

    key: str
    candles: Candles
    terms: Terms

    @property
    def strategy(self) -> str:
        """The first of the strategies at work on the symbol's venue."""
        return self.terms.parameters_of(self.key).strategies[0].name

    def judged(self) -> tuple[Chart, SignalRows]:
        """The first strategy's rows from the first candle on, and the chart with all indicators
        that it and its filters asked for. Raises `BadInput`."""
        chart = Chart(self.candles)
        return chart, self.terms.judged(self.key, self.strategy, Frames(chart))


class RollingSignals:
    """Opinions while prices come in: the newest candles of each symbol, judged when one closes."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._symbols: dict[str, _Symbol] = {}

    def seed(self, key: str, candles: Candles) -> None:
        """History of a symbol, and its venue's hours if given; replaces what was known."""
        capacity = self._terms.rows_needed(key, candles.timeframe)
        self._symbols[key] = _Symbol(Window(candles, capacity))

    def close(self, candle: Candle) -> None:
        """One more closed candle. A symbol without history begins with it and warms up."""
        symbol = self._symbols.get(candle.key)
        if symbol is None:
            timeframe = self._terms.parameters_of(candle.key).timeframe.ms
            capacity = self._terms.rows_needed(candle.key, timeframe)
            symbol = self._symbols[candle.key] = _Symbol(Window(no_candles(timeframe), capacity))
        symbol.window.close(candle)
        symbol.forget()

    def seen(self, key: str) -> Candles | None:
        """A copy of the closed candles that are kept of a symbol; None when it is not known."""
        symbol = self._symbols.get(key)
        return None if symbol is None else copied(symbol.window.series.candles())

    def sitting(self, key: str) -> Sitting | None:
        """All that an opinion on a symbol is made of, as it stands; None before its first candle.

        A copy: it may be judged in another thread while candles close here.
        """
        symbol = self._symbols.get(key)
        if symbol is None or not len(symbol.window.series):
            return None
        frames = symbol.window.frames(-1, nan) if symbol.frames is None else symbol.frames
        candles = frames.own.candles
        hours = None if candles.hours is None else copied(candles.hours)
        return Sitting(key, copied(candles, hours), self._terms)

    def opinion(self, key: str, strategy: str, first_at: Millis, first_price: float) -> Opinion:
        """The last row, with the next candle's first price; kept until the next candle closes."""
        symbol = self._symbols.get(key)
        if symbol is None or not len(symbol.window.series):
            return nothing("insufficient_data")
        rows = symbol.rows.get(strategy)
        if rows is None:
            if symbol.frames is None:
                symbol.frames = symbol.window.frames(first_at, first_price)
            rows = symbol.rows[strategy] = self._judged(key, strategy, symbol.frames)
        return rows.opinion(rows.since)

    def reasons(self, key: str, strategy: str, mask: int) -> tuple[Reason, ...]:
        """The codes of a mask with what was measured on the last closed candle."""
        symbol = self._symbols.get(key)
        if symbol is None or not len(symbol.window.series):
            return _bare(mask)
        rows = symbol.rows.get(strategy)
        if rows is None:
            rows = self._judged(key, strategy, symbol.window.frames(-1, nan))
        return rows.reasons(rows.since, mask)

    def retune(self, parameters: Mapping[str, Parameters]) -> None:
        """New parameters per venue, in force for the next opinion."""
        self._terms = replace(self._terms, parameters=parameters)
        for key, symbol in self._symbols.items():
            series = symbol.window.series
            series.grow(self._terms.rows_needed(key, series.timeframe))
            symbol.forget()

    def _judged(self, key: str, strategy: str, frames: Frames) -> SignalRows:
        return self._terms.judged(key, strategy, frames, since=len(frames.own) - 1)


def _bare(mask: int) -> tuple[Reason, ...]:
    return tuple(Reason(code) for code in codes_of(mask))
