"""One ordered stream, and a reader that leaves turns to others."""

from __future__ import annotations

import asyncio
from time import perf_counter

from trader.domain.events import PricesSettled
from trader.shell.inbox import BREATHE_EVERY, Inbox


async def test_events_come_out_as_they_went_in_until_it_is_closed() -> None:
    inbox = Inbox()
    for at in range(5):
        inbox.put(PricesSettled(at))
    inbox.close()
    assert [event async for event in inbox.events()] == [PricesSettled(at) for at in range(5)]


async def test_others_get_a_turn_while_slow_events_are_handled() -> None:
    inbox, turns = Inbox(), 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    for at in range(5):
        inbox.put(PricesSettled(at))
    inbox.close()
    async for _ in inbox.events():
        begin = perf_counter()
        while perf_counter() - begin <= BREATHE_EVERY:
            pass
    beside.cancel()
    assert turns >= 5


async def test_there_is_room_when_all_that_came_was_acted_on() -> None:
    inbox = Inbox()
    inbox.put(PricesSettled(1))
    waiting = asyncio.create_task(inbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    reader = aiter(inbox.events())
    await anext(reader)
    following = asyncio.ensure_future(anext(reader))
    await waiting
    following.cancel()
