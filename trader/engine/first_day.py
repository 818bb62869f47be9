"""The first day of mode live: entries stay small until a person has seen the bot trade."""

import math

from trader.domain.time import Millis
from trader.engine.state import VenueState


def room(venue: VenueState, until: Millis, now: Millis) -> float:
    """The most that the next entry may be worth (quote currency, leverage included)."""
    if now >= until:
        return math.inf
    p, capital = venue.parameters, venue.account.start
    order = p.live_first_day_max_order * capital or math.inf
    total = p.live_first_day_max_total * capital or math.inf
    return max(0.0, min(order, total - _at_work(venue)))


def _at_work(venue: VenueState) -> float:
    """What positions cost, and what entries under way will."""
    held = math.fsum(held.quantity * held.entry for held in venue.holding.values())
    entering = (
        float(order.remaining) * order.decided_price
        for order in venue.orders.values()
        if order.is_entry
    )
    return held + math.fsum(entering)
