"""Public data of servers that tell little, tell it otherwise, or do not know a question."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.server import Server, served
from tests.exchanges.manners import as_numbers, each, extended, lacking, retold
from tests.exchanges.upbit.exchange import LoopbackUpbit
from tests.venues.public.conftest import budget, seeded
from trader.domain.errors import VenueError, VenueRefused
from trader.domain.time import MINUTE
from trader.venues.real.addresses import Addresses
from trader.venues.real.public import PublicVenue

MARKETS: dict[str, tuple[Callable[[], Server], str, str]] = {
    "upbit": (LoopbackUpbit, "KRW-BTC", "upbit:BTC/KRW"),
    "binance_spot": (lambda: LoopbackSpot({}), "BTCUSDT", "binance_spot:BTC/USDT"),
    "binance_futures": (lambda: LoopbackFutures("1"), "BTCUSDT", "binance_futures:BTC/USDT"),
}
KEPT = {  # what is left of an object of each answer
    "GET /v1/market/all": {"market", "korean_name", "english_name"},
    "GET /v1/ticker.*": {
        "market", "trade_price", "timestamp", "trade_timestamp", "acc_trade_price_24h",
    },
    "GET /f?api/v[13]/exchangeInfo": {
        "symbols", "symbol", "status", "baseAsset", "quoteAsset", "filters", "filterType",
        "tickSize", "stepSize", "minQty", "maxQty", "minNotional", "notional", "contractType",
        "marginAsset", "quotePrecision", "baseAssetPrecision", "pair", "pricePrecision",
        "quantityPrecision", "minPrice", "maxPrice", "isSpotTradingAllowed", "deliveryDate",
        "onboardDate",
    },
    "GET /f?api/v[13]/ticker/24hr": {"symbol", "lastPrice", "quoteVolume", "closeTime"},
}  # fmt: skip


def bared(server: Server) -> None:
    """Only the fields above."""
    for path, names in KEPT.items():

        def change(_: object, body: Any, names: set[str] = names) -> Any:
            return each(body, lambda of: {name: of[name] for name in of if name in names})

        retold(server, path, change)


SHAPES: dict[str, Callable[[Server], object]] = {
    "bare": bared,
    "more": lambda server: retold(server, ".*", lambda _, body: extended(body)),
    "numbers": lambda server: retold(server, ".*", lambda _, body: each(body, as_numbers)),
    "no turnovers": lambda server: lacking(server, "GET .*/ticker/(24hr|all)"),
    "no ticks": lambda server: lacking(server, "GET /v1/orderbook/instruments"),
    "no short tickers": lambda server: lacking(server, "GET /f?api/v[13]/ticker/price"),
    "no time": lambda server: lacking(server, "GET /f?api/v[13]/time"),
    "newest first": lambda server: retold(
        server, "GET .*(klines|candles).*", lambda _, body: sorted(body, key=repr, reverse=True)
    ),
    "oldest first": lambda server: retold(
        server, "GET .*(klines|candles).*", lambda _, body: sorted(body, key=repr)
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("venue", MARKETS)
async def test_markets_prices_and_candles_are_the_same_in_every_shape(
    venue: str, shape: str
) -> None:
    make, market, key = MARKETS[venue]
    server = make()
    SHAPES[shape](server)
    async with served(server):
        start = seeded(server, market, 30)
        public = PublicVenue(venue, Addresses(server.url), budget(venue, server))
        found = {of.key: of for of in await public.markets()}
        of = server.truth.markets[market]
        rules = found[key].rules
        tick = of.tick_at(of.price) if of.tick_at else of.tick
        assert rules.tick_at(of.price) == tick
        assert rules.min_cost > 0
        assert not rules.warned
        ticks = await public.prices([key])
        assert [(seen.key, seen.price) for seen in ticks] == [(key, float(of.price))]
        candles = await public.candles(key, MINUTE, start, 20)
        assert [c.time for c in candles] == [start - n * MINUTE for n in range(20, 0, -1)]
        await public.close()


async def test_upbit_tells_its_own_ticks(upbit: LoopbackUpbit) -> None:
    """A table of other steps than the published one is followed."""
    upbit.truth.markets["KRW-BTC"].tick_at = lambda _: Decimal(250)
    public = PublicVenue("upbit", Addresses(upbit.url), budget("upbit", upbit))
    found = {of.key: of.rules for of in await public.markets()}
    assert found["upbit:BTC/KRW"].tick_at(Decimal(150_000_000)) == 250
    assert found["upbit:ETH/KRW"].tick_at(Decimal(5_000_000)) != 250
    assert len(upbit.asked("GET", "/v1/orderbook/instruments")) == 1
    await public.close()


async def test_turnovers_of_upbit_out_of_its_tickers() -> None:
    server = LoopbackUpbit()
    server.truth.markets["KRW-ETH"].extra["turnover_24h"] = Decimal(90_000_000_000)
    missed = lacking(server, "GET /v1/ticker/all")
    async with served(server):
        public = PublicVenue("upbit", Addresses(server.url), budget("upbit", server))
        found = {of.key: of.turnover for of in await public.markets()}
        await public.close()
    assert found["upbit:ETH/KRW"] == 9e10
    assert len(missed) == 1


@pytest.mark.parametrize("venue", MARKETS)
async def test_a_market_without_a_price_does_not_hide_the_others(venue: str) -> None:
    make, market, key = MARKETS[venue]
    server = make()
    other = next(name for name in server.truth.markets if name != market)

    def halted(_: object, body: Any) -> Any:
        for of in body:
            if other in (of.get("symbol"), of.get("market")):
                of |= {"price": "0.00000000", "trade_price": 0}
        return body

    retold(server, "GET (/f?api/v[13]/ticker/price|/v1/ticker)", halted)
    async with served(server):
        seeded(server, market, 3)
        public = PublicVenue(venue, Addresses(server.url), budget(venue, server))
        keys = [of.key for of in await public.markets()]
        dead = next(k for k in keys if k != key and k.split(":")[1].split("/")[0] in other)
        assert [tick.key for tick in await public.prices([key, dead])] == [key]
        with pytest.raises(VenueError):
            await public.prices([dead])
        await public.close()


async def test_a_market_that_cannot_be_read_does_not_hide_the_others() -> None:
    server = LoopbackSpot({})

    def broken(_: object, body: Any) -> Any:
        del body["symbols"][0]["filters"]
        body["symbols"][1]["deliveryDate"] = "soon"
        return body

    retold(server, "GET /api/v3/exchangeInfo", broken)
    async with served(server):
        public = PublicVenue("binance_spot", Addresses(server.url), budget("binance_spot", server))
        found = [of.key for of in await public.markets()]
        await public.close()
    assert len(found) == len(server.truth.markets) - 2 > 0


async def test_prices_that_are_refused_everywhere_are_refused(spot: Server) -> None:
    public = PublicVenue("binance_spot", Addresses(spot.url), budget("binance_spot", spot))
    await public.markets()
    for path in ("price", "24hr"):
        spot.fault(Trouble.ERROR_HTML, "GET", f"/api/v3/ticker/{path}", times=0, status=404)
    with pytest.raises(VenueRefused):
        await public.prices(["binance_spot:BTC/USDT"])
    await public.close()
