"""A download in a few lines: a real ccxt client at the loopback exchanges, a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.feeds.history.exchange import Exchange
from tests.feeds.history.truth import NOW, Market
from trader.domain.spans import Span
from trader.domain.time import DAY, HOUR, Millis
from trader.feeds.history.client import Client
from trader.feeds.history.download import Came, Download, Wish
from trader.feeds.history.line import Pace
from trader.feeds.history.venues import Venue
from trader.storage.candles import CandleStore
from trader.storage.kinds import CANDLE, TIME

NAMES = {"upbit": "KRW-BTC", "spot": "BTCUSDT", "futures": "BTCUSDT"}
KEYS = {
    "upbit": "upbit:BTC/KRW",
    "spot": "binance_spot:BTC/USDT",
    "futures": "binance_futures:BTC/USDT",
}
END = NOW - NOW % HOUR
MONTH = (END - 30 * DAY, END)


@dataclass
class Clock:
    """Time that passes only when somebody waits. `waits` in seconds."""

    at: Millis = NOW
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += round(seconds * 1_000)
        await asyncio.sleep(0)

    def pace(self, timeout: float = 20.0, chance: float = 0.5) -> Pace:
        """As the client wants it, without chance."""
        return Pace(lambda: self.at, self.sleep, lambda: chance, timeout=timeout)


@dataclass
class Desk:
    """Downloads of one venue into one folder."""

    exchange: Exchange
    venue: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    timeout: float = 20.0
    said: list[str] = field(default_factory=list)

    @property
    def store(self) -> CandleStore:
        return CandleStore(self.folder)

    @property
    def key(self) -> str:
        return KEYS[self.venue]

    @property
    def market(self) -> Market:
        found = self.exchange.market(self.venue, NAMES[self.venue])
        assert found is not None
        return found

    def client(self) -> Client:
        venue = self.key.partition(":")[0]
        pace = self.clock.pace(self.timeout)
        return Client(venue, self.exchange.address, pace, self.said.append)

    async def get(self, what: str = "1h", span: Span = MONTH, *, refill: bool = False) -> Came:
        """Download once, without the limiter's patience."""
        async with self.client() as client:
            client._line.exchange.enableRateLimit = False
            wish = Wish(self.key, what, span)
            return await Download(client, self.store, wish, _nothing).run(refill=refill)

    def stored(self, what: str = "1h") -> list[tuple[float, ...]]:
        """Rows of the file."""
        columns = self.store.columns(self.key, what)
        return list(zip(*(column.tolist() for column in columns.values()), strict=True))

    def true(self, step: Millis = HOUR, span: Span = MONTH) -> list[tuple[float, ...]]:
        """Rows as the exchange has them."""
        rows = self.market.candles(step)
        return [(at, *row) for at, row in rows.items() if span[0] <= at < span[1]]


def _nothing(_: Wish, __: float) -> None:
    return None


def markets(listed: Millis = NOW - 60 * DAY, venues: Sequence[str] = tuple(NAMES)) -> list[Market]:
    """One market a venue."""
    return [Market(venue, NAMES[venue], listed) for venue in venues]


def shrink(venue: Venue, name: str, limit: int) -> Venue:
    """The same venue with smaller pages."""
    from dataclasses import replace

    source = replace(venue.sources[name], limit=limit)
    return replace(venue, sources={**venue.sources, name: source})


__all__ = ["CANDLE", "END", "KEYS", "MONTH", "NAMES", "NOW", "TIME", "Clock", "Desk", "markets"]
