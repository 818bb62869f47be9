"""One venue's prices on their way to the engine: at once, in order, no candle too early."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from typing import Protocol

from trader.domain.events import PriceSeen, PricesSettled
from trader.domain.quotation import Tick
from trader.domain.time import Millis
from trader.feeds.live.ports import Exchange, Listener, Wall
from trader.feeds.live.tape import Tape


class Borders(Protocol):
    """Which candles were told."""

    def settled(self, key: str) -> Millis | None:
        """Up to when a symbol's candles were told; None while its history is not there."""

    def is_due(self, key: str, at: Millis) -> bool:
        """Whether `at` lies in a candle whose forerunner is not told yet."""


class Prices:
    """The exchange sees every price at once; the engine when it has acted on what came before.

    A price of a new candle waits until the candle before is told, because it is the first price
    that decides on entries; for what is held it does not wait, because it may be a stop's.
    """

    def __init__(
        self, exchange: Exchange, wall: Wall, listener: Listener, borders: Borders
    ) -> None:
        self._exchange, self._wall, self._listener = exchange, wall, listener
        self._borders = borders
        self._tape = Tape()
        self._left = asyncio.Event()  # something waits for nothing but the listener
        self._newest: dict[str, Tick] = {}
        self._keys: frozenset[str] = frozenset()

    def follow(self, keys: Iterable[str]) -> None:
        """Only prices of these symbols are of interest from now on."""
        self._keys = frozenset(keys)
        for key in self._tape.waiting():
            if key not in self._keys:
                self._tape.take(key)

    def newest(self, key: str) -> float:
        """A symbol's newest price; NaN before the first."""
        tick = self._newest.get(key)
        return math.nan if tick is None else tick.price

    def heard(self, tick: Tick) -> None:
        """A price came, from the stream or by asking."""
        if tick.key not in self._keys:
            return
        now = self._wall.now()
        self._exchange.on_price(tick.key, tick.price, now)
        if not 0 < tick.at <= now:
            tick = tick._replace(at=now)
        self._newest[tick.key] = tick
        self._tape.add(tick)
        if self._listener.idle():
            self.flush()
        else:
            self._left.set()

    async def run(self) -> None:
        """Hand on what came while the listener was busy, as soon as it is not."""
        while True:
            await self._left.wait()
            await self._listener.room()
            self._left.clear()
            self.flush()

    def flush(self) -> None:
        """Hand on what may be seen now; entries may be decided then."""
        told = [self._told(tick) for key in self._tape.waiting() for tick in self._tape.take(key)]
        if any(told):
            self._listener.put(PricesSettled(self._wall.now()))

    def release(self, keys: Iterable[str]) -> None:
        """The candles of these symbols are told: what waited for that are first prices."""
        for key in keys:
            tick, settled = self._newest.get(key), self._borders.settled(key)
            if tick and settled is not None and tick.at >= settled and not self._tape.newest(key):
                self._tape.add(tick)
        self.flush()

    def _told(self, tick: Tick) -> bool:
        """Hand on one price, unless it must wait, or comes too late to be of its candle."""
        holds = self._listener.holds(tick.key)
        if not holds and self._borders.is_due(tick.key, tick.at):
            self._tape.add(tick)
            return False
        settled = self._borders.settled(tick.key)
        if not holds and settled is not None and tick.at < settled:
            return False
        self._listener.put(PriceSeen(tick.key, tick.price, tick.at))
        return True
