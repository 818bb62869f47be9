"""Moments to die in: what a bot was about to do, and how far its request had come."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from tests.e2e.real.sites import Site
from tests.e2e.real.truth import Account
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.wire import Asked


class Deed(StrEnum):
    """What a request was for."""

    ENTRY = "entry"
    PROTECTION = "protection"
    EXIT = "exit"
    CANCEL = "cancel"


class Point(StrEnum):
    """How far a request had come when the process died."""

    LEAVING = "journalled, not sent"
    TRAVELLING = "sent, not done"  # done afterwards, or never
    UNANSWERED = "done, not answered"
    UNHEARD = "answered, not journalled"
    RECOVERING = "left by a death before"


# What holds a request of that point at the exchange until the process is dead. `LEAVING` is
# caught at the journal; when the catcher comes late, the answer is held all the same.
HOLDS = {
    Point.LEAVING: Trouble.ANSWERS_LATE,
    Point.TRAVELLING: Trouble.ARRIVES_LATE,
    Point.UNANSWERED: Trouble.ANSWERS_LATE,
    Point.UNHEARD: Trouble.ANSWERS_LATE,
}
# What a start asks about orders: all that are open, and one by one those in doubt.
QUESTIONS = r"/.*/(orders/open|openOrders|order|orderList|algoOrder)"
_OPEN = "('sending', 'unknown', 'canceling')"
_PROTECTS = ("oco", "stop_market", "take_profit_market")


@dataclass(frozen=True, slots=True)
class Pending:
    """An intent in the journal whose outcome is not there."""

    id: str
    status: str
    kind: str
    key: str

    @property
    def name(self) -> str:
        """The order, or its cancellation: the one may be known when the other comes up."""
        return f"cancel {self.id}" if self.status == "canceling" else self.id

    @property
    def deed(self) -> Deed:
        """What was to be done."""
        if self.status == "canceling":
            return Deed.CANCEL
        if self.kind in _PROTECTS:
            return Deed.PROTECTION
        return Deed.ENTRY if self.id[3] == "E" else Deed.EXIT


def pending(data: Path, venue: str) -> list[Pending]:
    """All of a venue; nothing while the journal cannot be read at once."""
    query = f"SELECT id, status, kind, key FROM orders WHERE venue = ? AND status IN {_OPEN}"  # noqa: S608
    address = f"{(data / 'trader.db').resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0.05)) as journal:
            return [Pending(*row) for row in journal.execute(query, (venue,))]
    except sqlite3.OperationalError:
        return []


def place(site: Site, deed: Deed) -> tuple[str, str]:
    """Method and path of the request for it."""
    if deed is Deed.CANCEL:
        return site.cancels
    if deed is Deed.PROTECTION:
        assert site.protections is not None
        return site.protections
    return site.entries if deed is Deed.ENTRY else site.exits


def deeds(site: Site) -> tuple[Deed, ...]:
    """What can be under way there: where nothing protects, nothing is cancelled either."""
    return (Deed.ENTRY, Deed.EXIT) if site.protections is None else tuple(Deed)


class Autopsy:
    """What was under way at one exchange when the process died. Look before anything goes on.

    `before`: ids pending at the death before; of them `fresh` had come up in that life. `since`:
    how long the exchange's log was at birth.
    """

    def __init__(
        self, account: Account, before: Collection[str], fresh: Collection[str], since: int
    ) -> None:
        self._account, self._before, self._fresh = account, before, fresh
        self._log = tuple(account.server.log)[since:]

    def found(self, left: Iterable[Pending]) -> dict[str, tuple[Deed, Point]]:
        """By id what was under way; without old doubts, which only time ends."""
        return {
            order.name: (order.deed, self._point(order))
            for order in left
            if order.name not in self._before or order.name in self._fresh
        }

    def _point(self, order: Pending) -> Point:
        if order.name in self._before:
            return Point.RECOVERING
        asked = self._request(order)
        if asked is None:
            return Point.LEAVING
        if asked.status:
            return Point.UNHEARD
        return Point.UNANSWERED if self._done(order) else Point.TRAVELLING

    def _request(self, order: Pending) -> Asked | None:
        method = "DELETE" if order.deed is Deed.CANCEL else "POST"
        meant = (a for a in self._log if a.method == method and order.id in a.query + a.body)
        return next(meant, None)

    def _done(self, order: Pending) -> bool:
        if order.deed is Deed.CANCEL:
            return order.id not in self._account.live()
        return order.id in self._account.accepted()


def touched(account: Account, owned: Decimal) -> list[str]:
    """Coins of which less is there than the user had before the bot came."""
    if account.desk is not None:
        return []
    balances = account.truth.accounts
    left = {m.base: balances.of(m.base).total for m in account.truth.markets.values()}
    return [
        f"{account.site.venue}: of {owned} {coin} that were the user's {total} are left"
        for coin, total in left.items()
        if total < owned
    ]
