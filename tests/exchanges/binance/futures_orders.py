"""POST, GET and DELETE of USD-M orders that go to the matching engine at once."""

from __future__ import annotations

import secrets
from decimal import Decimal

from tests.exchanges.binance import filters
from tests.exchanges.binance import futures_rows as rows
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.futures_desk import FuturesDesk
from tests.exchanges.binance.listings import FUTURES_TYPES, Listing
from tests.exchanges.binance.parameters import FUTURES_ID, Parameters
from tests.exchanges.binance.positions import cap_of
from tests.exchanges.core.accounts import ZERO, ShortOfFundsError
from tests.exchanges.core.orders import Order, State

_TIMES = ("GTC", "IOC", "FOK", "GTX")
_DAYS = 7 * 86_400_000  # what is asked for without times goes back so far


def invented() -> str:
    """A client id of Binance's own making."""
    return secrets.token_hex(11)


def place(desk: FuturesDesk, asked: Parameters) -> object:
    """POST /fapi/v1/order. Conditional types answer -4120 since 2025-12-09."""
    listing = desk.listing(asked.text("symbol"))
    kind = asked.choice("type", FUTURES_TYPES, -1116)
    if kind not in {"MARKET", "LIMIT"}:
        raise refused(-4120)
    order = _read(asked, listing, kind)
    shape = asked.optional("newOrderRespType") or "ACK"
    check(desk, listing, order)
    enter(desk, order)
    return rows.placed(listing, order, shape)


def _read(asked: Parameters, listing: Listing, kind: str) -> Order:
    side = asked.choice("side", ("BUY", "SELL"), -1117).lower()
    one_way(asked)
    client_id = asked.client_id("newClientOrderId", FUTURES_ID) or invented()
    order = Order(listing.symbol, side, kind.lower(), client_id=client_id)
    order.quantity = asked.amount("quantity")
    order.extra = {"type": kind, "tif": "GTC", "reduce": asked.flag("reduceOnly")}
    if kind == "LIMIT":
        order.price = asked.amount("price")
        order.extra["tif"] = asked.choice("timeInForce", _TIMES, -1115)
    tif = str(order.extra["tif"]).lower()
    order.time_in_force = "post_only" if tif == "gtx" else tif
    return order


def one_way(asked: Parameters) -> None:
    """Raises -4061 for a side of a hedged position: the account is one-way."""
    if (asked.optional("positionSide") or "BOTH") != "BOTH":
        raise refused(-4061)


def check(desk: FuturesDesk, listing: Listing, order: Order) -> None:
    """Filters and rules. Raises -1111, -2022, -2027, -4003 to -4024, -4116, -4164, -5022."""
    mark = desk.mark(listing.symbol)
    if order.quantity is None or order.quantity <= 0:
        raise refused(-4003)
    filters.contract_lot(listing, order.quantity, market=order.kind == "market")
    if order.price is not None:
        filters.contract_price(listing, order.price)
        filters.contract_percent(listing, order.side.upper(), order.price, mark)
    if listing.status != "TRADING":
        raise refused(-4140)
    unique(desk, order.client_id)
    _maker_only(desk, order)
    if order.extra["reduce"]:
        order.quantity = reduced(desk, order)
        return
    filters.contract_notional(listing, order.quantity * (order.price or mark))
    _within_cap(desk, listing, order, mark)


def unique(desk: FuturesDesk, client_id: str) -> None:
    """A client id must not be open. Raises -4116."""
    if any(other.is_open for other in desk.truth.by_client(client_id)):
        raise refused(-4116)


def reduced(desk: FuturesDesk, order: Order) -> Decimal:
    """No more than the position that a reduce-only order closes. Raises -2022 without one."""
    held = desk.position(order.symbol).amount
    if (held <= 0) if order.side == "sell" else (held >= 0):
        raise refused(-2022)
    return min(order.quantity or ZERO, abs(held))


def _maker_only(desk: FuturesDesk, order: Order) -> None:
    best = desk.market(order.symbol).against(order.side)[:1]
    if order.time_in_force != "post_only" or not best or order.price is None:
        return
    if order.price >= best[0][0] if order.side == "buy" else order.price <= best[0][0]:
        raise refused(-5022)


def _within_cap(desk: FuturesDesk, listing: Listing, order: Order, mark: Decimal) -> None:
    position = desk.position(listing.symbol)
    signed = order.quantity or ZERO
    after = abs(position.amount + (signed if order.side == "buy" else -signed))
    if after * mark > cap_of(listing, position.leverage):
        raise refused(-2027)


def enter(desk: FuturesDesk, order: Order) -> None:
    """Into the books and, as far as it goes, filled. Raises -2019 when margin is short."""
    try:
        desk.truth.place(order)
    except ShortOfFundsError:
        raise refused(-2019) from None


def sought(desk: FuturesDesk, asked: Parameters, among: list[Order], code: int) -> Order:
    """The order of an `orderId` or `origClientOrderId`, the newest of several. Raises `code`."""
    symbol = desk.listing(asked.text("symbol")).symbol
    number, client_id = asked.whole("orderId"), asked.optional("origClientOrderId")
    if number is None and client_id is None:
        raise refused(-1102, "origClientOrderId' or 'orderId")
    found = [
        o for o in among
        if o.symbol == symbol
        and (o.number == number if number is not None else o.client_id == client_id)
    ]  # fmt: skip
    if not found:
        raise refused(code)
    return found[-1]


def query(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/order."""
    order = sought(desk, asked, desk.truth.seen(), -2013)
    return rows.order_row(desk.listing(order.symbol), order)


def cancel(desk: FuturesDesk, asked: Parameters) -> object:
    """DELETE /fapi/v1/order."""
    among = [order for order in desk.truth.seen() if order.is_open]
    order = sought(desk, asked, among, -2011)
    desk.truth.end(order, State.CANCELED)
    return rows.placed(desk.listing(order.symbol), order, "RESULT")


def cancel_all(desk: FuturesDesk, asked: Parameters) -> object:
    """DELETE /fapi/v1/allOpenOrders; conditional orders stay."""
    symbol = desk.listing(asked.text("symbol")).symbol
    for order in desk.truth.open_orders():
        if order.symbol == symbol:
            desk.truth.end(order, State.CANCELED)
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def open_orders(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/openOrders."""
    symbol = asked.optional("symbol")
    wanted = None if symbol is None else desk.listing(symbol).symbol
    seen = [o for o in desk.truth.seen() if o.is_open and wanted in {None, o.symbol}]
    return [rows.order_row(desk.listing(o.symbol), o) for o in seen]


def open_order(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/openOrder."""
    order = sought(desk, asked, [o for o in desk.truth.seen() if o.is_open], -2013)
    return rows.order_row(desk.listing(order.symbol), order)


def all_orders(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/allOrders: an id on, or a stretch of time (the last week when none is named)."""
    listing = desk.listing(asked.text("symbol"))
    first, since, until, limit = stretch(desk, asked, "orderId")
    found = [
        o for o in desk.truth.seen()
        if o.symbol == listing.symbol and o.number >= first and since <= o.created <= until
    ]  # fmt: skip
    return [rows.order_row(listing, order) for order in found[-limit:]]


def stretch(desk: FuturesDesk, asked: Parameters, from_id: str) -> tuple[int, int, int, int]:
    """First id, start, end (ms) and the number of rows that a history question is about.

    A stretch is a week at most (-1127); an id leaves no room for times (-1128).
    """
    now, first = desk.truth.clock.now(), asked.whole(from_id)
    start, end = asked.whole("startTime"), asked.whole("endTime")
    limit = min(asked.whole("limit") or 500, 1_000)
    if first is not None:
        if start is not None or end is not None:
            raise refused(-1128)
        return first, 0, now, limit
    until = end if end is not None else now if start is None else min(now, start + _DAYS)
    since = start if start is not None else until - _DAYS
    if until - since > _DAYS:
        raise refused(-1127, _DAYS // 3_600_000)
    return 0, since, until, limit


def user_trades(desk: FuturesDesk, asked: Parameters) -> object:
    """GET /fapi/v1/userTrades."""
    symbol = desk.listing(asked.text("symbol")).symbol
    number = asked.whole("orderId")
    first, since, until, limit = stretch(desk, asked, "fromId")
    found = [
        t for t in desk.truth.trades
        if t.symbol == symbol and number in {None, t.order} and t.number >= first
        and since <= t.at <= until
    ]  # fmt: skip
    return [rows.trade_row(desk, trade) for trade in found[-limit:]]
