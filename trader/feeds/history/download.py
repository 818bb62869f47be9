"""A download: asks for what is missing, stores pages as they come, so that a cut loses few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from trader.domain.errors import VenueUnavailable
from trader.domain.spans import Span, Spans, joined, length, within, without
from trader.domain.time import DAY, MINUTE, SECOND, Millis
from trader.feeds.history.client import Client, step_of
from trader.feeds.history.page import TIME, Columns, Page
from trader.feeds.history.ports import Store

PAGES_KEPT = 25  # at most so many are lost by a kill
_SETTLED = 5 * SECOND  # after its end a candle is taken for final; clocks differ a little


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: `1h`, `1h_mark`, `funding` or `trades` of one market over a span."""

    key: str
    what: str
    span: Span

    def __str__(self) -> str:
        return f"{self.key.partition(':')[2]} {self.what}"


@dataclass(slots=True)
class Came:
    """What a download has stored so far. `asked`: the span that was missing, ms."""

    wish: Wish
    asked: Millis = 0
    pages: int = 0
    rows: int = 0
    new: int = 0
    revised: int = 0
    repairs: dict[str, int] = field(default_factory=dict)
    listed: Millis | None = None  # the first candle, where the exchange has none in a day before


Told = Callable[[Wish, float], None]  # how much of what was missing is there, a fraction


def missing(store: Store, wish: Wish, *, refill: bool = False, page: Millis = 0) -> Spans:
    """What of the wish is to be asked for, oldest first.

    Asked for once is enough, whatever the answer was; `refill` asks for every hole again. Holes
    less than a `page` apart (ms) are one: a market that trades now and then has thousands.
    """
    asked = None if refill else store.asked(wish.key, wish.what)
    known = store.held(wish.key, wish.what) if asked is None else asked
    holes = without([wish.span], known)
    between = pairwise(holes)
    return joined([*holes, *((a[1], b[0]) for a, b in between if b[0] - a[1] < page)])


class Download:
    """Fills one wish. Rows are stored every `PAGES_KEPT` pages and however it ends."""

    def __init__(self, client: Client, store: Store, wish: Wish, told: Told) -> None:
        self._client, self._store, self._wish, self._told = client, store, wish, told
        self._pages: list[Page] = []
        self._done: Millis = 0
        self.came = Came(wish)

    async def run(self, *, refill: bool = False) -> Came:
        """Ask for everything that is missing.

        Raises `VenueUnavailable`, `VenueRefused`, `OSError`, `BadInput`; what came before is
        stored, and `came` tells it.
        """
        page = self._client.page_length(self._wish.what)
        holes = missing(self._store, self._wish, refill=refill, page=page)
        self.came.asked = length(holes)
        self._told(self._wish, 0.0 if holes else 1.0)
        try:
            for hole in holes:
                await self._fill(hole)
        finally:
            self._keep()
        self._look_for_listing()
        return self.came

    async def _fill(self, hole: Span) -> None:
        left: Spans = (hole,)
        while left:
            page = await self._client.page(self._wish.key, self._wish.what, left[0])
            rest = without(left, [page.covered])
            if rest == left:
                raise VenueUnavailable("the answers lead nowhere; try again later")
            self._take(page, length(left) - length(rest))
            left = rest

    def _take(self, page: Page, answered: Millis) -> None:
        self._pages.append(page)
        self._done += answered
        self.came.pages += 1
        if len(self._pages) >= PAGES_KEPT:
            self._keep()
        self._told(self._wish, self._done / self.came.asked)

    def _keep(self) -> None:
        """Store the pages in hand, oldest first."""
        if not self._pages:
            return
        pages = sorted((page for page in self._pages if len(page)), key=_begin)
        asked = [page.covered for page in self._pages]
        self._pages = []
        self._put(_together(pages), asked) if pages else self._put({}, asked)

    def _put(self, columns: Columns, asked: list[Span]) -> None:
        wish, came = self._wish, self.came
        final = self._final(asked)
        merged = self._store.merge(wish.key, wish.what, columns, final)
        came.rows = merged.rows
        came.new += merged.new
        came.revised += merged.revised
        for name, count in merged.repairs.items():
            came.repairs[name] = came.repairs.get(name, 0) + count

    def _final(self, asked: list[Span]) -> Spans:
        """All but the newest row there can be: an exchange may still correct it, or add one."""
        step = max(step_of(self._wish.what), MINUTE)
        now = self._client.pace.now()
        return within(asked, (0, now - now % step - step))

    def _look_for_listing(self) -> None:
        """The first row is the listing when a day before it was asked for and is not there."""
        wish = self._wish
        found = self._store.span(wish.key, wish.what)
        asked = self._store.asked(wish.key, wish.what)
        if found is None or asked is None or step_of(wish.what) < MINUTE:
            return
        before = (wish.span[0], found[0])
        if before[1] - before[0] >= DAY and not without([before], asked):
            self.came.listed = found[0]


def settled(now: Millis, what: str) -> Millis:
    """The end of the newest row that is final: the candle that still forms is left out."""
    return now - _SETTLED - (now - _SETTLED) % step_of(what)


def _begin(page: Page) -> int:
    return int(page.columns[TIME].min())


def _together(pages: list[Page]) -> Columns:
    return {
        name: np.concatenate([page.columns[name] for page in pages]) for name in pages[0].columns
    }
