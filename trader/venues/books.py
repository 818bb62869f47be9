"""All that an exchange must remember: money, orders, markets, the number of its next paper."""

from collections import deque
from dataclasses import dataclass, field

from trader.domain.events import FundingCharged
from trader.venues.account import Account
from trader.venues.matching import Market
from trader.venues.orders import Orders, VenueOrder


@dataclass(slots=True)
class Books:
    """The exchange's truth. `changed`: the orders that the step at hand touched, for the disk;
    `charged`: its fundings, of which `fundings` holds the newest."""

    account: Account
    orders: Orders
    markets: dict[str, Market] = field(default_factory=dict)
    sequence: int = 0
    changed: dict[str, VenueOrder] = field(default_factory=dict)
    fundings: deque[FundingCharged] = field(default_factory=lambda: deque(maxlen=1_000))
    charged: list[FundingCharged] = field(default_factory=list)

    def number(self, letter: str) -> str:
        """The next id of the exchange's own: `o12` an order, `t13` a trade, never used twice."""
        self.sequence += 1
        return f"{letter}{self.sequence}"

    def written(self) -> None:
        """The step is over: what it changed is safe (or nobody keeps it)."""
        self.changed.clear()
        self.charged.clear()
        self.orders.new_ids.clear()

    def charge(self, funding: FundingCharged) -> None:
        """Write down a funding that was taken from the account."""
        self.fundings.append(funding)
        self.charged.append(funding)

    def put(self, order: VenueOrder) -> None:
        """Write down an order's newest state."""
        self.orders.put(order)
        self.changed[order.venue_id] = order
