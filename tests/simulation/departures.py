"""Promises that are judged at the moment when an order leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.simulation.promises import booked
from trader.domain.instrument import BINANCE_FUTURES, venue_of
from trader.domain.money import ZERO
from trader.domain.order import Order
from trader.domain.time import SECOND
from trader.engine.state import SymbolState, VenueState

if TYPE_CHECKING:
    from tests.simulation.world import World

Check = Callable[["World", Order], Iterator[str]]
ORDERS_A_SECOND = 8  # the narrowest limit group of the three venues
CONFIRMED_AFTER = 2 * SECOND


def _place(world: World, order: Order) -> tuple[VenueState, SymbolState]:
    assert world.bot is not None
    state = world.bot.engine.state
    return state.venue_by_key[order.key], state.symbols[order.key]


def promise_2_journalled_before_it_leaves(world: World, order: Order) -> Iterator[str]:
    """Its row is committed, in whatever process looks."""
    if not world.ledger.read("SELECT 1 FROM orders WHERE id = ?", order.id):
        yield f"{order.id} leaves and the journal does not know it"


def promise_3_no_id_is_sent_twice(world: World, order: Order) -> Iterator[str]:
    """Never resend: on Binance the same id can buy twice."""
    if any(order.id == sent.id for _, sent in world.observer.sent):
        yield f"{order.id} leaves a second time"


def promise_3_no_entry_beside_another(world: World, order: Order) -> Iterator[str]:
    """No entry of ours may still trade in this market, and nothing of ours is held there."""
    if not order.is_entry:
        return
    live = [one.request.id for one in world.exchanges.live(order.key) if one.request.is_entry]
    if live:
        yield f"{order.id}: entered while {live} may trade"
    venue, sym = _place(world, order)
    unheard = world.exchanges.owned(order.key) - booked(venue, sym)
    if unheard and not world.exchanges.foreign_hand(order.key):
        yield f"{order.id}: entered while {unheard} that it does not know of is held"


def promise_4_an_exit_sells_at_most_the_position(world: World, order: Order) -> Iterator[str]:
    """What is asked for is never more than what the books hold."""
    if order.is_entry:
        return
    _, sym = _place(world, order)
    held = ZERO if sym.held is None else sym.held.position.quantity
    if order.quantity > held:
        yield f"{order.id}: wants to sell {order.quantity} of {held}"


def promise_4_the_list_goes_first(world: World, order: Order) -> Iterator[str]:
    """On spot a list locks the coins: it is confirmed dead before anything else sells them."""
    if order.is_entry or order.reduce_only:
        return
    live = [one.request.id for one in world.exchanges.live(order.key) if one.request.guards]
    if live:
        yield f"{order.id}: sells beside {live}"


def promise_4_no_entry_under_a_halt(world: World, order: Order) -> Iterator[str]:
    """Pause, stop, emergency, recovery, a lost link, a broken journal: no entries."""
    venue, _ = _place(world, order)
    codes = [halt.code for halt in venue.halts.values() if halt.key in ("", order.key)]
    if order.is_entry and codes:
        yield f"{order.id}: entered in spite of {codes}"
    ordered = world.people.halts_in_force(venue.name)
    if order.is_entry and ordered:
        yield f"{order.id}: entered although people said {ordered}"


def promise_6_exits_on_margin_only_reduce(world: World, order: Order) -> Iterator[str]:
    """Every exit on futures is reduce-only, no entry is."""
    if venue_of(order.key) == BINANCE_FUTURES and order.reduce_only is order.is_entry:
        yield f"{order.id}: reduce-only is {order.reduce_only}"


def promise_9_numbers_fit(world: World, order: Order) -> Iterator[str]:
    """Finite, positive, on step and on tick, worth the minimum."""
    _, sym = _place(world, order)
    rules = sym.rules
    for number in (order.quantity, order.cost, order.price, order.stop_price):
        if number is not None and not (number.is_finite() and number > ZERO):
            yield f"{order.id}: {number} is no amount"
    if order.cost is None and order.quantity % rules.lot_step:
        yield f"{order.id}: {order.quantity} is off the step"
    for price in (order.price, order.stop_price):
        tick = rules.tick_at(price) if price is not None else None
        if tick is not None and price is not None and price % tick:
            yield f"{order.id}: {price} is off the tick"
    worth = float(order.cost or order.quantity) * (1.0 if order.cost else sym.mark)
    if not order.reduce_only and worth < 0.999 * float(rules.min_cost):
        yield f"{order.id}: worth {worth}, the minimum is {rules.min_cost}"


def promise_9_within_free_cash(world: World, order: Order) -> Iterator[str]:
    """The books still have something free with this entry under way."""
    venue, _ = _place(world, order)
    if order.is_entry and venue.free_cash() < -1e-6 * float(venue.account.initial):
        yield f"{order.id}: entered with {venue.free_cash():.2f} free"


def promise_10_few_messages(world: World, order: Order) -> Iterator[str]:
    """Orders of one venue within a second."""
    venue = venue_of(order.key)
    recent = [o for at, o in world.observer.sent[-40:] if at == world.now]
    if sum(venue_of(one.key) == venue for one in recent) >= ORDERS_A_SECOND:
        yield f"{order.id}: more than {ORDERS_A_SECOND} orders within a second"


def promise_13_no_decision_at_an_old_price(world: World, order: Order) -> Iterator[str]:
    """Entries at most five seconds old, first attempts of risk exits at most ten."""
    _, sym = _place(world, order)
    age = world.now - sym.mark_at
    if order.is_entry and age > 5 * SECOND:
        yield f"{order.id}: entered at a price of {age} ms ago"


def promise_14_one_bad_tick_is_no_emergency(world: World, order: Order) -> Iterator[str]:
    """The true price was there too, or nobody could confirm it within two seconds."""
    if order.reason != "emergency_stop":
        return
    _, sym = _place(world, order)
    held = sym.held
    if held is None or held.exit_tries > 1:
        return
    seen = (*world.observer.low.get(order.key, ()), world.prices.now[order.key])
    met = any(held.d * price <= held.d * held.emergency * (1 + 1e-9 * held.d) for price in seen)
    waited = held.breach_at >= 0 and world.now - held.breach_at >= CONFIRMED_AFTER
    if not met and not waited:
        yield f"{order.id}: an emergency at {sym.mark}, but the market is at {seen[-1]}"


CHECKS: tuple[Check, ...] = (
    promise_2_journalled_before_it_leaves,
    promise_3_no_id_is_sent_twice,
    promise_3_no_entry_beside_another,
    promise_4_an_exit_sells_at_most_the_position,
    promise_4_the_list_goes_first,
    promise_4_no_entry_under_a_halt,
    promise_6_exits_on_margin_only_reduce,
    promise_9_numbers_fit,
    promise_9_within_free_cash,
    promise_10_few_messages,
    promise_13_no_decision_at_an_old_price,
    promise_14_one_bad_tick_is_no_emergency,
)
