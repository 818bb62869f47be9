"""Closed candles of one venue, each exactly once: asked of the exchange shortly after their end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trader.domain.candles import Candle
from trader.domain.errors import BadInput, VenueError
from trader.domain.time import SECOND, Millis
from trader.feeds.live.frame import Frame
from trader.feeds.live.ports import PublicData, Wall

log = logging.getLogger("trader.feeds.live")

FIRST_LOOK: Millis = 300  # after the end
NEXT_LOOK: Millis = SECOND
SETTLED: Millis = 3 * SECOND  # after its end a candle is final, whether a later one exists or not
PATIENCE: Millis = 4 * SECOND  # then those that are known do not wait for the others
SLOWER: Millis = 15 * SECOND  # the longest wait between two looks while the exchange fails
AT_ONCE = 8  # questions at a time

Hand = Callable[[tuple[Candle, ...], Millis], None]


@dataclass(slots=True)
class _Known:
    """One symbol: candles that begin before `until` are settled, `last` is the newest of them."""

    until: Millis
    last: Candle | None = None
    failing: bool = False


class Closes:
    """Watches the clock and asks. `hand` gets candles of one end, in the order of the symbols;
    `done` the symbols whose candles are settled, whether there were any or not.

    A candle counts when the exchange has begun a later one, or some seconds after its end. What
    was missed (a cut, a pause of the machine) is asked for with the next one; minutes that the
    exchange does not have are not invented.
    """

    def __init__(
        self, public: PublicData, wall: Wall, hand: Hand, done: Callable[[list[str]], None]
    ) -> None:
        self._public, self._wall = public, wall
        self._hand, self._done = hand, done
        self._frame = Frame(1, 1)
        self._known: dict[str, _Known] = {}
        self._ready: dict[str, list[Candle]] = {}
        self._border: Millis = 0
        self._gate = asyncio.Semaphore(AT_ONCE)

    def retime(self, frame: Frame) -> None:
        """Another timeframe: nothing is watched until its history is there."""
        if frame != self._frame:
            self._frame = frame
            self._known.clear()
            self._ready.clear()

    def watch(self, keys: Iterable[str], until: Millis) -> None:
        """Symbols whose candles are known up to `until`; those watched already stay as they are."""
        for key in keys:
            self._known.setdefault(key, _Known(until))

    def keep(self, keys: Iterable[str]) -> None:
        """Only these, in this order."""
        self._known = {key: self._known[key] for key in keys if key in self._known}

    def settled(self, key: str) -> Millis | None:
        """Up to when a symbol's candles were told; None while its history is not there."""
        known = self._known.get(key)
        return None if known is None else known.until

    def is_due(self, key: str, at: Millis) -> bool:
        """Whether something traded at `at` belongs to a candle whose forerunner is not told yet."""
        known = self._known.get(key)
        return known is None or self._frame.start(at) > known.until

    async def run(self) -> None:
        """For ever: wait for an end, ask until every symbol's candle is settled."""
        wait = NEXT_LOOK
        while True:
            now = self._wall.now()
            border = self._frame.start(now)
            due = [key for key, known in self._known.items() if known.until < border]
            if not due or now < border + FIRST_LOOK:
                left = border + FIRST_LOOK - now if due else self._until_next(now)
                await self._wall.sleep(min(left, NEXT_LOOK) / 1_000)
                continue
            asked = await self.look(due, border)
            wait = NEXT_LOOK if asked else min(2 * wait, SLOWER)
            await self._wall.sleep(wait / 1_000)

    def _until_next(self, now: Millis) -> Millis:
        return self._frame.start(now) + self._frame.timeframe + FIRST_LOOK - now

    async def look(self, due: list[str], border: Millis) -> bool:
        """Ask for what ended by `border`, hand out what is ready; False: nobody answers."""
        if border != self._border:
            self._border = border
            self._ready.clear()
        frame, asked = self._frame, [key for key in due if key not in self._ready]
        answers = await asyncio.gather(*(self._ask(key, border) for key in asked))
        if frame != self._frame:
            return True
        for key, found in zip(asked, answers, strict=True):
            if found is not None and key in self._known and self._is_over(found, border):
                self._ready[key] = found
        late = self._wall.now() >= border + PATIENCE
        if self._ready and (late or all(key in self._ready for key in due)):
            self._hand_out(border)
        return bool(self._ready) or any(found is not None for found in answers)

    def _is_over(self, rows: list[Candle], border: Millis) -> bool:
        begun = any(row.time >= border for row in rows)
        return begun or self._wall.now() >= border + SETTLED

    async def _ask(self, key: str, border: Millis) -> list[Candle] | None:
        """The venue's candles from the last one told to the first one of the next period."""
        known, frame = self._known[key], self._frame
        rows = (border - known.until + frame.timeframe) // frame.base + 1
        try:
            async with self._gate:
                found = await self._public.candles(key, frame.base, border + frame.base, rows)
        except (VenueError, BadInput) as error:
            if not known.failing:
                log.warning("%s: no candle: %s; asking on", key, error)
            known.failing = True
            return None
        known.failing = False
        return list(found)

    def _hand_out(self, border: Millis) -> None:
        told = [key for key in self._known if key in self._ready]
        by_end: dict[Millis, list[Candle]] = {}
        for key in told:
            for candle in self._new(key, self._ready.pop(key), border):
                by_end.setdefault(candle.time + self._frame.timeframe, []).append(candle)
        for end in sorted(by_end):
            self._hand(tuple(by_end[end]), end)
        self._done(told)

    def _new(self, key: str, rows: list[Candle], border: Millis) -> list[Candle]:
        """Candles not told before; whatever came before them is settled from now on."""
        known, frame = self._known[key], self._frame
        again = frame.candles(rows, known.until - frame.timeframe, known.until)
        if known.last is not None and again and _differ(again[-1], known.last):
            log.info("%s: the exchange corrected a candle after it was closed; ignored", key)
        candles = frame.candles(rows, known.until, border)
        known.until = border
        known.last = candles[-1] if candles else None
        return candles


def _differ(one: Candle, other: Candle) -> bool:
    """Whether a candle reads otherwise than it did: its prices, not what was traded at them."""
    return one.time == other.time and one[2:6] != other[2:6]
