"""The history of one venue, a page at a time: rows, and the time for which they are the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Self

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.instrument import Instrument
from trader.domain.spans import Span
from trader.domain.time import DAY, SECOND, Millis, Timeframe
from trader.feeds.history.line import Line, Pace
from trader.feeds.history.page import TIME, BrokenAnswer, Columns, Page
from trader.feeds.history.questions import Asked, length_name
from trader.feeds.history.venues import VENUES, Source, Venue

MARK = "_mark"


def ignored(_: str) -> None:
    """Where nobody wants to hear of waits."""


class Client:
    """Asks one venue. `async with` it: then its markets are known, and its connections end."""

    def __init__(
        self,
        venue: str,
        address: str = "",
        pace: Pace | None = None,
        tell: Callable[[str], None] = ignored,
    ) -> None:
        self.venue: Venue = VENUES[venue]
        self.pace = pace or Pace()
        self._line = Line(self.venue, address, self.pace, tell)
        self._markets: Mapping[str, Any] = {}

    async def __aenter__(self) -> Self:
        try:
            self._markets = await self._line.markets()
        except BaseException:
            await self._line.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._line.close()

    def market(self, key: str) -> str:
        """How the exchange writes a market, `KRW-BTC`. Raises `BadInput` with its likes."""
        symbol = Instrument.parse(key).symbol
        found = self._markets.get(f"{symbol}{self.venue.contract}")
        if found is None:
            known = {name.partition(":")[0] for name in self._markets}
            near = get_close_matches(symbol, sorted(known), n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise BadInput(f"{self.venue.name} has no market {symbol}{hint}")
        return str(found["id"])

    def page_length(self, what: str) -> Millis:
        """The time that a full page covers when no row lacks. Raises `BadInput`."""
        return source_of(self.venue, what).limit * step_of(what)

    async def page(self, key: str, what: str, span: Span) -> Page:
        """One page of `1h`, `1h_mark`, `funding` or `trades` at one end of the span.

        An empty answer counts when it comes twice. Raises `BadInput`, `VenueUnavailable`,
        `VenueRefused`.
        """
        source, step = source_of(self.venue, what), step_of(what)
        span = source.window(span)
        method = source.days if source.days and step >= DAY else source.method
        asked = Asked(self.market(key), span, step, source.limit, self.pace.now())
        words = source.ask(asked)
        for _ in range(2):
            columns = await self._line.ask(
                method, words, lambda answer: _read(source, asked, answer)
            )
            if len(columns[TIME]):
                return _page(source, columns, span, step)
        return Page(columns, span)

    async def book(self, key: str) -> Columns:
        """The order book as it is now. Raises as `page` does."""
        source, now = self.venue.book, self.pace.now()
        words = source.ask(Asked(self.market(key), (0, 0), 1, source.limit, now))
        return await self._line.ask(source.method, words, lambda answer: source.read(answer, now))


def source_of(venue: Venue, what: str) -> Source:
    """Where `1h`, `1h_mark`, `funding` or `trades` come from. Raises `BadInput`."""
    name = what if what in ("funding", "trades") else "mark" if what.endswith(MARK) else "candles"
    source = venue.sources.get(name)
    if source is None:
        raise BadInput(
            f"{venue.name} has no {name}: only perpetual futures have them; "
            "use --venue binance_futures"
        )
    if name in ("candles", "mark") and step_of(what) not in venue.lengths:
        known = ", ".join(length_name(length) for length in venue.lengths)
        raise BadInput(f"{venue.name} has no {what} candles; it has {known}")
    return source


def step_of(what: str) -> Millis:
    """Ms from row to row; 1 where rows come as they come."""
    return 1 if what in ("funding", "trades") else Timeframe.parse(what.removesuffix(MARK)).ms


def _read(source: Source, asked: Asked, answer: Any) -> Columns:
    """Columns of an answer. Raises `BrokenAnswer` for one to another question."""
    columns = source.read(answer)
    time, (start, end) = columns[TIME], asked.span
    if len(time) > asked.limit:
        raise BrokenAnswer(f"{len(time)} rows came back where {asked.limit} were asked for")
    seconds = SECOND if asked.step == 1 else 0  # where the question is rounded up to them
    if len(time) and (time.max() >= end + seconds or (source.forward and time.min() < start)):
        raise BrokenAnswer("rows of another time came back than were asked for")
    return columns


def _page(source: Source, columns: Columns, span: Span, step: Millis) -> Page:
    """Rows inside the span; how far they answer for it is the source's to say."""
    covered = source.reach(np.sort(columns[TIME]), span, step)
    inside = (columns[TIME] >= span[0]) & (columns[TIME] < span[1])
    return Page({name: column[inside] for name, column in columns.items()}, covered)
