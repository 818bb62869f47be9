"""Orders that wait for a price: stops, targets, lists of both (OCO), resting limits."""

from collections.abc import Iterable
from decimal import Decimal
from math import inf

from trader.domain.order import Kind, Order, Side
from trader.venues.orders import VenueOrder

NEVER = (-inf, inf)
ALWAYS = (inf, -inf)


def wakes(order: VenueOrder) -> tuple[float, float]:
    """When an order does something: at a price (at or below the first, at or above the second)."""
    request = order.request
    if order.at_market:
        return ALWAYS
    match request.kind:
        case Kind.LIMIT:
            return _one_sided(request.price, below=request.side is Side.BUY)
        case Kind.STOP_MARKET:
            return _one_sided(request.stop_price, below=request.side is Side.SELL)
        case Kind.TAKE_PROFIT_MARKET:
            return _one_sided(request.stop_price, below=request.side is Side.BUY)
        case Kind.OCO:
            return _list_wakes(order)
        case Kind.MARKET:
            return ALWAYS


def _one_sided(level: Decimal | None, *, below: bool) -> tuple[float, float]:
    if level is None:
        return NEVER
    return (float(level), inf) if below else (-inf, float(level))


def _list_wakes(order: VenueOrder) -> tuple[float, float]:
    selling = order.request.side is Side.SELL
    limit = _one_sided(order.request.price, below=not selling)
    if order.stop_dead:
        return limit
    stop = _one_sided(order.request.stop_price, below=selling)
    return max(limit[0], stop[0]), min(limit[1], stop[1])


def stop_met(order: VenueOrder, price: float) -> bool:
    """Whether this price turns a waiting order (or a list's stop leg) into a market order."""
    request = order.request
    if order.at_market or order.stop_dead or request.stop_price is None:
        return False
    stop = float(request.stop_price)
    falling = (request.side is Side.SELL) == (request.kind is not Kind.TAKE_PROFIT_MARKET)
    return price <= stop if falling else price >= stop


def limit_met(order: VenueOrder, price: float) -> bool:
    """Whether a resting limit (or a list's limit leg) is touched."""
    request = order.request
    if order.at_market or request.price is None or request.kind not in {Kind.LIMIT, Kind.OCO}:
        return False
    limit = float(request.price)
    return price <= limit if request.side is Side.BUY else price >= limit


def well_related(request: Order, price: float) -> bool:
    """A list to sell has its limit above the price and its stop below; to buy the reverse."""
    if request.price is None or request.stop_price is None:
        return False
    limit, stop = float(request.price), float(request.stop_price)
    return stop < price < limit if request.side is Side.SELL else limit < price < stop


def band(orders: Iterable[VenueOrder], liquidation: float, direction: int) -> tuple[float, float]:
    """The prices (at or below, at or above) at which anything happens in one market."""
    low, high = NEVER
    for order in orders:
        down, up = wakes(order)
        low, high = max(low, down), min(high, up)
    if liquidation > 0.0 and direction > 0:
        low = max(low, liquidation)
    elif liquidation > 0.0 and direction < 0:
        high = min(high, liquidation)
    return low, high
