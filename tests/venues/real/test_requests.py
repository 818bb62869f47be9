"""Golden requests: what leaves for each kind of order, as the pinned ccxt signs and sends it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.venues.real.bench import order
from trader.domain.errors import VenueRefused
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.order import Kind, Order, Side
from trader.venues.real.addresses import Addresses
from trader.venues.real.asking import REQUESTS
from trader.venues.real.calling import Call, called
from trader.venues.real.connection import Keys, connected

D = Decimal
SELL: dict[str, Any] = {"side": Side.SELL}
STOP = SELL | {"kind": Kind.STOP_MARKET, "stop_price": D("18000.5")}
TARGET = SELL | {"kind": Kind.TAKE_PROFIT_MARKET, "stop_price": D(22000)}
LIST = SELL | {"kind": Kind.OCO, "price": D(22000), "stop_price": D("18000.50")}
REDUCE = {"reduce_only": True}
LIMIT = {"kind": Kind.LIMIT, "price": D("19000.10")}


def of(venue: str, **more: Any) -> Order:
    """An order of that venue."""
    quote = "KRW" if venue == UPBIT else "USDT"
    return order(f"{venue}:BTC/{quote}", "k7XE-1", **more)


PLACED: list[tuple[str, dict[str, Any], str, str]] = [
    (UPBIT, {"cost": D(5500)}, "POST /v1/orders",
     "market=KRW-BTC side=bid identifier=k7XE-1 ord_type=price price=5500"),
    (UPBIT, SELL, "POST /v1/orders",
     "market=KRW-BTC side=ask identifier=k7XE-1 ord_type=market volume=0.001"),
    (UPBIT, LIMIT, "POST /v1/orders",
     "market=KRW-BTC side=bid identifier=k7XE-1 ord_type=limit price=19000.1 volume=0.001"),
    (BINANCE_SPOT, {}, "POST /api/v3/order",
     "symbol=BTCUSDT side=BUY type=MARKET quantity=0.001 newClientOrderId=k7XE-1 "
     "newOrderRespType=FULL"),
    (BINANCE_SPOT, {"cost": D("10.50")}, "POST /api/v3/order",
     "symbol=BTCUSDT side=BUY type=MARKET quoteOrderQty=10.5 newClientOrderId=k7XE-1 "
     "newOrderRespType=FULL"),
    (BINANCE_SPOT, LIMIT, "POST /api/v3/order",
     "symbol=BTCUSDT side=BUY type=LIMIT price=19000.1 timeInForce=GTC quantity=0.001 "
     "newClientOrderId=k7XE-1 newOrderRespType=FULL"),
    (BINANCE_SPOT, STOP, "POST /api/v3/order",
     "symbol=BTCUSDT side=SELL type=STOP_LOSS quantity=0.001 stopPrice=18000.5 "
     "newClientOrderId=k7XE-1 newOrderRespType=FULL"),
    (BINANCE_SPOT, LIST, "POST /api/v3/orderList/oco",
     "symbol=BTCUSDT side=SELL quantity=0.001 listClientOrderId=k7XE-1 aboveType=LIMIT_MAKER "
     "abovePrice=22000 belowType=STOP_LOSS belowStopPrice=18000.5 aboveClientOrderId=k7XE-1a "
     "belowClientOrderId=k7XE-1b"),
    (BINANCE_FUTURES, {}, "POST /fapi/v1/order",
     "symbol=BTCUSDT side=BUY type=MARKET quantity=0.001 newClientOrderId=k7XE-1 "
     "newOrderRespType=RESULT"),
    (BINANCE_FUTURES, SELL | REDUCE, "POST /fapi/v1/order",
     "symbol=BTCUSDT side=SELL type=MARKET quantity=0.001 reduceOnly=true "
     "newClientOrderId=k7XE-1 newOrderRespType=RESULT"),
    (BINANCE_FUTURES, STOP | REDUCE, "POST /fapi/v1/algoOrder",
     "symbol=BTCUSDT side=SELL type=STOP_MARKET quantity=0.001 reduceOnly=true "
     "algoType=CONDITIONAL triggerPrice=18000.5 clientAlgoId=k7XE-1"),
    (BINANCE_FUTURES, TARGET | REDUCE, "POST /fapi/v1/algoOrder",
     "symbol=BTCUSDT side=SELL type=TAKE_PROFIT_MARKET quantity=0.001 reduceOnly=true "
     "algoType=CONDITIONAL triggerPrice=22000 clientAlgoId=k7XE-1"),
]  # fmt: skip
NAMED = "symbol=BTCUSDT origClientOrderId=k7XE-1"
ENDED: list[tuple[str, dict[str, Any], str, str]] = [
    (UPBIT, SELL, "DELETE /v1/order", "identifier=k7XE-1"),
    (BINANCE_SPOT, SELL, "DELETE /api/v3/order", NAMED),
    (BINANCE_SPOT, LIST, "DELETE /api/v3/orderList", "symbol=BTCUSDT listClientOrderId=k7XE-1"),
    (BINANCE_FUTURES, SELL, "DELETE /fapi/v1/order", NAMED),
    (BINANCE_FUTURES, STOP, "DELETE /fapi/v1/algoOrder", "clientAlgoId=k7XE-1"),
]
FOUND: list[tuple[str, dict[str, Any], str, str]] = [
    (UPBIT, SELL, "GET /v1/order", "identifier=k7XE-1"),
    (BINANCE_SPOT, SELL, "GET /api/v3/order", NAMED),
    (BINANCE_SPOT, LIST, "GET /api/v3/orderList", "origClientOrderId=k7XE-1"),
    (BINANCE_FUTURES, SELL, "GET /fapi/v1/order", NAMED),
    (BINANCE_FUTURES, TARGET, "GET /fapi/v1/algoOrder", "clientAlgoId=k7XE-1"),
]


async def signed(venue: str, call: Call) -> tuple[str, str, str]:
    """Method and path, parameters of ours in their order, and what ccxt adds."""
    exchange: Any = connected(venue, Addresses("http://127.0.0.1:1"), Keys("key", "secret"))
    exchange.timeout_on_exit = 0
    exchange.enableRateLimit = False
    exchange.milliseconds = lambda: 1_700_000_000_000
    seen: list[tuple[str, str, Any]] = []

    async def fetch(url: str, method: str, headers: Any, body: Any) -> None:
        seen.append((url, method, body))

    exchange.fetch = fetch
    await called(exchange, call)
    await exchange.close()
    ((url, method, body),) = seen
    pairs = parse_qsl(urlsplit(url).query)
    pairs += list(exchange.parse_json(body).items()) if venue == UPBIT and body else []
    pairs += parse_qsl(body) if venue != UPBIT and body else []
    added = ("timestamp", "recvWindow", "signature")
    ours = " ".join(f"{name}={value}" for name, value in pairs if name not in added)
    theirs = " ".join(f"{n}={v}" for n, v in pairs if n in added and n != "signature")
    return f"{method} {urlsplit(url).path}", ours, theirs


@pytest.mark.parametrize(("venue", "more", "what", "params"), PLACED)
async def test_orders_as_they_are_placed(
    venue: str, more: dict[str, Any], what: str, params: str
) -> None:
    sent, ours, theirs = await signed(venue, REQUESTS[venue].place(of(venue, **more)))
    assert (sent, sorted(ours.split())) == (what, sorted(params.split()))
    assert theirs == ("" if venue == UPBIT else "timestamp=1700000000000 recvWindow=5000")


@pytest.mark.parametrize(("venue", "more", "what", "params"), ENDED)
async def test_orders_as_they_are_canceled(
    venue: str, more: dict[str, Any], what: str, params: str
) -> None:
    assert (await signed(venue, REQUESTS[venue].cancel(of(venue, **more))))[:2] == (what, params)


@pytest.mark.parametrize(("venue", "more", "what", "params"), FOUND)
async def test_orders_as_they_are_looked_for(
    venue: str, more: dict[str, Any], what: str, params: str
) -> None:
    assert (await signed(venue, REQUESTS[venue].look_up(of(venue, **more))))[:2] == (what, params)


@pytest.mark.parametrize("venue", [UPBIT, BINANCE_SPOT, BINANCE_FUTURES])
@pytest.mark.parametrize("bad", ["NaN", "Infinity", "0", "-1"])
def test_numbers_that_no_exchange_takes_are_refused_here(venue: str, bad: str) -> None:
    place = REQUESTS[venue].place
    for name in ("quantity", "price"):
        limit = of(venue, **LIMIT)
        with pytest.raises(VenueRefused, match=name):
            place(replace(limit, **{name: D(bad)}))  # type: ignore[arg-type]
    if venue != UPBIT:
        with pytest.raises(VenueRefused, match="trigger"):
            place(of(venue, **STOP | {"stop_price": D(bad)}))


@pytest.mark.parametrize(
    ("venue", "kind"),
    [(UPBIT, Kind.OCO), (UPBIT, Kind.STOP_MARKET), (BINANCE_FUTURES, Kind.OCO)],
)
def test_kinds_that_an_exchange_does_not_have(venue: str, kind: Kind) -> None:
    with pytest.raises(VenueRefused, match="takes no orders of kind"):
        REQUESTS[venue].place(of(venue, kind=kind, price=D(1), stop_price=D(1)))
