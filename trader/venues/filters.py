"""What a market insists on before it takes an order: numbers, steps, ticks, minimums."""

from decimal import Decimal

from trader.domain.instrument import MarketRules
from trader.domain.money import exact
from trader.domain.order import Kind, Order
from trader.venues.orders import VenueOrder
from trader.venues.profiles import Profile
from trader.venues.protection import stop_met, well_related
from trader.venues.refusals import Problem

_PRICES_WANTED = {
    Kind.MARKET: (False, False),
    Kind.LIMIT: (True, False),
    Kind.STOP_MARKET: (False, True),
    Kind.TAKE_PROFIT_MARKET: (False, True),
    Kind.OCO: (True, True),
}


def shape(request: Order, profile: Profile) -> Problem | None:
    """What is wrong with an order whatever the market: its type, its numbers."""
    if request.kind not in profile.kinds:
        return Problem.KIND
    if request.reduce_only and not profile.capabilities.margin:
        return Problem.REDUCE_ONLY
    wanted = _PRICES_WANTED[request.kind]
    if (request.price is not None, request.stop_price is not None) != wanted:
        return Problem.NUMBER
    if profile.capabilities.buys_by_cost and _market_buy(request) and request.cost is None:
        return Problem.NUMBER
    numbers = (request.quantity, request.cost, request.price, request.stop_price)
    if not all(n is None or (n.is_finite() and n > 0) for n in numbers):
        return Problem.NUMBER
    return None


def _market_buy(request: Order) -> bool:
    return request.kind is Kind.MARKET and request.side == "buy"


def fit(request: Order, rules: MarketRules, price: float) -> Problem | None:
    """What is wrong with an order's numbers in this market at the price in force."""
    prices = [p for p in (request.price, request.stop_price) if p is not None]
    if any(_off_tick(p, rules) for p in prices):
        return Problem.TICK
    if request.cost is not None:
        return Problem.MINIMUM if request.cost < rules.min_cost else None
    quantity = request.quantity
    if quantity % rules.lot_step:
        return Problem.STEP
    if quantity < rules.min_quantity:
        return Problem.MINIMUM
    if rules.max_quantity is not None and quantity > rules.max_quantity:
        return Problem.MAXIMUM
    cheapest = min(prices) if prices else exact(price)
    if quantity * cheapest < rules.min_cost and not request.reduce_only:
        return Problem.MINIMUM
    return None


def _off_tick(price: Decimal, rules: MarketRules) -> bool:
    tick = rules.tick_at(price)
    return tick is not None and price % tick != 0


def waiting(order: VenueOrder, price: float) -> Problem | None:
    """A stop must not be beyond the price already, a list must lie around it."""
    if order.request.kind is Kind.OCO:
        return None if well_related(order.request, price) else Problem.RELATION
    return Problem.TRIGGERS if stop_met(order, price) else None
