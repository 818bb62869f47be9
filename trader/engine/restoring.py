"""Start = recovery: puts the engine's memory together from what the journal knows."""

import math
from collections import deque
from dataclasses import replace

from trader.domain.book import Halt, VenueBook
from trader.domain.instrument import venue_of
from trader.domain.money import ZERO
from trader.domain.order import Order, Status
from trader.domain.time import Millis
from trader.engine.account import Account
from trader.engine.closing import KELLY_KEPT, forced_by_limit
from trader.engine.held import TARGET, Held
from trader.engine.orders import Orders
from trader.engine.ports import Restored
from trader.engine.protecting import role_of
from trader.engine.state import State, SymbolState, VenueState
from trader.execution.tracker import Doubt
from trader.rules import exits

# Halts whose cause is looked at anew after a start; it may have gone while nobody looked.
_TOLD_ANEW = frozenset(
    {"guardian", "halt_file", "journal", "link_lost", "recovering", "stale_prices", "unfit"}
)


def restore(state: State, restored: Restored, orders: Orders, now: Millis) -> None:
    """Books, positions, orders in flight, streaks and cooldowns; markets must be listed before.

    Every venue takes no entries until its first report was compared with these books.
    """
    state.namespace = restored.namespace
    state.fill_ids.update(dict.fromkeys(restored.fill_ids))
    state.now = state.restored_at = now
    for name, venue in state.venues.items():
        book = restored.books.get(name)
        if book is not None:
            _restore_book(venue, book, now)
        venue.halt(Halt("recovering"))
    _restore_positions(state, restored)
    for order in restored.orders:
        _restore_order(state, order, orders)
    for trade in restored.trades:
        venue_state = state.venues.get(venue_of(trade.key))
        if venue_state is not None:
            kept = venue_state.results.setdefault(trade.strategy, deque(maxlen=KELLY_KEPT))
            kept.append(float(trade.pnl))


def _restore_positions(state: State, restored: Restored) -> None:
    for position in restored.positions:
        sym = state.symbols.get(position.key)
        if sym is not None:
            venue = state.venue_by_key[position.key]
            sym.held = venue.holding[position.key] = Held.of(position, venue.parameters)
            sym.held.forced = forced_by_limit(venue)
    for venue in state.venues.values():
        locked = sum((held.position.margin for held in venue.holding.values()), ZERO)
        venue.account.settled(ZERO, ZERO, locked)  # margin in use is not stored twice


def _restore_book(venue: VenueState, book: VenueBook, now: Millis) -> None:
    margined = venue.account.margined
    venue.account = Account(
        book.initial_capital, book.cash, margined, book.realised, book.fees, book.funding
    )
    venue.peak_equity, venue.last_equity = book.peak_equity, book.last_equity
    venue.day, venue.week, venue.month = book.day, book.week, book.month
    venue.losses_in_row, venue.streak = book.losses_in_row, book.streak
    venue.sequence = book.sequence
    lasting = (halt for halt in book.halts if halt.code not in _TOLD_ANEW)
    venue.halts = {(halt.code, halt.key): halt for halt in lasting}
    venue.dust, venue.dust_costs = dict(book.dust), dict(book.dust_costs)
    venue.conversion, venue.converted_at = book.conversion, book.converted_at
    for key, candle in book.exits:
        if key in venue.symbols:
            sym = venue.symbols[key]
            sym.last_exit = candle
            sym.rest = _rest(venue, candle, now)
    for key, at in book.funded:
        if key in venue.symbols:
            venue.symbols[key].funded_at = at
    for name, day in book.breakouts:
        key, _, strategy = name.partition("|")
        if key in venue.symbols:
            venue.symbols[key].entry_days[strategy] = day


def _rest(venue: VenueState, last_exit: Millis, now: Millis) -> int:
    """Candles of cooldown left: the exit's own candle and those after it, less what has passed."""
    length = venue.parameters.timeframe.ms
    passed = (now - now % length - last_exit) // length
    return max(0, venue.parameters.cooldown_candles + 1 - passed)


def _restore_order(state: State, order: Order, orders: Orders) -> None:
    venue = state.venues.get(venue_of(order.key))
    sym = state.symbols.get(order.key)
    if venue is None or sym is None:
        return
    state.venue_by_order[order.id] = venue
    if not order.live:
        venue.ended[order.id] = order
        return
    venue.orders[order.id] = order
    if order.status in (Status.SENDING, Status.UNKNOWN, Status.CANCELING):
        # sent or not, nobody knows: ask by client id, never resend
        if order.status is Status.SENDING:
            venue.orders[order.id] = replace(order, status=Status.UNKNOWN)
        orders.doubts[order.id] = Doubt(order.created_at, state.now, next_ask=state.now)
    _rejoin(sym, order)


def _rejoin(sym: SymbolState, order: Order) -> None:
    """Give an order in flight back to the position or the entry that it belongs to."""
    held = sym.held
    if order.is_entry:
        sym.entry = order.id
    elif held is None or order.position_id != held.position.id:
        return  # it outlived an earlier position; the next report sweeps it away
    elif order.guards:
        role = held.protection.orders[order.id] = role_of(order)
        price = math.nan if order.stop_price is None else float(order.stop_price)
        if role != TARGET:
            held.protection.covers = price
        held.protection.target = held.target
    else:
        held.exit_order = order.id
        held.must_go = exits.REASONS.index(order.reason)
