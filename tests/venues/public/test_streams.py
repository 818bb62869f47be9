"""The stream of prices of all three exchanges, among messages that are none."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from tests.contracts.benches import MARKETS
from tests.exchanges.core.server import Server, served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.venues.public.conftest import budget
from tests.venues.public.test_exchanges import listening, until
from tests.venues.real.listening import VENUES, server_of
from trader.domain.errors import VenueUnavailable
from trader.venues.real.addresses import Addresses
from trader.venues.real.asking import market_of
from trader.venues.real.public import PublicVenue

GARBAGE: list[str | bytes] = [
    "", "{", "nonsense", "<html>", "[1,", "null", "NaN", "17", "[]", '"text"', "{}", b"\xff\xfe",
    '{"type":"ticker","code":"KRW-BTC"}', '{"e":"aggTrade","s":"BTCUSDT","p":"-1","T":1}',
    '{"type":"trade","code":"KRW-BTC","timestamp":{},"trade_price":[]}', '{"id":{},"result":[]}',
]  # fmt: skip


@asynccontextmanager
async def prices(name: str) -> AsyncIterator[tuple[Server, PublicVenue]]:
    """A loopback exchange, and its public data with markets known."""
    server, _ = server_of(name)
    async with served(server):
        public = PublicVenue(name, Addresses(server.url), budget(name, server))
        await public.markets()
        yield server, public
        await public.close()


@pytest.mark.parametrize("name", VENUES)
async def test_what_is_no_price_is_left_out_and_the_next_price_comes(name: str) -> None:
    key = MARKETS[name][0]
    async with prices(name) as (server, public), listening(public, key) as ticks:
        await until(lambda: any(c.topics for c in server.hub.connections))
        ticks.clear()
        (connection,) = server.hub.connections
        for n, message in enumerate(GARBAGE, 1):
            connection.queue(message)
            server.truth.move(market_of(key), Decimal(20_000_000 + 1_000 * n))
        await until(lambda: len(ticks) >= len(GARBAGE))
        told = [tick.price for tick in ticks]
        assert told[-len(GARBAGE) :] == [20e6 + 1e3 * n for n in range(1, len(GARBAGE) + 1)]
        assert server.hub.opened == 1


async def test_a_coin_that_ccxt_renames_keeps_the_name_it_has_in_the_account() -> None:
    server = LoopbackUpbit()
    server.enlist("TON", Decimal(2_000))
    async with served(server):
        public = PublicVenue("upbit", Addresses(server.url), budget("upbit", server))
        keys = [of.key for of in await public.markets()]
        assert "upbit:TON/KRW" in keys
        assert not any("Tokamak" in key for key in keys)
        (asked,) = await public.prices(["upbit:TON/KRW"])
        assert asked.price == 2_000
        async with listening(public, "upbit:TON/KRW") as ticks:
            await until(lambda: len(ticks) > 0)
            server.truth.move("KRW-TON", Decimal(2_100))
            await until(lambda: ticks[-1].price == 2_100)
        await public.close()


@pytest.mark.parametrize("name", VENUES)
async def test_a_stream_that_ends_prints_nothing(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = MARKETS[name][0]
    async with prices(name) as (server, public):
        for ends in ("refused", "cut", "error", "dead"):
            server.hub.refuses = 503 if ends == "refused" else 0
            task = asyncio.create_task(public.stream([key], lambda _: None))
            if ends != "refused":
                await until(lambda: any(c.topics for c in server.hub.connections))
            if ends == "error":
                server.hub.reply(server.hub.connections[0], {"error": {"name": "NO_CODES"}})
            elif ends == "cut":
                assert server.hub.cut() == 1
            elif ends == "dead":
                task.cancel()
            with pytest.raises((VenueUnavailable, asyncio.CancelledError)):
                await asyncio.wait_for(task, 5)
            await until(lambda: not server.hub.connections)
    del task
    gc.collect()
    await asyncio.sleep(0)
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []
