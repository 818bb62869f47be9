"""Who does the work of a sweep: this process alone, or worker processes on all cores."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Protocol

from trader.backtest.sweep.packing import Address, shared
from trader.backtest.sweep.work import Bench, Done, Work, begin, work_off


class Crew(Protocol):
    """Takes chunks of combinations. `ahead`: chunks it should have; `least`: numbers in one."""

    ahead: int
    least: int
    deadly: tuple[type[BaseException], ...]

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        """Take a chunk; the future fails with one of `deadly` when its worker died of it."""
        ...

    def renew(self) -> None:
        """Put new workers in the place of those that died."""
        ...

    def dismiss(self) -> None:
        """End the workers at once, whatever they do."""
        ...


class Alone:
    """No other process: each chunk is done while it is handed over."""

    ahead, least = 1, 1
    deadly: tuple[type[BaseException], ...] = (MemoryError,)

    def __init__(self, work: Work) -> None:
        self._work = work
        self._bench: Bench | None = None

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        """Do it now."""
        future: Future[Done] = Future()
        self._bench = self._bench or Bench(self._work)
        try:
            future.set_result(self._bench.work_off(numbers))
        except MemoryError as error:
            future.set_exception(error)
        return future

    def renew(self) -> None:
        """Forget what was remembered: it may be what filled the memory."""
        self._bench = None

    def dismiss(self) -> None:
        """There is nobody to dismiss."""


class _Context(SpawnContext):
    """Starts fresh interpreters and knows them, so that they can be ended."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **named: Any) -> SpawnProcess:  # type: ignore[override] # noqa: N802
        """One more worker."""
        process = SpawnProcess(*args, **named)
        self.started.append(process)
        return process


class Pool:
    """Worker processes that look at the same candles in shared memory."""

    least = 1

    def __init__(self, address: Address, workers: int) -> None:
        from concurrent.futures import BrokenExecutor

        self.ahead = 2 * workers  # one at work, one waiting: no worker ever waits for us
        self.deadly: tuple[type[BaseException], ...] = (BrokenExecutor, MemoryError)
        self._address, self._workers = address, workers
        self._engage()

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        """Queue a chunk for whoever is free."""
        with _without_interrupts():  # a worker that is just starting would show a traceback
            return self._executor.submit(work_off, tuple(numbers))

    def renew(self) -> None:
        """One that died takes the whole pool with it: end the others, start anew."""
        self.dismiss()
        self._engage()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers at work."""
        return [process.pid for process in self._context.started if process.pid is not None]

    def close(self) -> None:
        """Let the workers go home in order."""
        self._executor.shutdown()

    def dismiss(self) -> None:
        """Kill the workers: what they had in hand is done again some other time."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in self._context.started:
            process.kill()
        for process in self._context.started:
            process.join()

    def _engage(self) -> None:
        self._context = _Context()
        self._executor = ProcessPoolExecutor(
            self._workers, self._context, initializer=begin, initargs=(self._address,)
        )


@contextmanager
def pool(work: Work, workers: int) -> Iterator[Pool]:
    """Workers and the memory they share, gone at the end whatever happens."""
    with shared(work) as address:
        engaged = Pool(address, workers)
        try:
            yield engaged
            engaged.close()
        finally:
            engaged.dismiss()


def cores() -> int:
    """How many processes can run at a time here."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits until this is over; processes started inside never hear of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
