"""The venue's truth against ours: pure comparison, answered with what must be done about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trader.domain import events as ev
from trader.domain.money import ZERO
from trader.domain.order import Fill, Order, Status
from trader.domain.position import Position


@dataclass(frozen=True, slots=True)
class Differences:
    """What a report says that the books do not.

    `fills` of ours to apply, oldest first; `states` of orders of ours as the venue has them;
    `vanished` live orders of ours that the venue did not mention (each must be asked for);
    `strangers` orders that carry our name but are not in the journal; `missing` key -> quantity
    that the books hold and the account does not.
    """

    fills: tuple[Fill, ...]
    states: tuple[ev.OrderState, ...]
    vanished: tuple[str, ...]
    strangers: tuple[ev.OrderState, ...]
    missing: Mapping[str, Decimal]


def compare(
    report: ev.VenueReported,
    orders: Mapping[str, Order],
    positions: Iterable[Position],
    steps: Mapping[str, Decimal],
    namespace: str,
) -> Differences:
    """Compare a report with live and ended orders (by client id) and positions of one venue.

    Surplus coins are the user's and are not mentioned. Running it again on books that applied
    its answer gives nothing.
    """
    told = report.open_orders + report.recent
    known = tuple(state for state in told if state.order_id in orders)
    strangers = tuple(
        state
        for state in told
        if state.order_id not in orders and state.order_id.startswith(namespace)
    )
    names = {state.order_id for state in told}
    vanished = tuple(
        order.id
        for order in orders.values()
        if order.live and order.status is not Status.SENDING and order.id not in names
    )
    fills = sorted((fill for state in known for fill in state.fills), key=_when)
    return Differences(tuple(fills), known, vanished, strangers, _missing(report, positions, steps))


def _when(fill: Fill) -> tuple[int, str]:
    return fill.at, fill.id


def _missing(
    report: ev.VenueReported, positions: Iterable[Position], steps: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """Quantities that the books hold beyond what the account holds, above one lot step."""
    held = {holding.key: holding.quantity for holding in report.holdings}
    missing = {}
    for position in positions:
        there = held.get(position.key, ZERO) * int(position.direction)
        lacking = position.quantity - max(ZERO, there)
        if lacking > steps[position.key] or (lacking > ZERO and there <= ZERO):
            missing[position.key] = lacking
    return missing
