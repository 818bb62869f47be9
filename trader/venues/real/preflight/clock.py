"""How far this computer's clock is from an exchange's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import monotonic

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.time import SECOND, Millis
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call, Reply
from trader.venues.real.preflight.inquiry import Inquiry, Objection
from trader.venues.real.reading.fields import Strange, moment, row

TOO_FAR: Millis = 1_000
FAR: Millis = 500

Span = tuple[Millis, Millis]


def _no_words(_: str) -> Mapping[str, str]:
    return {}


def _ticker(market: str) -> Mapping[str, str]:
    return {"markets": market}


@dataclass(frozen=True, slots=True)
class Dial:
    """Where an exchange tells its time: the question, how to read it, in steps of so many ms.

    `words`: of the question about a market. `always`: whatever the answer is, it tells the time.
    """

    method: str
    read: Callable[[Reply], Millis]
    words: Callable[[str], Mapping[str, str]] = _no_words
    always: bool = False
    step: Millis = 1
    looks: int = 2
    apart: float = 0.0  # seconds between two questions


def _server_time(reply: Reply) -> Millis:
    return moment(row(reply.body, "the time"), "serverTime")


def _date(reply: Reply) -> Millis:
    """Upbit has no question for the time; every answer carries it, in whole seconds."""
    text = next((v for name, v in reply.headers.items() if name.lower() == "date"), "")
    try:
        return round(parsedate_to_datetime(text).timestamp()) * SECOND
    except ValueError as odd:
        raise Strange("the answer carries no time") from odd


DIALS: Mapping[str, Dial] = {
    # Whole seconds, seen at several places of them.
    UPBIT: Dial("publicGetTicker", _date, _ticker, always=True, step=SECOND, looks=3, apart=0.35),
    BINANCE_SPOT: Dial("publicGetTime", _server_time),
    BINANCE_FUTURES: Dial("fapiPublicGetTime", _server_time),
}


async def clock(inquiry: Inquiry) -> list[Finding]:
    """The difference that is certain: what a question's own way took is never blamed on a clock."""
    dial = DIALS[inquiry.needs.venue]
    spans = []
    for look in range(dial.looks):
        if look:
            await inquiry.sleep(dial.apart)
        spans.append(await _span(inquiry, dial))
    low, high = met(spans)
    off = 0 if low <= 0 <= high else min(low, high, key=abs)
    values = {"seconds": f"{abs(off) / 1_000:.1f}"}
    if abs(off) <= FAR:
        return [inquiry.fine("clock_right", **values)]
    way = "behind" if off > 0 else "ahead"
    mark = Mark.FAIL if abs(off) > TOO_FAR else Mark.WARN
    return [inquiry.finding(mark, f"clock_{way}", **values)]


async def _span(inquiry: Inquiry, dial: Dial) -> Span:
    """Between which differences (theirs less ours) the truth lies, by one question."""
    asked, began = inquiry.now(), monotonic()
    call = Call(dial.method, dial.words(inquiry.market))
    reply = await inquiry.line.ask(call, Urgency.LOOK)
    took = round((monotonic() - began) * 1_000)
    answered = reply.status is not None and reply.status < 500
    if not reply.fine and not (dial.always and answered):
        raise Objection(inquiry.needs.venue, reply, "", dial.method)
    theirs = dial.read(reply)
    return theirs - asked - took, theirs + dial.step - asked


def met(spans: list[Span]) -> Span:
    """What all questions allow; the newest alone where they contradict one another."""
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    return (low, high) if low <= high else spans[-1]
