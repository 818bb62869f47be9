"""One pair of hands for several venues: every request finds its own."""

from collections.abc import Mapping

from trader.domain.dust import Conversion
from trader.domain.instrument import venue_of
from trader.domain.order import Order
from trader.domain.outcome import Question
from trader.engine.ports import Venues

_LETTERS = {"U": "upbit", "B": "binance_spot", "F": "binance_futures"}
LETTER_AT = 2  # a client id is namespace (2), venue letter, purpose letter, "-", number


class Router:
    """The port `Venues` for all venues together."""

    def __init__(self, venues: Mapping[str, Venues]) -> None:
        self._venues = venues

    def submit(self, order: Order) -> None:
        """To the venue of its instrument."""
        self._venues[venue_of(order.key)].submit(order)

    def cancel(self, order_id: str) -> None:
        """To the venue whose letter the client id carries."""
        self._venues[venue_of_id(order_id)].cancel(order_id)

    def ask(self, question: Question) -> None:
        """A report is asked of a venue, a price of an instrument's, an order of its id's."""
        subject = question.subject
        by_id = question.about == "order"
        venue = venue_of_id(subject) if by_id else venue_of(subject)
        self._venues[venue].ask(question)

    def convert(self, conversion: Conversion) -> None:
        """To the venue that it names."""
        self._venues[conversion.venue].convert(conversion)


def venue_of_id(order_id: str) -> str:
    """The venue whose letter a client id carries. Raises `LookupError` when it is none of ours."""
    return _LETTERS[order_id[LETTER_AT]]
