"""The way between bot and exchange: messages take market time, and some never arrive."""

import heapq
from collections.abc import Callable
from typing import Protocol

from trader.domain.events import CancelFailed, Event, OrderOpened, OrderRejected, OrderUnknown
from trader.domain.time import Millis
from trader.venues.faults import FaultPlan, Request
from trader.venues.profiles import Profile
from trader.venues.refusals import Problem

Act = Callable[[Millis], None]
Emit = Callable[[Event], None]


class Wire(Protocol):
    """Carries requests there and answers back. `pending`: something is still under way."""

    pending: bool

    def send(self, request: Request, act: Act, at: Millis) -> None:
        """Let a request act at the exchange when, and if, it arrives."""

    def answer(self, event: Event, at: Millis) -> None:
        """Let an answer be heard when, and if, it arrives."""

    def run(self, until: Millis) -> None:
        """Let everything arrive that is due."""

    def hang_up(self) -> None:
        """The listener is gone: what was on its way to it is lost; requests still arrive."""


class DirectWire:
    """No distance: everything happens at once. What a backtest uses."""

    pending = False

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def send(self, request: Request, act: Act, at: Millis) -> None:
        """Acts now."""
        act(at)

    def answer(self, event: Event, at: Millis) -> None:
        """Is heard now."""
        self._emit(event)

    def run(self, until: Millis) -> None:
        """Nothing is ever under way."""

    def hang_up(self) -> None:
        """Nothing was on its way."""


class SlowWire:
    """Latency within the profile's bounds, repeatable from the seed; faults as planned.

    Answers keep their order, like on a stream, unless the fault plan delays one.
    """

    def __init__(self, profile: Profile, emit: Emit, faults: FaultPlan, seed: int) -> None:
        self.pending = False
        self._profile = profile
        self._emit = emit
        self._faults = faults
        self._due: list[tuple[Millis, int, Act]] = []
        self._deaf_until = 0  # what was sent to a listener before this count is lost
        self._count = 0
        self._seed = seed
        self._last_answer: Millis = 0

    def send(self, request: Request, act: Act, at: Millis) -> None:
        """Request: arrives late, is lost, or is refused at the door."""
        fate = self._faults.request(request, at)
        if fate.lost or not self._faults.reachable(at):
            self._give_up(request, at)
            return
        if fate.throttled:
            event = self._throttled(request, at)
            if event is not None:
                self._tell(event, at + self._latency())
            return
        if fate.delay >= self._profile.request_timeout:
            self._give_up(request, at)
        self._later(at + self._latency() + fate.delay, act)

    def answer(self, event: Event, at: Millis) -> None:
        """Answer: arrives late, twice, or never (then whoever waits for it gives up)."""
        copies = self._faults.answer(event, at) if self._faults.reachable(at) else ()
        usual = max(self._last_answer, at + self._latency())
        self._last_answer = usual
        for delay in copies:
            self._tell(event, usual + delay)
        if not copies and isinstance(event, OrderOpened | OrderRejected):
            self._give_up(Request("submit", event.order_id), at)

    def run(self, until: Millis) -> None:
        """What is due happens in the order of its time, and of sending when equal."""
        while self._due and self._due[0][0] <= until:
            due, _, act = heapq.heappop(self._due)
            self.pending = bool(self._due)
            act(due)

    def hang_up(self) -> None:
        """Answers under way find nobody; requests under way still act."""
        self._deaf_until = self._count

    def _tell(self, event: Event, due: Millis) -> None:
        number = self._count + 1

        def tell(_: Millis) -> None:
            if number > self._deaf_until:
                self._emit(event)

        self._later(due, tell)

    def _later(self, due: Millis, act: Act) -> None:
        self._count += 1
        heapq.heappush(self._due, (due, self._count, act))
        self.pending = True

    def _latency(self) -> Millis:
        least, most = self._profile.latency
        scattered = (self._count + 1) * 2_654_435_761 + self._seed * 40_503  # Knuth's hash
        return least + (scattered >> 7) % (most - least + 1)

    def _give_up(self, request: Request, at: Millis) -> None:
        """Whoever waits for an answer stops waiting; who asked a question asks again."""
        due = at + self._profile.request_timeout
        if request.what == "submit":
            self._tell(OrderUnknown(request.subject, "no answer in time", due), due)
        elif request.what == "cancel":
            self._tell(CancelFailed(request.subject, "no answer in time", due), due)

    def _throttled(self, request: Request, at: Millis) -> Event | None:
        refusal = self._profile.refusals[Problem.THROTTLED]
        if request.what == "submit":
            return OrderRejected(request.subject, refusal.code, refusal.reason, at)
        if request.what == "cancel":
            return CancelFailed(request.subject, refusal.code, at)
        return None
