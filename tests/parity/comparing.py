"""The engine and the oracle on the same candles: what each answers, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.parity import oracle
from tests.parity.oracle_files import parse_time
from trader.backtest.data import Wanted, find, load
from trader.backtest.plan import BacktestPlan, BacktestResult, Series
from trader.backtest.run import run
from trader.domain.instrument import venue_of
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.position import ClosedTrade
from trader.domain.time import Timeframe
from trader.indicators.longer import rows_of

MARKET = Path(__file__).parents[2] / ".." / "shared" / "market"
NEAR = 1e-9  # relative, of prices and quantities; of money: of the trade's value
Trade = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One run. `start`, `end`: ISO days of the traded span; history before it is known.

    `since`: nothing before this day is known (a cut file), which saves time on minutes.
    """

    files: tuple[str, ...]
    strategies: Mapping[str, float | None]
    settings: Mapping[str, Any]
    start: str | None = None
    end: str | None = None
    since: str | None = None

    def __str__(self) -> str:
        return f"{self.files[0]}-{'-'.join(self.strategies)}-{'-'.join(self.settings)}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both answers."""

    ours: BacktestResult
    theirs: oracle.Result

    def check(self) -> None:
        """Trades, equity and cash of every candle, and how often a stop was in its own candle."""
        ours = sorted(self.ours.trades, key=lambda t: (t.exit_time, t.key))
        assert [_identity(t) for t in ours] == [_named(t) for t in self.theirs.trades]
        for trade, other in zip(ours, self.theirs.trades, strict=True):
            _check_trade(trade, other)
        self._check_rows()
        assert self.ours.stopped_in_entry_candle == self.theirs.stopped_in_entry_candle

    def _check_rows(self) -> None:
        rows = self.theirs.equity
        assert self.ours.time.tolist() == [row["timestamp"] for row in rows]
        for name, column in (("equity", self.ours.equity), ("cash", self.ours.cash)):
            expected = np.array([row[name] for row in rows])
            np.testing.assert_allclose(column, expected, rtol=NEAR, atol=NEAR * expected.max())

    def check_reasons(self, except_for: frozenset[str] = frozenset()) -> None:
        """Why nothing was entered: every code as often."""
        ours, theirs = (
            {code: count for code, count in counts.items() if count and code not in except_for}
            for counts in (self.ours.no_entry_reasons, self.theirs.no_entry_reasons)
        )
        assert ours == theirs


def _identity(t: ClosedTrade) -> tuple[Any, ...]:
    return t.key, t.strategy, t.direction.word, t.entry_time, t.exit_time, str(t.exit_reason)


def _named(t: Trade) -> tuple[Any, ...]:
    key = f"{t['venue']}:{t['symbol']}"
    return key, t["strategy"], t["side"], t["entry_time"], t["exit_time"], t["exit_reason"]


def _check_trade(ours: ClosedTrade, theirs: Trade) -> None:
    for name in ("entry_price", "exit_price", "quantity", "leverage"):
        assert float(getattr(ours, name)) == pytest.approx(theirs[name], rel=NEAR), (name, theirs)
    value = theirs["entry_price"] * theirs["quantity"]
    for name in ("fees", "funding", "pnl"):
        difference = abs(float(getattr(ours, name)) - theirs[name])
        assert difference <= NEAR * abs(theirs[name]) + 1e-12 * value, (name, theirs)


def both(case: Case) -> Pair:
    """Run a case on recorded files; skips where there are none."""
    paths = [MARKET / f"{name}.parquet" for name in case.files]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        pytest.skip(f"recorded candles are not here: ../shared/market/{missing[0]}")
    start, end = parse_time(case.start), parse_time(case.end)
    loaded = load(find(paths, None), Wanted(start=start, end=end))
    since = parse_time(case.since)
    series = [one if since is None else cut(one, since) for one in loaded.series]
    ours = run(plan(series, loaded.timeframe, case.strategies, case.settings))
    files = [oracle.cut(oracle.load(path), since, end) for path in paths]
    return Pair(ours, oracle.run(files, wishes(case.strategies, case.settings), start, end))


def cut(series: Series, since: int) -> Series:
    """The series as if its file began at `since` (ms UTC)."""
    row = int(np.searchsorted(series.candles.time, since))
    candles = rows_of(series.candles, slice(row, None))
    return replace(series, candles=candles, start_index=max(0, series.start_index - row))


def plan(
    series: Sequence[Series],
    timeframe: Timeframe,
    strategies: Mapping[str, float | None],
    settings: Mapping[str, Any],
) -> BacktestPlan:
    """The run as our engine takes it."""
    shares = tuple(StrategyShare(n, 1.0 if s is None else s) for n, s in strategies.items())
    venue = venue_of(series[0].key)
    capital = settings.get("initial_capital", 1e6 if venue == "upbit" else 1e4)
    return BacktestPlan(
        tuple(series),
        Parameters(
            strategies=shares, timeframe=timeframe, **{**settings, "initial_capital": capital}
        ),
        venue,
        "parity",
    )


def wishes(strategies: Mapping[str, float | None], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The run as the oracle takes it: 0 asks for the formula of the leverage.

    A stop that an entry at the open meets at once is met before the rest of any symbol's candle.
    """
    given = dict(settings) | {"strategies": list(strategies.items()), "met_at_once": "first"}
    if "leverage" in given:
        given["leverage"] = given["leverage"] or 0
    return given
