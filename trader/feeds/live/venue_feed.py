"""One venue's part of the live feed: markets, symbols, histories; then prices and candles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from trader.domain.candles import Candle
from trader.domain.errors import BadInput, VenueError
from trader.domain.events import (
    CandlesClosed,
    HistoryLoaded,
    LinkChanged,
    MarketListed,
    PriceSeen,
    UniverseChosen,
)
from trader.domain.instrument import MarketRules, venue_of
from trader.domain.time import HOUR, MINUTE, Millis
from trader.feeds.demo import Scene
from trader.feeds.live.closes import Closes
from trader.feeds.live.directory import Directory
from trader.feeds.live.frame import frame_of
from trader.feeds.live.marks import Marks
from trader.feeds.live.past import Pasts
from trader.feeds.live.ports import Exchange, Listener, PublicData, Wall
from trader.feeds.live.prices import Prices
from trader.feeds.live.settlements import Holdings, Settlements
from trader.feeds.live.watch import Watch

log = logging.getLogger("trader.feeds.live")
LOOK = 1.0  # seconds between two looks whether other symbols are wanted
LONGEST = 60.0  # seconds between two tries to open
MARKETS, PRICES = "markets", "prices"  # what may be lost, each by itself


@dataclass(frozen=True, slots=True)
class Studio:
    """What all venues of a feed share. `plan`: symbols, timeframes and rows as now wanted."""

    wall: Wall
    listener: Listener
    directory: Directory
    plan: Callable[[], Scene]


class VenueFeed:
    """Follows one venue for ever. `opened` once its histories are there."""

    def __init__(
        self, venue: str, public: PublicData, exchange: Exchange, studio: Studio, since: Millis
    ) -> None:
        self._venue, self._public, self.exchange = venue, public, exchange
        self._wall, self._listener = studio.wall, studio.listener
        self._directory, self._plan = studio.directory, studio.plan
        self.opened = False
        self._keys: tuple[str, ...] = ()
        self._changed = asyncio.Event()
        self._stale = self._ended = False
        self._hour = 0
        self._rules: dict[str, MarketRules] = {}
        self._pasts = Pasts(public, self._wall, venue)
        self._confirming: set[asyncio.Task[None]] = set()
        self._closes = Closes(public, self._wall, self._hand, self._done)
        self._prices = Prices(exchange, self._wall, self._listener, self._closes)
        self.watch = Watch(public, self._wall, venue, self._prices.heard, self._priced)
        self._marks = Marks(public, self._wall, self._listener, venue)
        holdings = Holdings(lambda: self._listener.opened(venue), self._prices.newest)
        self._settlements = Settlements(public, exchange, self._wall, holdings, since)

    async def run(self) -> None:
        """Open and follow. What is held has prices before the histories are there."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._choose())
                group.create_task(self._watch())
                group.create_task(self._closes.run())
                group.create_task(self._prices.run())
                group.create_task(self._settlements.run())
        finally:
            self._ended = True
            for task in self._confirming:
                task.cancel()
            await asyncio.gather(*self._confirming, return_exceptions=True)
            await self._public.close()

    def pass_time(self) -> None:
        """Answers under way at the exchange arrive; waiting prices are seen when there is room."""
        self.exchange.advance(self._wall.now())
        if self._listener.idle():
            self._prices.flush()

    def replan(self) -> None:
        """Other symbols or timeframes are wanted: taken up within a second."""
        self._stale = True

    def confirm(self, key: str) -> None:
        """Ask the exchange itself for a price; it comes as an independent one, or not at all."""
        if self._ended:
            return
        task = asyncio.ensure_future(self._confirm(key))
        self._confirming.add(task)
        task.add_done_callback(self._confirming.discard)

    async def _confirm(self, key: str) -> None:
        with suppress(VenueError, BadInput):
            for tick in await self._public.prices([key]):
                now = self._wall.now()
                self._listener.put(PriceSeen(key, tick.price, now, independent=True))

    # ------------------------------------------------------------ opening

    async def _open(self) -> None:
        """Until it succeeds: a start without network is a matter of waiting."""
        wait = 1.0
        while not self.opened:
            try:
                await self._hear_markets()
                await self._adopt()
            except VenueError as error:
                log.warning(
                    "%s cannot be reached: %s; trying again in %.0f s", self._venue, error, wait
                )
                self._link(MARKETS, connected=False, why=str(error))
                await self._wall.sleep(wait)
                wait = min(2.0 * wait, LONGEST)
            else:
                self.opened = True
                self._link(MARKETS, connected=True, why="open")

    async def _hear_markets(self) -> None:
        self._directory.heard(self._venue, await self._public.markets())
        self._hour = self._wall.now() // HOUR

    async def _choose(self) -> None:
        """Every hour the markets are heard and symbols chosen anew, and whenever it is wanted."""
        await self._open()
        wait = LOOK
        while True:
            await self._wall.sleep(wait)
            try:
                if self._wall.now() // HOUR != self._hour:
                    await self._hear_markets()
                    self._stale = True
                if self._stale:
                    await self._adopt()
            except VenueError as error:
                self._stale, wait = True, min(2.0 * wait, LONGEST)
                log.warning("%s: symbols could not be chosen anew: %s", self._venue, error)
            else:
                wait = LOOK

    async def _adopt(self) -> None:
        """Take up what is wanted now: prices first, pasts of new symbols, then the choice."""
        self._stale = False
        scene = self._plan()
        keys = [key for key in scene.timeframes if venue_of(key) == self._venue]
        known = [key for key in keys if self._directory.rules(key) is not None]
        self._list(known)
        if known:
            frame = frame_of(scene.timeframes[known[0]], self._public.lengths, self._venue)
            self._closes.retime(frame)
            fresh = [key for key in known if self._closes.settled(key) is None]
            left_out = await self._pasts.load(fresh, frame, scene)
            known = [key for key in known if key not in left_out]
        self._announce(known, scene)
        self._closes.keep(known)

    def _list(self, keys: list[str]) -> None:
        """Rules, and prices of these symbols from now on."""
        now = self._wall.now()
        for key in keys:
            rules = self._directory.rules(key)
            if rules is not None and self._rules.get(key) != rules:
                self._rules[key] = rules
                self.exchange.open_market(key, rules, now)
                self._listener.put(MarketListed(key, rules, now))
        self._prices.follow(keys)
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self._changed.set()

    def _announce(self, keys: list[str], scene: Scene) -> None:
        """The choice, then the past; prices of these symbols are seen from then on."""
        now, put = self._wall.now(), self._listener.put
        listed = tuple(key for key in scene.listed if key in keys)
        put(UniverseChosen(self._venue, listed, now))
        for key in keys:
            past = self._pasts.taken(key)
            if past is not None:
                candles, until = past
                put(HistoryLoaded(key, candles, now))
                self._closes.watch([key], until)
        self._pasts.clear()
        self._prices.flush()

    # ------------------------------------------------------------ following

    async def _watch(self) -> None:
        """Prices of the symbols of now; others are another stream."""
        while True:
            self._changed.clear()
            watching = asyncio.ensure_future(self._watching())
            changed = asyncio.ensure_future(self._changed.wait())
            try:
                await asyncio.wait({watching, changed}, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    watching.result()
            finally:
                watching.cancel()
                changed.cancel()
                await asyncio.gather(watching, changed, return_exceptions=True)

    async def _watching(self) -> None:
        if self._keys:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.watch.run(self._keys))
                group.create_task(self._marks.run(self._keys))
        await self._changed.wait()

    def _hand(self, candles: tuple[Candle, ...], end: Millis) -> None:
        now = self._wall.now()
        for candle in candles:
            length = end - candle.time
            self.exchange.on_turnover(candle.key, candle.turnover * MINUTE / length, now)
        self._listener.put(CandlesClosed(candles, end))

    def _done(self, keys: list[str]) -> None:
        self._prices.release(keys)

    def _priced(self, *, connected: bool, source: str, why: str) -> None:
        """Prices were lost, or come again from wherever: that is no word about the markets."""
        del source
        self._link(PRICES, connected=connected, why=why)

    def _link(self, whose: str, *, connected: bool, why: str) -> None:
        now = self._wall.now()
        self._listener.put(LinkChanged(self._venue, connected, whose, why, now))
