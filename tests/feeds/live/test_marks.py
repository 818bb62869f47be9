"""Mark prices of what is held: heard, asked for while silent, and never without need."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.feeds.live.street import NOON, SECOND, Engine, Time, Venue, calm
from trader.domain.errors import VenueUnavailable
from trader.domain.events import MarkSeen
from trader.feeds.live.marks import Marks

BTC, ETH = "binance_futures:BTC/USDT", "binance_futures:ETH/USDT"
CUT = VenueUnavailable("no connection")


@dataclass
class Bench:
    """Two contracts, of which BTC is held."""

    time: Time = field(default_factory=Time)
    engine: Engine = field(default_factory=lambda: Engine(held={BTC: NOON}))

    def __post_init__(self) -> None:
        self.venue = Venue(self.time, marked=True, fair={BTC: 95.0, ETH: 9.0})
        self.marks = Marks(self.venue, self.time.wall, self.engine.listener, "binance_futures")

    @property
    def told(self) -> list[MarkSeen]:
        """What the engine heard."""
        return [event for event in self.engine.events if isinstance(event, MarkSeen)]

    async def streamed(self, seconds: int, price: float = 100.0) -> None:
        """A mark price of both every second."""
        for _ in range(seconds):
            assert self.venue.mark(BTC, price) == self.venue.mark(ETH, 10.0) == 1
            await self.time.go(SECOND)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    task = asyncio.create_task(made.marks.run([BTC, ETH]))
    await calm()
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not made.venue._marking


async def test_only_of_what_is_held(bench: Bench) -> None:
    bench.venue.mark(BTC, 100.5)
    bench.venue.mark(ETH, 10.0)
    assert bench.told == [MarkSeen(BTC, 100.5, NOON)]
    assert bench.venue.mark_streams == [(BTC, ETH)]


async def test_a_stream_that_speaks_is_enough(bench: Bench) -> None:
    await bench.streamed(20)
    assert len(bench.told) == 20
    assert bench.venue.asked_marks == []


async def test_while_it_is_silent_what_is_held_is_asked_for(bench: Bench) -> None:
    await bench.streamed(2)
    await bench.time.go(10 * SECOND)
    assert bench.venue.asked_marks == [(BTC,)] * 3
    assert [(event.key, event.price) for event in bench.told[2:]] == [(BTC, 95.0)] * 3


async def test_nothing_held_nothing_asked(bench: Bench) -> None:
    bench.engine.held.clear()
    await bench.time.go(25 * SECOND)
    assert bench.venue.asked_marks == []


async def test_a_refusal_to_answer_is_asked_again(bench: Bench) -> None:
    bench.venue.trouble = CUT
    await bench.time.go(10 * SECOND)
    assert bench.told == []
    bench.venue.trouble = None
    await bench.time.go(4 * SECOND)
    assert bench.told


async def test_a_cut_stream_is_opened_again_and_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        bench.venue.cut(CUT)
        await bench.time.go(2 * SECOND)
    assert len(bench.venue.mark_streams) == 3
    assert caplog.text.count("stream of mark prices lost: no connection") == 1
    await bench.streamed(3)
    bench.venue.cut(CUT)
    await bench.time.go(2 * SECOND)
    assert caplog.text.count("stream of mark prices lost") == 2


async def test_an_open_stream_without_a_word_is_ended(bench: Bench) -> None:
    await bench.streamed(1)
    await bench.time.go(29 * SECOND)
    assert len(bench.venue.mark_streams) == 1
    await bench.time.go(4 * SECOND)
    assert len(bench.venue.mark_streams) == 2


async def test_a_bug_is_no_trouble_of_the_network() -> None:
    bench = Bench()
    task = asyncio.create_task(bench.marks.run([BTC]))
    await calm()
    bench.venue._marking[0][1].set_exception(ZeroDivisionError())
    with pytest.raises(ExceptionGroup) as broken:
        await task
    assert broken.group_contains(ZeroDivisionError)


async def test_a_venue_without_contracts_has_none() -> None:
    bench = Bench()
    bench.venue.marked = False
    await asyncio.wait_for(bench.marks.run([BTC]), 1.0)
    assert bench.venue.mark_streams == []
