"""The smallest exchange that the core can carry: one question, one order, one stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.core.accounts import ShortOfFundsError
from tests.exchanges.core.budgets import Budgets, Limit
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import Order
from tests.exchanges.core.server import Server
from tests.exchanges.core.settlement import Spot
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked, Route

FEE = Decimal("0.001")
_STATUS = {Trouble.LIMITED: 429, Trouble.BANNED: 418, Trouble.MAINTENANCE: 503}


def books(*, fee_on_top: bool = False, clock: Clock | None = None) -> Truth:
    """One market A/Q at 100 with 10 A at each level, 1,000 Q and 5 A free."""
    truth = Truth(clock or Clock(source=lambda: 1_000_000), Spot(FEE, FEE, fee_on_top))
    truth.add(Market("A/Q", "A", "Q", Decimal(100), depth_value=Decimal(1_000), levels=3))
    truth.accounts.give("Q", Decimal(1_000))
    truth.accounts.give("A", Decimal(5))
    return truth


@dataclass
class Toy:
    """`GET /count` tells how many orders there are, `POST /buy` buys; `/stream` repeats."""

    truth: Truth
    hub: Hub
    routes: Sequence[Route] = ()
    streams: Mapping[str, Callable[[Connection, str], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.routes = (
            Route("GET", "/count", self._count, {"all": 1}),
            Route("POST", "/buy", self._buy, {"all": 1}),
        )
        self.streams = {"/stream": self._hear}

    def _count(self, _: Asked) -> Answer:
        return Answer({"orders": len(self.truth.orders)})

    def _buy(self, asked: Asked) -> Answer:
        quantity = Decimal(str(asked.fields["quantity"]))
        try:
            order = self.truth.place(Order("A/Q", "buy", "market", quantity=quantity))
        except ShortOfFundsError as short:
            return Answer({"short of": short.asset}, 400)
        return Answer({"filled": str(order.filled)})

    def _hear(self, connection: Connection, text: str) -> None:
        connection.topics.add(text)
        self.hub.reply(connection, {"heard": text})

    def said(self, trouble: Trouble, status: int, retry_after: int) -> Answer:
        """Its own words for trouble."""
        status = _STATUS.get(trouble, status)
        return Answer({"error": trouble.value}, status, {"Retry-After": str(retry_after)})

    def dressed(self, asked: Asked, route: Route, answer: Answer) -> Answer:
        """Nothing is added."""
        return answer

    def admitted(self, asked: Asked) -> Answer | None:
        """Whoever brings no token of zero."""
        return Answer("no", 401, content="text/plain") if asked.query == "token=0" else None


def toy(limit: int = 100) -> Server:
    """A server that is not started yet."""
    hub, truth = Hub(), books()
    return Server(truth, Toy(truth, hub), Budgets({"all": Limit(limit, 1_000)}), hub)
