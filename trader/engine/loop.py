"""The one loop. Live, paper, demo and backtest differ only in what is passed to it."""

from collections.abc import AsyncIterator

from trader.domain.events import Event
from trader.domain.outcome import NOTHING
from trader.engine.engine import Engine
from trader.engine.ports import Journal, Venues


async def run(
    engine: Engine, events: AsyncIterator[Event], venues: Venues, journal: Journal
) -> None:
    """Process events until there are no more. What is sent was written down before."""
    async for event in events:
        outcome = engine.process(event)
        journal.record(event, outcome)  # before anything is sent
        if outcome is NOTHING:
            continue
        for order in outcome.submit:
            venues.submit(order)
        for order_id in outcome.cancel:
            venues.cancel(order_id)
        for question in outcome.ask:
            venues.ask(question)
