"""What a bot must still know after a restart: its memory as plain values, fit for comparison."""

from typing import Any

from trader.domain.money import ZERO
from trader.domain.order import Order, Status
from trader.engine.state import State, VenueState

# Halts whose cause is looked at anew at every start.
FLEETING = {"halt_file", "journal", "link_lost", "recovering", "stale_prices", "unfit"}


def durable(state: State) -> dict[str, Any]:
    """Cash, positions, orders in flight, halts, cooldowns and counters of every venue."""
    kept: dict[str, Any] = {"fills": {name for name in state.fill_ids if ":external-" not in name}}
    for name, venue in state.venues.items():
        account = venue.account
        kept[f"{name} money"] = (
            account.cash, account.realised, account.fees, account.funding,
            round(account.margin, 12),
        )  # fmt: skip
        kept[f"{name} numbers"] = (venue.sequence, venue.losses_in_row, venue.streak, venue.day)
        kept[f"{name} dust"] = {key: dust for key, dust in venue.dust.items() if dust != ZERO}
        kept[f"{name} halts"] = {h for h in venue.halts.values() if h.code not in FLEETING}
        kept[f"{name} orders"] = {o.id: _shown(o) for o in venue.orders.values()}
        kept |= _held(venue)
    return kept


def _held(venue: VenueState) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, sym in venue.symbols.items():
        kept[f"{key} entry"] = sym.entry
        kept[f"{key} last exit"] = sym.last_exit
        held = sym.held
        if held is None:
            kept[f"{key} held"] = None
            continue
        position = held.position
        kept[f"{key} held"] = (
            position.id, position.quantity, position.entry_price, position.fees, held.exit_order,
            held.must_go, held.stop, held.target, set(held.protection.orders),
        )  # fmt: skip
    return kept


def _shown(order: Order) -> tuple[Any, ...]:
    """After a start nobody knows what became of an order that was just leaving."""
    sent = order.status is Status.SENDING
    return Status.UNKNOWN if sent else order.status, order.filled, order.fees
