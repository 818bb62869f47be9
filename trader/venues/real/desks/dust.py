"""Converts remainders that are ours, where an exchange offers that: once, then it is looked for.

Binance converts all that is free of a coin, so its own preview is looked at right before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from trader.domain.dust import Conversion, ConvertedDust, DustConverted
from trader.domain.errors import VenueError
from trader.domain.instrument import BINANCE_SPOT, Instrument
from trader.domain.time import DAY, MINUTE
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call, Reply
from trader.venues.real.line import Ears, Line
from trader.venues.real.offers import NotOffered
from trader.venues.real.reading import dust as reading
from trader.venues.real.reading import spot
from trader.venues.real.reading.fields import Strange
from trader.venues.real.verdicts import Verdict, judged

COIN = "BNB"
CLOCKS = 5 * MINUTE  # the log is looked through from so long before we asked
SETTLED = 2 * MINUTE  # a request that is not in the log then, and whose coins are there, was none
FORGOTTEN = DAY  # nobody doubts the log longer, wherever the coins are
LATER = "it is tried again later"


class Dust(Protocol):
    """What becomes of remainders at one exchange."""

    async def tell(self, conversion: Conversion) -> None:
        """Convert, or look what became of it, and put `DustConverted` when that is known."""


class Kept:
    """An exchange that converts nothing."""

    def __init__(self, line: Line, price: Callable[[str], Awaitable[Decimal]], ears: Ears) -> None:
        del line, price
        self._ears = ears

    async def tell(self, conversion: Conversion) -> None:
        """Everything stays."""
        self._ears.put(_over(conversion, (), "nothing is converted here", self._ears))


class ToBnb:
    """Binance spot. `price` of a key in the quote currency."""

    def __init__(self, line: Line, price: Callable[[str], Awaitable[Decimal]], ears: Ears) -> None:
        self._line = line
        self._price = price
        self._ears = ears
        self._into = Instrument(BINANCE_SPOT, COIN, spot.QUOTE).key
        self._under_way = False

    async def tell(self, conversion: Conversion) -> None:
        """Once at a time: what is under way may not have left yet, and is not to be looked for."""
        if self._under_way:
            return
        self._under_way = True
        try:
            told = await (self._found if conversion.again else self._made)(conversion)
        finally:
            self._under_way = False
        if told is not None:
            self._ears.put(told)

    async def _made(self, conversion: Conversion) -> DustConverted | None:
        """None: nobody knows; it is to be looked for. What fails before the request is no doubt."""
        try:
            price = await self._price(self._into)
            coins = await self._chosen(conversion)
        except NotOffered as no:
            return _over(conversion, (), str(no), self._ears)
        except (VenueError, Strange) as no:
            return _over(conversion, (), f"{no}; {LATER}", self._ears)
        if not coins:
            return _over(conversion, (), "the exchange converts none of it now", self._ears)
        asked = Call("sapiPostAssetDust", {"asset": sorted(coins)})
        reply = await self._line.ask(asked, Urgency.LOOK)
        return self._judged(conversion, reply, (self._into, price))

    async def _chosen(self, conversion: Conversion) -> list[str]:
        """Coins that may be converted and of which no more is free than what is ours."""
        body = await self._line.read(Call("sapiPostAssetDustBtc"))
        free, ours = reading.convertible(body), dict(conversion.parts)
        return [
            coin
            for coin, key in _keys(conversion).items()
            if coin in free and free[coin] <= ours[key]
        ]

    def _judged(
        self, conversion: Conversion, reply: Reply, into: tuple[str, Decimal]
    ) -> DustConverted | None:
        if reply.fine:
            return self._read(conversion, reply.body, into)
        told = judged(reply, self._line.codes, "")
        if told.verdict in (Verdict.REFUSED, Verdict.NEVER_LEFT):
            return _over(conversion, (), f"{told.text}; {LATER}", self._ears)
        return None

    def _read(
        self, conversion: Conversion, body: Any, into: tuple[str, Decimal]
    ) -> DustConverted | None:
        try:
            parts = reading.converted(body, _keys(conversion), into)
        except Strange:
            return None  # the log will tell
        return _over(conversion, parts, "", self._ears) if parts else None

    async def _found(self, conversion: Conversion) -> DustConverted | None:
        """By the log of conversions; without a row of ours only if the coins are still there."""
        since, age = conversion.asked_at - CLOCKS, self._ears.now() - conversion.asked_at
        into = self._into, await self._price(self._into)
        asked = Call("sapiGetAssetDribblet", {"startTime": since})
        parts = reading.logged(await self._line.read(asked), _keys(conversion), into, since)
        if parts:
            return _over(conversion, parts, "", self._ears)
        if age < SETTLED or (age < FORGOTTEN and not await self._there(conversion)):
            return None
        return _over(conversion, (), f"the exchange did not do it; {LATER}", self._ears)

    async def _there(self, conversion: Conversion) -> bool:
        """Whether the account still holds every coin that was to be converted."""
        _, _, holdings = spot.balances(await self._line.read(Call("privateGetAccount")))
        held = {holding.key for holding in holdings}
        return all(key in held for key, _ in conversion.parts)


def _keys(conversion: Conversion) -> Mapping[str, str]:
    """By coin."""
    return {Instrument.parse(key).base: key for key, _ in conversion.parts}


def _over(
    conversion: Conversion, parts: tuple[ConvertedDust, ...], reason: str, ears: Ears
) -> DustConverted:
    return DustConverted(conversion.venue, conversion.asked_at, parts, reason, ears.now())
