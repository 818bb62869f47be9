"""Accounts at real exchanges out of settings: opened, listened to, closed."""

import asyncio
from decimal import Decimal

import pytest

from tests.config.builders import loaded
from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import served
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.domain.events import VenueReported
from trader.domain.time import HOUR
from trader.engine.ports import Restored
from trader.feeds.live.ports import Wall
from trader.shell import real_accounts
from trader.shell.inbox import Inbox
from trader.shell.real_accounts import RealAccounts, tell_of_ban
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


async def test_an_exchange_out_of_reach_does_not_keep_the_others_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(real_accounts, "OPENS_WITHIN", 0.2)
    spot, contracts = LoopbackSpot({"USDT": "500"}), LoopbackFutures("500")
    async with served(spot), served(contracts):
        fault = spot.fault(Trouble.ANSWERS_LATE, "GET", "/api/v3/time", seconds=30.0)
        text = (
            "MODE=testnet\nVENUES=binance_spot,binance_futures\n"
            f"BINANCE_SPOT_API_URL={spot.url}\nBINANCE_FUTURES_API_URL={contracts.url}\n"
            f"BINANCE_API_KEY={spot.key.key}\nBINANCE_API_SECRET={spot.key.secret}\n"
        )
        wall = Wall(spot.truth.clock.now, lambda seconds: asyncio.sleep(seconds / 100))
        settings = loaded(text)
        budgets = budgets_of(settings, wall)
        accounts = RealAccounts(settings, Restored(), Inbox(), wall, budgets)
        try:
            async with asyncio.timeout(5):
                await accounts.open()
            assert fault.fired == 1
            assert "binance_spot: its clock could not be read in time" in caplog.text
            assert contracts.log[0].path == "/fapi/v1/time"
            assert [stream.connections for stream in accounts.streams.values()] == [0, 0]
        finally:
            await accounts.close()


def test_a_ban_says_how_long_and_what_to_look_for() -> None:
    told: list[tuple[str, str]] = []
    tell_of_ban("upbit", lambda code, text: told.append((code, text)), 7_001)
    ((code, text),) = told
    assert code == "banned"
    assert text.startswith("upbit has banned this address for 8 s")
    assert "another program" in text
