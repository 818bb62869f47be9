"""The algo service of USD-M: conditional orders, apart from the others until they trigger."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance import filters
from tests.exchanges.binance import futures_rows as rows
from tests.exchanges.binance.errors import Refusal, refused
from tests.exchanges.binance.futures_desk import Algo, FuturesDesk
from tests.exchanges.binance.futures_orders import enter, invented, one_way, reduced, stretch
from tests.exchanges.binance.listings import Listing
from tests.exchanges.binance.parameters import FUTURES_ID, Parameters
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.orders import Order

_MARKET = ("STOP_MARKET", "TAKE_PROFIT_MARKET")
_TYPES = ("STOP", "TAKE_PROFIT", *_MARKET)
_MOST = 200


def place(desk: FuturesDesk, asked: Parameters) -> Algo:
    """POST /fapi/v1/algoOrder: the one that waits from now on."""
    if asked.text("algoType") != "CONDITIONAL":
        raise refused(-1102, "algoType")
    listing = desk.listing(asked.text("symbol"))
    algo = _read(asked, listing)
    _check(desk, listing, algo)
    algo.number = next(desk.algo_numbers)
    algo.created = algo.updated = desk.truth.clock.now()
    desk.algos.append(algo)
    return algo


def _read(asked: Parameters, listing: Listing) -> Algo:
    side = asked.choice("side", ("BUY", "SELL"), -1117)
    kind = asked.choice("type", _TYPES, -1116)
    one_way(asked)
    closing = asked.flag("closePosition")
    algo = Algo(
        0, asked.client_id("clientAlgoId", FUTURES_ID) or invented(), listing.symbol, side, kind,
        asked.amount("triggerPrice"), close_position=closing,
        working=asked.optional("workingType") or "CONTRACT_PRICE",
        tif=asked.optional("timeInForce") or "GTC", reduce_only=asked.flag("reduceOnly"),
    )  # fmt: skip
    algo.quantity = None if closing else asked.amount("quantity")
    algo.price = asked.amount("price") if kind not in _MARKET else None
    _fitting(asked, algo)
    return algo


def _fitting(asked: Parameters, algo: Algo) -> None:
    """What closes a whole position has neither quantity nor reduceOnly, and is no limit order."""
    if not algo.close_position:
        return
    if algo.kind not in _MARKET:
        raise refused(-4136, algo.kind)
    for name in ("quantity", "reduceOnly"):
        if name in asked:
            raise refused(-1106, name.lower())


def _check(desk: FuturesDesk, listing: Listing, algo: Algo) -> None:
    filters.contract_price(listing, algo.trigger)
    if algo.quantity is not None:
        filters.contract_lot(listing, algo.quantity, market=algo.price is None)
        if not algo.reduce_only:
            filters.contract_notional(listing, algo.quantity * (algo.price or algo.trigger))
    waiting = [other for other in desk.algos if other.is_open]
    if any(other.client_id == algo.client_id for other in waiting):
        raise refused(-4116)
    if len(waiting) >= _MOST:
        raise filters.failed("MAX_NUM_ALGO_ORDERS")
    if algo.close_position and any(_same_close(algo, other) for other in waiting):
        raise refused(-4130)
    if algo.met(_watched(desk, algo)):
        raise refused(-2021)


def _same_close(algo: Algo, other: Algo) -> bool:
    return other.close_position and (other.symbol, other.side, other.kind) == (
        algo.symbol, algo.side, algo.kind,
    )  # fmt: skip


def _watched(desk: FuturesDesk, algo: Algo) -> Decimal:
    """The price that triggers it."""
    if algo.working == "MARK_PRICE":
        return desk.mark(algo.symbol)
    return desk.market(algo.symbol).price


def due(desk: FuturesDesk, symbol: str) -> list[Algo]:
    """Those of a symbol whose price is met, oldest first."""
    return [a for a in desk.algos if a.symbol == symbol and a.is_open and a.met(_watched(desk, a))]


def child_of(desk: FuturesDesk, algo: Algo) -> Order | None:
    """Sends what a triggered one becomes to the matching engine; None when that refuses it.

    The child has an id of its own, and the client id or one of Binance's making.
    """
    limit = algo.price is not None
    client_id = algo.client_id if desk.child_keeps_id else invented()
    order = Order(algo.symbol, algo.side.lower(), "limit" if limit else "market",
                  price=algo.price, client_id=client_id)  # fmt: skip
    held = abs(desk.position(algo.symbol).amount)
    order.quantity = held if algo.close_position else algo.quantity
    order.extra = {
        "type": "LIMIT" if limit else "MARKET", "origin": algo.kind, "tif": "GTC",
        "reduce": algo.reduce_only or algo.close_position, "close": algo.close_position,
        "trigger": algo.trigger,
    }  # fmt: skip
    try:
        if order.extra["reduce"]:
            order.quantity = reduced(desk, order)
        algo.child = order
        enter(desk, order)
    except Refusal as refusal:
        algo.child, algo.reason = None, refusal.msg
    return algo.child


def sought(desk: FuturesDesk, asked: Parameters, among: list[Algo], code: int) -> Algo:
    """The one of an `algoId` or `clientAlgoId`, the newest of several. Raises `code`."""
    number, client_id = asked.whole("algoId"), asked.optional("clientAlgoId")
    if number is None and client_id is None:
        raise refused(-1102, "algoId' or 'clientAlgoId")
    found = [
        a for a in among
        if (a.number == number if number is not None else a.client_id == client_id)
    ]  # fmt: skip
    if not found:
        raise refused(code)
    return found[-1]


def seen(desk: FuturesDesk) -> list[Algo]:
    """Those that questions find already."""
    latest = desk.truth.clock.now() - desk.hidden_algos
    return [a for a in desk.algos if not desk.hidden_algos or a.created <= latest]


def query(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/algoOrder."""
    algo = sought(desk, asked, seen(desk), -2013)
    return rows.algo_row(desk.listing(algo.symbol), algo)


def cancel(desk: FuturesDesk, asked: Parameters) -> Algo:
    """DELETE /fapi/v1/algoOrder: the one that is cancelled now."""
    return sought(desk, asked, [a for a in seen(desk) if a.is_open], -2011)


def cancelled(algo: Algo) -> object:
    """The answer to a cancel."""
    return {"algoId": algo.number, "clientAlgoId": algo.client_id, "code": "200", "msg": "success"}


def open_algos(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/openAlgoOrders."""
    symbol = asked.optional("symbol")
    found = [a for a in seen(desk) if a.is_open and symbol in {None, a.symbol}]
    return [rows.algo_row(desk.listing(a.symbol), a) for a in found]


def all_algos(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/allAlgoOrders."""
    listing = desk.listing(asked.text("symbol"))
    first, since, until, limit = stretch(desk, asked, "algoId")
    found = [
        a for a in seen(desk)
        if a.symbol == listing.symbol and a.number >= first and since <= a.created <= until
    ]  # fmt: skip
    return [rows.algo_row(listing, a) for a in found[-limit:]]


def orphaned(desk: FuturesDesk, symbol: str) -> list[Algo]:
    """What closes a position, when there is none left: Binance lets it expire."""
    if desk.position(symbol).amount != ZERO:
        return []
    return [a for a in desk.algos if a.symbol == symbol and a.is_open and a.close_position]
