"""Real ccxt objects, connected to a loopback Binance the way the product connects them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

import ccxt

from tests.exchanges.binance.futures import FuturesWords, LoopbackFutures
from tests.exchanges.binance.signing import ApiKey
from tests.exchanges.binance.spot import FUNDS, LoopbackSpot, SpotWords
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.server import Server, served
from tests.exchanges.core.truth import Truth
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected

D = Decimal
BTC = "BTC/USDT"
PERP = "BTC/USDT:USDT"
KEY = ApiKey()
Speaker = TypeVar("Speaker", SpotWords, FuturesWords)


@dataclass
class Desk(Generic[Speaker]):
    """A running exchange and a client of it."""

    server: Server
    words: Speaker
    ccxt: Any

    @property
    def truth(self) -> Truth:
        """What the exchange knows."""
        return self.server.truth

    def move(self, price: str, symbol: str = "BTCUSDT") -> None:
        """Others trade at this price."""
        self.truth.move(symbol, D(price))

    async def refusal(self, call: Awaitable[object]) -> tuple[int, str]:
        """Code and text with which a call is refused; fails when it is not.

        From the answer itself: ccxt's exceptions leave the code out when they know the text.
        """
        try:
            answer = await call
        except ccxt.BaseError:
            body = json.loads(self.ccxt.last_http_response)
            return int(body["code"]), str(body["msg"])
        raise AssertionError(f"not refused: {answer}")

    def held(self, asset: str) -> Decimal:
        """All that the account has of an asset."""
        return self.truth.accounts.of(asset).total


async def until(happened: Callable[[], object]) -> None:
    """Waits until something holds; fails after two seconds."""
    deadline = asyncio.get_running_loop().time() + 2
    while not happened():
        assert asyncio.get_running_loop().time() < deadline, "it does not happen"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def spot(
    funds: Mapping[str, str] | None = None, key: ApiKey = KEY, clock: Clock | None = None,
    known: Sequence[ApiKey] = (KEY,), *, bnb_fees: bool = False,
) -> AsyncIterator[Desk[SpotWords]]:  # fmt: skip
    """A spot exchange with a client that has loaded its markets."""
    server = LoopbackSpot(FUNDS if funds is None else funds, known, clock, bnb_fees=bnb_fees)
    async with served(server), _client("binance_spot", server, key) as exchange:
        server.binance.market.lively = False  # tickers come when a test moves something
        yield Desk(server, server.binance, exchange)


@asynccontextmanager
async def futures(
    usdt: str = "1000", key: ApiKey = KEY, clock: Clock | None = None,
    known: Sequence[ApiKey] = (KEY,),
) -> AsyncIterator[Desk[FuturesWords]]:  # fmt: skip
    """A futures exchange with a client that has loaded its markets."""
    server = LoopbackFutures(usdt, known, clock)
    async with served(server), _client("binance_futures", server, key) as exchange:
        server.binance.market.lively = False  # tickers come when a test moves something
        yield Desk(server, server.binance, exchange)


@asynccontextmanager
async def _client(venue: str, server: Server, key: ApiKey) -> AsyncIterator[Any]:
    exchange = connected(venue, Addresses(rest=server.url), Keys(key.key, key.secret), timeout=2)
    exchange.enableRateLimit = False  # a loopback device needs no pause between requests
    exchange.timeout_on_exit = 0  # ms; ccxt would wait a quarter of a second for old SSL sockets
    try:
        await exchange.load_markets()
        server.log.clear()
        yield exchange
    finally:
        await exchange.close()
