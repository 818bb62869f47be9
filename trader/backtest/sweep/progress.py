"""How far a sweep is while it runs: combinations a second, time left, the best so far."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from trader.backtest.sweep.grid import Grid
from trader.backtest.sweep.work import Row

_TENTH = 10


class Show(Protocol):
    """Is told how many combinations are done in all, and which is the best so far."""

    def __call__(self, done: int, best: Row | None) -> None: ...


def best_so_far(grid: Grid, objective: str, row: Row | None) -> str:
    """`best sharpe 0.213 (k_value=0.45, take_profit_percent=0.06)`; empty without a best."""
    if row is None or row.value is None:
        return ""
    return f"best {objective} {row.value:.4g} ({named_cells(grid, row.number)})"


def named_cells(grid: Grid, number: int) -> str:
    """`k_value=0.45, take_profit_percent=0.06`."""
    cells = zip((axis.key for axis in grid.axes), grid.cells(number), strict=True)
    return ", ".join(f"{key}={cell}" for key, cell in cells)


@contextmanager
def shown(grid: Grid, objective: str, before: int, total: int) -> Iterator[Show]:
    """A bar on the terminal, elsewhere a line each tenth; on stderr. `before`: done already."""
    if not sys.stderr.isatty():
        yield _Lines(grid, objective, before, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    text = TextColumn("{task.fields[rate]} {task.fields[best]}", markup=False)
    columns = (BarColumn(bar_width=20), MofNCompleteColumn(), Left(), text)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, completed=before, rate="", best="")
        pace = _Pace()

        def show(done: int, best: Row | None) -> None:
            told = best_so_far(grid, objective, best)
            bar.update(task, completed=done, rate=pace.at(done), best=told)

        yield show


class _Lines:
    """One line each tenth."""

    def __init__(self, grid: Grid, objective: str, before: int, total: int) -> None:
        self._grid, self._objective = grid, objective
        self._total, self._pace = max(1, total), _Pace()
        self._told = before * _TENTH // self._total

    def __call__(self, done: int, best: Row | None) -> None:
        """Say how far it is when a tenth was passed."""
        tenth, rate = done * _TENTH // self._total, self._pace.at(done)
        if tenth <= self._told:
            return
        self._told = tenth
        told = best_so_far(self._grid, self._objective, best)
        line = f"sweep {tenth * _TENTH} % ({done:,} of {self._total:,}{rate and f', {rate}'})"
        sys.stderr.write(f"{line} {told}".rstrip() + "\n")
        sys.stderr.flush()


class _Pace:
    """Combinations a second since the first were done: workers that start are no part of it."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def at(self, done: int) -> str:
        """`412 a second`; empty until there is something to compare with."""
        now = time.monotonic()
        if self._first is None:
            self._first = done, now
        count, seconds = done - self._first[0], now - self._first[1]
        return f"{count / seconds:,.0f} a second" if count and seconds > 0 else ""
