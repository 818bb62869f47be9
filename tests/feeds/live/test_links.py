"""What of a venue's public side is lost: its markets and its prices, each told and lifted alone."""

from __future__ import annotations

from collections.abc import Callable

from tests.feeds.live.bench import CUT, Bench
from tests.feeds.live.street import BTC, SECOND
from trader.domain import events as ev


def links(bench: Bench) -> list[tuple[str, bool]]:
    """What was said of upbit's connections."""
    events = [e for e in bench.engine.events if isinstance(e, ev.LinkChanged)]
    return [(e.source, e.connected) for e in events if e.venue == "upbit"]


async def test_prices_that_come_again_are_no_word_of_the_markets(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench()
    running(bench)
    await bench.time.go(2 * SECOND)
    assert links(bench) == [("markets", True)]
    bench.engine.events.clear()
    bench.upbit.trouble = bench.upbit.refuses_streams = CUT
    bench.upbit.cut(CUT)
    await bench.time.go(30 * SECOND)
    assert ("prices", False) in links(bench)
    bench.upbit.trouble = bench.upbit.refuses_streams = None
    bench.upbit.now[BTC] = 101.0
    await bench.time.go(60 * SECOND)
    assert links(bench)[-1] == ("prices", True)
    assert {source for source, _ in links(bench)} == {"prices"}


async def test_markets_that_cannot_be_had_are_lost_until_they_are_there(
    running: Callable[[Bench], None],
) -> None:
    bench = Bench()
    bench.upbit.trouble = CUT
    running(bench)
    await bench.time.go(3 * SECOND)
    assert set(links(bench)) == {("markets", False)}
    bench.upbit.trouble = None
    await bench.time.go(10 * SECOND)
    assert links(bench)[-1] == ("markets", True)
