"""Paths of the spot API, who answers each and what it weighs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

from tests.exchanges.binance import lists, market, spot_account, spot_history
from tests.exchanges.binance import spot_orders as orders
from tests.exchanges.binance.access import Door, Reply, by_limit, by_symbol
from tests.exchanges.binance.dust import Remainders
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.listings import spot_info
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.spot_desk import FEE, SpotDesk
from tests.exchanges.core.market import Market
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Route

API = "/api/v3"
_DEPTH = by_limit({100: 5, 500: 25, 1_000: 50}, 250)


def public(desk: SpotDesk, door: Door) -> Sequence[Route]:
    """Questions that need no key."""
    now = desk.truth.clock.now

    def one(answer: Callable[[Market, Parameters], object]) -> Reply:
        return lambda asked: answer(desk.market(asked.text("symbol")), asked)

    def each(row: Callable[[Market, int], object]) -> Reply:
        return lambda asked: _each(desk, asked, lambda m: row(m, now()))

    return [
        door.public("GET", f"{API}/ping", lambda _: {}),
        door.public("GET", f"{API}/time", lambda _: {"serverTime": now()}),
        door.public("GET", f"{API}/exchangeInfo", partial(_info, desk), 20),
        door.public("GET", f"{API}/klines", one(lambda m, a: market.klines(m, a, now())), 2),
        door.public("GET", f"{API}/ticker/24hr", each(market.ticker), by_symbol(2, 80)),
        door.public("GET", f"{API}/ticker/price", each(market.price), by_symbol(2, 4)),
        door.public("GET", f"{API}/ticker/bookTicker", each(market.book_ticker), by_symbol(2, 4)),
        door.public("GET", f"{API}/depth", one(partial(_depth, desk)), _DEPTH),
        door.public("GET", f"{API}/trades", one(market.trades), 25),
        door.public("GET", f"{API}/aggTrades", one(market.agg_trades), 4),
    ]


def _info(desk: SpotDesk, asked: Parameters) -> object:
    wanted = _symbols(asked) or list(desk.listings)
    for name in ("permissions", "showPermissionSets", "symbolStatus"):
        asked.optional(name)
    return spot_info(desk.truth.clock.now(), tuple(desk.listing(symbol) for symbol in wanted))


def _symbols(asked: Parameters) -> list[str]:
    """Of `symbol`, or of a JSON list `symbols`; both at once are too much (-1128)."""
    one, several = asked.optional("symbol"), asked.optional("symbols")
    if one is not None and several is not None:
        raise refused(-1128)
    if several is not None:
        return [str(symbol) for symbol in json.loads(several)]
    return [] if one is None else [one]


def _each(desk: SpotDesk, asked: Parameters, row: Callable[[Market], object]) -> object:
    """One row for a `symbol`, else a list of them."""
    alone, wanted = "symbol" in asked, _symbols(asked) or list(desk.listings)
    asked.optional("type")
    found = [row(desk.market(symbol)) for symbol in wanted]
    return found[0] if alone else found


def _depth(desk: SpotDesk, m: Market, asked: Parameters) -> object:
    return market.depth(m, asked, next(desk.truth.numbers))


def trading(desk: SpotDesk, door: Door) -> Sequence[Route]:
    """Orders, lists, the account."""

    def at(answer: Callable[[SpotDesk, Parameters], object]) -> Reply:
        return partial(answer, desk)

    return [
        door.order(f"{API}/order", at(orders.place)),
        door.signed("GET", f"{API}/order", at(orders.query), 4),
        door.signed("DELETE", f"{API}/order", at(orders.cancel)),
        door.signed("GET", f"{API}/openOrders", at(orders.open_orders), by_symbol(6, 80)),
        door.signed("DELETE", f"{API}/openOrders", at(orders.cancel_all)),
        door.signed("GET", f"{API}/allOrders", at(spot_history.all_orders), 20),
        door.signed("GET", f"{API}/myTrades", at(spot_history.my_trades), 20),
        door.order(f"{API}/orderList/oco", at(lists.place)),
        door.signed("GET", f"{API}/orderList", at(lists.query), 4),
        door.signed("DELETE", f"{API}/orderList", at(lists.cancel)),
        door.signed("GET", f"{API}/openOrderList", at(lists.open_lists), 6),
        door.signed("GET", f"{API}/allOrderList", at(lists.all_lists), 20),
        door.signed("GET", f"{API}/account", at(spot_account.account), 20),
    ]


def sapi(truth: Truth, door: Door) -> Sequence[Route]:
    """Wallet questions, the same host for spot and futures keys."""

    def loosely(answer: Callable[[Parameters], object]) -> Reply:
        def reply(asked: Parameters) -> object:
            body = answer(asked)
            asked.ignore_rest()
            return body

        return reply

    dust = Remainders(truth)
    fees = [
        {"symbol": m.symbol, "makerCommission": str(FEE), "takerCommission": str(FEE)}
        for m in truth.markets.values()
    ]
    return [
        door.public("GET", "/sapi/v1/system/status", lambda _: {"status": 0, "msg": "normal"}),
        door.owner("GET", "/sapi/v1/account/apiRestrictions",
                   lambda key: spot_account.restrictions(key, truth.clock.now())),
        door.signed("GET", "/sapi/v1/capital/config/getall",
                    loosely(lambda _: spot_account.coins(truth)), 10),
        door.signed("GET", "/sapi/v1/asset/tradeFee", loosely(lambda _: fees)),
        door.signed("POST", "/sapi/v1/asset/dust-btc", loosely(dust.preview)),
        door.signed("POST", "/sapi/v1/asset/dust", loosely(dust.convert), 10),
        door.signed("GET", "/sapi/v1/asset/dribblet", loosely(dust.told)),
        door.signed("GET", "/sapi/v1/margin/allPairs", loosely(lambda _: [])),
        door.signed("GET", "/sapi/v1/margin/isolated/allPairs", loosely(lambda _: []), 10),
    ]  # fmt: skip
