"""A backtest: the live engine, the simulated venue and recorded candles on a virtual clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from trader.backtest.feed import HistoryFeed
from trader.backtest.plan import BacktestPlan, BacktestResult, Progress
from trader.backtest.reasons import refused_counts
from trader.domain.events import CandlesClosed, Event
from trader.domain.money import exact
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.position import ExitReason
from trader.domain.signal import codes_of
from trader.engine.account import Account
from trader.engine.engine import Engine, Habits
from trader.engine.listing import list_market
from trader.engine.loop import run as run_loop
from trader.engine.state import State, VenueState
from trader.storage.memory import MemoryJournal
from trader.strategies.catalogue import Catalogue, discover
from trader.strategies.live import ArraySignals, Terms
from trader.venues.profiles import Profile, ideal, profile_of
from trader.venues.simulated import Opening, SimulatedVenue

_STOPS = (
    ExitReason.STOP_LOSS,
    ExitReason.TRAILING_STOP,
    ExitReason.EMERGENCY_STOP,
    ExitReason.LIQUIDATION_GUARD,
)


class Recorder(MemoryJournal):
    """The journal of a backtest: besides trades it keeps equity and cash of every candle."""

    def __init__(self, venue: VenueState) -> None:
        super().__init__()
        self._venue = venue
        self.time: list[int] = []
        self.equity: list[float] = []
        self.cash: list[float] = []
        self.exposed = 0

    def record(self, event: Event, outcome: Outcome) -> None:
        """One row a candle, after everything that its close brought."""
        if outcome is not NOTHING:
            super().record(event, outcome)
        if type(event) is CandlesClosed:
            self.time.append(event.candles[0].time)
            self.equity.append(self._venue.last_equity)
            self.cash.append(self._venue.account.spendable)
            self.exposed += self._venue.round_held

    def close(self) -> None:
        """The last candle's row shows the values after everything was closed."""
        if self.equity:
            self.equity[-1] = self._venue.equity()
            self.cash[-1] = self._venue.account.spendable


def run(
    plan: BacktestPlan, progress: Progress | None = None, catalogue: Catalogue | None = None
) -> BacktestResult:
    """Run one backtest to its end. `progress` is called every few thousand candles."""
    p = plan.parameters
    step = None if p.lot_step is None else exact(p.lot_step)
    profile = ideal(profile_of(plan.venue), p.slippage_bps, p.fee, step)
    answers: deque[Event] = deque()
    opening = Opening(cash=exact(plan.capital))
    venue = SimulatedVenue(profile, opening, emit=answers.append)
    state = state_of(plan, profile)
    signals = _signals(plan, profile, catalogue or discover())
    engine = Engine(state, signals, Habits())
    venue.list_markets([series.key for series in plan.series], 0)
    answers.clear()  # the engine knows them already, with the backtest's own minimum
    recorder = Recorder(state.venues[plan.venue])
    feed = HistoryFeed(plan.series, engine, venue, answers, progress)
    _to_the_end(run_loop(engine, feed.events(), venue, recorder))
    recorder.close()
    return _result(engine, recorder, profile)


def _to_the_end(walk: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run` would keep Ctrl-C until the walk waits for something, which it never does."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(walk)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def state_of(plan: BacktestPlan, profile: Profile) -> State:
    """Books with the capital, and the symbols in the order in which they are walked."""
    capital = exact(plan.capital)
    account = Account(capital, capital, margined=profile.capabilities.margin)
    venue = VenueState(plan.venue, profile.capabilities, plan.parameters, account)
    venue.last_equity = venue.peak_equity = float(capital)
    state = State({plan.venue: venue})
    for series in plan.series:
        # exits always fill, whatever the minimum: it is judged for entries only
        rules = replace(profile.rules(series.key), min_cost=Decimal(0))
        list_market(state, venue, series.key, rules)
    return state


def _signals(plan: BacktestPlan, profile: Profile, catalogue: Catalogue) -> ArraySignals:
    fees = {plan.venue: profile.capabilities.taker_fee}
    terms = Terms({plan.venue: plan.parameters}, fees, catalogue)
    return ArraySignals({series.key: series.candles for series in plan.series}, terms)


def _result(
    engine: Engine,
    recorder: Recorder,
    profile: Profile,
) -> BacktestResult:
    trades = tuple(recorder.trades)
    return BacktestResult(
        trades=trades,
        time=np.array(recorder.time, dtype=np.int64),
        equity=np.array(recorder.equity, dtype=np.float64),
        cash=np.array(recorder.cash, dtype=np.float64),
        exposed=recorder.exposed,
        no_entry_reasons=reason_counts(engine.pricing.no_entries),
        stopped_in_entry_candle=sum(
            t.exit_time == t.entry_time and t.exit_reason in _STOPS for t in trades
        ),
        fee=profile.capabilities.taker_fee,
        refused=refused_counts(engine.pricing.no_entries),
    )


def reason_counts(masks: dict[int, int]) -> dict[str, int]:
    """Counts per code from counts per mask, in the order in which codes are named."""
    whole = 0
    for mask in masks:
        whole |= mask
    counts = dict.fromkeys(codes_of(whole), 0)
    for mask, count in masks.items():
        for code in codes_of(mask):
            counts[code] += count
    return counts
