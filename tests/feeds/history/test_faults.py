"""Everything that can go wrong on the way happens, and the download is the truth all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.feeds.history.desk import END, Desk
from trader.domain.errors import VenueRefused, VenueUnavailable
from trader.domain.time import DAY, HOUR
from trader.feeds.history import venues
from trader.feeds.history.line import Line

pytestmark = pytest.mark.usefixtures("small_pages")
FAULTS = ("429", "418", "cut", "empty", "broken", "portal", "odd", "null", "500")


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_costs_time_and_nothing_else(desk: Desk, fault: str) -> None:
    desk.exchange.schedule = {2: fault, 5: fault, 8: fault}
    await desk.get()
    assert desk.exchange.fired[fault] == 3
    assert desk.stored() == desk.true()


async def test_all_faults_one_after_the_other(desk: Desk) -> None:
    desk.exchange.schedule = {2 * n + 1: fault for n, fault in enumerate(FAULTS)}
    span = (END - 50 * DAY, END)
    await desk.get("1h", span)
    assert desk.exchange.fired == dict.fromkeys(FAULTS, 1)
    assert desk.stored() == desk.true(HOUR, span)


async def test_an_answer_that_does_not_come_is_asked_for_again(desk: Desk) -> None:
    desk.exchange.schedule, desk.timeout = {3: "slow"}, 0.5
    await desk.get()
    assert desk.exchange.fired["slow"] == 1
    assert desk.stored() == desk.true()


@pytest.mark.parametrize("fault", ["429", "418"])
async def test_it_waits_as_long_as_it_is_told(desk: Desk, fault: str) -> None:
    desk.exchange.schedule, desk.exchange.retry_after = {2: fault}, "17"
    await desk.get()
    assert desk.clock.waits == [17.5]
    assert any("asks for fewer requests; waiting 18 s" in text for text in desk.said)


async def test_without_a_word_it_waits_longer_each_time(desk: Desk) -> None:
    desk.exchange.schedule, desk.exchange.retry_after = dict.fromkeys(range(2, 6), "429"), None
    await desk.get()
    assert desk.clock.waits == [0.5, 1.0, 2.0, 4.0]
    assert desk.stored() == desk.true()


async def test_a_ban_of_hours_is_not_waited_for(desk: Desk) -> None:
    desk.exchange.schedule, desk.exchange.retry_after = {3: "418"}, "7200"
    with pytest.raises(VenueUnavailable, match="bars this address for 120 minutes"):
        await desk.get()
    assert desk.clock.waits == []
    assert len(desk.stored()) >= 100


@pytest.mark.parametrize("fault", ["429", "broken", "500", "cut"])
async def test_a_fault_while_the_markets_are_read(desk: Desk, fault: str) -> None:
    if fault == "cut":
        desk.exchange.at_markets = ["cut"]
    else:
        desk.exchange.at_markets = [fault, fault]
    await desk.get()
    assert desk.exchange.fired[fault] == len(desk.clock.waits) > 0
    assert desk.stored() == desk.true()


async def test_an_exchange_that_stays_away_is_named_with_the_reason(desk: Desk) -> None:
    desk.exchange.address = "http://127.0.0.1:9"
    with pytest.raises(VenueUnavailable, match=r"at http://127\.0\.0\.1:9 cannot be reached"):
        await desk.get()
    assert desk.clock.waits == [0.5, 1.0, 2.0, 4.0, 8.0]


async def test_a_refusal_is_not_asked_again(a_desk: Callable[[str], Desk]) -> None:
    desk = a_desk("spot")
    async with desk.client() as client:
        line = client._line
        with pytest.raises(VenueRefused, match=r"refused: HTTP 400 .*Invalid symbol"):
            await line.ask("publicGetKlines", {"symbol": "X", "interval": "1h"}, list)
    assert len(desk.exchange.history) == 1


async def test_a_pause_holds_for_everyone(a_desk: Callable[[str], Desk]) -> None:
    """Another question during the pause waits too."""
    desk = a_desk("spot")
    desk.exchange.schedule, desk.exchange.retry_after = {1: "429"}, "9"
    words = {"symbol": "BTCUSDT", "interval": "1h", "limit": 1}
    async with desk.client() as client:
        line: Line = client._line
        line._open_at = desk.clock.at + 3_000
        await line.ask("publicGetKlines", words, list)
    assert desk.clock.waits == [3.0, 9.5]


def test_every_family_of_an_exchange_goes_to_the_address_given() -> None:
    for venue in venues.VENUES.values():
        import ccxt.async_support as ccxt

        settings = venues.settings_of(venue, "http://127.0.0.1:1/", 20.0)
        api = getattr(ccxt, venue.ccxt)(settings).urls["api"]
        asked = {name: api[name] for name in venue.families}
        assert all(url.startswith("http://127.0.0.1:1") for url in asked.values())
        own = getattr(ccxt, venue.ccxt)().urls["api"]
        for name, url in asked.items():  # the path behind the host is ccxt's own
            path = str(own[name]).replace("{hostname}", "host").partition("//")[2].partition("/")[2]
            assert url.removeprefix("http://127.0.0.1:1").lstrip("/") == path
