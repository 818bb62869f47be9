"""A desk for the optimiser: real journal, real settings file, a searcher that answers on demand."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from config.env_file import EnvFile
from config.settings import Settings
from tests.config.builders import DAEMON
from trader.domain.parameters import Parameters
from trader.shell.clock import WallClock
from trader.shell.optimiser import Desk, Optimiser
from trader.shell.searching import Finding, SearchFailed, Told, Wish
from trader.shell.tuning import Source, Tuning
from trader.storage.journal import SqlJournal

BEST = {"K_VALUE": 0.45, "TAKE_PROFIT_PERCENT": 0.04, "STOP_LOSS_PERCENT": 0.02}
RUNNING = {"K_VALUE": 0.5, "TAKE_PROFIT_PERCENT": 0.05, "STOP_LOSS_PERCENT": 0.03}
FOUND = Finding(
    symbols=("BTC/KRW",),
    tried=160,
    best=BEST,
    running=RUNNING,
    promoted=True,
    dsr=0.97,
    text="tried 160 combinations on 7 days of BTC/KRW",
)
REFUSED = replace(
    FOUND,
    promoted=False,
    reasons=("too_few_trades measured=18 wanted=30",),
    why="too few trades out of sample (18 of 30 needed)",
)
ENV = "VENUES=upbit,binance_spot\nCRYPTO_K_VALUE=0.5   # careful\nOPTIMIZER=no\n"


class FakeSearcher:
    """A `Searcher` that answers `found` once it is let go (at once unless `held`)."""

    def __init__(self, found: Finding | Exception = FOUND, *, held: bool = False) -> None:
        self.found, self.wishes, self.closed = found, list[Wish](), False
        self.meanwhile: Callable[[], None] = lambda: None
        self._gate = threading.Event()
        if not held:
            self.let_go()

    def let_go(self) -> None:
        """Searches under way end, later ones do not wait."""
        self._gate.set()

    def search(self, wish: Wish, told: Told) -> Finding:
        """See `Searcher`."""
        self.wishes.append(wish)
        told(0.5)
        assert self._gate.wait(20)
        if self.closed:
            raise SearchFailed("the bot is stopping")
        self.meanwhile()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def close(self) -> None:
        """See `Searcher`."""
        self.closed = True
        self._gate.set()


class Bench:
    """An optimiser and all around it; `answers` are the final ones of commands."""

    def __init__(self, folder: Path, searcher: FakeSearcher, env: str | None = ENV) -> None:
        self.env_file = folder / ".env"
        if env is not None:
            self.env_file.write_text(env)
        self.searcher, self.journal = searcher, SqlJournal.open(folder / "trader.db")
        self.applied: list[dict[str, Parameters]] = []
        self.answers: list[tuple[str, str]] = []
        self.source = Source(self.env_file, {}, DAEMON, folder / "env_history")
        self.tuning = Tuning(
            self.source, self._start(), self.journal, WallClock(), self._hear_settings
        )
        self.shown, self.halts = 0, ""
        self.optimiser = Optimiser(self._desk())

    def _start(self) -> tuple[EnvFile, Settings]:
        return self.source.read()

    def _hear_settings(self, parameters: dict[str, Parameters], _version: str) -> None:
        self.applied.append(parameters)

    def _desk(self) -> Desk:
        return Desk(
            searcher=self.searcher,
            journal=self.journal,
            tuning=self.tuning,
            clock=WallClock(),
            market=lambda venue: ((f"{venue}:BTC/KRW",), 1_000),
            seen=lambda _keys: {},
            halted=lambda _venue: self.halts,
            changed=self._changed,
        )

    def _changed(self) -> None:
        self.shown += 1

    def ask(self, name: str = "optimize", venue: str | None = "upbit") -> tuple[str, str]:
        """The first answer to a command."""
        args = {} if venue is None else {"venue": venue}
        return self.optimiser.works()[name](args, "panel", self._finish)

    def _finish(self, result: str, message: str) -> None:
        self.answers.append((result, message))

    async def answered(self) -> tuple[str, str]:
        """The final answer."""
        await until(lambda: self.answers)
        return self.answers.pop()

    def k_value(self, venue: str = "upbit") -> float:
        """K in force."""
        return self.tuning.parameters()[venue].k_value


@asynccontextmanager
async def at_work(bench: Bench) -> AsyncIterator[Bench]:
    """With the optimiser's service running, stopped in order afterwards."""
    service = asyncio.create_task(bench.optimiser.run())
    await asyncio.sleep(0.01)
    try:
        yield bench
    finally:
        service.cancel()
        await asyncio.wait([service], timeout=20)
        bench.journal.close()


async def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        await asyncio.sleep(0.01)
