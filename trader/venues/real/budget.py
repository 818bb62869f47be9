"""Keeps one exchange's requests below its limits, with something left for exits and cancels."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum

from trader.domain.errors import VenueUnavailable
from trader.domain.time import DAY, MINUTE, SECOND, Millis
from trader.venues.real.connection import Endpoint
from trader.venues.real.limits import Charge, Limit, Limits

SHARE = 0.8  # of what an exchange allows
LAST = 0.03  # of that share: what even recovery leaves for exits and cancels
LONGEST_PAUSE = 3 * DAY
BANNED = 418  # the exchange shuts out an address that went on after 429
ARRIVED = 2 * SECOND  # after that a request is there, whether it is answered or not


class Urgency(IntEnum):
    """Who goes first. Only `PROTECT` may use all of the reserve, `RECOVER` nearly all."""

    PROTECT = 0  # exits, protection, cancels
    RECOVER = 1  # the first report: without it nobody knows what there is to protect
    TRADE = 2  # entries, questions about orders
    LOOK = 3  # later reports, market data


# How long a request waits for room, ms: an order that left later would be an answer to old news.
# Who recovers waits as long as it takes: to begin anew would ask everything once more.
PATIENCE: Mapping[Urgency, Millis] = {
    Urgency.PROTECT: 5 * SECOND, Urgency.RECOVER: 10 * MINUTE, Urgency.TRADE: 5 * SECOND,
    Urgency.LOOK: MINUTE + 5 * SECOND,
}  # fmt: skip
_URGENCY: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.LOOK)
_LEAST: ContextVar[Urgency] = ContextVar("least", default=Urgency.LOOK)


@contextmanager
def urgent(urgency: Urgency) -> Iterator[None]:
    """Requests inside are this urgent; those of tasks started inside too."""
    token = _URGENCY.set(min(urgency, _LEAST.get()))
    try:
        yield
    finally:
        _URGENCY.reset(token)


@contextmanager
def recovering() -> Iterator[None]:
    """Requests inside are as urgent as recovery at least, whatever they say themselves."""
    token = _LEAST.set(Urgency.RECOVER)
    try:
        yield
    finally:
        _LEAST.reset(token)


class _Count:
    """What was used of one limit within its window, what is under way included: the exchange
    counts a request when it comes, at the latest when its answer is here."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.used = 0
        self._under_way: deque[tuple[Millis, int]] = deque()
        self._entries: deque[tuple[Millis, int]] = deque()

    def take(self, amount: int, at: Millis) -> None:
        self._under_way.append((at, amount))
        self.used += amount

    def add(self, amount: int, at: Millis) -> None:
        self._entries.append((at, amount))
        self.used += amount

    def arrived(self, at: Millis) -> None:
        if self._under_way:
            self._entries.append((at, self._under_way.popleft()[1]))

    def look(self, at: Millis) -> None:
        while self._under_way and self._under_way[0][0] + ARRIVED <= at:
            self.arrived(at)
        while self._entries and self._entries[0][0] + self.limit.window <= at:
            self.used -= self._entries.popleft()[1]

    def free_at(self, amount: int, allowed: int, at: Millis) -> Millis:
        """When so much more fits, at the earliest."""
        self.look(at)
        if amount > allowed:  # of a crowd: who stands behind so many waits so many windows
            return at + self.limit.window * ((amount - 1) // allowed)
        used = self.used
        if used + amount <= allowed:
            return at
        for entered, size in self._entries:
            used -= size
            if used + amount <= allowed:
                return entered + self.limit.window
        return at + self.limit.window


@dataclass(frozen=True, slots=True, eq=False)
class _Ticket:
    urgency: Urgency
    charge: Charge


class Budget:
    """One for each exchange, shared by all who ask it: the `Gate` of its ccxt objects.

    `now`: ms of a clock that only goes forward; `sleep`: seconds.
    """

    def __init__(
        self,
        limits: Limits,
        now: Callable[[], Millis],
        sleep: Callable[[float], Awaitable[object]],
        patience: Mapping[Urgency, Millis] = PATIENCE,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._patience = patience
        self._counts = {limit.name: _Count(limit) for limit in limits.limits}
        self.banned: Callable[[Millis], None] = _nobody  # hears for how long, ms
        self._waiting: list[_Ticket] = []  # in the order of their coming
        self._silent_until: Millis = -1

    @property
    def used(self) -> dict[str, float]:
        """Share of each of the exchange's limits (not of ours) that is used now."""
        now = self._now()
        shares = {}
        for name, count in self._counts.items():
            count.look(now)
            shares[name] = count.used / count.limit.most
        return shares

    @property
    def tightest(self) -> tuple[float, float]:
        """Used and allowed by the exchange, of the limit that is nearest to its end."""
        now = self._now()
        for count in self._counts.values():
            count.look(now)
        nearest = max(self._counts.values(), key=lambda count: count.used / count.limit.most)
        return nearest.used, nearest.limit.most

    @property
    def silent_for(self) -> Millis:
        """How long nobody may ask yet, ms; 0 when everybody may."""
        return max(0, self._silent_until - self._now())

    async def enter(self, endpoint: Endpoint) -> None:
        """Wait for room. Raises `VenueUnavailable` when there will be none in time."""
        urgency = _URGENCY.get()
        ticket = _Ticket(urgency, self._limits.charge(endpoint))
        deadline = self._now() + self._patience[urgency]
        self._waiting.append(ticket)
        try:
            while (wait := self._wait(ticket)) > 0:
                if self._now() + wait > deadline:
                    raise VenueUnavailable(f"no room within the exchange's limits for {wait} ms")
                await self._sleep(wait / 1_000)
            for name, amount in ticket.charge.items():
                self._counts[name].take(amount, self._now())
        finally:
            self._waiting.remove(ticket)

    def leave(self, endpoint: Endpoint) -> None:
        """A request is over: what it took is given back a window from now."""
        now = self._now()
        for name in self._limits.charge(endpoint):
            self._counts[name].arrived(now)

    def heard(self, endpoint: Endpoint, status: int, headers: Mapping[str, str]) -> None:
        """Follow the exchange's own count; be silent when it says so."""
        told = {name.lower(): value for name, value in headers.items()}
        for count in self._counts.values():
            used = _whole(told.get(count.limit.header, ""))
            if used is not None:
                self._correct(count, used)
        group, left = _remaining(told.get(self._limits.remaining, ""))
        if left is not None and group in self._counts:
            count = self._counts[group]
            self._correct(count, count.limit.most - left)
        pause = self._limits.pauses.get(status)
        if pause is not None:
            asked = _whole(told.get("retry-after", ""))
            self._fall_silent(status, min(LONGEST_PAUSE, asked * SECOND) if asked else pause)

    def _fall_silent(self, status: int, pause: Millis) -> None:
        until = self._now() + pause
        if status == BANNED and until >= self._silent_until + SECOND:  # several were under way
            self.banned(pause)
        self._silent_until = max(self._silent_until, until)

    def _correct(self, count: _Count, used: int) -> None:
        """Somebody else uses the same limits, or a request costs more than we thought."""
        now = self._now()
        count.look(now)
        if used > count.used:
            count.add(used - count.used, now)

    def _wait(self, ticket: _Ticket) -> Millis:
        """How long this one waits at least; 0: it may go."""
        if self.silent_for:
            return self.silent_for
        more_urgent = (other for other in self._waiting if other.urgency < ticket.urgency)
        if any(self._earliest(other) <= self._now() for other in more_urgent):
            return 1  # it is about to wake up and goes first
        return self._earliest(ticket) - self._now()

    def _earliest(self, ticket: _Ticket) -> Millis:
        """When there is room, those ahead included."""
        now = self._now()
        ahead = self._ahead(ticket)
        return max(
            (
                self._counts[name].free_at(
                    amount + sum(other.charge.get(name, 0) for other in ahead),
                    self._allowed(self._counts[name].limit, ticket.urgency),
                    now,
                )
                for name, amount in ticket.charge.items()
            ),
            default=now,
        )

    def _ahead(self, ticket: _Ticket) -> list[_Ticket]:
        place = self._waiting.index(ticket)
        return [
            other
            for number, other in enumerate(self._waiting)
            if (other.urgency, number) < (ticket.urgency, place)
        ]

    @staticmethod
    def _allowed(limit: Limit, urgency: Urgency) -> int:
        kept = {Urgency.PROTECT: 0.0, Urgency.RECOVER: min(LAST, limit.reserve)}
        share = SHARE * (1 - kept.get(urgency, limit.reserve))
        return max(1, int(limit.most * share + 1e-9))


def _nobody(_: Millis) -> None:
    """Nobody wants to hear it."""


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def _remaining(text: str) -> tuple[str, int | None]:
    """`group=order; min=1800; sec=7` -> order, 7."""
    fields = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    return fields.get("group", ""), _whole(fields.get("sec", ""))
