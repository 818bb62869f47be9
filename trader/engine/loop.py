"""The one loop. Live, paper, demo and backtest differ only in what is passed to it."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

from trader.domain.dust import DustConverted
from trader.domain.errors import JournalBroken
from trader.domain.events import (
    CancelFailed,
    Event,
    JournalFailed,
    OrderRejected,
)
from trader.domain.outcome import NOTHING, Outcome
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.ports import Journal, Venues


async def run(
    engine: Engine, events: AsyncIterator[Event], venues: Venues, journal: Journal
) -> None:
    """Process events until there are no more. What is sent was written down before."""
    process, record = engine.process, journal.record
    async for event in events:
        outcome = process(event)
        try:
            record(event, outcome)  # before anything is sent
        except JournalBroken as broken:
            _hold_back(engine, journal, outcome, str(broken))
            continue
        if outcome is not NOTHING:
            _send(outcome, venues)


def _send(outcome: Outcome, venues: Venues) -> None:
    for order in outcome.submit:
        venues.submit(order)
    for order_id in outcome.cancel:
        venues.cancel(order_id)
    for question in outcome.ask:
        venues.ask(question)
    for conversion in outcome.convert:
        venues.convert(conversion)


def _hold_back(engine: Engine, journal: Journal, outcome: Outcome, reason: str) -> None:
    """What the journal does not hold is not sent: the engine learns that it never left."""
    at = engine.state.now
    failed: deque[Event] = deque([JournalFailed(broken=True, reason=reason, at=at)])
    failed += _unsent(outcome, reason, at)
    while failed:
        event = failed.popleft()
        answer = engine.process(event)
        with suppress(JournalBroken):  # the journal keeps it until it can be written
            journal.record(event, answer)
        failed += _unsent(answer, reason, at)


def _unsent(outcome: Outcome, reason: str, at: Millis) -> list[Event]:
    """Orders never left; cancellations neither, so that what they meant still lives.

    Whoever only looks what became of a conversion looks again.
    """
    events: list[Event] = [OrderRejected(o.id, "journal", reason, at) for o in outcome.submit]
    events += [CancelFailed(order_id, reason, at) for order_id in outcome.cancel]
    fresh = (asked for asked in outcome.convert if not asked.again)
    return events + [DustConverted(c.venue, c.asked_at, (), reason, at) for c in fresh]
