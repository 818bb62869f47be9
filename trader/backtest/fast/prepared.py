"""The fast engine: candles of a plan made ready once, then one trial after the other on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trader.backtest.fast import layout
from trader.backtest.fast.brief import Brief, brief_of
from trader.backtest.fast.compiling import compiled
from trader.backtest.fast.freed import keep_freed_memory
from trader.backtest.fast.table import TradeTable
from trader.backtest.fast.wishes import Wishes
from trader.backtest.plan import BacktestPlan, BacktestResult, Progress
from trader.backtest.reasons import refused_counts
from trader.backtest.run import reason_counts
from trader.domain.errors import BadInput
from trader.domain.parameters import Parameters
from trader.domain.time import Millis
from trader.indicators.longer import rows_of
from trader.strategies.catalogue import Catalogue, discover
from trader.venues.profiles import Profile

Rows = tuple[tuple[int, int], ...]


def run(
    plan: BacktestPlan, progress: Progress | None = None, catalogue: Catalogue | None = None
) -> BacktestResult:
    """Run one backtest to its end. There is no `progress` to speak of."""
    del progress
    return Prepared(plan, catalogue, once=True).result(plan.parameters)


class Prepared:
    """One plan's candles. Trials differ in parameters, not in candles, symbols or timeframe.

    `once`: there will be one trial, so no indicator is kept for a second one.
    """

    def __init__(
        self, plan: BacktestPlan, catalogue: Catalogue | None = None, *, once: bool = False
    ) -> None:
        keep_freed_memory()
        self.plan = plan
        self._whole = plan.series
        self._wishes = Wishes(plan.series, catalogue or discover(), keep=not once)
        self._rows: Rows = tuple((one.start_index, len(one.candles)) for one in plan.series)
        self._candles = layout.candles_of(plan.series)

    @property
    def read(self) -> frozenset[str]:
        """Parameters that the signals depended on so far, in lower case; others change only what
        is made of them, so trials that differ in those alone are quick."""
        return self._wishes.read()

    def between(self, start: Millis, end: Millis) -> Prepared:
        """The same candles, traded only in [start, end) ms UTC; earlier ones are history.

        Indicators and signals are shared with this one. Raises `BadInput` when a symbol has no
        candle there.
        """
        part = Prepared.__new__(Prepared)
        part._whole, part._wishes, part._candles = self._whole, self._wishes, self._candles
        part._rows = tuple(_rows_between(one.candles.time, start, end) for one in self._whole)
        cut = [
            replace(one, candles=rows_of(one.candles, slice(rows[1])), start_index=rows[0])
            for one, rows in zip(self._whole, part._rows, strict=True)
        ]
        part.plan = replace(self.plan, series=tuple(cut))
        return part

    def brief(self, parameters: Parameters) -> Brief:
        """What a trial with these parameters came to."""
        account, desk, trades = self._walk(parameters, whole=False)
        plan = replace(self.plan, parameters=parameters)
        return brief_of(plan, account, desk.daily, trades)

    def result(self, parameters: Parameters) -> BacktestResult:
        """A whole result: every trade, every candle's equity, every reason for doing nothing."""
        account, desk, trades = self._walk(parameters, whole=True)
        rounds = int(account.rounds)
        counted = {
            int(mask): int(count)
            for mask, count in zip(desk.masks, desk.mask_counts, strict=True)
            if count
        }
        return BacktestResult(
            trades=trades,
            time=desk.round_time[:rounds],
            equity=desk.equity[:rounds],
            cash=desk.cash[:rounds],
            exposed=int(account.exposed),
            no_entry_reasons=reason_counts(counted),
            stopped_in_entry_candle=int(account.stopped),
            fee=self._profile(parameters).capabilities.taker_fee,
            engine="fast",
            refused=refused_counts(counted),
        )

    def _profile(self, parameters: Parameters) -> Profile:
        return layout.profile_in(self.plan.venue, parameters)

    def _walk(self, p: Parameters, *, whole: bool) -> tuple[Any, Any, TradeTable]:
        refuse_what_only_live_knows(p)
        profile = self._profile(p)
        fee = profile.capabilities.taker_fee
        signals = self._wishes.signals(p, fee, whole=whole)
        market = self._candles._replace(**self._wishes.facts(p, fee))
        span = layout.rounds_of(self._whole, self._rows)
        sizes = (len(self._whole), len(p.strategies), sum(end - first for first, end in self._rows))
        desk = layout.desk_of(sizes, span, whole=whole)
        account = layout.account_of(p.initial_capital, int(span[0]))
        symbols = layout.symbols_of(self._whole, self._rows)
        terms = layout.parameters_of(p, profile)
        compiled("rounds", "simulate")(terms, account, symbols, market, signals, desk)
        keys, names = [one.key for one in self._whole], [share.name for share in p.strategies]
        rows = desk.trades[: int(account[0].trades)]
        trades = TradeTable(rows, keys, names, profile.usual.lot_step, fee)
        return account[0], desk, trades


def refuse_what_only_live_knows(p: Parameters) -> None:
    """Raises `BadInput` for a setting that the fast engine cannot judge."""
    if p.market_shock_pct > 0.0:
        raise BadInput("MARKET_SHOCK_PCT is judged by the live engine only; add --engine live")


def _rows_between(times: Any, start: Millis, end: Millis) -> tuple[int, int]:
    first, last = np.searchsorted(times, [start, end])
    if first >= last:
        raise BadInput("a symbol has no candle in a part of the span; choose fewer, longer parts")
    return int(first), int(last)
