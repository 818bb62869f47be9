"""A report while it is put together: one row that cannot be read must not hide the others."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from trader.domain.events import FundingCharged, Holding, VenueReported
from trader.domain.time import Millis
from trader.venues.real.desks.oddities import Oddities
from trader.venues.real.desks.ports import Desk, Own
from trader.venues.real.line import NotThere
from trader.venues.real.reading.fields import Row, Strange
from trader.venues.real.told import Told


@dataclass(slots=True)
class Findings:
    """Orders, sales of others and funding found so far. `unread`: orders of ours whose row says
    nothing; they are asked for alone, and stay what they were if that says nothing either."""

    own: Own
    oddities: Oddities
    open: dict[str, Told] = field(default_factory=dict)
    recent: dict[str, Told] = field(default_factory=dict)
    sales: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
    fundings: dict[str, FundingCharged] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def add(self, told: Told) -> None:
        """Put an order where it belongs; what is known to have ended stays so."""
        if told.live and told.order_id not in self.recent:
            self.open[told.order_id] = told
        elif not told.live:
            self.open.pop(told.order_id, None)
            self.recent[told.order_id] = told

    async def look(self, asking: Awaitable[Told | None], name: str) -> None:
        """Add one order of ours, if it can be read; what it became may not be there yet."""
        try:
            told = await asking
        except (Strange, NotThere) as odd:
            self.unread.add(name)
            self.oddities.tell("strange_order", name, str(odd))
            return
        if told is not None:
            self.add(told)

    @contextmanager
    def leaving_out(self, of: Row, named: str) -> Iterator[None]:
        """A row that turns out to be unreadable inside. `named`: its field with the client id."""
        try:
            yield
        except Strange as odd:
            name = self._ours(of.get(named))
            if not name:
                with self.oddities.leaving_out(of):
                    raise
                return
            self.unread.add(name)
            self.oddities.tell("strange_order", name, str(odd))

    def _ours(self, name: object) -> str:
        """The order of ours that bears this name, or whose leg does; empty: it is a stranger's."""
        names = (name, name[:-1]) if isinstance(name, str) else ()
        return next((known for known in names if known in self.own.orders), "")

    async def ask_alone(self, desk: Desk) -> None:
        """Ask by name for orders that lived when last heard of and that no list mentions now, and
        for those whose rows cannot be read."""
        for order_id in sorted((self.own.live | self.unread) - set(self.open) - set(self.recent)):
            order = self.own.orders.get(order_id)
            if order is not None:
                await self.look(desk.find(order), order_id)

    def reported(
        self, money: tuple[Decimal, Decimal], holdings: tuple[Holding, ...], at: Millis
    ) -> VenueReported:
        """The event. `money`: all cash, and what is free of it."""
        return VenueReported(
            self.own.venue,
            tuple(told.state() for told in self.open.values()),
            tuple(told.state() for told in self.recent.values()),
            holdings,
            *money,
            tuple(self.sales),
            at,
            tuple(self.fundings.values()),
        )
