"""The loopback Binance in a thread of its own, as a test of the whole daemon uses it."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.exchanges.binance.clients import BTC, PERP, until
from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.server import serving
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected


async def _watched(venue: str, symbol: str, server: LoopbackSpot | LoopbackFutures) -> list[Any]:
    """Prices and orders that a client in another loop hears while the test acts."""
    keys = Keys(server.key.key, server.key.secret)
    client = connected(venue, Addresses(rest=server.url), keys)
    client.timeout_on_exit = 0
    try:
        heard = [(await client.watch_ticker(symbol))["last"]]
        watching = asyncio.create_task(client.watch_ticker(symbol))
        await asyncio.sleep(0)  # ccxt keeps nothing for those who listen later
        await asyncio.to_thread(server.truth.move, "BTCUSDT", Decimal(61_000))
        heard.append((await asyncio.wait_for(watching, 3))["last"])
        orders = asyncio.create_task(client.watch_orders())
        await until(lambda: server.hub.listening("user") or _private(server))
        await client.create_order(symbol, "market", "buy", "0.01")
        heard.append((await asyncio.wait_for(orders, 3))[-1]["symbol"])
        return heard
    finally:
        await client.close()


def _private(server: LoopbackSpot | LoopbackFutures) -> bool:
    return any(c.path.startswith("/private") for c in tuple(server.hub.connections))


@pytest.mark.parametrize(
    ("venue", "symbol", "make"),
    [("binance_spot", BTC, LoopbackSpot), ("binance_futures", PERP, LoopbackFutures)],
)
def test_what_one_thread_does_is_heard_in_another(
    venue: str, symbol: str, make: type[LoopbackSpot] | type[LoopbackFutures]
) -> None:
    server = make()
    with serving(server):
        heard = asyncio.run(_watched(venue, symbol, server))
    assert heard == ["60000.00000000", "61000.00000000", symbol]
    assert len(server.truth.orders) == 1
    assert server.hub.connections == []
