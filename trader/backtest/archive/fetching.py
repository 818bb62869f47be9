"""Carries out a download: several symbols at once, each on its own, what fails is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from trader.backtest.archive.arguments import Order
from trader.domain.errors import BadInput, VenueError
from trader.domain.time import MINUTE, Millis
from trader.feeds.history.client import Client, source_of, step_of
from trader.feeds.history.download import Came, Download, Told, Wish, settled
from trader.feeds.history.line import Pace
from trader.feeds.history.venues import VENUES
from trader.storage.candles import CandleStore

_AT_ONCE = 4
_BETWEEN_BOOKS = 1.0  # seconds


@dataclass(slots=True)
class Fetched:
    """What became of one wish. `problem`: why it is not whole, a sentence; "" when it is."""

    wish: Wish
    came: Came
    problem: str = ""


@dataclass(slots=True)
class Progress:
    """Who wants to hear how far it is, and of waits."""

    told: Told
    tell: Callable[[str], None]


@dataclass(slots=True)
class Errand:
    """One order on its way. `fetched` can be read at any moment, also after a Ctrl-C."""

    order: Order
    progress: Progress
    pace: Pace = field(default_factory=Pace)
    fetched: list[Fetched] = field(default_factory=list)

    async def run(self) -> list[Fetched]:
        """Fetch everything.

        Raises `BadInput` for what the venue does not have, before anything is asked for, and
        `VenueError` when it cannot be reached at all.
        """
        order = self.order
        store = CandleStore(order.folder)
        wishes = self._wishes()
        async with Client(order.venue, order.address, self.pace, self.progress.tell) as client:
            for key in order.keys:
                client.market(key)
            limit = asyncio.Semaphore(_AT_ONCE)
            tasks = [self._one(client, store, wish, limit) for wish in wishes]
            await asyncio.gather(*tasks)
            await self._books(client, store)
        return self.fetched

    def _wishes(self) -> list[Wish]:
        order, now = self.order, self.pace.now()
        names = [*order.candles, *(["funding"] if order.funding else [])]
        start, end = order.span
        spans = {what: (_up(start, what), min(end, settled(now, what))) for what in names}
        if order.trades:
            end = settled(now, "trades")
            spans["trades"] = (end - order.trades * MINUTE, end)
        for what in spans:
            source_of(VENUES[order.venue], what)
        return [Wish(key, what, span) for key in order.keys for what, span in spans.items()]

    async def _one(
        self, client: Client, store: CandleStore, wish: Wish, limit: asyncio.Semaphore
    ) -> None:
        download = Download(client, store, wish, self.progress.told)
        result = Fetched(wish, download.came, "stopped before it was whole")
        self.fetched.append(result)
        async with limit:
            try:
                await download.run(refill=self.order.refill)
                result.problem = ""
            except (VenueError, BadInput) as error:
                result.problem = str(error)
            except OSError as error:
                result.problem = _unwritable(error, store)

    async def _books(self, client: Client, store: CandleStore) -> None:
        for number in range(self.order.books):
            if number:
                await self.pace.sleep(_BETWEEN_BOOKS)
            for key in self.order.keys:
                await self._book(client, store, key)

    async def _book(self, client: Client, store: CandleStore, key: str) -> None:
        wish = Wish(key, "books", self.order.span)
        result = next((f for f in self.fetched if f.wish == wish), Fetched(wish, Came(wish)))
        if result not in self.fetched:
            self.fetched.append(result)
        try:
            merged = store.merge(key, "books", await client.book(key))
            result.came.rows, result.came.new = merged.rows, result.came.new + merged.new
        except VenueError as error:
            result.problem = str(error)
        except OSError as error:
            result.problem = _unwritable(error, store)


def _up(start: Millis, what: str) -> Millis:
    """The first row at or after a moment."""
    return -(-start // step_of(what)) * step_of(what)


def _unwritable(error: OSError, store: CandleStore) -> str:
    return (
        f"{store.folder} cannot be written ({error.strerror or error}); what was stored before is "
        "whole: free some space and run the same again"
    )
