"""Accounts at real exchanges out of settings: opened, listened to, closed."""

import asyncio
from decimal import Decimal

from tests.config.builders import loaded
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.domain.events import VenueReported
from trader.domain.time import HOUR
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell.inbox import Inbox
from trader.shell.real_accounts import RealAccounts
from trader.shell.real_markets import budgets_of
from trader.venues.real.connection import Endpoint


def test_a_clock_that_is_put_back_makes_no_request_wait() -> None:
    hours = iter(range(100, 0, -1))
    wall = Wall(lambda: next(hours) * HOUR, asyncio.sleep)
    budget = budgets_of(loaded("MODE=paper\nVENUES=upbit\n"), wall)["upbit"]
    budget.heard(Endpoint("public", "GET", "ticker", 1.0), 429, {"Retry-After": "7"})
    assert 0 < budget.silent_for <= 7_000


async def test_a_trade_by_hand_is_reported_without_being_asked_about() -> None:
    server = LoopbackUpbit()
    async with served(server):
        text = (
            f"MODE=testnet\nVENUES=upbit\nUPBIT_API_URL={server.url}\n"
            f"UPBIT_ACCESS_KEY={server.key.access}\nUPBIT_SECRET_KEY={server.key.secret}\n"
        )
        inbox = Inbox()
        wall = Wall(server.truth.clock.now, lambda seconds: asyncio.sleep(seconds / 100))
        settings = loaded(text)
        budgets = budgets_of(settings, wall)
        accounts = RealAccounts(settings, Restored(), inbox, wall, budgets)
        await accounts.open()
        try:
            events = inbox.events()
            async with asyncio.timeout(5):
                first = await anext(events)  # follows each connection
                server.truth.by_hand(Order("KRW-BTC", "buy", "market", cost=Decimal(50_000)))
                second = await anext(events)
            assert isinstance(first, VenueReported)
            assert isinstance(second, VenueReported)
            assert first.holdings == ()
            assert [holding.key for holding in second.holdings] == ["upbit:BTC/KRW"]
            await accounts.rest()
        finally:
            await accounts.close()
        assert server.hub.connections == []
