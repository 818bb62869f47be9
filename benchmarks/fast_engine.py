"""The common strategy over a year of minutes through the fast engine, indicators included."""

from __future__ import annotations

from benchmarks.bars import YEAR
from benchmarks.common_strategy import CATALOGUE
from benchmarks.figure import Figure, best_of, milliseconds
from benchmarks.live_engine import OTHERS, plan_of_the_year

BEST = "vectorbt with its Rust engine 0.041 s; " + OTHERS


def figures() -> list[Figure]:
    """A whole result, a trial, and a trial on indicators that are known; reading not included."""
    from trader.backtest.fast import Prepared, run

    plan, where = plan_of_the_year()
    trades = len(run(plan, None, CATALOGUE).trades)  # compiles, or loads what was compiled
    prepared = Prepared(plan, CATALOGUE)

    def trial() -> object:
        return Prepared(plan, CATALOGUE).brief(plan.parameters)

    whole = best_of(7, lambda: run(plan, None, CATALOGUE))
    alone = best_of(7, trial)
    again = best_of(7, lambda: prepared.brief(plan.parameters))
    work = f"fast engine, {YEAR:,} one-minute candles, {where}, {trades:,} trades"
    return [
        Figure(f"{work}: a trial", milliseconds(alone), "3x the best peer", BEST),
        Figure("the same: every candle's equity, every reason", milliseconds(whole)),
        Figure("the same: a trial more on the same indicators", milliseconds(again)),
    ]
