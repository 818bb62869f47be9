"""The promises of the specification (page 4.1) as functions over a simulated world.

Each carries its number and yields a sentence for everything that is not as promised. These hold
at every moment; `departures` judges orders that leave, `at_rest` what is left when the trouble has
been over for long enough, `observer` promise 11. Not judged, because there is nothing of it in
this world: 12 and 15 (files), 16 (two processes), 10 beyond orders a second (limit groups).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.simulation.prices import KEYS
from trader.domain.instrument import BINANCE_FUTURES, venue_of
from trader.domain.money import ZERO
from trader.domain.order import Kind, Status
from trader.domain.time import SECOND
from trader.engine.state import SymbolState, VenueState
from trader.venues.orders import VenueOrder

if TYPE_CHECKING:
    from tests.simulation.world import World

Promise = Callable[["World"], Iterator[str]]
STALLED_AT_MOST = 150 * SECOND  # two outages, a restart and a time-out
UNPROTECTED_AT_MOST = 5 * SECOND
ASKED_FIRST = 10 * SECOND  # after a start the exchange is asked before anything is sold


def symbols(world: World) -> Iterator[tuple[VenueState, SymbolState]]:
    """Every symbol of the living bot."""
    if world.bot is not None:
        for venue in world.bot.engine.state.venues.values():
            for sym in venue.symbols.values():
                yield venue, sym


def muddled(world: World, key: str) -> bool:
    """Whether another hand trades the same one-way contract: whose was closed, nobody can say."""
    return venue_of(key) == BINANCE_FUTURES and world.exchanges.foreign_hand(key)


def booked(venue: VenueState, sym: SymbolState) -> Decimal:
    """What the bot believes to own, signed, dust included."""
    held = sym.held
    dust = venue.dust.get(sym.key, ZERO)
    return dust + (ZERO if held is None else held.position.quantity * held.d)


# ---------------------------------------------------------------- at every moment


def promise_1_books_are_the_sum_of_their_fills(world: World) -> Iterator[str]:
    """Positions and dust are what the journalled fills amount to, each counted once."""
    if world.witness is None:
        return
    told = world.witness.told
    for name in told.twice:
        yield f"the fill {name} was applied twice"
    for venue, sym in symbols(world):
        if booked(venue, sym) != told.owned[sym.key] and not muddled(world, sym.key):
            yield f"{sym.key}: books {booked(venue, sym)}, their fills {told.owned[sym.key]}"


def promise_3_one_order_for_one_intent(world: World) -> Iterator[str]:
    """No client id was taken twice by an exchange."""
    accepted = Counter(order.request.id for order in world.exchanges.ours())
    for order_id, times in accepted.items():
        if times > 1:
            yield f"the exchange took {order_id} {times} times"


def promise_4_exits_never_exceed_the_position(world: World) -> Iterator[str]:
    """One live group of exits for a position, and spot exits sell no more than was bought."""
    for key in KEYS:
        live = [order for order in world.exchanges.live(key) if not order.request.is_entry]
        groups = {_group(order) for order in live if not _being_cancelled(world, order)}
        if len(groups) > 1 and world.bot is not None:
            yield f"{key}: {len(groups)} live exits: {sorted(groups)}"
        if venue_of(key) != BINANCE_FUTURES:
            could = sum((order.remaining for order in live), ZERO)
            if could and could > max(ZERO, world.exchanges.owned(key)):
                yield f"{key}: exits could sell {could} of {world.exchanges.owned(key)}"


def _group(order: VenueOrder) -> str:
    """A stop and its target are one group."""
    return order.request.id.removesuffix("t")


def _being_cancelled(world: World, order: VenueOrder) -> bool:
    """A reduce-only stop that dies while a market exit is on its way cannot do harm."""
    request = order.request
    if not (request.reduce_only and request.guards) or world.bot is None:
        return False
    state = world.bot.engine.state
    held = state.symbols[request.key].held
    known = state.venue_by_key[request.key].orders.get(request.id)
    dying = known is not None and known.status in (Status.CANCELING, Status.UNKNOWN)
    leaving = held is None or bool(held.exit_order)
    return dying or leaving or request.id in world.cancelled


def promise_7_what_is_not_ours_is_not_sold(world: World) -> Iterator[str]:
    """The bot's sales never exceed its own purchases on spot."""
    for key in KEYS:
        if venue_of(key) != BINANCE_FUTURES and world.exchanges.owned(key) < ZERO:
            yield f"{key}: the bot sold {-world.exchanges.owned(key)} that was never its own"


def promise_5_every_position_is_protected(world: World) -> Iterator[str]:
    """By a live order, by an exit under way, or by the engine's watch with a fresh price."""
    for _, sym in symbols(world):
        since = world.observer.unprotected.get(sym.key)
        if since is not None and world.now - since > UNPROTECTED_AT_MOST:
            yield f"{sym.key}: nothing protects it since {world.now - since} ms"


def liveness_nothing_waits_for_ever(world: World) -> Iterator[str]:
    """What stalls is cancelled after its time-out; faults can delay that, not prevent it."""
    for key in KEYS:
        for order in world.exchanges.live(key):
            age = world.now - order.accepted_at
            if order.request.kind is Kind.MARKET and age > STALLED_AT_MOST:
                yield f"{order.request.id} has been waiting for {age} ms"


def protected(world: World, sym: SymbolState) -> bool:
    """Whether somebody looks after a position now; what faults took away is not held against it.

    Whether orders that the engine relies on are alive is asked when nothing is lost any more.
    """
    held = sym.held
    if held is None or world.silent(venue_of(sym.key)) or world.full():
        return True
    if world.now - world.observer.born_at <= ASKED_FIRST:
        return True
    if held.exit_order or held.protection.orders or world.now < held.exit_retry_at:
        return True
    if world.now - sym.mark_at > 10 * SECOND:
        return False
    return held.adverse < held.d * sym.mark


AFTER_EVENTS: tuple[Promise, ...] = (
    promise_1_books_are_the_sum_of_their_fills,
    promise_3_one_order_for_one_intent,
    promise_4_exits_never_exceed_the_position,
    promise_5_every_position_is_protected,
    promise_7_what_is_not_ours_is_not_sold,
    liveness_nothing_waits_for_ever,
)
