"""An account at a loopback exchange, inspected with the real ccxt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from email.utils import formatdate
from typing import Any

from tests.exchanges.binance.futures import FuturesWords, LoopbackFutures
from tests.exchanges.binance.futures_desk import FuturesDesk
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import LoopbackSpot, SpotWords
from tests.exchanges.binance.spot_desk import SpotDesk
from tests.exchanges.core.server import Server, served
from tests.exchanges.core.wire import Answer, Asked, Route
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.domain.finding import Finding, Mark
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected
from trader.venues.real.line import Ears, Line
from trader.venues.real.preflight.inquiry import Inquiry, Needs
from trader.venues.real.preflight.inspection import inspected

VENUES = ("upbit", "binance_spot", "binance_futures")
PATIENCE = 5.0
_NEEDS: Mapping[str, Needs] = {
    "upbit": Needs("upbit", "KRW", ("upbit:BTC/KRW",), Decimal(1_000_000), Decimal(6_500)),
    "binance_spot": Needs(
        "binance_spot", "USDT", ("binance_spot:BTC/USDT",), Decimal(1_000), Decimal("6.5")
    ),
    "binance_futures": Needs(
        "binance_futures", "USDT", ("binance_futures:BTC/USDT",), Decimal(1_000), Decimal(130), 10
    ),
}


def exchange_of(venue: str, key: ApiKey | None = None, cash: str = "10000000") -> Server:
    """A loopback exchange with an account, not started yet."""
    if venue == "upbit":
        return LoopbackUpbit(cash=Decimal(cash))
    keys = (key or ApiKey(),)
    return LoopbackSpot({"USDT": cash}, keys) if "spot" in venue else LoopbackFutures(cash, keys)


def keys_of(server: Server) -> Keys:
    """The account's keys."""
    if isinstance(server, LoopbackUpbit):
        return Keys(server.key.access, server.key.secret)
    key = ApiKey()
    return Keys(key.key, key.secret)


class Retold:
    """An exchange's words, with other values in the answers of some paths, and with its own clock
    in the header that tells the time."""

    def __init__(self, server: Server, **changed: Mapping[str, Any]) -> None:
        self._words, self._changed, self._server = server.words, changed, server
        self.told: list[str] = []
        server.words = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._words, name)

    def dressed(self, asked: Asked, route: Route, answer: Answer) -> Answer:
        """As the exchange would, but for what the test wants."""
        answer = self._words.dressed(asked, route, answer)
        at = self._server.truth.clock.now() / 1_000
        headers = {**answer.headers, "Date": formatdate(at, usegmt=True)}
        name = asked.path.rpartition("/")[2]
        body = answer.body
        if name in self._changed and answer.status == 200:
            self.told.append(name)
            body = body | self._changed[name]
        return Answer(body, answer.status, headers, answer.content)


def spot_desk(server: Server) -> SpotDesk:
    """Switches of the account."""
    assert isinstance(server.words, SpotWords)
    return server.words.desk


def futures_desk(server: Server) -> FuturesDesk:
    """Switches of the account."""
    assert isinstance(server.words, FuturesWords)
    return server.words.desk


@asynccontextmanager
async def asking(
    venue: str, server: Server, keys: Keys | None = None, **needs: Any
) -> AsyncIterator[Inquiry]:
    """An inquiry at a server that runs. `needs`: what differs from a usual live run."""
    used = keys or keys_of(server)
    exchange = connected(venue, Addresses(rest=server.url), used, PATIENCE)
    exchange.enableRateLimit = False
    exchange.timeout_on_exit = 0

    def now() -> int:
        return time.time_ns() // 1_000_000

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    line = Line(venue, exchange, Ears(_nothing, now, sleep, lambda *_: None))
    try:
        yield Inquiry(line, replace(_NEEDS[venue], **needs), used.key, now, sleep)
    finally:
        await line.close()
        await exchange.close()


def _nothing(event: object) -> None:
    """Findings are all that an inspection tells."""
    del event


async def inspect(
    venue: str, server: Server, keys: Keys | None = None, patience: float = PATIENCE, **needs: Any
) -> dict[str, Finding]:
    """All findings by code."""
    async with served(server), asking(venue, server, keys, **needs) as inquiry:
        found = await inspected(inquiry, patience)
    codes = [finding.code for finding in found]
    assert all(finding.about == venue for finding in found)
    return dict(zip(codes, found, strict=True))


def failed(found: Mapping[str, Finding]) -> set[str]:
    """Codes of the failures."""
    return {code for code, finding in found.items() if finding.mark is Mark.FAIL}
