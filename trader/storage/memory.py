"""The journal of a backtest: remembers what a report needs and costs next to nothing."""

from __future__ import annotations

from trader.domain.events import Event
from trader.domain.order import Fill, Order
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.position import ClosedTrade
from trader.engine.ports import Restored


class MemoryJournal:
    """Lists instead of tables. `orders` (every state of each) only when asked for."""

    def __init__(self, *, orders: bool = False) -> None:
        self.trades: list[ClosedTrade] = []
        self.fills: list[Fill] = []
        self.orders: list[Order] = []
        self._with_orders = orders

    def record(self, event: Event, outcome: Outcome) -> None:
        """Keep trades and fills in the order in which they happened."""
        if outcome is NOTHING:
            return
        self.trades += outcome.trades
        self.fills += outcome.fills
        if self._with_orders:
            self.orders += outcome.orders

    def restore(self) -> Restored:
        """A backtest begins with nothing."""
        return Restored()
