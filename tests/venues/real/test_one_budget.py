"""Public and private questions of a venue together: what one budget keeps that two would break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.contracts.benches import MARKETS
from tests.exchanges.binance.access import WEIGHT
from tests.exchanges.core.budgets import Limit as Theirs
from tests.exchanges.core.server import Server, served
from tests.venues.real.listening import server_of
from trader.domain.time import MINUTE
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import SHARE, Budget, Urgency
from trader.venues.real.calling import Call
from trader.venues.real.connection import connected
from trader.venues.real.limits import LIMITS, Limits
from trader.venues.real.line import Ears, Line
from trader.venues.real.public import PublicVenue

MOST = {"binance_spot": 1_200, "binance_futures": 400}  # weight a minute that is allowed here
REPORTS = {"binance_spot": "privateGetOpenOrders", "binance_futures": "fapiPrivateGetOpenOrders"}
CANCELS = {"binance_spot": "privateDeleteOrder", "binance_futures": "fapiPrivateDeleteOrder"}


@dataclass
class Callers:
    """The feed's side and the account's side of one exchange. `waits`: of all, seconds. Time
    goes on only while it is `passing`."""

    name: str
    server: Server
    waits: list[float]
    public: PublicVenue
    line: Line
    passing: asyncio.Event

    async def ask(self) -> None:
        """Reports and pages of candles, all at once; some wait too long and are given up."""
        key, now = MARKETS[self.name][0], self.server.truth.clock.now()
        most = MOST[self.name]
        reports = [self.line.ask(Call(REPORTS[self.name]), Urgency.LOOK) for _ in range(most // 50)]
        pages = [self.public.candles(key, MINUTE, now - n * MINUTE, 400) for n in range(most // 3)]
        await asyncio.gather(*pages, *reports, return_exceptions=True)

    @property
    def highest(self) -> int:
        """The most that the exchange itself counted in a minute."""
        return self.server.budgets.highest[WEIGHT]


def _less(name: str) -> Limits:
    whole = LIMITS[name]
    limits = (replace(whole.limits[0], most=MOST[name]), *whole.limits[1:])
    return replace(whole, limits=limits)


def _allow_little(server: Server, most: int) -> None:
    server.budgets.limits = server.budgets.limits | {WEIGHT: Theirs(most, MINUTE, aligned=True)}
    server.budgets.switched_on = False


@asynccontextmanager
async def callers(name: str, *, apart: bool = False) -> AsyncIterator[Callers]:
    """Both sides on a loopback exchange that allows little, and counts instead of refusing.

    `apart`: each side has a budget of its own. Waiting moves the exchange's clock.
    """
    server, keys = server_of(name)
    clock, waits = server.truth.clock, list[float]()
    start, clock.source = clock.now() // MINUTE * MINUTE, lambda: start
    passing = asyncio.Event()
    passing.set()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        until = clock.now() + round(seconds * 1_000)
        await passing.wait()
        seen = -1
        while seen != len(server.log):  # what left already is answered before
            seen = len(server.log)
            await asyncio.sleep(0.1)
        clock.skew = max(clock.skew, until - start)

    _allow_little(server, MOST[name])
    one = Budget(_less(name), clock.now, sleep)
    other = Budget(_less(name), clock.now, sleep) if apart else one
    async with served(server):
        exchange: Any = connected(name, Addresses(server.url), keys)
        exchange.gate, exchange.milliseconds = one, clock.now
        ears = Ears(lambda _: None, clock.now, sleep, lambda *_: None)
        public = PublicVenue(name, Addresses(server.url), other)
        found = Callers(name, server, waits, public, Line(name, exchange, ears), passing)
        await public.markets()
        server.budgets.forget()
        clock.skew += MINUTE
        yield found
        await public.close()
        await exchange.close()


@pytest.mark.parametrize("name", MOST)
async def test_two_budgets_would_pass_the_limit_that_one_keeps(name: str) -> None:
    async with callers(name, apart=True) as two:
        await two.ask()
        assert two.highest > MOST[name]
    async with callers(name) as one:
        await one.ask()
        assert 0.4 * MOST[name] < one.highest <= SHARE * MOST[name]
        assert max(one.waits) > 1, "the limit never bit"
        assert not one.server.budgets.refused


@pytest.mark.parametrize("name", MOST)
async def test_a_cancel_does_not_wait_for_what_the_feed_has_used_up(name: str) -> None:
    async with callers(name) as both:
        both.passing.clear()  # time stands still
        asking = asyncio.create_task(both.ask())
        while not both.waits:  # noqa: ASYNC110  until there is no room for questions
            await asyncio.sleep(0)
        words = {"symbol": "BTCUSDT", "orderId": "1"}
        reply = await both.line.ask(Call(CANCELS[name], words), Urgency.PROTECT)
        assert reply.status == 400
        assert not asking.done()
        both.passing.set()
        await asking
        assert both.highest <= SHARE * MOST[name]
