"""What can go wrong between the bot and an exchange: a port, and the plan where nothing does."""

from dataclasses import dataclass
from typing import Protocol

from trader.domain.events import Event
from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Request:
    """One message to the exchange. `what`: submit, cancel, ask or convert; `subject`: an id, ..."""

    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a request: `delay` more ms under way, or lost, or refused (429)."""

    delay: Millis = 0
    lost: bool = False
    throttled: bool = False


ARRIVES = Fate()
ONCE: tuple[Millis, ...] = (0,)


class FaultPlan(Protocol):
    """Asked at each step. Its answers depend on its seed and on nothing else."""

    def request(self, request: Request, at: Millis) -> Fate:
        """What becomes of a request that leaves now."""

    def answer(self, event: Event, at: Millis) -> tuple[Millis, ...]:
        """Additional ms for each copy of an answer: () lost, (0,) as usual, (0, 90) repeated."""

    def share(self, order_id: str, at: Millis) -> float:
        """Share of an order's remaining quantity that may trade now: 1 all, 0 it stalls."""

    def hidden(self, order_id: str) -> Millis:
        """How long a new order stays invisible to questions, ms."""

    def skew(self, at: Millis) -> Millis:
        """How far the exchange's clock is ahead of ours, ms."""

    def reachable(self, at: Millis) -> bool:
        """Whether the exchange can be reached at all."""


class NoFaults:
    """Everything arrives, once, in order."""

    def request(self, request: Request, at: Millis) -> Fate:
        """Arrives."""
        return ARRIVES

    def answer(self, event: Event, at: Millis) -> tuple[Millis, ...]:
        """Arrives once."""
        return ONCE

    def share(self, order_id: str, at: Millis) -> float:
        """Trades whole."""
        return 1.0

    def hidden(self, order_id: str) -> Millis:
        """Is seen at once."""
        return 0

    def skew(self, at: Millis) -> Millis:
        """Clocks agree."""
        return 0

    def reachable(self, at: Millis) -> bool:
        """Always."""
        return True
