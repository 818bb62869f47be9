"""Orders of mode paper: executed by the embedded exchange, second prices from the real one."""

from __future__ import annotations

from collections.abc import Callable

from trader.domain.dust import Conversion
from trader.domain.order import Order
from trader.domain.outcome import Question
from trader.engine.ports import Venues


class PaperVenue:
    """The port `Venues` for one venue. `confirm` asks the real exchange for a symbol's price."""

    def __init__(self, embedded: Venues, confirm: Callable[[str], None]) -> None:
        self._embedded = embedded
        self._confirm = confirm

    def submit(self, order: Order) -> None:
        """To the embedded exchange."""
        self._embedded.submit(order)

    def cancel(self, order_id: str) -> None:
        """To the embedded exchange."""
        self._embedded.cancel(order_id)

    def ask(self, question: Question) -> None:
        """Orders and reports are known here; a price counts twice only from another source."""
        if question.about == "price":
            self._confirm(question.subject)
        else:
            self._embedded.ask(question)

    def convert(self, conversion: Conversion) -> None:
        """To the embedded exchange."""
        self._embedded.convert(conversion)
