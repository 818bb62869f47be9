"""POST, GET and DELETE of spot orders: what may be asked, what is refused, what comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from decimal import Decimal

from tests.exchanges.binance import errors, filters
from tests.exchanges.binance import spot_rows as rows
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.listings import SPOT_TYPES, Listing
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.spot_desk import SpotDesk
from tests.exchanges.core.accounts import ZERO, ShortOfFundsError
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order, State

STOPS = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})
_PRICED = frozenset({"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
_TIMED = frozenset({"LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
_IGNORED = ("strategyId", "strategyType", "icebergQty", "selfTradePreventionMode", "trailingDelta",
            "computeCommissionRates")  # fmt: skip
_SHAPES = {"MARKET": "FULL", "LIMIT": "FULL"}


def invented() -> str:
    """A client id of Binance's own making."""
    return secrets.token_hex(11)


def place(desk: SpotDesk, asked: Parameters) -> object:
    """POST /api/v3/order."""
    listing = desk.listing(asked.text("symbol"))
    order = read(desk, asked, listing)
    shape = asked.optional("newOrderRespType") or _SHAPES.get(order.extra["type"], "ACK")
    for name in _IGNORED:
        asked.optional(name)
    asked.all_read()
    check(desk, listing, order)
    enter(desk, order)
    return rows.placed(order, shape)


def read(desk: SpotDesk, asked: Parameters, listing: Listing) -> Order:
    """The order that the parameters describe. Raises -1102, -1106, -1115 to -1117."""
    side = asked.choice("side", ("BUY", "SELL"), -1117).lower()
    kind = asked.choice("type", SPOT_TYPES, -1116)
    client_id = asked.client_id("newClientOrderId") or invented()
    quantity, quote = _size(asked, kind)
    order = made(listing.symbol, side, kind, client_id)
    order.price = _only(asked, "price", kind in _PRICED)
    order.stop_price = _only(asked, "stopPrice", kind in STOPS)
    order.extra["tif"] = _time_in_force(asked, kind)
    order.quantity = quantity
    if quote is not None:
        _by_quote(desk.market(listing.symbol), order, quote)
    return timed(order)


def made(symbol: str, side: str, kind: str, client_id: str) -> Order:
    """An order of a Binance type in the words of the books, without numbers yet."""
    market = kind in {"MARKET", "STOP_LOSS", "TAKE_PROFIT"}
    order = Order(symbol, side, "market" if market else "limit", client_id=client_id)
    order.stop_above = (side == "buy") == kind.startswith("STOP")
    order.extra = {"type": kind, "tif": "GTC", "list": -1}
    return order


def timed(order: Order) -> Order:
    """Writes the time in force in the books' words."""
    maker = order.extra["type"] == "LIMIT_MAKER"
    order.time_in_force = "post_only" if maker else str(order.extra["tif"]).lower()
    return order


def _size(asked: Parameters, kind: str) -> tuple[Decimal | None, Decimal | None]:
    if kind != "MARKET":
        return asked.amount("quantity"), _only(asked, "quoteOrderQty", wanted=False)
    quantity, quote = asked.amount_or_none("quantity"), asked.amount_or_none("quoteOrderQty")
    if quantity is None and quote is None:
        raise refused(-1102, "quantity' or 'quoteOrderQty")
    if quantity is not None and quote is not None:
        raise refused(-1128)
    return quantity, quote


def _only(asked: Parameters, name: str, wanted: bool) -> Decimal | None:
    if wanted:
        return asked.amount(name)
    if name in asked:
        raise refused(-1106, name)
    return None


def _time_in_force(asked: Parameters, kind: str) -> str:
    if kind in _TIMED:
        return asked.choice("timeInForce", ("GTC", "IOC", "FOK"), -1115)
    if "timeInForce" in asked:
        raise refused(-1106, "timeInForce")
    return "GTC"


def _by_quote(market: Market, order: Order, quote: Decimal) -> None:
    """The quantity that so much of the quote currency buys or sells through the book."""
    filters.spot_precision("quoteOrderQty", quote)
    left, quantity = quote, ZERO
    for price, size in market.against(order.side):
        taken = min(size, market.floored(left / price))
        quantity, left = quantity + taken, left - taken * price
    order.quantity, order.extra["quote"] = quantity, quote


def check(desk: SpotDesk, listing: Listing, order: Order) -> None:
    """Filters and rules of the market. Raises -1013, -1111, -2010."""
    market = desk.market(listing.symbol)
    if listing.status != "TRADING":
        raise refused(-1013, text=errors.CLOSED)
    if not desk.can_trade:
        raise refused(-2010, errors.NOT_ENABLED)
    if order.extra["type"] not in listing.types:
        raise refused(-2010, errors.UNSUPPORTED[order.extra["type"]])
    if "quote" not in order.extra:
        filters.spot_lot(listing, order.quantity or ZERO, market=order.kind == "market")
    for name, price in (("price", order.price), ("stopPrice", order.stop_price)):
        if price is not None:
            filters.spot_price(listing, name, price)
            filters.spot_percent(listing, price, market.price)
    filters.spot_notional(listing, _worth(order, market))
    _unique(desk, order)
    _numbers(desk, listing, order)
    _not_at_once(market, order)


def _worth(order: Order, market: Market) -> Decimal:
    quote: Decimal | None = order.extra.get("quote")
    price = order.price or order.stop_price or market.price
    return quote if quote is not None else (order.quantity or ZERO) * price


def _unique(desk: SpotDesk, order: Order) -> None:
    """A client id must not be open; after a fill it may come again, and buys again."""
    if any(other.is_open for other in desk.truth.by_client(order.client_id)):
        raise refused(-2010, errors.DUPLICATE)


def _numbers(desk: SpotDesk, listing: Listing, order: Order) -> None:
    here = [o for o in desk.truth.open_orders() if o.symbol == listing.symbol]
    if len(here) >= filters.MAX_ORDERS:
        raise filters.failed("MAX_NUM_ORDERS")
    stops = sum(o.stop_price is not None for o in here)
    if order.stop_price is not None and stops >= listing.algo_orders:
        raise filters.failed("MAX_NUM_ALGO_ORDERS")


def _not_at_once(market: Market, order: Order) -> None:
    """A maker must not take, a stop must not be met already."""
    best = market.against(order.side)[:1]
    if order.time_in_force == "post_only" and best and order.price is not None:
        buys = order.side == "buy"
        if order.price >= best[0][0] if buys else order.price <= best[0][0]:
            raise refused(-2010, errors.WOULD_MATCH)
    if order.stop_price is not None:
        met = market.price >= order.stop_price
        if met if order.stop_above else market.price <= order.stop_price:
            raise refused(-2010, errors.WOULD_TRIGGER)


def enter(desk: SpotDesk, order: Order) -> None:
    """Into the books and, as far as it goes, filled. Raises -2010 when funds are short."""
    try:
        desk.truth.place(order)
    except ShortOfFundsError:
        raise refused(-2010, errors.INSUFFICIENT) from None


def sought(desk: SpotDesk, asked: Parameters, among: list[Order], code: int) -> Order:
    """The order of an `orderId` or `origClientOrderId`, the newest of several. Raises `code`."""
    number, client_id = asked.whole("orderId"), asked.optional("origClientOrderId")
    if number is None and client_id is None:
        raise refused(-1102, "origClientOrderId' or 'orderId")
    symbol = desk.listing(asked.text("symbol")).symbol
    fits: Callable[[Order], bool] = (
        (lambda o: o.number == number) if number is not None else lambda o: o.client_id == client_id
    )
    found = [o for o in among if o.symbol == symbol and fits(o)]
    if not found:
        raise refused(code)
    return found[-1]


def query(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/order."""
    return rows.queried(sought(desk, asked, desk.truth.seen(), -2013))


def cancel(desk: SpotDesk, asked: Parameters) -> object:
    """DELETE /api/v3/order; of a list's leg: the whole list, answered as such."""
    among = [order for order in desk.truth.seen() if order.is_open]
    order = sought(desk, asked, among, -2011)
    cancel_id = asked.client_id("newClientOrderId") or invented()
    asked.optional("cancelRestrictions")
    asked.all_read()
    withdraw(desk, order, cancel_id)
    whole = desk.list_of(order)
    if whole is None:
        return rows.cancelled(order, cancel_id)
    reports = [rows.cancelled(leg, cancel_id) for leg in whole.legs]
    return rows.listed(whole) | {"orderReports": reports}


def withdraw(desk: SpotDesk, order: Order, cancel_id: str) -> None:
    """Takes an open order out of the book by its owner's wish, and its list's other leg."""
    whole = desk.list_of(order)
    for leg in [order] if whole is None else whole.legs:
        leg.extra["cancel"] = cancel_id
    desk.truth.end(order, State.CANCELED)


def cancel_all(desk: SpotDesk, asked: Parameters) -> object:
    """DELETE /api/v3/openOrders. Raises -2011 when there is nothing to cancel."""
    symbol = desk.listing(asked.text("symbol")).symbol
    asked.all_read()
    doomed = [o for o in desk.truth.open_orders() if o.symbol == symbol]
    if not doomed:
        raise refused(-2011)
    for order in doomed:
        if order.is_open:
            withdraw(desk, order, invented())
    return [rows.cancelled(order, str(order.extra["cancel"])) for order in doomed]


def open_orders(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/openOrders."""
    symbol = asked.optional("symbol")
    wanted = None if symbol is None else desk.listing(symbol).symbol
    seen = [o for o in desk.truth.seen() if o.is_open and wanted in {None, o.symbol}]
    return [rows.queried(order) for order in seen]
