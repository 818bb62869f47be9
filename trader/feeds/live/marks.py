"""Mark prices of what is held: by the stream, and by asking where that is silent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from trader.domain.errors import BadInput, VenueError
from trader.domain.events import MarkSeen
from trader.domain.quotation import Tick
from trader.domain.time import SECOND, Millis
from trader.feeds.live.ports import Listener, PublicData, Wall

log = logging.getLogger("trader.feeds.live")
SILENT: Millis = 3 * SECOND  # they come every second
DEAF: Millis = 30 * SECOND  # no word about any market: the stream is dead whatever it says
EVERY: Millis = 3 * SECOND  # between two questions
STEP = 0.5  # seconds between two looks
LONGEST = 30.0  # seconds between two tries to connect


class Marks:
    """Tells the listener the mark prices of what it holds; nothing of the rest interests it."""

    def __init__(self, public: PublicData, wall: Wall, listener: Listener, name: str) -> None:
        self._public, self._wall, self._name = public, wall, name
        self._listener = listener
        self._told: dict[str, Millis] = {}  # when a market's was last told, by our clock
        self._heard_at: Millis = 0
        self._asked_at: Millis = 0
        self._streaming: asyncio.Future[None] | None = None

    async def run(self, keys: Sequence[str]) -> None:
        """Follow these markets for ever; returns at once where there are no mark prices."""
        if not self._public.marked:
            return
        self._heard_at = self._wall.now()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stream(keys))
            group.create_task(self._guard(keys))

    async def _stream(self, keys: Sequence[str]) -> None:
        """Connect, and again with growing waits."""
        wait, lost = 1.0, False
        while True:
            began = self._wall.now()
            self._streaming = asyncio.ensure_future(self._public.stream_marks(keys, self._hear))
            try:
                await asyncio.wait([self._streaming])
            finally:
                self._streaming.cancel()
                await asyncio.gather(self._streaming, return_exceptions=True)
            error = None if self._streaming.cancelled() else self._streaming.exception()
            if error is not None and not isinstance(error, VenueError):
                raise error
            if self._heard_at > began:
                wait, lost = 1.0, False
            if not lost:
                lost = True
                why = error or "it was silent"
                log.warning("%s: stream of mark prices lost: %s; asking for them", self._name, why)
            await self._wall.sleep(wait)
            wait = min(2.0 * wait, LONGEST)

    def _hear(self, tick: Tick) -> None:
        self._heard_at = self._wall.now()
        if self._listener.holds(tick.key):
            self._tell(tick)

    def _tell(self, tick: Tick) -> None:
        now = self._told[tick.key] = self._wall.now()
        self._listener.put(MarkSeen(tick.key, tick.price, min(tick.at or now, now)))

    async def _guard(self, keys: Sequence[str]) -> None:
        """Ask for what is held and was not told lately; end a stream that is dead."""
        while True:
            now = self._wall.now()
            held = [key for key in keys if self._listener.holds(key)]
            late = [key for key in held if now - self._told.get(key, 0) >= SILENT]
            if late and now - max(self._asked_at, self._heard_at) >= EVERY:
                self._asked_at = now
                await self._ask(late)
            if now - self._heard_at >= DEAF and self._streaming is not None:
                self._heard_at = now
                self._streaming.cancel()
            await self._wall.sleep(STEP)

    async def _ask(self, keys: list[str]) -> None:
        try:
            for tick in await self._public.marks(keys):
                self._tell(tick)
        except (VenueError, BadInput) as error:
            log.debug("%s: no mark prices: %s", self._name, error)
