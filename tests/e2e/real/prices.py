"""Markets that live: a past of recorded minutes, and prices that somebody moves all the time."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.e2e.bot import ROOT
from tests.exchanges.core.market import Bar, Market
from tests.exchanges.core.server import Server

MARKET = ROOT.parent / "shared" / "market"
HOUR = 3_600_000
HOURS = 400  # of the past; more than the slowest indicator wants
CALM = "calm"  # a past in which every hour is the same: a breakout is 3 % above it
SHORT = "short"  # the newest of them: one question a coin, and no strategy has enough to trade
Row = tuple[float, ...]
PAUSE = 0.2  # seconds between two trades of a coin


@cache
def past(name: str) -> tuple[tuple[float, ...], ...]:
    """The newest recorded hours as shares of the last close; invented where there are none.

    Open, high, low, close, volume.
    """
    if name in (CALM, SHORT):
        return ((1.0, 1.01, 0.99, 1.0, 1e6),) * (HOURS if name == CALM else 50)
    path = MARKET / name
    rows = _hours(_recorded(path)) if path.exists() else _invented()
    last = rows[-1][3]
    return tuple((o / last, h / last, low / last, c / last, v) for o, h, low, c, v in rows)


def _recorded(path: Path) -> list[Row]:
    """The newest minutes."""
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["open", "high", "low", "close", "volume"])
    newest = table.slice(max(0, table.num_rows - HOURS * 60))
    return list(zip(*(column.to_pylist() for column in newest.columns), strict=True))


def _hours(minutes: list[Row]) -> list[Row]:
    """Sixty minutes are one."""
    hours = [minutes[first : first + 60] for first in range(0, len(minutes), 60)]
    return [
        (of[0][0], max(r[1] for r in of), min(r[2] for r in of), of[-1][3], sum(r[4] for r in of))
        for of in hours
    ]


def _invented() -> list[Row]:
    chance, price = random.Random(3), 100.0
    rows: list[Row] = []
    for _ in range(HOURS):
        opened, price = price, price * (1 + chance.gauss(0, 0.003))
        high, low = max(opened, price) * 1.002, min(opened, price) * 0.998
        rows.append((opened, high, low, price, chance.random() * 3))
    return rows


def seed(server: Server, name: str) -> None:
    """Give every market of an exchange such a past, ending at its price of now.

    Of a whole hour one minute is enough to hold what was traded in it.
    """
    now = server.truth.clock.now() // HOUR * HOUR
    rows = past(name)
    for market in server.truth.markets.values():
        starts = range(now - len(rows) * HOUR, now, HOUR)
        market.seed((at, _bar(market, row)) for at, row in zip(starts, rows, strict=True))


def _bar(market: Market, row: Row) -> Bar:
    o, h, low, c = (on_tick(market, market.price * Decimal(repr(share))) for share in row[:4])
    volume = Decimal(repr(round(row[4], 3)))
    return Bar(o, h, low, c, volume, volume * c)


def on_tick(market: Market, price: Decimal) -> Decimal:
    """The nearest allowed price."""
    tick = market.tick_at(price) if market.tick_at else market.tick
    return (price / tick).to_integral_value() * tick


class Mover:
    """Trades every coin five times a second around a price that a test chooses.

    `quiet`: coins in which nobody trades. `every`: seconds between two trades of the others.
    """

    def __init__(self, servers: tuple[Server, ...]) -> None:
        self.quiet: set[str] = set()
        self.every = PAUSE
        self._servers = servers
        self._up = False
        self._over = threading.Event()

    def go(self, server: Server, market: str, share: str | float) -> Decimal:
        """To so much of the present price, at once; the price it is now."""
        with server.truth.lock:
            of = server.truth.markets[market]
            price = on_tick(of, of.price * Decimal(str(share)))
            server.truth.move(market, price)
        return price

    def beat(self) -> None:
        """One trade of each coin, a tick up and the next time a tick down."""
        self._up = not self._up
        for server in self._servers:
            for name, market in list(server.truth.markets.items()):
                if name not in self.quiet:
                    self._trade(server, name, market)

    def _trade(self, server: Server, name: str, market: Market) -> None:
        with server.truth.lock:
            tick = market.tick_at(market.price) if market.tick_at else market.tick
            server.truth.move(name, market.price + (tick if self._up else -tick))

    def run(self) -> None:
        """Until it is over."""
        while not self._over.wait(self.every):
            self.beat()

    @contextmanager
    def moving(self) -> Iterator[Mover]:
        """Prices move in a thread of their own for so long."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    @staticmethod
    def pause() -> None:
        """Long enough for two trades of each coin."""
        time.sleep(2 * PAUSE)
