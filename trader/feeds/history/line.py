"""One public line to an exchange: every answer is looked at, every failure asked again in time.

Classified by what came over the wire, not by ccxt's errors: broken JSON behind HTTP 200 raises
nothing there, 429 is three different errors, and a cut within an answer looks like a refusal.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from trader.domain.errors import VenueRefused, VenueUnavailable
from trader.domain.time import Millis
from trader.feeds.history.page import BrokenAnswer
from trader.feeds.history.venues import Venue, settings_of

if TYPE_CHECKING:
    from ccxt.async_support import Exchange

T = TypeVar("T")
_BUSY = (418, 429)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # seconds, of the waits that we choose
_MOST_ASKED = 120.0  # seconds that an exchange may make us wait
_SHOWN = 160  # characters of an exchange's text


def _milliseconds() -> Millis:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and patience: a clock (ms UTC), a way to wait (seconds), chance in [0, 1), tries."""

    now: Callable[[], Millis] = _milliseconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    tries: int = 6
    timeout: float = 20.0


class Throttled(VenueUnavailable):
    """The exchange asks us to slow down. `seconds`: for how long, None when it does not say."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("it asks for fewer requests")
        self.seconds = seconds


class Line:
    """ccxt for one venue, used for its public questions. A pause holds for everyone who asks."""

    def __init__(self, venue: Venue, address: str, pace: Pace, tell: Callable[[str], None]) -> None:
        self.venue = venue
        self.pace = pace
        self._tell = tell
        self._address = address
        self._exchange: Exchange | None = None
        self._open_at: Millis = 0

    @property
    def exchange(self) -> Exchange:
        """ccxt's object, made when it is first needed: importing it takes a second."""
        if self._exchange is None:
            import ccxt.async_support as ccxt

            settings = settings_of(self.venue, self._address, self.pace.timeout)
            self._exchange = getattr(ccxt, self.venue.ccxt)(settings)
            self._exchange.on_rest_response = _looked_at
        return self._exchange

    async def close(self) -> None:
        """Give the connections back."""
        if self._exchange is not None:
            await self._exchange.close()

    async def markets(self) -> Mapping[str, Any]:
        """Every market by ccxt's symbol. Raises `VenueUnavailable`, `VenueRefused`."""
        return await self._again(self._load)

    async def ask(self, method: str, words: Mapping[str, object], read: Callable[[Any], T]) -> T:
        """Ask until a readable answer comes. Raises `VenueUnavailable`, `VenueRefused`."""

        async def once() -> T:
            return read(await getattr(self.exchange, method)(dict(words)))

        return await self._again(once)

    async def _load(self) -> Mapping[str, Any]:
        markets: Mapping[str, Any] = await self.exchange.load_markets()
        if not markets:
            raise BrokenAnswer("a list without any market came back")
        return markets

    async def _again(self, once: Callable[[], Awaitable[T]]) -> T:
        for failed in range(1, self.pace.tries + 1):
            await self._wait_for_the_door()
            try:
                return await once()
            except VenueRefused as refusal:
                raise VenueRefused(f"{self.venue.name} refused: {refusal}") from None
            except Exception as error:
                reason = _reason(error)
                if reason is None:
                    raise
                if failed == self.pace.tries:
                    raise VenueUnavailable(self._given_up(reason)) from error
                self._close_the_door(error, failed)
        raise AssertionError("a last try returns or raises")

    def _given_up(self, reason: str) -> str:
        where = f" at {self._address}" if self._address else ""
        return f"{self.venue.name}{where} cannot be reached after {self.pace.tries} tries: {reason}"

    async def _wait_for_the_door(self) -> None:
        while (left := self._open_at - self.pace.now()) > 0:
            await self.pace.sleep(left / 1_000)

    def _close_the_door(self, error: Exception, failed: int) -> None:
        """Nobody asks before the wait is over: what the exchange wants, else longer each time."""
        wanted = error.seconds if isinstance(error, Throttled) else None
        if wanted is not None and wanted > _MOST_ASKED:
            raise VenueUnavailable(
                f"{self.venue.name} bars this address for {wanted / 60:.0f} minutes because of "
                "too many requests"
            ) from error
        grown = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (failed - 1)) * (0.5 + self.pace.chance())
        wait = grown if wanted is None else wanted + self.pace.chance()
        self._open_at = max(self._open_at, self.pace.now() + round(wait * 1_000))
        if wait >= 2:
            self._tell(f"{self.venue.name}: {_reason(error)}; waiting {wait:.0f} s")


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
        raise BrokenAnswer("an answer that is no JSON came back") from None
    return text


def _seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date, and anything else, counts as not said."""
    wanted = next((v for name, v in headers.items() if name.lower() == "retry-after"), "")
    with suppress(ValueError):
        return max(0.0, float(wanted))
    return None


def _reason(error: Exception) -> str | None:
    """Why asking again may help; None: it may not."""
    import ccxt

    if isinstance(error, VenueUnavailable):
        return str(error)
    if isinstance(error, ccxt.RequestTimeout):
        return "no answer in time"
    if isinstance(error, ccxt.NetworkError):
        return "no connection"
    cause = type(error.__cause__).__module__  # of ccxt's plain error: it hides what aiohttp said
    cut = isinstance(error, ccxt.BaseError) and cause.startswith("aiohttp.")
    return "the connection was cut" if cut else None
