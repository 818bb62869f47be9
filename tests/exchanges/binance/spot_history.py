"""What was: spot orders and fills, by id or by stretches of at most a day."""

from __future__ import annotations

from tests.exchanges.binance import spot_rows as rows
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.spot_desk import SpotDesk

HOURS = 24
_DAY = HOURS * 3_600_000
Stretch = tuple[int | None, int, int, slice]


def _stretch(desk: SpotDesk, asked: Parameters, from_id: str) -> Stretch:
    """First id (None: not asked for), start, end (ms), and which of the rows found are told.

    Without an id or a start the newest, else the oldest. Raises -1127, -1128.
    """
    first, now = asked.whole(from_id), desk.truth.clock.now()
    start, end = asked.whole("startTime"), asked.whole("endTime")
    limit = min(asked.whole("limit") or 500, 1_000)
    if first is not None and (start is not None or end is not None):
        raise refused(-1128)
    if start is not None and end is not None and end - start > _DAY:
        raise refused(-1127, HOURS)
    newest = first is None and start is None
    until = now if end is None else end
    return first, start or 0, until, slice(-limit, None) if newest else slice(limit)


def all_orders(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/allOrders."""
    symbol = desk.listing(asked.text("symbol")).symbol
    first, since, until, told = _stretch(desk, asked, "orderId")
    found = [
        o for o in desk.truth.seen()
        if o.symbol == symbol and o.number >= (first or 0) and since <= o.created <= until
    ]  # fmt: skip
    return [rows.queried(order) for order in found[told]]


def my_trades(desk: SpotDesk, asked: Parameters) -> object:
    """GET /api/v3/myTrades."""
    symbol = desk.listing(asked.text("symbol")).symbol
    number = asked.whole("orderId")
    first, since, until, told = _stretch(desk, asked, "fromId")
    orders = {order.number: order for order in desk.truth.orders}
    found = [
        t for t in desk.truth.trades
        if t.symbol == symbol and number in {None, t.order} and t.number >= (first or 0)
        and since <= t.at <= until
    ]  # fmt: skip
    return [rows.traded(trade, orders[trade.order]) for trade in found[told]]
