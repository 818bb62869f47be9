"""An order of ours as an exchange tells it, and the events that follow from that."""

from dataclasses import dataclass
from decimal import Decimal

from trader.domain.events import (
    Event,
    OrderEnded,
    OrderFilled,
    OrderOpened,
    OrderRejected,
    OrderState,
)
from trader.domain.money import ZERO
from trader.domain.order import Fill, Status
from trader.domain.time import Millis

_LIVE = (Status.OPEN, Status.PARTIAL)


@dataclass(frozen=True, slots=True)
class Told:
    """`order_id` ours, `venue_id` the exchange's. `filled` by its own count; `fills` as far as the
    answer held them (`whole`: all of them). `at` ms."""

    order_id: str
    venue_id: str
    status: Status
    filled: Decimal
    at: Millis
    fills: tuple[Fill, ...] = ()
    reason: str = ""

    @property
    def live(self) -> bool:
        """Whether it may still trade."""
        return self.status in _LIVE

    @property
    def whole(self) -> bool:
        """Whether the trades add up to what was filled."""
        return sum((fill.quantity for fill in self.fills), ZERO) >= self.filled

    def state(self) -> OrderState:
        """For reports."""
        return OrderState(self.order_id, self.venue_id, self.status, self.filled, self.fills)

    def events(self, now: Millis) -> list[Event]:
        """What happened to it, in order; repeats are harmless. Nothing happened after `now`: the
        engine's time goes with events, and time-outs and days are counted by our own clock."""
        if self.status is Status.REJECTED and not self.filled:
            return [OrderRejected(self.order_id, "rejected", self.reason, now)]
        facts: list[Event] = [OrderOpened(self.order_id, self.venue_id, now)]
        facts += (OrderFilled(fill) for fill in self.fills)
        if not self.live:
            ended = Status.CANCELED if self.status is Status.REJECTED else self.status
            at = max([self.at, *(fill.at for fill in self.fills)])  # alike however often asked
            facts.append(OrderEnded(self.order_id, ended, self.reason, min(at, now), self.filled))
        return facts
