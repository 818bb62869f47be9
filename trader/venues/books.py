"""All that an exchange must remember: money, orders, markets, the number of its next paper."""

from dataclasses import dataclass, field

from trader.venues.account import Account
from trader.venues.matching import Market
from trader.venues.orders import Orders, VenueOrder


@dataclass(slots=True)
class Books:
    """The exchange's truth. `changed`: the orders that the step at hand touched, for the disk."""

    account: Account
    orders: Orders
    markets: dict[str, Market] = field(default_factory=dict)
    sequence: int = 0
    changed: dict[str, VenueOrder] = field(default_factory=dict)

    def number(self, letter: str) -> str:
        """The next id of the exchange's own: `o12` an order, `t13` a trade, never used twice."""
        self.sequence += 1
        return f"{letter}{self.sequence}"

    def written(self) -> None:
        """The step is over: what it changed is safe (or nobody keeps it)."""
        self.changed.clear()
        self.orders.new_ids.clear()

    def put(self, order: VenueOrder) -> None:
        """Write down an order's newest state."""
        self.orders.put(order)
        self.changed[order.venue_id] = order
