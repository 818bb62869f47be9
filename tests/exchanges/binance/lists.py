"""Order lists of spot: OCO, one limit and one stop leg that end each other."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance import errors
from tests.exchanges.binance import spot_rows as rows
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.spot_desk import OrderList, SpotDesk
from tests.exchanges.binance.spot_orders import (
    STOPS,
    check,
    invented,
    made,
    timed,
    withdraw,
)
from tests.exchanges.core.accounts import ZERO, ShortOfFundsError
from tests.exchanges.core.orders import Order

_ABOVE = ("LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
_NO_LIST = "Order list does not exist."  # the code -2018 of spot; of futures it is a short balance
_IGNORED = ("IcebergQty", "TrailingDelta", "StrategyId", "StrategyType")


def place(desk: SpotDesk, asked: Parameters) -> object:
    """POST /api/v3/orderList/oco."""
    listing = desk.listing(asked.text("symbol"))
    side = asked.choice("side", ("BUY", "SELL"), -1117).lower()
    quantity = asked.amount("quantity")
    client_id = asked.client_id("listClientOrderId") or invented()
    legs = [_leg(asked, which, listing.symbol, side, quantity) for which in ("above", "below")]
    shape = asked.optional("newOrderRespType") or "RESULT"
    asked.optional("selfTradePreventionMode")
    asked.all_read()
    _well_related(legs[0], legs[1], desk.market(listing.symbol).price)
    for leg in legs:
        check(desk, listing, leg)
    _unique(desk, client_id, legs)
    whole = OrderList(next(desk.numbers), client_id, listing.symbol, legs, 0)
    _enter(desk, whole)
    return rows.listed(whole) | {"orderReports": [rows.placed(leg, shape) for leg in legs]}


def _leg(asked: Parameters, which: str, symbol: str, side: str, quantity: Decimal) -> Order:
    kind = asked.choice(f"{which}Type", _ABOVE, -1158)
    order = made(symbol, side, kind, asked.client_id(f"{which}ClientOrderId") or invented())
    order.quantity = quantity
    if kind in STOPS:
        order.stop_price = asked.amount(f"{which}StopPrice")
    if order.kind == "limit":
        order.price = asked.amount(f"{which}Price")
    if kind.endswith("_LIMIT"):
        tif = asked.choice(f"{which}TimeInForce", ("GTC", "IOC", "FOK"), -1115)
        order.extra["tif"] = tif
    for name in _IGNORED:
        asked.optional(f"{which}{name}")
    return timed(order)


def _well_related(above: Order, below: Order, last: Decimal) -> None:
    """Above the price and below it, and one of each kind. Raises -2010."""
    stops = [leg for leg in (above, below) if leg.stop_price is not None]
    if len(stops) != 1:
        raise refused(-1158)
    high, low = above.stop_price or above.price, below.stop_price or below.price
    assert high is not None
    assert low is not None
    if not low < last < high or stops[0] is not (below if above.side == "sell" else above):
        raise refused(-2010, errors.RELATION)


def _unique(desk: SpotDesk, client_id: str, legs: list[Order]) -> None:
    taken = {made.client_id for made in desk.lists if made.is_open}
    if client_id in taken or legs[0].client_id == legs[1].client_id:
        raise refused(-2010, errors.DUPLICATE)


def _enter(desk: SpotDesk, whole: OrderList) -> None:
    """Both legs into the books; the limit one holds what both may need."""
    limit, stop = sorted(whole.legs, key=lambda leg: leg.stop_price is not None)
    limit.extra["held"], stop.extra["held"] = _needed(limit, stop), ZERO
    whole.created = desk.truth.clock.now()
    for leg in whole.legs:
        leg.extra["list"] = whole.number
    desk.lists.append(whole)
    try:
        for leg in (limit, stop):
            desk.truth.accept(leg)
    except ShortOfFundsError:
        desk.lists.remove(whole)
        raise refused(-2010, errors.INSUFFICIENT) from None
    desk.truth.match(limit)


def _needed(limit: Order, stop: Order) -> Decimal:
    quantity = limit.quantity or ZERO
    if limit.side == "sell":
        return quantity
    return quantity * max(limit.price or ZERO, stop.price or ZERO, stop.stop_price or ZERO)


def _sought(desk: SpotDesk, asked: Parameters, client_name: str, code: int) -> OrderList:
    number, client_id = asked.whole("orderListId"), asked.optional(client_name)
    if number is None and client_id is None:
        raise refused(-1102, f"{client_name}' or 'orderListId")
    visible = [o.number for o in desk.truth.seen()]
    found = [
        made for made in desk.lists
        if (made.number == number if number is not None else made.client_id == client_id)
        and made.legs[0].number in visible
    ]  # fmt: skip
    if not found:
        raise refused(code, text=_NO_LIST if code == -2018 else "")
    return found[-1]


def query(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/orderList, by `orderListId` or the list's client id as `origClientOrderId`."""
    return rows.listed(_sought(desk, asked, "origClientOrderId", -2018))


def cancel(desk: SpotDesk, asked: Parameters) -> object:
    """DELETE /api/v3/orderList. Raises -2011 for one that is over."""
    desk.listing(asked.text("symbol"))
    whole = _sought(desk, asked, "listClientOrderId", -2011)
    cancel_id = asked.client_id("newClientOrderId") or invented()
    asked.all_read()
    standing = [leg for leg in whole.legs if leg.is_open]
    if not standing:
        raise refused(-2011)
    withdraw(desk, standing[0], cancel_id)
    reports = [rows.cancelled(leg, cancel_id) for leg in whole.legs]
    return rows.listed(whole) | {"orderReports": reports}


def open_lists(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/openOrderList."""
    visible = [o.number for o in desk.truth.seen()]
    return [
        rows.listed(made) for made in desk.lists if made.is_open and made.legs[0].number in visible
    ]


def all_lists(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/allOrderList: the newest, or from an id or a time on."""
    first, limit = asked.whole("fromId"), min(asked.whole("limit") or 500, 1_000)
    start, end = asked.whole("startTime"), asked.whole("endTime")
    found = [
        made for made in desk.lists
        if made.number >= (first or 0) and (start or 0) <= made.created
        and (end is None or made.created <= end)
    ]  # fmt: skip
    return [rows.listed(made) for made in found[-limit:]]
