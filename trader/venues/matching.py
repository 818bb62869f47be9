"""Where an order trades: a modelled book of price levels, or the price in force plus slippage."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import NamedTuple

from trader.domain.instrument import MarketRules
from trader.domain.money import ZERO, exact
from trader.domain.order import Side
from trader.rules.costs import slipped
from trader.venues.orders import VenueOrder
from trader.venues.profiles import DepthModel, Profile

_COIN = Decimal("1e-8")  # finest quantity a venue counts in
_NO_TICK = Decimal("1e-8")


class Piece(NamedTuple):
    """One trade: this much at this price."""

    quantity: Decimal
    price: Decimal


@dataclass(slots=True)
class Market:
    """One market as the exchange sees it: rules, price in force, turnover of the last minute."""

    rules: MarketRules
    price: float = 0.0
    at: int = 0
    turnover: float = 0.0


def taken(order: VenueOrder, market: Market, profile: Profile, most: Decimal) -> list[Piece]:
    """Trades of an order that takes what rests, at most `most` base units (ignored by cost)."""
    request = order.request
    if profile.depth is None:
        price = exact(slipped(market.price, request.side is Side.BUY, profile.slippage))
        return [_whole(order, _limited(order, price), market.rules, most)]
    levels = _book(profile.depth, market, request.side)
    if request.price is not None and not order.triggered:
        levels = _within(levels, request.side, request.price)
    if request.cost is not None:
        return list(_spend(levels, request.cost - order.spent))
    return list(_take(levels, most))


def rested(order: VenueOrder, market: Market, profile: Profile, most: Decimal) -> list[Piece]:
    """Trades of a resting limit that the price touches.

    Passed through it trades whole; at a mere touch it gets what one level of the book holds,
    because nobody knows its place in the queue.
    """
    limit = order.request.price
    if limit is None or most <= 0:
        return []
    passed = market.price != float(limit)
    if profile.depth is not None and not passed:
        most = min(most, _lots(_depth(profile.depth, market) / limit, market.rules.lot_step))
    return [Piece(most, limit)]


def _whole(order: VenueOrder, price: Decimal, rules: MarketRules, most: Decimal) -> Piece:
    cost = order.request.cost
    return Piece(most if cost is None else _lots(cost / price, rules.lot_step), price)


def _limited(order: VenueOrder, price: Decimal) -> Decimal:
    limit = order.request.price
    if limit is None or order.triggered:
        return price
    return min(price, limit) if order.request.side is Side.BUY else max(price, limit)


def _depth(model: DepthModel, market: Market) -> Decimal:
    return exact(max(model.least, model.share * market.turnover))


def _book(model: DepthModel, market: Market, side: Side) -> Iterator[Piece]:
    """Levels that an order on this side meets, best first."""
    buying = side is Side.BUY
    tick = market.rules.tick_at(exact(market.price)) or _NO_TICK
    touch = on_tick(slipped(market.price, buying, model.half_spread), tick, up=buying)
    gap = max(tick, on_tick(market.price * model.gap, tick, up=False))
    depth = _depth(model, market)
    for level in range(model.levels):
        price = touch + level * gap if buying else touch - level * gap
        if price <= 0:
            return
        yield Piece(max(market.rules.lot_step, _lots(depth / price, market.rules.lot_step)), price)


def _within(levels: Iterable[Piece], side: Side, limit: Decimal) -> Iterator[Piece]:
    for piece in levels:
        if piece.price > limit if side is Side.BUY else piece.price < limit:
            return
        yield piece


def _take(levels: Iterable[Piece], wanted: Decimal) -> Iterator[Piece]:
    for there, price in levels:
        if wanted <= 0:
            return
        part = min(wanted, there)
        wanted -= part
        yield Piece(part, price)


def _spend(levels: Iterable[Piece], cost: Decimal) -> Iterator[Piece]:
    for there, price in levels:
        part = min(there, _lots(cost / price, _COIN))
        if part <= 0:
            return
        cost -= part * price
        yield Piece(part, price)


def _lots(quantity: Decimal, step: Decimal) -> Decimal:
    return (quantity / step).to_integral_value(ROUND_DOWN) * step


def share_of(quantity: Decimal, share: float, step: Decimal) -> Decimal:
    """A part of a quantity in whole lots."""
    return quantity if share >= 1.0 else max(ZERO, _lots(quantity * exact(share), step))


def on_tick(price: float, tick: Decimal, *, up: bool) -> Decimal:
    """The nearest price on a tick, not below (`up`) or not above."""
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    return (exact(price) / tick).to_integral_value(rounding) * tick
