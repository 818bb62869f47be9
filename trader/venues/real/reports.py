"""When an exchange is asked for the whole truth: one report at a time, the first one in a hurry."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from trader.domain.errors import VenueError, VenueUnavailable
from trader.domain.events import LinkChanged, VenueReported
from trader.domain.time import DAY, MINUTE, SECOND, Millis
from trader.venues.real.budget import recovering
from trader.venues.real.desks.ports import Desk
from trader.venues.real.line import Ears, Line
from trader.venues.real.reading.fields import Strange

OVERLAP = 10 * MINUTE  # reports go back so far behind the last one
ALIKE = 200  # ms after a report began in which others mean the same; hints wait longer than that
PAUSES = (0.5, 1.0, 2.0)  # seconds between the first tries after a start
OVERDUE = 45 * SECOND  # so long without a report that could be read: several rounds of them
KEYS_PAUSE = MINUTE  # reports are not asked with keys that were refused so recently


class Reports:
    """Of one exchange. `again` asks for one more: there were news that the last may have missed."""

    def __init__(self, line: Line, desk: Desk, ears: Ears, again: Callable[[], None]) -> None:
        self._line = line
        self._desk = desk
        self._ears = ears
        self._again = again
        self._under_way = self._once_more = self._overdue = False
        self._asked_at: Millis = 0
        self._told_at: Millis | None = None  # when the last one that came was asked for

    async def tell(self) -> None:
        """Ask for everything and tell it. Raises `VenueError` when it cannot be had."""
        if self._keys_resting():
            return
        if self._under_way:
            self._once_more |= self._ears.now() - self._asked_at > ALIKE
            return
        self._under_way, self._once_more = True, False
        try:
            report = await self._recovered() if self._told_at is None else await self._read()
        except VenueError:
            self._judge(read=False)
            raise
        finally:
            self._under_way = False
        self._ears.put(report)
        self._judge(read=True)
        if self._once_more:
            self._again()

    async def _recovered(self) -> VenueReported:
        """The first one: a short trouble must not make positions wait for the next round."""
        for pause in PAUSES:
            try:
                return await self._read()
            except (VenueUnavailable, Strange):
                await self._ears.sleep(pause)
        return await self._read()

    async def _read(self) -> VenueReported:
        """The first one recovers: it is hurried, and waits for room rather than begin anew."""
        last, self._asked_at = self._told_at, self._ears.now()
        since = self._asked_at - DAY if last is None else last - OVERLAP
        with recovering() if last is None else nullcontext():
            await self._line.set_clock()
            report = await self._desk.report(since)
        self._told_at = self._asked_at
        return report

    def _judge(self, *, read: bool) -> None:
        """An account that cannot be read for long is a connection lost, whatever else answers:
        nothing is entered on books that nobody can compare."""
        now = self._ears.now()
        late = self._told_at is not None and now - self._told_at >= OVERDUE
        overdue = late and not read  # one that took long was read all the same
        if overdue != self._overdue:
            self._overdue = overdue
            why = "its account cannot be read" if overdue else "its account can be read again"
            self._ears.put(LinkChanged(self._line.venue, not overdue, "account", why, now))

    def _keys_resting(self) -> bool:
        refused = self._line.keys_refused_at
        return refused is not None and self._ears.now() - refused < KEYS_PAUSE
