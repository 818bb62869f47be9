"""What a worker does, the same in this process, in another one and on another computer."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from multiprocessing import parent_process
from time import perf_counter
from typing import Any

from trader.backtest.metrics import Metrics
from trader.backtest.objectives import objective_named
from trader.backtest.plan import BacktestPlan
from trader.backtest.sweep.grid import Grid
from trader.backtest.sweep.measuring import FAST, measured
from trader.backtest.sweep.packing import Address, Packed, borrowed
from trader.strategies.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that workers need to know; sent to them once."""

    plan: BacktestPlan
    grid: Grid
    engine: str
    objective: str
    catalogue: Catalogue | None = None

    @property
    def guess(self) -> float:
        """Seconds that one combination may take, before any was measured."""
        return self.plan.traded_rows * (1e-8 if self.engine == FAST else 1e-5) + 1e-4


@dataclass(frozen=True, slots=True)
class Row:
    """One combination. `value`: what the objective says, more is better, None: undefined."""

    number: int
    value: float | None
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk of combinations that was worked off, and the seconds it took."""

    rows: tuple[Row, ...]
    seconds: float


class Bench:
    """Candles made ready once, and combinations measured on them."""

    def __init__(self, work: Work) -> None:
        self._grid = work.grid
        self._value_of = objective_named(work.objective)
        self._measure = measured(work.plan, work.engine, work.catalogue)

    def work_off(self, numbers: Iterable[int]) -> Done:
        """Measure combinations, in this order."""
        begin = perf_counter()
        rows = tuple(map(self._row, numbers))
        return Done(rows, perf_counter() - begin)

    def _row(self, number: int) -> Row:
        outcome = self._measure(self._grid.parameters(number))
        value = float(self._value_of(outcome))
        return Row(number, value if isfinite(value) else None, dict(outcome.metrics))


class _Station(threading.local):
    """The bench of a worker, one a thread: what it remembers is not made for two at a time."""

    token: Any = None
    bench: Bench | None = None


_STATION = _Station()
_ADDRESSES: list[Address] = []  # of a worker process: where its work lies


def begin(address: Address) -> None:
    """A worker process starts: Ctrl-C is its parent's business, and it ends with its parent."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _ADDRESSES[:] = [address]


def work_off(numbers: Sequence[int]) -> Done:
    """A chunk, in a worker process; candles are looked at in shared memory."""
    address = _ADDRESSES[0]
    return _bench_for(address.name, lambda: borrowed(address)).work_off(numbers)


def work_off_from(packed: Packed, token: str, numbers: Sequence[int]) -> Done:
    """A chunk, on a worker of a cluster. `token` names the work: it is unpacked once."""
    return _bench_for(token, packed.value).work_off(numbers)


def _bench_for(token: str, work_of: Any) -> Bench:
    if _STATION.bench is None or _STATION.token != token:
        _STATION.token, _STATION.bench = token, None  # the former one's memory goes first
        _STATION.bench = Bench(work_of())
    return _STATION.bench


def _end_with_parent() -> None:
    """A parent that was killed cannot stop its workers, and its pipes stay open through them."""
    import os
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
