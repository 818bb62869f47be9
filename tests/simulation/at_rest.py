"""Promises that are judged when the trouble has been over for long enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.simulation.promises import Promise, booked, muddled, symbols
from trader.domain.money import ZERO
from trader.domain.order import RESTING

if TYPE_CHECKING:
    from tests.simulation.world import World


def promise_1_ledger_equals_exchange(world: World) -> Iterator[str]:
    """Every fill of our orders is in the journal, once, and the books are their sum."""
    told = world.ledger.told()
    for venue, sym in symbols(world):
        fills = world.exchanges.fills(sym.key)
        missing = [(f.order_id, f.id) for f in fills if f"{f.key} {f.id}" not in told.fills]
        if missing:
            yield f"{sym.key}: fills nobody heard of: {missing}"
        if booked(venue, sym) != told.owned[sym.key] and not muddled(world, sym.key):
            yield f"{sym.key}: books {booked(venue, sym)}, journal {told.owned[sym.key]}"


def promise_1_nothing_is_missing(world: World) -> Iterator[str]:
    """The account holds at least what the books say."""
    for venue, sym in symbols(world):
        there, ours = world.exchanges.holding(sym.key), booked(venue, sym)
        lacking = abs(ours) - max(ZERO, there if ours > ZERO else -there)
        if lacking > sym.step:
            yield f"{sym.key}: the books hold {ours}, the account {there}"


def promise_1_nothing_was_invented(world: World) -> Iterator[str]:
    """Where nobody else traded, the books are the sum of our fills on the exchange exactly."""
    for venue, sym in symbols(world):
        if world.exchanges.foreign_hand(sym.key):
            continue
        if booked(venue, sym) != world.exchanges.owned(sym.key):
            there = world.exchanges.owned(sym.key)
            yield f"{sym.key}: books {booked(venue, sym)}, the exchange {there}"


def promise_2_every_order_is_in_the_journal(world: World) -> Iterator[str]:
    """Also after everything was lost that could be lost."""
    known = {row["id"] for row in world.ledger.read("SELECT id FROM orders")}
    for order in world.exchanges.ours():
        if order.request.id not in known:
            yield f"{order.request.id} is on the exchange and not in the journal"


def promise_5_protection_is_alive(world: World) -> Iterator[str]:
    """What the engine relies on is really there and fits; without any it watches itself."""
    for _, sym in symbols(world):
        held = sym.held
        if held is None or not held.protection.orders:
            continue
        live = {o.request.id: o.remaining for o in world.exchanges.live(sym.key)}
        there = [live[name] for name in held.protection.orders if name in live]
        if not there:
            yield f"{sym.key}: relies on {list(held.protection.orders)}, which do not live"
        elif max(there) > held.position.quantity:
            yield f"{sym.key}: guarded for {max(there)}, holds {held.position.quantity}"


def promise_8_every_command_is_answered_once(world: World) -> Iterator[str]:
    """Each that was taken has its final answer, and what it ordered to be closed is closed."""
    for row in world.ledger.read("SELECT id, result FROM commands"):
        if row["result"] not in ("done", "refused", "failed"):
            yield f"command {row['id']} has no final answer"
    if world.people.mail is not None:
        yield f"command {world.people.mail.id} still lies in the mailbox"
    for _, sym in symbols(world):
        if sym.held is not None and sym.held.position.id in world.observer.closing:
            yield f"{sym.key}: was to be closed and is still held"


def liveness_everything_comes_to_rest(world: World) -> Iterator[str]:
    """No doubt, no exit, no entry is left under way; the bot lives and is no more recovering."""
    if world.bot is None:
        yield "the bot is dead"
        return
    for venue in world.bot.engine.state.venues.values():
        for order in venue.orders.values():
            if not (order.guards and order.status in RESTING):
                yield f"{order.id} is still {order.status}"
        if ("recovering", "") in venue.halts:
            yield f"{venue.name} is still recovering"


def liveness_no_orphan_is_left(world: World) -> Iterator[str]:
    """Every order of ours that rests on an exchange guards a position."""
    if world.bot is None:
        return
    for venue in world.bot.engine.state.venues.values():
        relied_on = {name for held in venue.holding.values() for name in held.protection.orders}
        for key in venue.symbols:
            for left in world.exchanges.live(key):
                if left.request.id not in relied_on:
                    yield f"{left.request.id} rests on the exchange and guards nothing"


AT_THE_END: tuple[Promise, ...] = (
    promise_1_ledger_equals_exchange,
    promise_1_nothing_is_missing,
    promise_1_nothing_was_invented,
    promise_2_every_order_is_in_the_journal,
    promise_5_protection_is_alive,
    promise_8_every_command_is_answered_once,
    liveness_everything_comes_to_rest,
    liveness_no_orphan_is_left,
)
