"""Paths of the USD-M API, who answers each and what it weighs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tests.exchanges.binance import algo, market
from tests.exchanges.binance import futures_account as account
from tests.exchanges.binance import futures_events as events
from tests.exchanges.binance import futures_orders as orders
from tests.exchanges.binance import futures_rows as rows
from tests.exchanges.binance.access import Door, Reply, by_limit, by_symbol
from tests.exchanges.binance.futures_desk import FuturesDesk
from tests.exchanges.binance.futures_watch import Watch
from tests.exchanges.binance.listings import futures_info
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.core.market import Market
from tests.exchanges.core.wire import Route

V1, V2, V3 = "/fapi/v1", "/fapi/v2", "/fapi/v3"
EIGHT_HOURS = 8 * 3_600_000
_KLINES = by_limit({99: 1, 499: 2, 1_000: 5}, 10, usual=500)
_DEPTH = by_limit({50: 2, 100: 5, 500: 10}, 20, usual=500)


def public(desk: FuturesDesk, door: Door) -> Sequence[Route]:
    """Questions that need no key."""
    now = desk.truth.clock.now

    def one(answer: Callable[[Market, Parameters], object]) -> Reply:
        return lambda asked: answer(desk.market(asked.text("symbol")), asked)

    def each(row: Callable[[Market], object]) -> Reply:
        return lambda asked: _each(desk, asked, row)

    return [
        door.public("GET", f"{V1}/ping", lambda _: {}),
        door.public("GET", f"{V1}/time", lambda _: {"serverTime": now()}),
        door.public("GET", f"{V1}/exchangeInfo",
                    lambda _: futures_info(now(), tuple(desk.listings.values()))),
        door.public("GET", f"{V1}/klines",
                    one(lambda m, a: market.klines(m, a, now(), 1_500)), _KLINES),
        door.public("GET", f"{V1}/markPriceKlines",
                    one(lambda m, a: _mark_klines(m, a, now())), _KLINES),
        door.public("GET", f"{V1}/premiumIndex", each(partial(_premium, desk)), by_symbol(1, 10)),
        door.public("GET", f"{V1}/fundingRate", partial(_funding, desk), 0),
        door.public("GET", f"{V1}/ticker/24hr",
                    each(lambda m: _ticker(m, now())), by_symbol(1, 40)),
        door.public("GET", f"{V1}/ticker/price",
                    each(lambda m: market.price(m, now())), by_symbol(1, 2)),
        door.public("GET", f"{V1}/ticker/bookTicker",
                    each(lambda m: market.book_ticker(m, now())), by_symbol(2, 5)),
        door.public("GET", f"{V1}/depth", one(partial(_depth, desk)), _DEPTH),
        door.public("GET", f"{V1}/trades", one(market.trades), 5),
        door.public("GET", f"{V1}/aggTrades", one(market.agg_trades), 20),
    ]  # fmt: skip


def _each(desk: FuturesDesk, asked: Parameters, row: Callable[[Market], object]) -> object:
    symbol = asked.optional("symbol")
    if symbol is not None:
        return row(desk.market(symbol))
    return [row(desk.market(name)) for name in desk.listings]


def _ticker(m: Market, now: int) -> object:
    row = market.ticker(m, now)
    missing = {"prevClosePrice", "bidPrice", "bidQty", "askPrice", "askQty"}
    return {name: value for name, value in row.items() if name not in missing}


def _depth(desk: FuturesDesk, m: Market, asked: Parameters) -> object:
    now = desk.truth.clock.now()
    return market.depth(m, asked, next(desk.truth.numbers)) | {"E": now, "T": now}


def _mark_klines(m: Market, asked: Parameters, now: int) -> object:
    """Candles of the mark: of the traded prices here, and without volume."""
    found = market.klines(m, asked, now, 1_500)
    return [[*row[:5], "0", row[6], "0", row[8], "0", "0", "0"] for row in found]


def _next_funding(now: int) -> int:
    return (now // EIGHT_HOURS + 1) * EIGHT_HOURS


def _premium(desk: FuturesDesk, m: Market) -> object:
    now, mark = desk.truth.clock.now(), market.text(desk.mark(m.symbol))
    rates = [f.rate for f in desk.fundings if f.symbol == m.symbol]
    return {
        "symbol": m.symbol, "markPrice": mark, "indexPrice": mark, "estimatedSettlePrice": mark,
        "lastFundingRate": f"{rates[-1] if rates else 0:.8f}", "interestRate": "0.00010000",
        "nextFundingTime": _next_funding(now), "time": now,
    }  # fmt: skip


def mark_event(desk: FuturesDesk, symbol: str) -> dict[str, object]:
    """markPriceUpdate of one contract."""
    now, mark = desk.truth.clock.now(), market.text(desk.mark(symbol))
    rates = [f.rate for f in desk.fundings if f.symbol == symbol]
    return {
        "e": "markPriceUpdate", "E": now, "s": symbol, "p": mark, "i": mark, "P": mark,
        "r": f"{rates[-1] if rates else 0:.8f}", "T": _next_funding(now),
    }  # fmt: skip


def _funding(desk: FuturesDesk, asked: Parameters) -> object:
    symbol, limit = asked.optional("symbol"), min(asked.whole("limit") or 100, 1_000)
    start, end = asked.whole("startTime"), asked.whole("endTime")
    found = [
        f for f in desk.fundings
        if symbol in {None, f.symbol} and (start or 0) <= f.at and (end is None or f.at <= end)
    ]  # fmt: skip
    cut = found[-limit:] if start is None else found[:limit]
    return [
        {"symbol": f.symbol, "fundingRate": f"{f.rate:.8f}", "fundingTime": f.at,
         "markPrice": market.text(f.mark)} for f in cut
    ]  # fmt: skip


def trading(desk: FuturesDesk, door: Door, watch: Watch) -> Sequence[Route]:
    """Orders and conditional orders."""

    def at(answer: Callable[[FuturesDesk, Parameters], object]) -> Reply:
        return partial(answer, desk)

    signed = door.signed
    return [
        door.order(f"{V1}/order", at(orders.place), 0),
        signed("GET", f"{V1}/order", at(orders.query)),
        signed("DELETE", f"{V1}/order", at(orders.cancel)),
        signed("GET", f"{V1}/openOrder", at(orders.open_order)),
        signed("GET", f"{V1}/openOrders", at(orders.open_orders), by_symbol(1, 40)),
        signed("DELETE", f"{V1}/allOpenOrders", at(orders.cancel_all)),
        signed("GET", f"{V1}/allOrders", at(orders.all_orders), 5),
        signed("GET", f"{V1}/userTrades", at(orders.user_trades), 5),
        door.order(f"{V1}/algoOrder", partial(_place_algo, desk, watch), 0),
        signed("GET", f"{V1}/algoOrder", at(algo.query)),
        signed("DELETE", f"{V1}/algoOrder", partial(_cancel_algo, desk, watch)),
        signed("GET", f"{V1}/openAlgoOrders", at(algo.open_algos), by_symbol(1, 40)),
        signed("GET", f"{V1}/allAlgoOrders", at(algo.all_algos), 5),
        signed("DELETE", f"{V1}/algoOpenOrders", partial(_cancel_algos, desk, watch)),
    ]


def private(desk: FuturesDesk, door: Door, watch: Watch) -> Sequence[Route]:
    """The account, its switches, listen keys."""

    def at(answer: Callable[[FuturesDesk, Parameters], object]) -> Reply:
        return partial(answer, desk)

    signed, user = door.signed, watch.user
    return [
        signed("GET", f"{V2}/account", at(account.account_v2), 5),
        signed("GET", f"{V3}/account", at(account.account_v3), 5),
        signed("GET", f"{V2}/balance", at(account.balance), 5),
        signed("GET", f"{V3}/balance", at(account.balance), 5),
        signed("GET", f"{V2}/positionRisk", at(account.risk_v2), 5),
        signed("GET", f"{V3}/positionRisk", at(account.risk_v3), 5),
        signed("POST", f"{V1}/leverage", partial(_leverage, desk, watch)),
        signed("POST", f"{V1}/marginType", at(account.margin_type)),
        signed("GET", f"{V1}/positionSide/dual", at(account.position_mode), 30),
        signed("POST", f"{V1}/positionSide/dual", at(account.set_position_mode)),
        signed("GET", f"{V1}/leverageBracket", at(account.brackets)),
        signed("GET", f"{V1}/income", at(account.income), 30),
        signed("GET", f"{V1}/symbolConfig", at(account.symbol_config), 5),
        signed("GET", f"{V1}/accountConfig", at(account.account_config), 5),
        signed("GET", f"{V1}/commissionRate", at(account.commission), 20),
        signed("POST", f"{V1}/countdownCancelAll", at(account.countdown), 10),
        door.keyed("POST", f"{V1}/listenKey", lambda _: user.open()),
        door.keyed("PUT", f"{V1}/listenKey", lambda _: user.renew()),
        door.keyed("DELETE", f"{V1}/listenKey", lambda _: user.close()),
    ]


def _place_algo(desk: FuturesDesk, watch: Watch, asked: Parameters) -> object:
    made = algo.place(desk, asked)
    watch.tell(made, "NEW")
    return rows.algo_placed(desk.listing(made.symbol), made)


def _cancel_algo(desk: FuturesDesk, watch: Watch, asked: Parameters) -> object:
    doomed = algo.cancel(desk, asked)
    watch.tell(doomed, "CANCELED")
    return algo.cancelled(doomed)


def _cancel_algos(desk: FuturesDesk, watch: Watch, asked: Parameters) -> object:
    symbol = desk.listing(asked.text("symbol")).symbol
    for doomed in desk.algos:
        if doomed.symbol == symbol and doomed.is_open:
            watch.tell(doomed, "CANCELED")
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def _leverage(desk: FuturesDesk, watch: Watch, asked: Parameters) -> object:
    body = account.leverage(desk, asked)
    assert isinstance(body, dict)
    watch.user.push(events.leverage(desk, body["symbol"]))
    return body
