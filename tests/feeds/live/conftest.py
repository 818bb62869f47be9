"""Benches of a feed that runs while a test does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest

from tests.feeds.live.bench import Bench
from tests.feeds.live.street import (
    SECOND,
)  # fmt: skip


@pytest.fixture
async def running(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Callable[[Bench], None]]:
    caplog.set_level(logging.INFO)
    tasks: list[tuple[Bench, asyncio.Task[None]]] = []

    def start(bench: Bench) -> None:
        bench.feed.open()
        tasks.append((bench, asyncio.create_task(bench.feed.run())))

    yield start
    for bench, task in tasks:
        assert not task.done(), task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert all(venue.closed and not venue._open for venue in bench.venues.values())


@pytest.fixture
async def bench(running: Callable[[Bench], None]) -> Bench:
    made = Bench()
    running(made)
    await made.time.go(2 * SECOND)
    return made
