"""The live feed: real markets of several venues as one stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from trader.domain.events import PricesSettled, TimePassed
from trader.domain.time import SECOND, Millis
from trader.feeds.live.ports import Listener, Wall
from trader.feeds.live.venue_feed import VenueFeed

STEP = 0.02  # seconds between two looks at what waits
CLOCK: Millis = 250  # how often the engine hears that time passes when nothing else happens


class LiveFeed:
    """Venues open, fail and recover each by itself; nothing here waits for all of them."""

    def __init__(self, venues: Mapping[str, VenueFeed], wall: Wall, listener: Listener) -> None:
        self._venues = venues
        self._wall, self._listener = wall, listener
        self._afterwards: Millis = 0

    @property
    def at(self) -> Millis:
        """Now: real markets are followed, not played."""
        return self._wall.now()

    @property
    def is_open(self) -> bool:
        """Whether some venue's histories are there."""
        return any(venue.opened for venue in self._venues.values())

    def open(self) -> None:
        """Before anything is asked: the exchanges know the time."""
        for venue in self._venues.values():
            venue.exchange.advance(self._wall.now())

    def settle(self) -> None:
        """At the end: let the exchanges answer what is on its way. May be repeated."""
        self._afterwards += SECOND
        for venue in self._venues.values():
            venue.exchange.advance(self._wall.now() + self._afterwards)

    def replan(self) -> None:
        """Other symbols or timeframes are wanted."""
        for venue in self._venues.values():
            venue.replan()

    def confirm(self, key: str) -> None:
        """Ask a symbol's venue for a price besides the stream's."""
        self._venues[key.partition(":")[0]].confirm(key)

    def sources(self) -> dict[str, tuple[str, float | None]]:
        """Of each venue where prices come from, and what a question takes (ms)."""
        return {name: (v.watch.source, v.watch.latency) for name, v in self._venues.items()}

    async def run(self) -> None:
        """Follow the markets for ever."""
        async with asyncio.TaskGroup() as group:
            for venue in self._venues.values():
                group.create_task(venue.run())
            group.create_task(self._pass_time())

    async def _pass_time(self) -> None:
        told: Millis = 0
        while True:
            for venue in self._venues.values():
                venue.pass_time()
            now = self._wall.now()
            if now - told >= CLOCK and self._listener.idle():
                told = now
                self._listener.put(PricesSettled(now))
                self._listener.put(TimePassed(now))
            await self._wall.sleep(STEP)
