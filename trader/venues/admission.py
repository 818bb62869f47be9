"""Whether an exchange takes an order: known ids, filters, money. The first objection counts."""

from decimal import Decimal

from trader.domain.events import Event, OrderRejected, OrderUnknown
from trader.domain.money import ZERO
from trader.domain.order import Order, Side
from trader.domain.time import Millis
from trader.venues import filters
from trader.venues.books import Books
from trader.venues.matching import Market, taken
from trader.venues.orders import Orders, VenueOrder
from trader.venues.profiles import Profile, fee_rate
from trader.venues.refusals import Problem


def duplicate(client_id: str, orders: Orders, profile: Profile) -> bool:
    """Whether the venue's own rule forbids this client id; notes it where ids are for ever.

    Binance only minds ids of open orders: the same id can buy twice.
    """
    if profile.ids_for_ever:
        seen = orders.was_used(client_id)
        orders.use(client_id)
        return seen
    known = orders.of_client(client_id)
    return known is not None and known.live


def objection(order: VenueOrder, books: Books, profile: Profile, skew: Millis) -> Problem | None:
    """What speaks against an order; None: nothing. `skew`: how far our clocks differ, ms."""
    request = order.request
    market = books.markets.get(request.key)
    if market is None or market.price <= 0.0:
        return Problem.MARKET
    if 0 < profile.receive_window < abs(skew):
        return Problem.CLOCK
    return (
        filters.shape(request, profile)
        or (filters.fit(request, market.rules, market.price) if profile.filters else None)
        or filters.waiting(order, market.price)
        or _unaffordable(order, market, books, profile)
    )


def refused(request: Order, problem: Problem, profile: Profile, at: Millis) -> Event:
    """The answer to an order that was not taken, in the venue's own words."""
    refusal = profile.refusals[problem]
    code = refusal.code_for(request.side)
    if problem is Problem.DUPLICATE:  # it proves that an order exists: to be asked for
        return OrderUnknown(request.id, f"{code} {refusal.reason}", at)
    return OrderRejected(request.id, code, refusal.reason, at)


def _unaffordable(
    order: VenueOrder, market: Market, books: Books, profile: Profile
) -> Problem | None:
    request, account = order.request, books.account
    if request.leverage > market.rules.max_leverage:
        return Problem.LEVERAGE
    if request.reduce_only or (request.side is Side.SELL and not profile.capabilities.margin):
        most = account.sellable(request.key, request.side, books.orders.live(request.key))
        if request.reduce_only:
            return None if most > 0 else Problem.REDUCE_ONLY
        return None if request.quantity <= most else Problem.COINS
    if not profile.filters:  # a backtest's sizes are trusted to the last bit of a float
        return None
    worth = _worth(order, market, profile)
    needed = account.margin_for(worth, request, fee_rate(profile, maker=False))
    return None if needed <= account.cash_free(books.orders) else Problem.FUNDS


def _worth(order: VenueOrder, market: Market, profile: Profile) -> Decimal:
    request = order.request
    if request.cost is not None:
        return request.cost
    if request.price is not None or request.stop_price is not None:
        return request.quantity * max(request.price or ZERO, request.stop_price or ZERO)
    pieces = taken(order, market, profile, request.quantity)
    return sum((p.quantity * p.price for p in pieces), ZERO)
