"""Loopback exchanges with some history, and our public data in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.market import MINUTE, Bar
from tests.exchanges.core.server import Server, served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS
from trader.venues.real.public import PublicVenue


def seeded(server: Server, symbol: str, minutes: int, missing: int = 0) -> int:
    """Minutes up to now, `missing` ones before the newest left out; the start of this minute."""
    start = server.truth.clock.now() // MINUTE * MINUTE
    price = server.truth.markets[symbol].price
    bars = [
        (start - n * MINUTE, Bar(price, price + n, price - 1, price, Decimal(2), 2 * price))
        for n in range(minutes)
        if not 0 < n <= missing
    ]
    server.truth.markets[symbol].seed(bars)
    return start


def budget(venue: str, server: Server) -> Budget:
    """A venue's, by the server's clock."""
    return Budget(LIMITS[venue], server.truth.clock.now, asyncio.sleep)


@pytest.fixture
async def upbit() -> AsyncIterator[LoopbackUpbit]:
    """A loopback Upbit, running."""
    server = LoopbackUpbit()
    async with served(server):
        yield server


@pytest.fixture
async def upbit_data(upbit: LoopbackUpbit) -> AsyncIterator[PublicVenue]:
    """Its public data, markets known."""
    public = PublicVenue("upbit", Addresses(rest=upbit.url), budget("upbit", upbit))
    await public.markets()
    yield public
    await public.close()


@pytest.fixture
async def spot() -> AsyncIterator[Server]:
    """A loopback Binance spot, running."""
    server = LoopbackSpot({"USDT": "1000"})
    async with served(server):
        yield server


@pytest.fixture
async def spot_data(spot: Server) -> AsyncIterator[PublicVenue]:
    """Its public data, markets known."""
    public = PublicVenue("binance_spot", Addresses(rest=spot.url), budget("binance_spot", spot))
    await public.markets()
    yield public
    await public.close()


@pytest.fixture
async def futures() -> AsyncIterator[Server]:
    """A loopback Binance USD-M, running."""
    server = LoopbackFutures("1000")
    async with served(server):
        yield server


@pytest.fixture
async def futures_data(futures: Server) -> AsyncIterator[PublicVenue]:
    """Its public data, markets known."""
    public = PublicVenue(
        "binance_futures", Addresses(rest=futures.url), budget("binance_futures", futures)
    )
    await public.markets()
    yield public
    await public.close()
