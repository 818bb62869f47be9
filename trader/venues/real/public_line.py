"""One public line to an exchange: every answer is looked at, every failure gets our own names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from trader.domain.errors import TraderError, VenueRefused, VenueUnavailable
from trader.venues.real.addresses import Addresses
from trader.venues.real.connection import TIMEOUT, Keys, connected
from trader.venues.real.public_questions import Allowance, Question
from trader.venues.real.quoting import OddAnswer

if TYPE_CHECKING:
    from ccxt.pro import Exchange

T = TypeVar("T")
_BUSY = (418, 429)
_SHUT_FOR = 10.0  # seconds without a question where the exchange does not say for how long
_SHOWN = 160  # characters of an exchange's text


class Throttled(VenueUnavailable):
    """The exchange wants fewer questions. `seconds`: it hears none so long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it asks for fewer questions, none for {seconds:.0f} s")
        self.seconds = seconds


class PublicLine:
    """ccxt's object of one venue for public questions; nothing is asked while the door is shut.

    `monotonic` in seconds, for the waits that the exchange demands.
    """

    def __init__(
        self,
        venue: str,
        addresses: Addresses,
        allowance: Allowance,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._venue, self._addresses = venue, addresses
        self._allowance, self._clock = allowance, clock
        self._left: dict[str, tuple[float, float]] = {}  # by group: what is left, as of when
        self._shut_until = 0.0
        self._exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """Made when it is first needed: importing ccxt takes a second."""
        if self._exchange is None:
            self._exchange = connected(self._venue, self._addresses, Keys(), TIMEOUT)
            self._exchange.on_rest_response = _looked_at
            self._exchange.enableRateLimit = False  # its bucket fills only while somebody waits
        return self._exchange

    def another(self) -> Exchange:
        """A second object that knows the same markets, for one stream. Close it."""
        made = connected(self._venue, self._addresses, Keys(), TIMEOUT)
        for known in ("markets", "markets_by_id", "symbols", "ids", "currencies", "codes"):
            setattr(made, known, getattr(self.exchange, known))
        return made

    async def ask(self, question: Question, read: Callable[[Any], T]) -> T:
        """Ask once and read. Raises `VenueUnavailable`, `VenueRefused`."""

        async def once() -> T:
            return read(await getattr(self.exchange, question.method)(dict(question.words)))

        return await self._once(question, once)

    async def markets(self, question: Question) -> Mapping[str, Any]:
        """ccxt's markets, asked anew. Raises `VenueUnavailable`, `VenueRefused`."""

        async def once() -> Mapping[str, Any]:
            found: Mapping[str, Any] = await self.exchange.load_markets(
                reload=True, params=dict(question.words)
            )
            if not found:
                raise OddAnswer("a list without any market came back")
            return found

        return await self._once(question, once)

    async def close(self) -> None:
        """Give the connections back."""
        if self._exchange is not None:
            await self._exchange.close()

    async def _turn(self, question: Question) -> None:
        """Wait until the question is within the allowance; whoever came first goes first."""
        burst, rate = self._allowance
        left, at = self._left.get(question.group, (burst, 0.0))
        now = self._clock()
        left = min(burst, left + (now - at) * rate) - question.weight
        self._left[question.group] = left, now
        if left < 0.0:
            await asyncio.sleep(-left / rate)

    async def _once(self, question: Question, once: Callable[[], Awaitable[T]]) -> T:
        await self._turn(question)
        left = self._shut_until - self._clock()
        if left > 0:
            raise Throttled(left)
        try:
            return await once()
        except Throttled as busy:
            self._shut_until = self._clock() + busy.seconds
            raise
        except Exception as error:
            raise named(error) from error


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


def _looked_at(status: int, reason: str, *rest: Any) -> str:
    """Stands where ccxt hands every answer by: url, method, headers, body, and what was asked."""
    _, _, headers, body, *_ = rest
    text = str(body).strip()
    if status in _BUSY:
        raise Throttled(_seconds(headers))
    if status >= 500:
        raise VenueUnavailable(f"HTTP {status} {reason}")
    if status >= 400:
        raise VenueRefused(f"HTTP {status} {text[:_SHOWN] or reason}")
    try:
        json.loads(text)
    except ValueError:
        raise OddAnswer("an answer that is no JSON came back") from None
    return text


def _seconds(headers: Mapping[str, str]) -> float:
    """`Retry-After`; a date, and anything else, counts as not said."""
    wanted = next((v for name, v in headers.items() if name.lower() == "retry-after"), "")
    with suppress(ValueError):
        return max(0.0, float(wanted))
    return _SHUT_FOR
