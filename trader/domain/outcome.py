"""What the engine answers to one event: orders, questions, and everything worth remembering."""

from dataclasses import dataclass, field
from typing import NamedTuple

from trader.domain.book import VenueBook
from trader.domain.commands import CommandAnswer
from trader.domain.dust import Conversion
from trader.domain.order import Fill, Order
from trader.domain.position import ClosedTrade, Position
from trader.domain.signal import Decision
from trader.domain.time import Millis


class Notice(NamedTuple):
    """Something a person should know. `level`: info, warning, error. `code` is stable."""

    level: str
    code: str
    text: str
    at: Millis
    key: str = ""


class Question(NamedTuple):
    """Something only the venue knows. `about`: order (one client id), report, price (one key)."""

    about: str
    subject: str


@dataclass(frozen=True, slots=True)
class Intent:
    """Why an order was made: the controls it passed, with value and limit, as journalled."""

    order_id: str
    controls: tuple[tuple[str, float, float], ...]


@dataclass(slots=True)
class Outcome:
    """Collected while one event is processed; written to the journal before anything is sent.

    `submit`, `cancel` (client ids), `ask` and `convert` go to the venues. The others are what
    changed: `orders` and `positions` hold new values (a position of quantity 0 is gone), `fills`
    the ones applied for the first time, `trades` what closed, `books` the venues whose books
    changed.
    """

    submit: list[Order] = field(default_factory=list)
    cancel: list[str] = field(default_factory=list)
    ask: list[Question] = field(default_factory=list)
    convert: list[Conversion] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    trades: list[ClosedTrade] = field(default_factory=list)
    books: list[VenueBook] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    answers: list[CommandAnswer] = field(default_factory=list)

    @property
    def durable(self) -> bool:
        """Whether the journal has anything to write."""
        return bool(
            self.submit or self.orders or self.fills or self.positions or self.trades
            or self.books or self.decisions or self.notices or self.answers
        )  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write, to cancel, to ask or to convert."""
        return not (self.durable or self.cancel or self.ask or self.convert)


NOTHING = Outcome()  # shared answer of the events that change nothing; never written into
