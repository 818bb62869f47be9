"""One ordered stream of events from many sources: feed, venues, people, settings, the clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from time import perf_counter

from trader.domain.events import Event

BREATHE_EVERY = 0.005  # seconds of handling events before others on the loop get their turn


class Inbox:
    """First come, first served. `put` never waits; `close` ends the stream after what is in it."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._digested = asyncio.Event()
        self._closed = False

    def put(self, event: Event) -> None:
        """Append one event."""
        self._waiting.append(event)
        self._filled.set()

    def close(self) -> None:
        """No more events will come; the reader ends when it has read what is here."""
        self._closed = True
        self._filled.set()
        self._digested.set()

    def __len__(self) -> int:
        return len(self._waiting)

    async def room(self) -> None:
        """Wait until all that came has been acted on.

        An invented market that ran ahead of its trader would fill orders at prices of its future.
        """
        while self._waiting and not self._closed:
            self._digested.clear()
            await self._digested.wait()

    async def events(self) -> AsyncIterator[Event]:
        """What came, in order."""
        breathed = perf_counter()
        while True:
            while self._waiting:
                yield self._waiting.popleft()
                if perf_counter() - breathed > BREATHE_EVERY:
                    await asyncio.sleep(0)
                    breathed = perf_counter()
            if self._closed:
                return
            self._digested.set()
            self._filled.clear()
            await self._filled.wait()
