"""Stands between engine, journal and venues: notes all that passes, and kills where told.

What the witness counts is what the daemon has told its journal, added up independently of the
engine's own books, so that both can be compared after every event.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from trader.domain.commands import CommandAnswer
from trader.domain.dust import Conversion
from trader.domain.errors import JournalBroken
from trader.domain.events import Event
from trader.domain.money import ZERO
from trader.domain.order import Fill, Order, Side, Status
from trader.domain.outcome import NOTHING, Outcome, Question
from trader.engine.ports import Journal, Venues


class Killed(BaseException):
    """kill -9: nothing may catch this, and no code of the bot runs afterwards."""


@dataclass(slots=True)
class Told:
    """What the fills told so far amount to, signed; what left by another hand is one of them."""

    owned: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    fills: set[str] = field(default_factory=set)
    twice: list[str] = field(default_factory=list)

    def add(self, fill: Fill) -> None:
        """One fill told to the journal."""
        name = f"{fill.key} {fill.id}"
        if name in self.fills:
            self.twice.append(name)
            return
        self.fills.add(name)
        self.owned[fill.key] += signed(fill)


@dataclass(slots=True)
class Witness:
    """The ports `Journal` and `Venues` of one life of the bot, and what went through them."""

    journal: Journal
    venues: Venues
    hit: Callable[[str], None]
    look: Callable[[Order], None]
    told: Told
    counts: Counter[str]
    cancelled: set[str]
    answers: list[CommandAnswer] = field(default_factory=list)
    before: dict[str, Status] = field(default_factory=dict)
    moved: bool = False

    def record(self, event: Event, outcome: Outcome) -> None:
        """Remember, then write; the kill may come on either side."""
        if outcome is NOTHING:
            self.journal.record(event, outcome)
            return
        self.moved = True
        if outcome.durable:
            self.hit("before record")
        self._note(outcome)
        try:
            self.journal.record(event, outcome)
        except JournalBroken:
            self.counts["journal broken"] += 1
            raise
        if outcome.durable:
            self.hit("after record")

    def submit(self, order: Order) -> None:
        """An order leaves."""
        self.hit("before send")
        self.look(order)
        self.counts[f"sent {order.purpose.name}"] += 1
        self.venues.submit(order)
        self.hit("after send")

    def cancel(self, order_id: str) -> None:
        """A cancellation leaves."""
        self.cancelled.add(order_id)
        self.hit("before send")
        self.venues.cancel(order_id)
        self.hit("after send")

    def ask(self, question: Question) -> None:
        """A question leaves."""
        self.venues.ask(question)

    def convert(self, conversion: Conversion) -> None:
        """Dust leaves."""
        self.venues.convert(conversion)

    def _note(self, outcome: Outcome) -> None:
        for fill in outcome.fills:
            self.told.add(fill)
        for notice in outcome.notices:
            self.counts[f"notice {notice.code}"] += 1
        for order in outcome.orders:
            self._count(order)
        self.answers += outcome.answers

    def _count(self, order: Order) -> None:
        before, now = self.before.get(order.id), order.status
        self.before[order.id] = now
        self.counts[f"order {now.value}"] += 1
        if before is Status.UNKNOWN and now is Status.OPEN:
            self.counts["unknown, then found"] += 1
        if now in (Status.PARTIAL, Status.FILLED):
            self.counts["unknown, then filled"] += before is Status.UNKNOWN
            self.counts["cancelling, then filled"] += before is Status.CANCELING


def signed(fill: Fill) -> Decimal:
    """What a fill does to what is held: coins taken as fee never arrive."""
    return fill.quantity - fill.fee_base if fill.side is Side.BUY else -fill.quantity


def total(fills: list[Fill]) -> Decimal:
    """What fills amount to."""
    return sum((signed(fill) for fill in fills), ZERO)
