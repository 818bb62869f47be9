"""Questions that an exchange, a test network or a proxy may not offer: another one that tells the
same is asked, or it is said what will not be known.

A status without the exchange's own words may be a proxy's, so it proves nothing about an order
(see `verdicts`); here it only chooses which question is asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from trader.domain.errors import VenueUnavailable
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call, Reply
from trader.venues.real.reading.fields import Row
from trader.venues.real.verdicts import said

if TYPE_CHECKING:
    from trader.venues.real.line import Ears, Line

T = TypeVar("T")
_STATUSES = (400, 404, 405, 410, 501)
_WORDS = ("", "404", "405", "-5000")  # -5000: Binance's "path is invalid"


class NotOffered(VenueUnavailable):
    """There is no such question at this address."""


def not_offered(reply: Reply) -> bool:
    """Whether whoever answered does not know the path, or nobody has such an address."""
    if reply.status is None:
        return type(reply.failure).__name__ == "NotSupported"  # ccxt's word, before it sends
    return reply.status in _STATUSES and said(reply)[0] in _WORDS


def shown(method: str) -> str:
    """ccxt's name of a question as people know it: `privateGetApiKeys` -> `GET apiKeys`."""
    for verb in ("Get", "Post", "Put", "Delete"):
        _, found, rest = method.partition(verb)
        if found and rest:
            return f"{verb.upper()} {rest[0].lower()}{rest[1:]}"
    return method


class Offers:
    """Of one venue. What is missing is told once."""

    def __init__(self, venue: str, line: Line, ears: Ears) -> None:
        self._venue, self._line, self._ears = venue, line, ears
        self._chosen: dict[str, int] = {}  # first method of several -> which of them is offered
        self._told: set[str] = set()

    async def first(self, *calls: Call, urgency: Urgency = Urgency.LOOK) -> Any:
        """The answer to the first of these calls that is offered, found once. Raises as `read`."""
        name = calls[0].method
        start = self._chosen.get(name, 0)
        for number, call in enumerate(calls[start:], start):
            try:
                body = await self._line.read(call, urgency)
            except NotOffered:
                if call is calls[-1]:
                    raise
                continue
            self._chosen[name] = number
            return body
        raise AssertionError("no call was given")

    async def unless_missing(self, asking: Awaitable[T], lacking: Callable[[], T], why: str) -> T:
        """What is good to know; `lacking` where it is not offered. `why`: what that means."""
        try:
            return await asking
        except NotOffered as no:
            if str(no) not in self._told:
                self._told.add(str(no))
                self._ears.notice(f"not_offered_{len(self._told)}", f"{no}: {why}")
            return lacking()


def nothing() -> list[Row]:
    """No rows."""
    return []
