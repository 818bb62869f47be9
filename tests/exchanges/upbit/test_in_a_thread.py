"""The loopback Upbit in a thread of its own, as a test of the whole daemon uses it."""

import asyncio
from decimal import Decimal
from typing import Any

from tests.exchanges.core.server import serving
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected


async def _watched(upbit: LoopbackUpbit) -> list[Any]:
    """Prices that a client in another loop hears while the test moves them."""
    client = connected("upbit", Addresses(rest=upbit.url), Keys(upbit.key.access, upbit.key.secret))
    client.timeout_on_exit = 0
    try:
        heard = [(await client.watch_ticker("BTC/KRW"))["last"]]
        for price in (151_000_000, 152_000_000):
            watching = asyncio.create_task(client.watch_ticker("BTC/KRW"))
            await asyncio.sleep(0)  # ccxt keeps nothing for those who listen later
            await asyncio.to_thread(upbit.truth.move, "KRW-BTC", Decimal(price))
            heard.append((await asyncio.wait_for(watching, 3))["last"])
        await client.create_order("BTC/KRW", "market", "buy", 30_000)
        return heard
    finally:
        await client.close()


def test_a_price_moved_by_one_thread_is_heard_in_another() -> None:
    upbit = LoopbackUpbit()
    with serving(upbit):
        assert asyncio.run(_watched(upbit)) == ["150000000.0", "151000000.0", "152000000.0"]
    assert len(upbit.truth.orders) == 1
    assert upbit.hub.connections == []
