"""The fast engine beside the live one: the same trades exactly, money to 1e-9."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.parity.comparing import plan
from tests.parity.worlds import World, series_of
from trader.backtest import fast
from trader.backtest.metrics import metrics_of
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.run import run
from trader.backtest.verify import Difference, differences
from trader.strategies.catalogue import Catalogue

OVER_NOTHING = ("calmar", "sharpe", "sortino")  # ratios of rounding errors where nothing happened
BASES = ("BTC", "ETH", "XRP")
Case = tuple[str, list[World], dict[str, float | None], dict[str, Any]]


def plan_of(case: Case) -> BacktestPlan:
    """An invented market as both engines take it."""
    venue, worlds, names, wanted = case
    quote = "KRW" if venue == "upbit" else "USDT"
    keys = [f"{venue}:{base}/{quote}" for base in BASES]
    series = [series_of(key, world) for key, world in zip(keys, worlds, strict=False)]
    return plan(series, worlds[0].timeframe, names, wanted)


def compared(made: BacktestPlan, catalogue: Catalogue) -> tuple[BacktestResult, list[Difference]]:
    """The live engine's result, and where the fast one differs from it."""
    live = run(made, catalogue=catalogue)
    return live, unlike(made, live, catalogue)


def unlike(made: BacktestPlan, live: BacktestResult, catalogue: Catalogue) -> list[Difference]:
    """Where the fast engine's whole result, or its brief one, differs from the live engine's."""
    prepared = fast.Prepared(made, catalogue)
    found = differences(prepared.result(made.parameters), live)
    brief, metrics = prepared.brief(made.parameters), metrics_of(made, live)
    assert list(brief.metrics) == list(metrics)
    still = max(abs(metrics["total_return"] or 0.0), metrics["max_drawdown"] or 0.0) < 1e-6
    for name, value in metrics.items():
        ours = brief.metrics[name]
        if not same(ours, value) and not (still and name in OVER_NOTHING):
            found.append(Difference(name, "", None, repr(ours), repr(value)))
    return found


def same(ours: float | None, theirs: float | None) -> bool:
    """Two figures but for the last digits of a sum."""
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= 1e-7 * max(abs(theirs), 1e-5)


def met(result: BacktestResult) -> Counter[str]:
    """What a run met: exits by reason and direction, and every code that kept an entry away."""
    exits = Counter(f"{t.direction.word} {t.exit_reason}" for t in result.trades)
    return exits + Counter(dict(result.no_entry_reasons))
