"""The promises of the specification (page 4.1) as functions over a simulated world.

Each yields a sentence for everything that is not as promised. `AFTER_EVENTS` hold at every moment,
`AT_THE_END` when the trouble has been over for long enough. Not judged here, because there is
nothing of it in this world: 12 and 15 (files), 16 (two processes); 10 in part (the simulated
exchanges count no requests).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.simulation.prices import KEYS
from trader.domain.instrument import BINANCE_FUTURES, venue_of
from trader.domain.money import ZERO
from trader.domain.order import RESTING, Kind, Order, Status
from trader.domain.time import SECOND
from trader.engine.state import SymbolState, VenueState
from trader.venues.orders import VenueOrder

if TYPE_CHECKING:
    from tests.simulation.world import World

Promise = Callable[["World"], Iterator[str]]
UNPROTECTED_AT_MOST = 5 * SECOND
GUARDS = (Kind.OCO, Kind.STOP_MARKET, Kind.TAKE_PROFIT_MARKET)


def symbols(world: World) -> Iterator[tuple[VenueState, SymbolState]]:
    """Every symbol of the living bot."""
    if world.bot is not None:
        for venue in world.bot.engine.state.venues.values():
            for sym in venue.symbols.values():
                yield venue, sym


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
        if booked(venue, sym) != told.owned[sym.key]:
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
        if len(groups) > 1:
            yield f"{key}: {len(groups)} live exits: {sorted(groups)}"
        if venue_of(key) != BINANCE_FUTURES:
            could = sum((order.remaining for order in live), ZERO)
            if could > max(ZERO, world.exchanges.owned(key)):
                yield f"{key}: exits could sell {could} of {world.exchanges.owned(key)}"


def _group(order: VenueOrder) -> str:
    """A stop and its target are one group."""
    return order.request.id.removesuffix("t")


def _being_cancelled(world: World, order: VenueOrder) -> bool:
    """Reduce-only orders that die while another exit is on its way cannot do harm."""
    return order.request.reduce_only and order.request.id in world.cancelled


def promise_6_exits_on_margin_only_reduce(world: World) -> Iterator[str]:
    """Every exit on futures is reduce-only."""
    for order in world.exchanges.ours():
        request = order.request
        futures = venue_of(request.key) == BINANCE_FUTURES
        if futures and not request.is_entry and not request.reduce_only:
            yield f"{request.id} is an exit and could open a position"


def promise_7_what_is_not_ours_is_not_sold(world: World) -> Iterator[str]:
    """The bot's sales never exceed its own purchases on spot."""
    for key in KEYS:
        if venue_of(key) != BINANCE_FUTURES and world.exchanges.owned(key) < ZERO:
            yield f"{key}: the bot sold {-world.exchanges.owned(key)} that was never its own"


def promise_5_every_position_is_protected(world: World) -> Iterator[str]:
    """By a live order, by an exit under way, or by the engine's watch with a fresh price."""
    for _, sym in symbols(world):
        since = world.unprotected.get(sym.key)
        if since is not None and world.now - since > UNPROTECTED_AT_MOST:
            yield f"{sym.key}: nothing protects it since {world.now - since} ms"


def protected(world: World, sym: SymbolState) -> bool:
    """Whether somebody looks after a position now, or can be expected to."""
    held = sym.held
    if held is None or world.silent(venue_of(sym.key)) or world.full():
        return True
    if held.exit_order or held.leaving or held.protection.orders:
        return True  # whether these are alive is asked at the end, when nothing is lost any more
    if world.now - sym.mark_at > 10 * SECOND:
        return False
    return held.adverse < held.d * sym.mark


# ---------------------------------------------------------------- when an order leaves


def leaving(world: World, order: Order) -> Iterator[str]:
    """Promises 2, 3, 9 and 13 for one order that is just leaving."""
    assert world.bot is not None
    state = world.bot.engine.state
    sym, venue = state.symbols[order.key], state.venue_by_key[order.key]
    yield from promise_2_journalled_first(world, order)
    yield from promise_9_numbers_fit(order, sym)
    if order.is_entry:
        yield from promise_3_no_entry_beside_another(world, order)
        yield from promise_13_no_entry_at_an_old_price(world, sym)
        if world.foreign.get(order.key, ZERO) != ZERO:
            yield f"{order.id}: entered beside {world.foreign[order.key]} of another hand"
        yield from promise_9_within_free_cash(order, venue)
        if venue.halts:
            names = [halt.code for halt in venue.halts.values() if halt.key in ("", order.key)]
            if any(name not in ("daily_loss",) for name in names):
                yield f"{order.id}: entered although {names}"


def promise_2_journalled_first(world: World, order: Order) -> Iterator[str]:
    """Its row is committed before it leaves."""
    if not world.ledger.read("SELECT 1 FROM orders WHERE id = ?", order.id):
        yield f"{order.id} leaves and the journal does not know it"


def promise_3_no_entry_beside_another(world: World, order: Order) -> Iterator[str]:
    """Neither an entry that may still trade nor a position of ours is on the exchange."""
    live = [one.request.id for one in world.exchanges.live(order.key) if one.request.is_entry]
    if live:
        yield f"{order.id}: entered while {live} may trade"


def promise_9_numbers_fit(order: Order, sym: SymbolState) -> Iterator[str]:
    """Finite, positive, on step and on tick."""
    rules = sym.rules
    amounts = [order.quantity, order.cost, order.price, order.stop_price]
    for number in amounts:
        if number is not None and not (number.is_finite() and number > ZERO):
            yield f"{order.id}: {number} is no amount"
    if order.quantity % rules.lot_step and order.cost is None:
        yield f"{order.id}: {order.quantity} is off the step"
    for price in (order.price, order.stop_price):
        tick = rules.tick_at(price) if price is not None else None
        if tick is not None and price is not None and price % tick:
            yield f"{order.id}: {price} is off the tick"


def promise_9_within_free_cash(order: Order, venue: VenueState) -> Iterator[str]:
    """An entry costs no more than the books have free, this order included."""
    if venue.free_cash() < -1e-6 * float(venue.account.initial):
        yield f"{order.id}: entered with {venue.free_cash():.2f} free"


def promise_13_no_entry_at_an_old_price(world: World, sym: SymbolState) -> Iterator[str]:
    """At most five seconds old."""
    if world.now - sym.mark_at > 5 * SECOND:
        yield f"{sym.key}: entered at a price of {world.now - sym.mark_at} ms ago"


# ---------------------------------------------------------------- when all is over


def promise_1_ledger_equals_exchange(world: World) -> Iterator[str]:
    """What the bot owns by its books is what its orders traded, less what others took."""
    told = world.ledger.told()
    known = told.fills
    for venue, sym in symbols(world):
        missing = [f for f in world.exchanges.fills(sym.key) if f"{f.key} {f.id}" not in known]
        if missing:
            yield f"{sym.key}: fills nobody heard of: {[(f.order_id, f.id) for f in missing]}"
        if booked(venue, sym) != told.owned[sym.key]:
            yield f"{sym.key}: books {booked(venue, sym)}, journal {told.owned[sym.key]}"


def promise_1_nothing_is_missing(world: World) -> Iterator[str]:
    """The account holds at least what the books say."""
    for venue, sym in symbols(world):
        there, ours = world.exchanges.holding(sym.key), booked(venue, sym)
        lacking = abs(ours) - max(ZERO, there if ours > ZERO else -there)
        if lacking > sym.step:
            yield f"{sym.key}: the books hold {ours}, the account {there}"


def promise_2_every_order_is_in_the_journal(world: World) -> Iterator[str]:
    """Also after everything was lost that could be lost."""
    known = {row["id"] for row in world.ledger.read("SELECT id FROM orders")}
    for order in world.exchanges.ours():
        if order.request.id not in known:
            yield f"{order.request.id} is on the exchange and not in the journal"


def promise_5_protection_is_alive(world: World) -> Iterator[str]:
    """What the engine relies on is really there, and covers the position."""
    for _, sym in symbols(world):
        held = sym.held
        if held is None or not held.protection.orders:
            continue
        alive = {order.request.id for order in world.exchanges.live(sym.key)}
        if not alive & set(held.protection.orders):
            yield f"{sym.key}: relies on {list(held.protection.orders)}, which do not live"


def promise_8_every_command_is_answered_once(world: World) -> Iterator[str]:
    """Every command that was taken has its one final answer in the journal."""
    rows = world.ledger.read("SELECT id, result FROM commands")
    for row in rows:
        if row["result"] not in ("done", "refused", "failed"):
            yield f"command {row['id']} has no final answer"
    if world.mail is not None:
        yield f"command {world.mail.id} still lies in the mailbox"


def liveness_everything_comes_to_rest(world: World) -> Iterator[str]:
    """No doubt, no exit and no entry is left under way; no orphan rests on an exchange."""
    if world.bot is None:
        yield "the bot is dead"
        return
    for venue in world.bot.engine.state.venues.values():
        for order in venue.orders.values():
            resting = order.kind in GUARDS and order.status in RESTING
            if not resting or order.status is Status.CANCELING:
                yield f"{order.id} is still {order.status}"
        held = {o for one in venue.holding.values() for o in one.protection.orders}
        for key in venue.symbols:
            for left in world.exchanges.live(key):
                if left.request.id not in held:
                    yield f"{left.request.id} rests on the exchange and guards nothing"
        if ("recovering", "") in venue.halts:
            yield f"{venue.name} is still recovering"


AFTER_EVENTS: tuple[Promise, ...] = (
    promise_1_books_are_the_sum_of_their_fills,
    promise_3_one_order_for_one_intent,
    promise_4_exits_never_exceed_the_position,
    promise_5_every_position_is_protected,
    promise_6_exits_on_margin_only_reduce,
    promise_7_what_is_not_ours_is_not_sold,
)
AT_THE_END: tuple[Promise, ...] = (
    *AFTER_EVENTS,
    promise_1_ledger_equals_exchange,
    promise_1_nothing_is_missing,
    promise_2_every_order_is_in_the_journal,
    promise_5_protection_is_alive,
    promise_8_every_command_is_answered_once,
    liveness_everything_comes_to_rest,
)

