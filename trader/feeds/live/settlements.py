"""Funding of what is held on simulated futures: charged at the real rates, at their times."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trader.domain.errors import BadInput, VenueError
from trader.domain.quotation import FundingRate
from trader.domain.time import HOUR, MINUTE, SECOND, Millis
from trader.feeds.live.ports import Exchange, PublicData, Wall

log = logging.getLogger("trader.feeds.live")
STEP = 5.0  # seconds
LOOKS: tuple[Millis, ...] = (15 * SECOND, 75 * SECOND)  # after the full hour; the second for sure


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is held on one venue: of each symbol since when (ms); and a symbol's newest price."""

    opened: Callable[[], Mapping[str, Millis]]
    price: Callable[[str], float]


class Settlements:
    """Asks after every full hour, and at the start for those that passed since `since`."""

    def __init__(
        self,
        public: PublicData,
        exchange: Exchange,
        wall: Wall,
        holdings: Holdings,
        since: Millis,
    ) -> None:
        self._public, self._exchange, self._wall = public, exchange, wall
        self._holdings = holdings
        self._since = since
        self._looked: Millis = 0
        self._charged: set[tuple[str, Millis]] = set()

    async def run(self) -> None:
        """For ever."""
        while True:
            now = self._wall.now()
            hour = now - now % HOUR
            if any(self._looked < hour + look <= now for look in LOOKS):
                self._looked = now
                if await self.settle():
                    self._since = hour
            await self._wall.sleep(STEP)

    async def settle(self) -> bool:
        """Charge what was settled since then to positions that existed; False: ask again."""
        complete = True
        for key, opened in self._holdings.opened().items():
            try:
                rates = await self._public.funding(key, self._since)
            except (VenueError, BadInput) as error:
                log.warning("%s: no funding rate: %s; asking again", key, error)
                complete = False
                continue
            for rate in rates:
                self._charge(rate, opened)
        return complete

    def _charge(self, rate: FundingRate, opened: Millis) -> None:
        key, at = rate.key, rate.at - rate.at % MINUTE
        price = rate.price or self._holdings.price(key)
        if (key, at) in self._charged or opened >= at or not price > 0.0:
            return
        self._charged.add((key, at))
        self._exchange.on_funding(key, rate.rate, price, at)
