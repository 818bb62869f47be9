"""Searches in processes of their own: started fresh (spawn), watched, given up, ended with us."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Any

from trader.backtest.optimise.sources import CandleSource
from trader.backtest.optimise.worker import DONE, FAILED, PROGRESS, Job, Message, work
from trader.shell.searching import Finding, SearchFailed, Told, Wish

LOOK_EVERY = 0.2  # seconds between two looks at a worker that says nothing
PATIENCE = 5.0  # seconds for a process to be gone


class WorkerProcesses:
    """A `Searcher`: one process a search. `source` says where its candles come from.

    Fresh processes instead of forks: the daemon has threads and an open journal, and what a search
    compiles and reads must not stay in the daemon's memory.
    """

    def __init__(self, source: CandleSource) -> None:
        self._source = source
        self._running: set[SpawnProcess] = set()
        self._lock = Lock()
        self._closed = False

    def search(self, wish: Wish, told: Told) -> Finding:
        """See `Searcher`."""
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        with ours:
            process = self._started(wish.venue, theirs)
            try:
                return _listened(ours, process, Job(wish, self._source), told)
            finally:
                self._ended(process)

    def close(self) -> None:
        """See `Searcher`."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()

    def _started(self, venue: str, theirs: Connection) -> SpawnProcess:
        """A process that waits for its job: as an argument, a large one would block us for good
        when the process dies before it reads it."""
        process = multiprocessing.get_context("spawn").Process(
            target=work, args=(theirs,), name=f"optimiser {venue}", daemon=True
        )
        with self._lock, theirs:
            if self._closed:
                raise SearchFailed("the bot is stopping")
            try:
                process.start()
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise SearchFailed(f"no worker process could be started: {reason}") from error
            self._running.add(process)
        return process

    def _ended(self, process: SpawnProcess) -> None:
        with self._lock:
            self._running.discard(process)
        process.kill()
        process.join(PATIENCE)
        with suppress(ValueError):  # it cannot be killed: the system holds on to it
            process.close()


def _listened(ours: Connection, process: SpawnProcess, job: Job, told: Told) -> Finding:
    ForkingPickler.register(MappingProxyType, _unfrozen)
    until = monotonic() + job.wish.timeout
    try:
        ours.send(job)
        while monotonic() < until:
            if ours.poll(LOOK_EVERY):
                word, content = ours.recv()
                if word != PROGRESS:
                    return _last((word, content))
                told(content)
    except (EOFError, OSError) as error:
        process.join(PATIENCE)
        raise SearchFailed(_how_it_ended(process.exitcode)) from error
    raise SearchFailed(f"it was given up after {job.wish.timeout:g} s (OPTIMIZER_TIMEOUT)")


def _last(message: Message) -> Finding:
    word, content = message
    if word == DONE and isinstance(content, Finding):
        return content
    if word == FAILED:
        raise SearchFailed(str(content))
    raise SearchFailed("the worker process said something that nobody understands")


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the worker process was killed (signal {-code}); perhaps memory was short"
    return f"the worker process ended by itself (exit code {code})"


def _unfrozen(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    """Read-only mappings cannot be pickled: they travel as dictionaries."""
    return _frozen, (dict(mapping),)


def _frozen(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)
