"""The running daemon: one TaskGroup around the loop, and an ordered stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from trader.domain.errors import VenueUnavailable
from trader.engine.engine import Engine
from trader.engine.loop import run as run_loop
from trader.engine.ports import Journal, Venues
from trader.shell.inbox import Inbox

log = logging.getLogger("trader.shell")
DRAIN_WITHIN = 10.0  # seconds for the loop to finish what it was told before the stop
LAST_ROUNDS = 3  # an exit may need three: its protection cancelled, sold, the sibling cancelled


class Ending(Enum):
    """How a run ended."""

    STOPPED = "stopped"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs beside the loop until it is cancelled."""

    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Stop:
    """Asked once; the first ask says what comes after."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    ending: Ending = Ending.STOPPED

    def ask(self, ending: Ending = Ending.STOPPED) -> None:
        """Begin the ordered stop."""
        if not self.asked.is_set():
            self.ending = ending
            self.asked.set()


@dataclass(frozen=True, slots=True)
class Core:
    """The loop and what it is made of."""

    engine: Engine
    inbox: Inbox
    venues: Venues
    journal: Journal


async def serve(
    core: Core, services: list[Service], stop: Stop, settle: Callable[[], Awaitable[None]]
) -> Ending:
    """Run until told to stop: services go first, answers under way come in, the loop drains.

    A bug in the loop or a service ends everything with its exception.
    """
    async with asyncio.TaskGroup() as group:
        around = [
            group.create_task(_keep_running(service), name=service.name) for service in services
        ]
        loop = group.create_task(
            run_loop(core.engine, core.inbox.events(), core.venues, core.journal), name="loop"
        )
        await stop.asked.wait()
        for task in around:
            task.cancel()
        await asyncio.wait(around, timeout=DRAIN_WITHIN) if around else None
        await _wind_up(core.inbox, loop, settle)
    return stop.ending


async def _wind_up(
    inbox: Inbox, loop: asyncio.Task[None], settle: Callable[[], Awaitable[None]]
) -> None:
    """Answers under way come in, and those to what they led to; then the loop ends."""
    try:
        async with asyncio.timeout(DRAIN_WITHIN):
            for _ in range(LAST_ROUNDS):
                await inbox.room()
                await settle()
            inbox.close()
            await asyncio.shield(loop)
    except TimeoutError:
        log.error("the loop did not finish within %.0f s", DRAIN_WITHIN)  # noqa: TRY400
        loop.cancel()


async def _keep_running(service: Service) -> None:
    """Trouble outside restarts a service with back-off; our own bugs end the process."""
    wait = 1.0
    while True:
        try:
            await service.run()
        except VenueUnavailable as error:
            log.warning("%s: %s; trying again in %.0f s", service.name, error, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2.0, 60.0)
        else:
            return


@contextlib.contextmanager
def stop_on_signals(stop: Stop, second: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) asks for the ordered stop, the second leaves at once.

    `signal.signal`, because `loop.add_signal_handler` does not exist on Windows.
    """
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}
    heard: list[int] = []

    def asked(number: int, _frame: object) -> None:
        heard.append(number)
        if len(heard) > 1:
            second()
        loop.call_soon_threadsafe(stop.ask)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, asked)
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
