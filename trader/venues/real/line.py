"""The line to one exchange: who asks hears an answer or a clear error; what it means for the link,
the keys and the clock is seen to here, once for all requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trader.domain.errors import KeysRefused, VenueRefused, VenueUnavailable
from trader.domain.events import Event, LinkChanged
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT
from trader.domain.time import MINUTE, Millis
from trader.venues.real.budget import Urgency, urgent
from trader.venues.real.calling import Call, Reply, called
from trader.venues.real.codes import CODES, UNLISTED
from trader.venues.real.offers import NotOffered, not_offered, shown
from trader.venues.real.reading.fields import Strange, moment, row
from trader.venues.real.verdicts import THROTTLED, never_left, said

if TYPE_CHECKING:
    from ccxt.pro import Exchange

_CLOCKS = {BINANCE_SPOT: "publicGetTime", BINANCE_FUTURES: "fapiPublicGetTime"}
CLOCK_LASTS = MINUTE
CLOCK_WITHIN = 2_000  # ms
DOWN_AFTER = 2  # unanswered requests in a row; a connection that is refused is proof at once


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens. `put`: the inbox. `now` ms UTC, `sleep` seconds. `notice` (code, text): what a
    person should know and what no event tells."""

    put: Callable[[Event], None]
    now: Callable[[], Millis]
    sleep: Callable[[float], Awaitable[object]]
    notice: Callable[[str, str], None]


class NotThere(VenueRefused):
    """A clean "no such order": the exchange looked and did not find it."""


class NotListed(Strange):
    """The exchange does not know the market (any more): nothing can be told about it."""


def _always() -> bool:
    return True


class Line:
    """ccxt's object of one exchange, asked in our way. Nothing is sent twice, but what was refused
    because of the time alone, which proves that nothing was done (see docs/decisions/0061)."""

    def __init__(self, venue: str, exchange: Exchange, ears: Ears) -> None:
        self.codes = CODES[venue]
        self.keys_refused_at: Millis | None = None
        self.pings = True  # whether streams are asked for a sign of life in text
        self.venue = venue
        self._exchange = exchange
        self._ears = ears
        self._connected = True
        self._unanswered = 0
        self._clock_at: Millis = -CLOCK_LASTS
        self._setting: asyncio.Task[None] | None = None

    async def ask(self, call: Call, urgency: Urgency, still: Callable[[], bool] = _always) -> Reply:
        """Send one request; never raises what others can cause.

        Refused for its time it is sent once more, by a clock set anew, if it is `still` wanted.
        """
        reply = await self._asked(call, urgency)
        if not self._ill_timed(reply):
            return reply
        fresh = await self._clock_anew()
        return await self._asked(call, urgency) if fresh and still() else reply

    async def _asked(self, call: Call, urgency: Urgency) -> Reply:
        with urgent(urgency):
            reply = await called(self._exchange, call)
        if said(reply)[0] in self.codes.keys and reply.status not in THROTTLED:
            self._refuse_keys(reply)
        elif call.private or self.keys_refused_at is None:
            self._follow_link(reply)
        return reply

    async def read(self, call: Call, urgency: Urgency = Urgency.LOOK) -> Any:
        """Ask for something that changes nothing. Raises `NotThere`, `NotListed`, `NotOffered`,
        `KeysRefused`,
        `VenueUnavailable`."""
        reply = await self.ask(call, urgency)
        if reply.fine:
            return reply.body
        if not_offered(reply):
            raise NotOffered(f"{self.venue} does not offer {shown(call.method)}")
        code, message = said(reply)
        if reply.status is not None and 400 <= reply.status < 500:
            if code in self.codes.absent:
                raise NotThere(f"{code} {message}".strip())
            if code in UNLISTED:
                raise NotListed(f"{self.venue} does not know the market ({code} {message})")
            if code in self.codes.keys:
                raise KeysRefused(self._remedy(code, message))
        detail = f"{code} {message}".strip() or f"HTTP {reply.status}"
        raise VenueUnavailable(f"{self.venue} gave no answer of use ({detail})")

    async def change(self, call: Call, urgency: Urgency) -> None:
        """Set something that may be set already (leverage, margin). Raises `VenueRefused` with
        the exchange's words, `VenueUnavailable`."""
        reply = await self.ask(call, urgency)
        code, message = said(reply)
        if reply.fine or code in self.codes.unchanged:
            return
        if reply.status is None or reply.status >= 500:
            raise VenueUnavailable(f"{self.venue} gave no answer of use ({code} {message})")
        raise VenueRefused(f"{code} {message}".strip())

    async def set_clock(self) -> None:
        """Follow the exchange's clock, if signatures carry a time; at most once a minute.

        An answer that took long, or cannot be read, tells the time badly and changes nothing.
        """
        method = _CLOCKS.get(self.venue)
        if method is None or self._ears.now() - self._clock_at < CLOCK_LASTS:
            return
        asked = self._exchange.milliseconds()
        reply = await self._asked(Call(method), Urgency.PROTECT)
        took = self._exchange.milliseconds() - asked
        if not reply.fine or took > CLOCK_WITHIN:
            return
        try:
            theirs = moment(row(reply.body, "the time"), "serverTime")
        except Strange:
            return
        self._exchange.options["timeDifference"] = asked + took // 2 - theirs
        self._clock_at = self._ears.now()

    async def close(self) -> None:
        """Wait for what this line started itself."""
        if self._setting is not None:
            await asyncio.gather(self._setting, return_exceptions=True)

    def _ill_timed(self, reply: Reply) -> bool:
        refused = reply.status is not None and 400 <= reply.status < 500
        return refused and said(reply)[0] in self.codes.clock

    async def _clock_anew(self) -> bool:
        """Whether the difference of the clocks is known as of now; all who ask share one look."""
        if self._setting is None or self._setting.done():
            self._clock_at = -CLOCK_LASTS
            self._setting = asyncio.create_task(self.set_clock())
        await asyncio.wait({self._setting})
        timeless = self.venue not in _CLOCKS  # its requests need a new nonce, which they get
        return timeless or self._clock_at >= 0

    def _follow_link(self, reply: Reply) -> None:
        if _answers(reply):
            self._unanswered = 0
            self.keys_refused_at = None
            self._link(connected=True, reason="the exchange answers again")
        elif isinstance(reply.failure, VenueUnavailable) or not_offered(reply):
            return  # our own budget, or no address: no word about the exchange
        else:
            self._unanswered += 1
            if never_left(reply.failure) or self._unanswered >= DOWN_AFTER:
                self._link(connected=False, reason="the exchange does not answer")

    def _link(self, *, connected: bool, reason: str) -> None:
        if connected != self._connected:
            self._connected = connected
            now = self._ears.now()
            self._ears.put(LinkChanged(self.venue, connected, "rest", reason, now))

    def _refuse_keys(self, reply: Reply) -> None:
        """Told once; the link counts as lost until a private request is answered."""
        if self.keys_refused_at is None:
            self._ears.notice("keys_refused", self._remedy(*said(reply)))
            self._link(connected=False, reason="its API key is refused: see .env")
        self.keys_refused_at = self._ears.now()

    def _remedy(self, code: str, message: str) -> str:
        return (
            f"{self.venue} does not accept the API key ({code} {message}): check that the key "
            "exists, allows trading and this machine's address, and put it into .env"
        )


def _answers(reply: Reply) -> bool:
    """Whether the exchange itself spoke, and not of maintenance: a page is a proxy's word."""
    if reply.status is None or reply.status >= 500:
        return False
    return reply.body is not None or reply.status in THROTTLED
