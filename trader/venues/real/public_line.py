"""One public line to an exchange: every answer is looked at, every failure gets our own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from trader.domain.errors import TraderError, VenueRefused, VenueUnavailable
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import Urgency, urgent
from trader.venues.real.calling import Call, Reply, called, replies
from trader.venues.real.connection import Gate, Keys, another, connected
from trader.venues.real.public_questions import Question
from trader.venues.real.quoting import OddAnswer
from trader.venues.real.verdicts import LONGEST_SHOWN, THROTTLED

if TYPE_CHECKING:
    from ccxt.pro import Exchange

T = TypeVar("T")


class PublicLine:
    """ccxt's object of one venue for public questions; `gate` is the venue's budget."""

    def __init__(self, venue: str, addresses: Addresses, gate: Gate) -> None:
        self._venue, self._addresses, self._gate = venue, addresses, gate
        self._exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """Made when it is first needed: importing ccxt takes a second."""
        if self._exchange is None:
            self._exchange = connected(self._venue, self._addresses, Keys())
            self._exchange.gate = self._gate
        return self._exchange

    def another(self) -> Exchange:
        """A second object that knows the same markets, for one stream. Close it."""
        return another(self.exchange, self._venue, self._addresses, Keys())

    async def ask(self, question: Question, read: Callable[[Any], T]) -> T:
        """Ask once and read. Raises `VenueUnavailable`, `VenueRefused`."""
        with urgent(question.urgency):
            reply = await called(self.exchange, Call(question.method, question.words))
        _look_at(reply)
        try:
            return read(reply.body)
        except Exception as error:
            raise named(error) from error

    async def markets(self, words: Mapping[str, object]) -> Mapping[str, Any]:
        """ccxt's markets, asked anew. `words` go along. Raises `VenueUnavailable`,
        `VenueRefused`."""
        load = partial(self.exchange.load_markets, reload=True, params=dict(words))
        with urgent(Urgency.LOOK):
            answers = await replies(load)
        for reply in answers:
            _look_at(reply)
        if answers[-1].failure is not None:
            raise named(answers[-1].failure) from answers[-1].failure
        if not self.exchange.markets:
            raise OddAnswer("a list without any market came back")
        found: Mapping[str, Any] = self.exchange.markets
        return found

    async def close(self) -> None:
        """Give the connections back."""
        if self._exchange is not None:
            await self._exchange.close()


def named(error: Exception) -> Exception:
    """What an error means to whoever asked: odd answers raise anything at all inside ccxt."""
    import ccxt

    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ccxt.RequestTimeout):
        return VenueUnavailable("no answer in time")
    if isinstance(error, ccxt.BaseError):
        return VenueUnavailable("no connection")
    if isinstance(error, TraderError):
        return error
    return OddAnswer(f"an answer that cannot be read came back ({type(error).__name__})")


def _look_at(reply: Reply) -> None:
    """Raises `VenueUnavailable` or `VenueRefused` for what is no answer."""
    if reply.fine:
        return
    if reply.status is None:
        problem = reply.failure or VenueUnavailable("no answer")
        raise named(problem) from problem
    if 200 <= reply.status < 300:
        raise OddAnswer("an answer that is no JSON came back")
    if reply.status in THROTTLED:
        raise VenueUnavailable(f"it asks for fewer questions (HTTP {reply.status})")
    if 400 <= reply.status < 500:
        raise VenueRefused(f"HTTP {reply.status} {reply.text.strip()[:LONGEST_SHOWN]}".strip())
    raise VenueUnavailable(f"HTTP {reply.status}")
