"""A bench whose engine writes a journal, and can be restarted from it."""

from __future__ import annotations

from typing import Any

from tests.engine.bench import Bench
from trader.domain import events as ev
from trader.domain.book import VenueBook
from trader.domain.order import Order
from trader.domain.outcome import Outcome
from trader.domain.position import ClosedTrade, Position
from trader.engine.ports import Restored


class Notebook:
    """What a journal would know: the newest value of everything that left in an outcome."""

    def __init__(self) -> None:
        self.books: dict[str, VenueBook] = {}
        self.positions: dict[str, Position] = {}
        self.orders: dict[str, Order] = {}
        self.trades: list[ClosedTrade] = []
        self.fills: set[str] = set()

    def write(self, out: Outcome) -> None:
        """Everything in one outcome."""
        self.books.update({book.venue: book for book in out.books})
        self.orders.update({order.id: order for order in out.submit})
        self.orders.update({order.id: order for order in out.orders})
        for position in out.positions:
            self.positions[position.key] = position
        self.positions = {k: p for k, p in self.positions.items() if p.quantity > 0}
        self.trades += out.trades
        self.fills |= {f"{fill.key.partition(':')[0]}:{fill.id}" for fill in out.fills}

    def read(self) -> Restored:
        """As it is read at start."""
        return Restored(
            self.books, tuple(self.positions.values()), tuple(self.orders.values()),
            tuple(self.trades), tuple(sorted(self.fills)),
        )  # fmt: skip


class Journalled(Bench):
    """A bench whose every outcome is written down."""

    def __init__(self, venue: str = "binance_spot", **settings: Any) -> None:
        self.notebook = Notebook()
        super().__init__(venue, **settings)

    def tell(self, event: ev.Event) -> Outcome:
        out = super().tell(event)
        self.notebook.write(out)
        return out

    def restarted(self, **settings: Any) -> Bench:
        """A new engine that read the notebook."""
        new = Bench(self.venue.name, **settings)
        new.now = self.now
        new.engine.restore(self.notebook.read(), self.now)
        return new
