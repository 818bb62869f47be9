"""Funding, mark prices, trades and order books equal what the exchange has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.feeds.history.desk import END, NOW, Desk
from trader.domain.errors import BadInput
from trader.domain.time import DAY, HOUR, MINUTE, SECOND
from trader.feeds.history.client import source_of
from trader.feeds.history.questions import Asked, length_name, upbit_trades
from trader.feeds.history.venues import VENUES

MakeDesk = Callable[[str], Desk]
TOTAL = ("timestamp", "id", "price", "quantity", "side")


async def test_funding_is_there_to_the_minute(a_desk: MakeDesk) -> None:
    desk = a_desk("futures")
    span = (NOW - 400 * DAY, NOW)
    await desk.get("funding", span)
    true = [(at - at % MINUTE, rate) for at, rate in desk.market.settlements().items()]
    assert desk.stored("funding") == true
    before = len(desk.exchange.history)
    await desk.get("funding", span)
    assert len(desk.exchange.history) <= before + 2
    assert desk.stored("funding") == true


async def test_a_mark_price_has_no_volume(a_desk: MakeDesk) -> None:
    desk = a_desk("futures")
    await desk.get("1h_mark")
    assert desk.stored("1h_mark") == [(*row[:5], 0.0, 0.0) for row in desk.true()]
    assert desk.store.path(desk.key, "1h_mark").name == "binanceusdm__BTC-USDT__1h_mark.parquet"


@pytest.mark.parametrize("ago", [0, 13 * HOUR])
async def test_trades_are_each_there_once(desk: Desk, ago: int) -> None:
    """A span over midnight, with moments that hold several trades."""
    span = (NOW - ago - 5 * HOUR, NOW - ago)
    true = [trade for trade in desk.market.trades() if span[0] <= trade[0] < span[1]]
    moments = [trade[0] for trade in true]
    assert len(true) > 500 > len(true) - len(set(moments)) > 20
    await desk.get("trades", span)
    assert desk.stored("trades") == [(at, n, price, q, side) for at, n, price, q, side in true]


async def test_trades_of_one_moment_fill_a_page(a_desk: MakeDesk) -> None:
    desk = a_desk("spot")
    desk.market.made["trades"] = [
        (NOW - HOUR + n // 900 * SECOND, n, 1.0, 1.0, 1) for n in range(2_500)
    ]
    await desk.get("trades", (NOW - 2 * HOUR, NOW))
    assert [row[1] for row in desk.stored("trades")] == list(range(2_500))


async def test_a_book_is_one_snapshot_of_both_sides(desk: Desk) -> None:
    async with desk.client() as client:
        book = await client.book(desk.key)
    desk.store.merge(desk.key, "books", book)
    rows = desk.stored("books")
    bids = [row for row in rows if row[1] == 1]
    asks = [row for row in rows if row[1] == -1]
    at = NOW if desk.venue == "spot" else NOW - 5
    assert bids[0] == (at, 1, 0, 1_000.0, 2.5)
    assert asks[0] == (at, -1, 0, 1_001.0, 1.5)
    assert len(bids) == len(asks) in (30, 100)


@pytest.mark.parametrize("what", ["funding", "1h_mark"])
@pytest.mark.parametrize("venue", ["upbit", "binance_spot"])
def test_spot_has_neither_funding_nor_marks(venue: str, what: str) -> None:
    with pytest.raises(BadInput, match="only perpetual futures have them"):
        source_of(VENUES[venue], what)


def test_a_length_that_an_exchange_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match=r"Upbit has no 2h candles; it has 1m, 3m, .*4h, 1d"):
        source_of(VENUES["upbit"], "2h")


def test_upbit_keeps_trades_for_a_week() -> None:
    with pytest.raises(BadInput, match="last 7 days"):
        upbit_trades(Asked("KRW-BTC", (0, NOW - 8 * DAY), 1, 500, NOW))


def test_the_last_half_second_of_a_day_has_no_time_of_the_next() -> None:
    midnight = END - END % DAY
    words = upbit_trades(Asked("KRW-BTC", (0, midnight - 500), 1, 500, NOW))
    assert words == {"market": "KRW-BTC", "count": 500, "daysAgo": 1}


@pytest.mark.parametrize(("ms", "name"), [(MINUTE, "1m"), (90 * MINUTE, "90m"), (DAY, "1d")])
def test_lengths_have_one_name(ms: int, name: str) -> None:
    assert length_name(ms) == name
