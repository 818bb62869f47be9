"""Accounts at real exchanges out of settings: opened, listened to, closed."""

import asyncio
from decimal import Decimal

from tests.config.builders import loaded
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.domain.events import VenueReported
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell.inbox import Inbox
from trader.shell.real_accounts import RealAccounts, tell_of_ban


async def test_a_trade_by_hand_is_reported_without_being_asked_about() -> None:
    server = LoopbackUpbit()
    async with served(server):
        text = (
            f"MODE=testnet\nVENUES=upbit\nUPBIT_API_URL={server.url}\n"
            f"UPBIT_ACCESS_KEY={server.key.access}\nUPBIT_SECRET_KEY={server.key.secret}\n"
        )
        inbox = Inbox()
        wall = Wall(server.truth.clock.now, lambda seconds: asyncio.sleep(seconds / 100))
        accounts = RealAccounts(loaded(text), Restored(), inbox, wall)
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


def test_a_ban_says_how_long_and_what_to_look_for() -> None:
    told: list[tuple[str, str]] = []
    tell_of_ban("upbit", lambda code, text: told.append((code, text)), 7_001)
    ((code, text),) = told
    assert code == "banned"
    assert text.startswith("upbit has banned this address for 8 s")
    assert "another program" in text
