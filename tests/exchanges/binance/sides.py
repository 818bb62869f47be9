"""What spot and USD-M have in common on the loopback Binance."""

from __future__ import annotations

from tests.exchanges.binance.access import Door
from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.listings import Listing
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked, Route

_ENDED = {State.DONE: "FILLED", State.CANCELED: "CANCELED", State.EXPIRED: "EXPIRED"}


class Spoken:
    """Binance's part of the core's `Words`."""

    door: Door

    def said(self, trouble: Trouble, status: int, retry_after: int) -> Answer:
        """Binance's words for trouble."""
        return self.door.said(trouble, status, retry_after)

    def dressed(self, asked: Asked, route: Route, answer: Answer) -> Answer:
        """With what is used of the budgets."""
        return self.door.dressed(route, asked, answer)

    def admitted(self, asked: Asked) -> Answer | None:
        """Everybody may connect; a dead listen key hears nothing."""
        return None


class Listed:
    """A desk that knows what is listed."""

    truth: Truth
    listings: dict[str, Listing]

    def listing(self, symbol: str) -> Listing:
        """Raises -1121 for a symbol that nobody lists."""
        if symbol not in self.listings:
            raise refused(-1121)
        return self.listings[symbol]

    def market(self, symbol: str) -> Market:
        """The market behind a symbol. Raises -1121."""
        return self.truth.markets[self.listing(symbol).symbol]


def status_of(order: Order) -> str:
    """Binance's word for where an order is in its life."""
    if order.quantity is not None and order.filled >= order.quantity:
        return "FILLED"
    if not order.is_open:
        return _ENDED[order.state]
    return "PARTIALLY_FILLED" if order.filled else "NEW"
