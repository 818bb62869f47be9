"""A real exchange behind the port `Venues`: requests leave in tasks, answers come back as events.

- `RealVenue(connected(...), Own(...), Ears(...))`; `await open()` sets the clock, `await close()`
  waits for what is under way. A write is sent once and never again, whatever happens to it; only
  what the exchange refused for its clock alone is sent once more, by the right time.
- `submit(order)`, `cancel(order_id)`, `ask(Question("order" | "report" | "price", subject))`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from trader.domain.dust import Conversion
from trader.domain.errors import BadInput, KeysRefused, VenueError, VenueUnavailable
from trader.domain.events import (
    CancelFailed,
    Event,
    OrderFilled,
    OrderNotFound,
    OrderOpened,
    OrderRejected,
    OrderUnknown,
    PriceSeen,
)
from trader.domain.order import Kind, Order
from trader.domain.outcome import Question
from trader.domain.time import Millis
from trader.venues.real.asking import REQUESTS, Requests
from trader.venues.real.budget import Urgency, recovering
from trader.venues.real.calling import Call, Reply
from trader.venues.real.desks.ports import Desk, Own
from trader.venues.real.desks.table import DESKS, DUST
from trader.venues.real.line import Ears, Line
from trader.venues.real.offers import not_offered
from trader.venues.real.reports import Reports
from trader.venues.real.told import Told
from trader.venues.real.verdicts import Verdict, judged, takes_no_such_kind

if TYPE_CHECKING:
    from ccxt.pro import Exchange

LOOKS = (0.1, 0.3, 0.6, 1.0, 2.0)  # seconds before each look at an order that should end by itself
TOO_OLD = 5_000  # ms between the engine's decision and the request

_NOT_SENT = (Verdict.REFUSED, Verdict.NEVER_LEFT)


class RealVenue:
    """One exchange. See the module's head for what may be called."""

    def __init__(self, exchange: Exchange, own: Own, ears: Ears) -> None:
        self.line = Line(own.venue, exchange, ears)
        self._own = own
        self._ears = ears
        self._requests = REQUESTS[own.venue]
        self._desk = DESKS[own.venue](self.line, own, ears)
        self._lost = partial(_unanswered, self.line, ears)
        self._dust = DUST[own.venue](self.line, self._desk.price, ears)
        self._tasks: set[asyncio.Task[None]] = set()
        self._limits_only: set[str] = set()  # markets that take no stop without a limit
        self.placing: set[str] = set()  # client ids of orders that wait for their answer
        again = Question("report", own.venue)
        self._reports = Reports(self.line, self._desk, ears, lambda: self.ask(again))

    async def open(self) -> None:
        """Before the first request: the exchange's clock is followed, where it can be read."""
        await self.line.set_clock()

    async def rest(self) -> None:
        """Wait until everything under way has been answered or given up (ccxt's time limit)."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """The same; nothing is asked afterwards."""
        await self.rest()
        await self.line.close()

    @property
    def left_out(self) -> int:
        """How many rows of reports could not be read, each once."""
        return self._desk.oddities.count

    # ------------------------------------------------------------ the port `Venues`

    def submit(self, order: Order) -> None:
        """Send an order, once."""
        self._own.remember(order)

        def lost(why: str) -> None:
            self._put(OrderUnknown(order.id, why, self._ears.now()))

        self._start(self._place(order, self._ears.now()), lost)

    def cancel(self, order_id: str) -> None:
        """Ask for an order's end by its client id."""

        def lost(why: str) -> None:
            self._put(CancelFailed(order_id, why, self._ears.now()))

        self._start(self._end(order_id), lost)

    def ask(self, question: Question) -> None:
        """Ask for `order` (a client id), `report` (of everything) or `price` (of a key)."""
        answers = {"order": self._tell_order, "report": self._report, "price": self._tell_price}
        if question.about not in answers:
            raise BadInput(
                f"a venue cannot be asked about '{question.about}'; use order, report, price"
            )

        self._start(answers[question.about](question.subject), self._lost(question.about))

    def convert(self, conversion: Conversion) -> None:
        """Make dust another coin, or look what became of that."""
        self._start(self._dust.tell(conversion), self._lost("dust"))

    # ------------------------------------------------------------ orders

    async def _place(self, order: Order, handed_over: Millis) -> None:
        try:
            await self._desk.ready(order)
            call = self._requests.place(order)
            if self._is_old(handed_over):
                raise VenueUnavailable("the order waited too long; its price is old news")
        except VenueError as no:  # nothing was sent
            self._put(OrderRejected(order.id, "not_sent", str(no), self._ears.now()))
            return
        other = self._requests.place_else(order)
        if other is not None and order.key in self._limits_only:
            call, other = other, None
        reply = await self._sent(order, call, handed_over)
        told = judged(reply, self.line.codes, order.id)
        if other is not None and takes_no_such_kind(told):  # nothing was done: the name is free
            self._limits_only.add(order.key)
            reply = await self._sent(order, other, handed_over)
            told = judged(reply, self.line.codes, order.id)
        if told.verdict in _NOT_SENT:
            self._put(OrderRejected(order.id, told.code, told.reason, self._ears.now()))
        elif told.verdict is Verdict.ACCEPTED:
            await self._accepted(order, reply.body)
        else:
            self._put(OrderUnknown(order.id, told.text, self._ears.now()))

    async def _sent(self, order: Order, call: Call, handed_over: Millis) -> Reply:
        """Its answer. Refused for the clock it leaves once more, under the same name, while what
        was decided is still news."""
        self.placing.add(order.id)
        try:
            return await self.line.ask(
                call, _urgency(order), still=lambda: not self._is_old(handed_over)
            )
        finally:
            self.placing.discard(order.id)

    def _is_old(self, handed_over: Millis) -> bool:
        return self._ears.now() - handed_over > TOO_OLD

    async def _accepted(self, order: Order, body: Any) -> None:
        """It is there. What should trade at once is looked at until it has."""
        told = await self._desk.taken(order, body)
        if _over(told):
            self._tell(told)
            return
        self._put(OrderOpened(order.id, told.venue_id, self._ears.now()))
        for fill in told.fills:
            self._put(OrderFilled(fill))
        if order.kind is Kind.MARKET or not told.live:
            await self._watch(order)

    async def _watch(self, order: Order) -> None:
        """Look until it has ended with all its trades; else the reports will tell."""
        told = await self._ended(order)
        if told is not None:
            self._tell(told, opened=False)

    async def _ended(self, order: Order) -> Told | None:
        """Look for a while; None: it lives on, or nobody answers."""
        told: Told | None = None
        for pause in LOOKS:
            await self._ears.sleep(pause)
            try:
                told = await _found(self._desk, order) or told
            except KeysRefused:
                return None
            except VenueError:
                continue
            if told is not None and _over(told):
                return told
        return told if told is not None and not told.live else None

    async def _end(self, order_id: str) -> None:
        """Cancel, and hear that it is over. What cannot be canceled must be asked for."""
        for order in self._own.candidates(order_id):
            reply = await _canceled(self.line, self._requests, order)
            told = judged(reply, self.line.codes, order_id, stateless=True)
            if told.code not in self.line.codes.absent:
                break  # else it may be of another market
        ended = await self._ended(order) if told.verdict is Verdict.ACCEPTED else None
        if ended is not None:
            self._tell(ended, opened=False)
        else:
            why = told.text or "the exchange has not confirmed the cancellation"
            self._put(CancelFailed(order_id, why, self._ears.now()))

    # ------------------------------------------------------------ questions

    async def look(self, order_id: str) -> bool:
        """Look an order up and tell what is found; whether anything was. Raises `VenueError`.

        For those who have a hint: it may be ahead of the answer, so "not found" is not told.
        """
        for order in self._own.candidates(order_id):
            told = await _found(self._desk, order)
            if told is not None:
                self._own.remember(order)
                self._tell(told)
                return True
        return False

    async def _tell_order(self, order_id: str) -> None:
        if not await self.look(order_id):
            self._put(OrderNotFound(order_id, self._ears.now()))

    async def _tell_price(self, key: str) -> None:
        price = await self._desk.price(key)
        self._put(PriceSeen(key, float(price), self._ears.now(), independent=True))

    async def _report(self, _: str) -> None:
        await self._reports.tell()

    # ------------------------------------------------------------

    def _tell(self, told: Told, *, opened: bool = True) -> None:
        for event in told.events(self._ears.now()):
            if opened or not isinstance(event, OrderOpened):
                self._put(event)

    def _put(self, event: Event) -> None:
        self._ears.put(event)

    def _start(self, work: Coroutine[Any, Any, None], lost: Callable[[str], None]) -> None:
        task = asyncio.create_task(_guarded(work, lost))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _canceled(line: Line, requests: Requests, order: Order) -> Reply:
    """The answer to a cancellation, which may be sent twice: it ends an order but once."""
    reply = await line.ask(requests.cancel(order), Urgency.PROTECT)
    if requests.cancel_else is None or not not_offered(reply):
        return reply
    return await line.ask(requests.cancel_else(order), Urgency.PROTECT)


async def _found(desk: Desk, order: Order) -> Told | None:
    """What became of an order of ours: what it filled may stand unprotected until that is known, so
    reports and entries wait rather than this."""
    with recovering():
        return await desk.find(order)


def _unanswered(line: Line, ears: Ears, about: str) -> Callable[[str], None]:
    """No information is no event: whoever asked asks again."""

    def lost(why: str) -> None:
        if line.keys_refused_at is None:  # that was told, with its remedy
            ears.notice("unanswered", f"{line.venue}: {about}: {why}")

    return lost


def _over(told: Told) -> bool:
    """Whether an order has ended and all its trades are known."""
    return not told.live and told.whole


def _urgency(order: Order) -> Urgency:
    return Urgency.TRADE if order.is_entry else Urgency.PROTECT


async def _guarded(work: Coroutine[Any, Any, None], lost: Callable[[str], None]) -> None:
    """Whatever fails is told: a request without a word would be believed to be under way."""
    try:
        await work
    except asyncio.CancelledError:
        lost("stopped while it was under way")
        raise
    except VenueError as no:
        lost(str(no))
    except Exception as bug:  # noqa: BLE001 - one request must not take the others along
        lost(f"{type(bug).__name__}: {bug}")
