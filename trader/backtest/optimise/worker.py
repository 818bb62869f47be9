"""The worker process: reads candles, searches, answers. It never outlives the daemon."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any

from trader.backtest.optimise.search import DAILY_GRID, K_SEARCH, Rules, searched
from trader.backtest.optimise.sources import CandleSource, Shelf
from trader.backtest.optimise.wording import finding
from trader.backtest.plan import BacktestPlan, Series, Source
from trader.domain.candles import Candles
from trader.domain.errors import BadInput, TraderError
from trader.domain.instrument import symbol_of
from trader.indicators.longer import rows_of
from trader.shell.searching import Finding, Kind, Told, Wish
from trader.strategies.catalogue import Catalogue, discover
from trader.strategies.live import rows_needed

NICE = 10
TELL_EVERY = 0.5  # seconds
PROGRESS, DONE, FAILED = "progress", "done", "failed"
Message = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given."""

    wish: Wish
    source: CandleSource


def work(daemon: Connection) -> None:
    """The process's whole life: takes a `Job`, says (word, content), at last a final one."""
    _step_back()
    try:
        _say(daemon, (DONE, answered(daemon.recv(), _teller(daemon))))
    except EOFError:  # it went before it told us what to do
        return
    except (TraderError, OSError) as error:
        _say(daemon, (FAILED, str(error)))
    except MemoryError:
        _say(daemon, (FAILED, "there is not enough memory for it"))
    except Exception as error:  # noqa: BLE001  the last door: a bug is a failed search, no more
        _say(daemon, (FAILED, f"unexpected {type(error).__name__}: {error} ({_place(error)})"))


def _place(error: Exception) -> str:
    """`kernel.py:12`: where it was raised."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _step_back() -> None:
    """The daemon has the right of way and the terminal; it decides when we end."""
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole terminal
    if sys.platform != "win32":
        os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _teller(daemon: Connection) -> Told:
    told = [monotonic()]

    def tell(share: float) -> None:
        if monotonic() - told[0] >= TELL_EVERY:
            told[0] = monotonic()
            _say(daemon, (PROGRESS, share))

    return tell


def _say(daemon: Connection, message: Message) -> None:
    """A daemon that does not listen any more is no trouble of ours."""
    try:
        daemon.send(message)
    except OSError:
        os._exit(1)


def answered(job: Job, told: Told) -> Finding:
    """The search itself, in whatever process. Raises `BadInput` when there are no candles."""
    wish, catalogue = job.wish, discover()
    rules = rules_of(wish)
    plan = plan_of(wish, rules, job.source.opened(wish.seen), catalogue)
    return finding(plan, rules, searched(plan, rules, told, catalogue))


def rules_of(wish: Wish) -> Rules:
    """The rules of a wish's search; the objective is chosen for the grid alone."""
    if wish.kind is Kind.K:
        return K_SEARCH
    return replace(DAILY_GRID, objective=wish.objective)


def plan_of(wish: Wish, rules: Rules, shelf: Shelf, catalogue: Catalogue) -> BacktestPlan:
    """The candles of a search, history for indicators first. Raises `BadInput` without any.

    A symbol with no more than that history is left out.
    """
    p = wish.parameters
    chosen = [catalogue.get(share.name) for share in p.strategies]
    before = rows_needed(chosen, p.warmup, p.timeframe.ms)
    rows = before + rules.rows(p.timeframe.ms)
    series = tuple(_series(wish, shelf, before, rows))
    if not series:
        what = ", ".join(symbol_of(key) for key in wish.keys) or wish.venue
        raise BadInput(
            f"there are not enough candles of {what} yet: more than {before} of {p.timeframe} "
            "are needed"
        )
    return BacktestPlan(series, p, wish.venue, f"{wish.kind} of {wish.venue}")


def _series(wish: Wish, shelf: Shelf, before: int, rows: int) -> Iterator[Series]:
    for key in wish.keys:
        candles = shelf.history(key, wish.parameters.timeframe, rows, wish.until)
        if len(candles) > before:
            source = _described(candles, wish.parameters.timeframe.name)
            detail = shelf.finer(key, rows_of(candles, slice(before, None)))
            yield Series(key, candles, source, before, detail=detail)


def _described(candles: Candles, timeframe: str) -> Source:
    rows, first, last = len(candles), int(candles.time[0]), int(candles.time[-1])
    gaps = (last - first) // candles.timeframe + 1 - rows
    return Source("the daemon's candles", timeframe, rows, rows, gaps, first, last)
