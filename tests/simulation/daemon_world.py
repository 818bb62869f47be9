"""The whole daemon on a virtual clock: shell, feed, strategies, mailbox, views and all.

Slower than `world`, and for that reason for few seeds: it proves that what surrounds the core keeps
the promises too. Kills come at any moment of the virtual time.
"""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.simulation.faults import Odds, Script, SeededFaults
from tests.simulation.ledger import NAMESPACE
from tests.simulation.simloop import LoopClock, SimLoop, run_until_killed
from trader import app
from trader.bridge import mailbox
from trader.domain.money import ZERO
from trader.domain.order import LIVE, RESTING
from trader.feeds.generator import GeneratedMarket
from trader.shell.options import Options
from trader.shell.tuning import read_or_refuse
from trader.shell.world import present
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import discover
from trader.venues.books import Books
from trader.venues.disk import SimulatedDisk
from trader.venues.profiles import profile_of
from trader.venues.simulated import Opening, SimulatedVenue

BEGAN = 1_700_000_000.0  # what the wall's clock shows at the start
SPEED = 10  # market seconds a second
TROUBLE, CALM = 180.0, 30.0  # seconds of the wall
LATE = 60_000  # market ms: what was sent last may still be under way at the end
VENUES = ("upbit", "binance_spot", "binance_futures")
SETTINGS = f"MODE=demo\nDEMO_SPEED={SPEED}\nWARMUP_CYCLES=1\nOPTIMIZER=no\nDEMO_SEED="


@dataclass(frozen=True, slots=True)
class Command:
    """A command dropped into the mailbox at a moment of the wall's clock."""

    at: float
    name: str


class DaemonWorld:
    """One data directory, and the lives of the daemon on it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.data = seed, folder / "data"
        random = Random(f"{seed}:daemon")
        self.kills = sorted(BEGAN + random.uniform(5.0, TROUBLE) for _ in range(2))
        paused = BEGAN + random.uniform(5.0, TROUBLE - 30.0)
        self.commands = [
            Command(paused, "pause"),
            Command(paused + 15.0, "resume"),
            Command(BEGAN + TROUBLE, "pause"),
        ]
        self._env = folder / ".env"
        self._env.write_text(f"{SETTINGS}{seed}\n", encoding="utf-8")
        self.data.mkdir()
        _name_the_journal(self.data / "trader.db")
        self._clock = LoopClock(BEGAN)
        market = GeneratedMarket(seed).start
        until = market + round(TROUBLE * SPEED * 1_000)
        self._faults = SeededFaults(seed, market, until, Odds(), Script())

    def run(self) -> DaemonWorld:
        """All lives to the end of the calm."""
        for kill_at in (*self.kills, None):
            self._live(kill_at)
        return self

    def _live(self, kill_at: float | None) -> None:
        started = self._clock.now()
        loop = self._clock.loop = SimLoop(self.seed, started)
        options = Options(
            env_file=self._env, data_dir=self.data, log_dir=self.data.parent / "logs",
            quiet=True, clock=self._clock,
        )  # fmt: skip
        with ExitStack() as stack, _signals_kept():
            catalogue = discover()
            source = app.source_of(options, catalogue)
            start = read_or_refuse(source, must_exist=True)
            system = app.demo(options, source, start, catalogue, stack, self._faults)
            for command in self.commands:
                if command.at > started:
                    loop.call_at(command.at, self._drop, command)
            left = BEGAN + TROUBLE + CALM - started
            run_until_killed(loop, system.serve(left), kill_at)
        self._spoil_a_view()

    def _drop(self, command: Command) -> None:
        """As the panel does; a command that finds the mailbox full is never given."""
        with suppress(mailbox.MailboxFull):
            mailbox.drop(self.data, command.name, {}, "panel", command.at)

    def _spoil_a_view(self) -> None:
        """Views are only views (promise 12)."""
        (self.data / "bot_status.json").write_bytes(b"\0" * 100)
        (self.data / "upbit_portfolio.json").unlink(missing_ok=True)

    # ------------------------------------------------------------ what is left

    def violations(self) -> Iterator[str]:
        """Everything that is not as promised."""
        journal = SqlJournal.open(self.data / "trader.db")
        try:
            restored = journal.restore()
            unfinished = journal.history.unfinished_commands()
        finally:
            journal.close()
        known = {order.id: order for order in restored.orders}
        yield from (f"command {one.id} has no answer" for one in unfinished)
        began = present(self.data)
        before = (began.at if began else 0) - LATE
        for order in known.values():
            resting = order.guards and order.status in RESTING
            if order.status in LIVE and not resting and order.created_at < before:
                yield f"{order.id} is still {order.status}"
        for venue in VENUES:
            books = self._books(venue)
            yield from _sent_twice(books)
            for one in books.orders.everything():
                if one.request.id not in known:
                    yield f"{one.request.id} is not in the journal"
            dust = dict(restored.books[venue].dust) if venue in restored.books else {}
            held = {p.key: p.quantity * p.direction for p in restored.positions}
            for key in books.account.held_keys() | {k for k in held if k.startswith(f"{venue}:")}:
                ours = held.get(key, ZERO) + dust.get(key, ZERO)
                if ours != books.account.holding(key):
                    yield f"{key}: books {ours}, exchange {books.account.holding(key)}"

    def fills(self) -> int:
        """How much happened."""
        return sum(len(o.fills) for v in VENUES for o in self._books(v).orders.everything())

    def history(self) -> str:
        """What the exchanges did and what the journal tells of it."""
        with sqlite3.connect(self.data / "trader.db") as db:
            rows = [
                repr(sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr))  # noqa: S608
                for table in ("orders", "fills", "trades", "positions", "books")
            ]
        db.close()
        orders = [repr(o) for v in VENUES for o in self._books(v).orders.everything()]
        return "\n".join(rows + orders)

    def _books(self, venue: str) -> Books:
        disk = SimulatedDisk(self.data / f"simulated_{venue}.db")
        try:
            return SimulatedVenue(profile_of(venue), Opening(Decimal(0), disk=disk)).books
        finally:
            disk.close()


def _sent_twice(books: Books) -> Iterator[str]:
    seen: set[str] = set()
    for order in books.orders.everything():
        if order.request.id in seen:
            yield f"{order.request.id} was taken twice"
        seen.add(order.request.id)


def _name_the_journal(path: Path) -> None:
    SqlJournal.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'namespace'", (NAMESPACE,))
    db.close()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """A killed daemon does not give its signal handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
