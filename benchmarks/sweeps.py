"""Combinations a second of the common strategy on a year of minutes, and the workers' memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType

import psutil

from benchmarks.bars import YEAR, year_of_minutes
from benchmarks.common_strategy import CATALOGUE, PARAMETERS
from benchmarks.figure import Figure, milliseconds
from trader.backtest.plan import BacktestPlan, Series, Source
from trader.backtest.sweep.axes import Axis
from trader.backtest.sweep.crews import Alone, Crew, Pool, pool
from trader.backtest.sweep.driver import Chunks, Driver
from trader.backtest.sweep.grid import grid_of
from trader.backtest.sweep.measuring import FAST, compile_once
from trader.backtest.sweep.work import Done, Work

OTHERS = "vectorbt Rust 22.8, numba 14; backtesting.py 0.6; jesse 0.1 (specification 7.1)"
WIDTHS, TARGETS, MORE_TARGETS, TIMES = 10, 10, 100, 5
MEGABYTE = 1 << 20


def figures() -> list[Figure]:
    """Warm runs; making workers and their first signals stand apart."""
    work, where = _work(TARGETS)
    compile_once(work.plan, FAST, work.catalogue)
    alone = _rate(Alone(work), work)
    begin = perf_counter()
    with _working(work) as crew:
        ready = perf_counter() - begin
        together = _rate(crew, work)
        few = _memory(crew)
    many = _after_many()
    what = f"sweep, {len(work.grid)} combinations (band width x take profit) of {YEAR:,} candles"
    bar = "near-linear in cores"
    return [
        Figure(f"{what}, {where}, one process", f"{alone:,.0f} a second", "", OTHERS),
        Figure(f"{what}, two workers", f"{together:,.0f} a second", ">= 400 a second", OTHERS),
        Figure("... two workers beside one process", f"{together / alone:.2f} times", bar),
        Figure("... start of two workers until both have answered", milliseconds(ready)),
        Figure(
            "... largest worker after 100 and after 1,000 combinations",
            f"{few:.0f} and {many:.0f} MB (the shared candles counted in each)",
            "independent of the number",
        ),
    ]


def _work(targets: int) -> tuple[Work, str]:
    candles, where = year_of_minutes()
    first, last = int(candles.time[0]), int(candles.time[-1])
    source = Source(where, "1m", len(candles), len(candles), 0, first, last)
    series = Series("binance_spot:BTC/USDT", candles, source)
    widths = _axis("common.deviations", [1.5 + n / WIDTHS for n in range(WIDTHS)])
    goals = _axis("take_profit_percent", [0.1 * (n + 1) / targets for n in range(targets)])
    own = MappingProxyType({"common": MappingProxyType({"deviations": 2.0})})
    grid = grid_of([widths, goals], [replace(PARAMETERS, thresholds=own)])
    plan = BacktestPlan((series,), grid.parameters(0), "binance_spot", "common")
    return Work(plan, grid, FAST, "sharpe", CATALOGUE), where


def _axis(attribute: str, values: list[float]) -> Axis:
    return Axis(attribute, attribute, tuple(values), tuple(map(repr, values)))


@contextmanager
def _working(work: Work) -> Iterator[Pool]:
    """Two workers that have both done something."""
    with pool(work, 2) as crew:
        for future in [crew.submit((n,)) for n in (0, len(work.grid) - 1)]:
            future.result()
        yield crew


def _rate(crew: Crew, work: Work) -> float:
    """Combinations a second, the best of several runs through all of them."""
    fastest, combinations = float("inf"), len(work.grid)
    for _ in range(TIMES):
        begin, values = perf_counter(), array("q")

        def take(done: Done, kept: array[int] = values) -> None:
            kept.extend(row.number for row in done.rows)

        Driver(crew, take).run(Chunks(work.grid.order(), combinations, work.guess, work.grid.group))
        fastest = min(fastest, perf_counter() - begin)
        if len(values) != combinations:
            raise RuntimeError("combinations were lost")
    return combinations / fastest


def _after_many() -> float:
    work, _ = _work(MORE_TARGETS)
    with _working(work) as crew:
        _rate(crew, work)
        return _memory(crew)


def _memory(crew: Pool) -> float:
    """Of the largest worker, in MB."""
    sizes = (psutil.Process(pid).memory_info().rss for pid in crew.pids)
    return max(sizes) / MEGABYTE
