"""Acts on the hints of a private stream: an order of ours is looked up at once, anything else makes
the next report come at once; both by the ways that answer the engine, and never too often."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from trader.domain.errors import VenueError
from trader.domain.outcome import Question
from trader.domain.time import SECOND, Millis
from trader.venues.real.desks.ports import Own
from trader.venues.real.line import Ears
from trader.venues.real.reading.streams import AccountHint, Hint, OrderHint
from trader.venues.real.witness import Wanted, Witness

# Seconds after each look at one order: what the hints told may not be seen yet, or more came.
PAUSES = (0.25, 0.5, 1.0, 2.0, 3.0, 3.0)
PLACING = 0.3  # seconds that the answer to the order itself is waited for
SETTLE = 0.3  # seconds before a report: what belongs together comes together
APART = 5.0  # seconds between two reports that hints ask for
EXPLAINED = 2 * SECOND  # an order's messages so near explain why balances moved
_MOST = 1_000


class Asked(Protocol):
    """The part of a venue that hints need."""

    placing: set[str]

    async def look(self, order_id: str) -> bool:
        """Look an order up and tell what is found."""

    def ask(self, question: Question) -> None:
        """Ask for a report."""


class Follower:
    """Of one exchange. `witness` knows what was told already: that is not asked for again."""

    def __init__(self, venue: Asked, own: Own, witness: Witness, ears: Ears) -> None:
        self._venue = venue
        self._own = own
        self._witness = witness
        self._ears = ears
        self._wanted: dict[str, Wanted] = {}  # orders that are being looked at
        self._children: dict[str, str] = {}  # the exchange's id -> client id of what it was
        self._ours_at: Millis = -EXPLAINED
        self._reporting = False
        self._again = False
        self._tasks: set[asyncio.Task[None]] = set()

    def heard(self, hint: Hint) -> None:
        """Act on a hint, without waiting."""
        if isinstance(hint, AccountHint):
            self._start(self._account(sure=hint.sure))
            return
        name = self._children.get(hint.number, hint.name)
        if not self._own.claims(name):
            self.report_soon()
            return
        self._note(hint, name)
        if hint.fill_id or hint.over:
            self._want(name, hint)

    def report_soon(self) -> None:
        """Have everything compared; several wishes make one report."""
        if self._reporting:
            self._again = True
            return
        self._reporting = True
        self._start(self._report())

    async def close(self) -> None:
        """Nothing is asked any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------ orders

    def _note(self, hint: OrderHint, name: str) -> None:
        self._ours_at = self._ears.now()
        if hint.fill_id:
            self._witness.mention(hint.fill_id)
        if hint.child:
            self._children[hint.child] = name
            if len(self._children) > _MOST:
                del self._children[next(iter(self._children))]

    def _want(self, name: str, hint: OrderHint) -> None:
        """More to hear of an order; whoever looks at it already hears it too."""
        wanted = self._wanted.get(name)
        if wanted is None:
            wanted = self._wanted[name] = Wanted()
            self._start(self._follow(name, wanted))
        if hint.fill_id:
            wanted.fills.add(hint.fill_id)
        wanted.over = wanted.over or hint.over

    async def _follow(self, name: str, wanted: Wanted) -> None:
        """Look until everything that was hinted at is told; else the reports will tell."""
        try:
            if name in self._venue.placing:
                await self._ears.sleep(PLACING)
            for pause in PAUSES:
                if not self._witness.met(name, wanted):
                    await self._look(name)
                await self._ears.sleep(pause)
                if self._witness.met(name, wanted):
                    return
        finally:
            del self._wanted[name]

    async def _look(self, name: str) -> None:
        try:
            await self._venue.look(name)
        except VenueError:
            return  # no information; another look follows
        except Exception as bug:  # noqa: BLE001 - a hint must not take the daemon along
            why = f"{type(bug).__name__}: {bug}"
            self._ears.notice("unanswered", f"{self._own.venue}: {name}: {why}")

    # ------------------------------------------------------------ reports

    async def _account(self, *, sure: bool) -> None:
        """Balances move with every order of ours, too: that is no news."""
        await self._ears.sleep(0 if sure else SETTLE)
        if sure or self._ears.now() - self._ours_at >= EXPLAINED:
            self.report_soon()

    async def _report(self) -> None:
        try:
            await self._ears.sleep(SETTLE)
            wanted = True
            while wanted:
                self._again = False
                self._venue.ask(Question("report", self._own.venue))
                await self._ears.sleep(APART)
                wanted = self._again
        finally:
            self._reporting = False

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
