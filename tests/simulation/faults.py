"""Everything that goes wrong between a bot and an exchange, out of one seed.

One seed, one plan: the same questions in the same order get the same answers. A quarter of all
delays lies exactly on its bound, because bugs live there. After `until` nothing goes wrong any
more, so that a test can demand that everything comes to rest.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import NamedTuple

from trader.domain.events import Event
from trader.domain.order import Side
from trader.domain.time import SECOND, Millis
from trader.venues.faults import ARRIVES, ONCE, Fate, Request
from trader.venues.simulated import SimulatedVenue


@dataclass(frozen=True, slots=True)
class Odds:
    """Chances of each fault for each message or order, and bounds of delays (ms)."""

    lost_request: float = 0.10
    late_request: float = 0.08
    throttled: float = 0.05
    failed_question: float = 0.15
    lost_answer: float = 0.10
    repeated: float = 0.08
    reordered: float = 0.10
    stalled: float = 0.10
    hidden: float = 0.15
    latest: Millis = 15 * SECOND  # late acceptance: receive window and engine time-out together
    out_of_order: Millis = 3 * SECOND
    longest_hiding: Millis = 8 * SECOND


NONE = Odds(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of market time; `size` says how bad."""

    start: Millis
    end: Millis
    size: int = 0

    def holds(self, at: Millis) -> bool:
        """Whether `at` lies inside."""
        return self.start <= at < self.end


class Deed(NamedTuple):
    """What a person does on the same account, by hand. `share` of what is held, or of an order."""

    at: Millis
    what: str  # buys, sells, cancels
    share: float


@dataclass(frozen=True, slots=True)
class Script:
    """What is bound to happen at its time: outages, wrong clocks, deeds of a person."""

    outages: tuple[Span, ...] = ()
    skews: tuple[Span, ...] = ()
    deeds: tuple[Deed, ...] = ()

    @classmethod
    def written(cls, seed: int, start: Millis, until: Millis) -> "Script":
        """Up to two outages, one wrong clock and four deeds, out of a seed."""
        random = Random(f"{seed}:script")
        deeds = sorted(
            Deed(random.randrange(start, until), random.choice(DEEDS), random.random())
            for _ in range(random.randrange(5))
        )
        outages = [_span(random, start, until, 60 * SECOND) for _ in range(random.randrange(3))]
        skews = [_span(random, start, until, 30 * SECOND) for _ in range(random.randrange(2))]
        return cls(tuple(outages), tuple(skews), tuple(deeds))


DEEDS = ("buys", "sells", "cancels")


def _span(random: Random, start: Millis, until: Millis, longest: Millis) -> Span:
    begin = random.randrange(start, until)
    size = random.choice((-6_000, -900, 900, 6_000))
    return Span(begin, min(until, begin + random.randrange(SECOND, longest)), size)


class SeededFaults:
    """A `FaultPlan` out of a seed, in force between `start` and `until` (market ms)."""

    def __init__(
        self, seed: int, start: Millis, until: Millis, odds: Odds | None = None,
        script: Script | None = None,
    ) -> None:  # fmt: skip
        self.seed = seed
        self.until = until
        self.odds = odds or Odds()
        self.script = Script.written(seed, start, until) if script is None else script
        self._random = Random(f"{seed}:wire")
        self._deeds = list(self.script.deeds)
        self._stalled: set[str] = set()

    def request(self, request: Request, at: Millis) -> Fate:
        """Lost, late, refused, or as usual."""
        if at >= self.until:
            return ARRIVES
        odds, roll = self.odds, self._random.random()
        if request.what == "ask":
            return Fate(lost=roll < odds.failed_question)
        if roll < odds.lost_request:
            return Fate(lost=True)
        if roll < odds.lost_request + odds.late_request:
            return Fate(delay=self._delay(odds.latest))
        return Fate(throttled=roll > 1.0 - odds.throttled)

    def answer(self, event: Event, at: Millis) -> tuple[Millis, ...]:
        """Lost, repeated, overtaken, or as usual."""
        if at >= self.until:
            return ONCE
        odds, roll = self.odds, self._random.random()
        if roll < odds.lost_answer:
            return ()
        delay = self._delay(odds.out_of_order) if self._random.random() < odds.reordered else 0
        if roll > 1.0 - odds.repeated:
            return (delay, delay + self._delay(odds.out_of_order))
        return (delay,)

    def share(self, order_id: str, at: Millis) -> float:
        """Some orders trade a third and then stall until the trouble is over."""
        stalls = at < self.until and self._of(order_id, "stall").random() < self.odds.stalled
        if not stalls or not order_id:
            return 1.0
        first = order_id not in self._stalled
        self._stalled.add(order_id)
        return 0.34 if first else 0.0

    def hidden(self, order_id: str) -> Millis:
        """Some orders are invisible at first."""
        own = self._of(order_id, "hidden")
        if own.random() >= self.odds.hidden:
            return 0
        return _biased(own, self.odds.longest_hiding)

    def skew(self, at: Millis) -> Millis:
        """A clock that is wrong for a while."""
        return next((span.size for span in self.script.skews if span.holds(at)), 0)

    def reachable(self, at: Millis) -> bool:
        """Outages."""
        return not any(span.holds(at) for span in self.script.outages)

    def disturb(self, venue: SimulatedVenue, at: Millis) -> list[Deed]:
        """Let the person do what is due (call it as time passes); what was done."""
        done = []
        while self._deeds and self._deeds[0].at <= at:
            deed = self._deeds.pop(0)
            if _do(deed, venue):
                done.append(deed)
        return done

    def _of(self, order_id: str, about: str) -> Random:
        return Random(f"{self.seed}:{about}:{order_id}")

    def _delay(self, bound: Millis) -> Millis:
        return _biased(self._random, bound)


def _biased(random: Random, bound: Millis) -> Millis:
    """A delay; one in four exactly at the bound."""
    return bound if random.random() < 0.25 else random.randrange(1, bound + 1)


def _do(deed: Deed, venue: SimulatedVenue) -> bool:
    books = venue.books
    ours = [order.request.id for order in books.orders.all_live() if order.request.id]
    if deed.what == "cancels":
        if ours:
            venue.cancel_by_hand(ours[int(deed.share * len(ours))])
        return bool(ours)
    held = sorted(books.account.held_keys())
    keys = held if deed.what == "sells" else sorted(books.markets)
    keys = [key for key in keys if books.markets[key].price > 0.0]
    if not keys:
        return False
    key = keys[int(deed.share * len(keys))]
    step = books.markets[key].rules.lot_step
    if deed.what == "buys":
        worth = float(books.account.cash_free(books.orders)) * 0.05 * deed.share
        quantity = _lots(worth / books.markets[key].price, step)
    else:
        free = books.account.sellable(key, Side.SELL, books.orders.live(key))
        quantity = _lots(float(free) * deed.share, step)
    if quantity > 0:
        venue.trade_by_hand(key, Side.BUY if deed.what == "buys" else Side.SELL, quantity)
    return quantity > 0


def _lots(quantity: float, step: Decimal) -> Decimal:
    return int(Decimal(repr(quantity)) / step) * step
