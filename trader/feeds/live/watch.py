"""Prices of one venue without a pause: the stream, and questions where it is cut or silent."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Protocol

from trader.domain.errors import BadInput, VenueError, VenueRefused
from trader.domain.quotation import Tick
from trader.domain.time import MINUTE, SECOND, Millis
from trader.feeds.live.ports import PublicData, Wall

log = logging.getLogger("trader.feeds.live")

SILENT: Millis = 10 * SECOND  # a stream that tells nothing so long is no source any more
QUIET: Millis = 2 * SECOND  # a symbol without a price so long is asked for: entries need fresh ones
DEAF: Millis = 30 * SECOND  # no word about any symbol: the stream is dead whatever it says
EVERY: Millis = 2 * SECOND  # between two questions while the stream fails
MEASURED: Millis = MINUTE  # an exchange that need not be asked is asked so often, for its speed
LEFT_OUT: Millis = MINUTE  # a symbol whose price is refused is asked about again after it
STEP = 0.5  # seconds between two looks
LONGEST = 30.0  # seconds between two tries to connect
LOST_AFTER = 2  # questions without an answer in a row

STREAM, REST = "websocket", "rest"


class Link(Protocol):
    """Who hears of the connection."""

    def __call__(self, *, connected: bool, source: str, why: str) -> None:
        """It changed: `source` is where prices come from now."""


class Watch:
    """Tells every price to `take` and every change of the connection to `link`.

    `source` is where prices come from, `latency` what a question took last (ms, None: not known).
    """

    def __init__(
        self, public: PublicData, wall: Wall, name: str, take: Callable[[Tick], None], link: Link
    ) -> None:
        self._public, self._wall, self._name = public, wall, name
        self._take, self._link = take, link
        self.source = STREAM
        self.latency: float | None = None
        self._seen: dict[str, Millis] = {}  # when a good price of a symbol came, by our clock
        self._newest: dict[str, Tick] = {}  # what the stream said last
        self._said: dict[str, Millis] = {}  # and when
        self._heard_at: Millis = 0  # when the stream said anything
        self._asked_at: Millis = 0
        self._began_at: Millis = 0  # when the stream was asked for
        self._suspected: set[str] = set()  # a question told more than the stream; asked once more
        self._refused_until: dict[str, Millis] = {}  # symbols of which no price can be asked
        self._lost: set[str] = set()  # the stream missed them and has not spoken of them since
        self._streaming: asyncio.Task[None] | None = None
        self._connected = False
        self._failures = 0

    async def run(self, keys: Sequence[str]) -> None:
        """Watch these symbols for ever."""
        now = self._wall.now()
        self._seen = {key: self._seen.get(key, 0) for key in keys}
        self._lost &= set(keys)
        self._heard_at = now
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stream(keys))
            group.create_task(self._guard(keys))

    # ------------------------------------------------------------ the stream

    async def _stream(self, keys: Sequence[str]) -> None:
        """Connect, and again with growing waits: cuts and silence look alike afterwards."""
        wait, failed = 1.0, ""
        while True:
            began = self._began_at = self._wall.now()
            self._connected = True
            self._streaming = asyncio.ensure_future(self._public.stream(keys, self._hear))
            try:
                await self._streaming
            except asyncio.CancelledError:
                if _is_ours():
                    await _gone(self._streaming)
                    raise
            except VenueError as error:
                if str(error) != failed:
                    failed = str(error)
                    log.warning("%s: stream lost: %s; connecting again", self._name, error)
            self._connected = False
            if self._heard_at > began or self._wall.now() - began >= DEAF:
                wait, failed = 1.0, ""
            await self._wall.sleep(wait)
            wait = min(2.0 * wait, LONGEST)

    def _hear(self, tick: Tick) -> None:
        """A price of the stream; one that cannot be is asked for at once."""
        now = self._wall.now()
        self._heard_at = now
        if not (math.isfinite(tick.price) and tick.price > 0.0):
            self._seen[tick.key] = 0
            return
        self._seen[tick.key] = now
        self._newest[tick.key], self._said[tick.key] = tick, now
        self._suspected.discard(tick.key)
        self._lost.discard(tick.key)
        if self.source == REST and not self._lost:
            self._switch(STREAM, "prices come from the stream again")
        self._answered()
        self._take(tick)

    # ------------------------------------------------------------ questions

    async def _guard(self, keys: Sequence[str]) -> None:
        while True:
            now = self._wall.now()
            wanted = self._wanted(keys, now)
            if wanted and now - self._asked_at >= EVERY:
                self._asked_at = now
                await self._ask(wanted)
            if self.source == REST and now - max(self._heard_at, self._began_at) >= DEAF:
                self._drop()
            await self._wall.sleep(STEP)

    def _wanted(self, keys: Sequence[str], now: Millis) -> list[str]:
        """Whom to ask for: everybody while the stream fails, else those of whom nothing came."""
        keys = [key for key in keys if now >= self._refused_until.get(key, 0)]
        if self.source == REST:
            return keys
        late = [key for key in keys if now - self._seen[key] >= QUIET]
        if not late and now - self._asked_at >= MEASURED:
            return keys[:1]
        return late

    async def _ask(self, keys: list[str]) -> None:
        asked_at = self._wall.now()
        try:
            ticks = await self._public.prices(keys)
        except (VenueRefused, BadInput) as error:
            await self._refused(keys, error)
            return
        except VenueError as error:
            self._failed(str(error))
            return
        now = self._wall.now()
        self.latency = float(now - asked_at)
        self._answered()
        if self.source == STREAM:
            self._judge(ticks, now)
        for tick in ticks:
            if self._said.get(tick.key, -1) > asked_at:
                continue  # the stream spoke meanwhile: it knows better
            if tick.key not in self._suspected:
                self._seen[tick.key] = now
            self._take(tick._replace(at=now))

    async def _refused(self, keys: list[str], error: Exception) -> None:
        """One symbol that is listed no longer spoils the question about all: it is found by
        halves, and left out for a while."""
        if len(keys) > 1:
            middle = len(keys) // 2
            for part in (keys[:middle], keys[middle:]):
                await self._ask(part)
            return
        self._refused_until[keys[0]] = self._wall.now() + LEFT_OUT
        log.warning("%s: prices of %s refused: %s", self._name, keys[0], error)

    def _judge(self, ticks: Sequence[Tick], now: Millis) -> None:
        """Whether the stream should have told this: a market without trades is no fault of it, and
        a trade of this moment may come there yet.
        """
        silent = now - self._heard_at
        more = {tick.key for tick in ticks if self._has_missed(tick, now)}
        missed = sorted(more & self._suspected)
        self._suspected |= more
        if missed or silent >= SILENT or not self._connected:
            self._switch(REST, _why(missed, silent, connected=self._connected))
            self._suspected.clear()
            self._lost = set(missed)
        if missed:
            self._drop()

    def _has_missed(self, tick: Tick, now: Millis) -> bool:
        """Something was traded at another price since the stream's last word about it."""
        told = self._newest.get(tick.key)
        if told is None or now - self._said[tick.key] < SILENT:
            return False
        return tick.price != told.price

    def _drop(self) -> None:
        """A stream that is silent is connected anew."""
        if self._streaming is not None:
            self._streaming.cancel()

    # ------------------------------------------------------------ what is told

    def _switch(self, source: str, why: str) -> None:
        self.source = source
        level = logging.INFO if source == STREAM else logging.WARNING
        log.log(level, "%s: %s", self._name, why, extra={"code": "price_source"})
        self._link(connected=True, source=source, why=why)
        self._failures = 0

    def _failed(self, reason: str) -> None:
        """Without an answer and without a word of the stream the exchange is lost."""
        self._failures += self._wall.now() - self._heard_at >= SILENT or not self._connected
        if self._failures == LOST_AFTER:
            self._link(connected=False, source=REST, why=reason)

    def _answered(self) -> None:
        if self._failures >= LOST_AFTER:
            self._link(connected=True, source=self.source, why="the exchange answers again")
        self._failures = 0


def _why(missed: list[str], silent: Millis, *, connected: bool) -> str:
    if not connected:
        return f"no stream; asking for prices every {EVERY // SECOND} s"
    if missed:
        shown = ", ".join(missed[:5])
        return f"the stream missed trades of {shown}; asking every {EVERY // SECOND} s"
    return f"the stream is silent for {silent // SECOND} s; asking every {EVERY // SECOND} s"


def _is_ours() -> bool:
    """Whether the task that runs is itself being cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _gone(task: asyncio.Task[None]) -> None:
    """Wait until a cancelled task has given its connection back."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
