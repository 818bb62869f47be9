"""The same sweep on the workers of a Dask cluster: `--cluster tcp://host:port`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from trader.backtest.sweep.fingerprint import code_version
from trader.backtest.sweep.packing import packed
from trader.backtest.sweep.work import Done, Work, work_off_from
from trader.domain.errors import BadInput

_PATIENCE = 10  # seconds for a scheduler to answer, and for a lost one to come back
_LEAST = 50  # combinations a task: one costs the scheduler about a millisecond
_START = "start them from a checkout of this version: python -m distributed.cli.dask_worker"
_ADDRESS = re.compile(r"[a-z]+://[^/\s]+:\d+/?")
_REMEDY = "pip install -r requirements-cluster.txt"


class Cluster:
    """Hands chunks to a scheduler. Lost workers are its business: it gives their work to others."""

    least = _LEAST

    def __init__(self, client: Any, work: Work, token: str, address: str) -> None:
        killed = import_module("distributed.scheduler").KilledWorker
        self.deadly: tuple[type[BaseException], ...] = (killed, CancelledError, MemoryError)
        self.ahead = 2 * max(1, _threads(client))
        self._client, self._work, self._token, self._address = client, work, token, address
        self._send()

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        """Give a chunk to whoever is free."""
        future: Future[Done] = self._executor.submit(
            work_off_from, self._candles, self._token, tuple(numbers)
        )
        return future

    def renew(self) -> None:
        """Send the candles once more: they may have gone with the workers that held them."""
        self.dismiss()
        if self._client.status != "running" or not self._client.scheduler_info()["workers"]:
            raise BadInput(
                f"--cluster {self._address}: scheduler or workers are gone; start them and give "
                "the same command again"
            )
        self._send()

    def dismiss(self) -> None:
        """Cancel what is not done yet."""
        self._executor.shutdown(wait=False)

    def _send(self) -> None:
        self._candles = self._client.scatter(packed(self._work).whole(), broadcast=True)
        self._executor = self._client.get_executor()


@contextmanager
def cluster(address: str, work: Work, token: str) -> Iterator[Cluster]:
    """The workers behind a scheduler. `token` names the work among them.

    Raises `BadInput`, one sentence with the remedy, when there are none that can do it.
    """
    client = _client(address)
    try:
        _refuse_strangers(client, address)
        crew = Cluster(client, work, token, address)
        try:
            yield crew
        finally:
            crew.dismiss()
    finally:
        client.close(timeout=_PATIENCE)


def versions() -> str:
    """What must be the same on both sides: our code and what carries it."""
    python = ".".join(map(str, sys.version_info[:2]))
    return (
        f"trader {code_version()}, Python {python}, distributed {version('distributed')}, "
        f"numpy {version('numpy')}"
    )


def _client(address: str) -> Any:
    """`distributed` is untyped and need not be installed: hence `Any` and no import above."""
    if not _ADDRESS.fullmatch(address):
        raise BadInput(
            f"--cluster {address}: write it as tcp://host:port, as the scheduler says it"
        )
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise BadInput(f"--cluster needs the package distributed: {_REMEDY}") from None
    try:
        return distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise BadInput(
            f"--cluster {address}: no Dask scheduler answers there; start one with "
            "python -m distributed.cli.dask_scheduler, or leave --cluster away"
        ) from None


def _refuse_strangers(client: Any, address: str) -> None:
    """Workers that are not there, or whose code would count differently."""
    if not _threads(client):
        raise BadInput(f"--cluster {address}: has no workers; {_START} {address}")
    try:
        found: dict[str, Any] = client.run(versions)
    except Exception as error:  # noqa: BLE001 - whatever their Python says about our package
        raise BadInput(
            f"--cluster {address}: its workers cannot run this program ({error}); {_REMEDY} and "
            f"{_START} {address}"
        ) from None
    own = versions()
    stranger = next((name for name, theirs in found.items() if theirs != own), None)
    if stranger:
        raise BadInput(
            f"--cluster {address}: the worker {stranger} has {found[stranger]} and here is {own}; "
            f"{_START} {address}"
        )


def _threads(client: Any) -> int:
    workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return sum(worker["nthreads"] for worker in workers.values())
