"""Deterministic asyncio: one seed, one schedule, one clock. Nothing waits, nothing is awaited.

After the sketch in the order-safety notes (7.2), with its traps: the clock's resolution must suit
seconds since 1970, only SystemExit leaves a callback, and a killed process runs no `finally`.
"""

from __future__ import annotations

import asyncio
import ctypes
import selectors
from collections import deque
from collections.abc import Coroutine
from random import Random
from typing import Any


class _VirtualSelector(selectors.SelectSelector):
    """Never blocks: it moves the clock. There are no sockets in a simulated world."""

    loop: SimLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is ready and nothing is due: the daemon hangs")
        self.loop.passed += max(0.0, timeout)
        return []


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at `start` (seconds) and jumps to whatever is due next."""

    _ready: deque[asyncio.Handle]  # the base class's own

    def __init__(self, seed: int, start: float) -> None:
        self._start = start
        self.passed = 0.0
        self._order = Random(f"{seed}:loop")
        selector = _VirtualSelector()
        super().__init__(selector)
        selector.loop = self
        self._clock_resolution = 1e-6  # the default of 1 ns is lost in seconds since 1970

    def time(self) -> float:
        """Seconds since 1970."""
        return self._start + self.passed

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """At once and here: a real thread would end at a moment of its own, in no seed's order."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whoever awaits it gets it
            done.set_exception(error)
        return done

    def _run_once(self) -> None:
        """What could run now runs in an order of the seed's own."""
        if len(self._ready) > 1:
            ready = list(self._ready)
            self._order.shuffle(ready)
            self._ready.clear()
            self._ready.extend(ready)
        super()._run_once()  # type: ignore[misc]


class LoopClock:
    """The shell's clock, on the virtual time of a loop that may be replaced by the next one."""

    def __init__(self, start: float) -> None:
        self.loop: SimLoop | None = None
        self._start = start

    def now(self) -> float:
        """Seconds since 1970."""
        return self._start if self.loop is None else self.loop.time()

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)


class Killed(SystemExit):
    """kill -9: the only kind of exception that asyncio lets out of a callback."""


def _never_collect(dead: object) -> None:
    """A killed process runs no `finally`, not even when the interpreter ends: hold on for ever."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(dead))


def run_until_killed(loop: SimLoop, main: Coroutine[Any, Any, Any], kill_at: float | None) -> bool:
    """Run to the end, or until the clock shows `kill_at`; whether it was killed."""

    def kill() -> None:
        raise Killed

    asyncio.set_event_loop(loop)
    task = loop.create_task(main)
    if kill_at is not None:
        loop.call_at(kill_at, kill)
    try:
        loop.run_until_complete(task)
    except Killed:
        dead = asyncio.all_tasks(loop)
        for one in (task, *dead):
            one._log_destroy_pending = False  # type: ignore[attr-defined]
            _never_collect(one)
            _never_collect(one.get_coro())
        loop.close()
        return True
    finally:
        asyncio.set_event_loop(None)
    loop.close()
    return False
