"""A loopback Upbit and the real ccxt in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.exchanges.core.server import served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import Keys, connected


@pytest.fixture
async def upbit() -> AsyncIterator[LoopbackUpbit]:
    """The exchange, running."""
    server = LoopbackUpbit()
    async with served(server):
        yield server


@pytest.fixture
async def client(upbit: LoopbackUpbit) -> AsyncIterator[Any]:
    """ccxt as the product makes it, in no hurry to be polite: the loopback counts for it."""
    keys = Keys(upbit.key.access, upbit.key.secret)
    exchange = connected("upbit", Addresses(rest=upbit.url), keys, timeout=2.0)
    exchange.enableRateLimit = False
    exchange.timeout_on_exit = 0  # its good-bye takes a quarter of a second
    try:
        yield exchange
    finally:
        await exchange.close()
