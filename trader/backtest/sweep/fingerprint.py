"""Tells whether two sweeps are the same one: candles, parameters, grid, objective and our code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trader
from trader.backtest.plan import Series
from trader.backtest.sweep.work import Work

if TYPE_CHECKING:
    import hashlib

_ARRAYS = ("time", "open", "high", "low", "close", "volume", "turnover", "next_time", "next_open")


def fingerprint(work: Work) -> str:
    """Equal for the same sweep of the same candles by the same code; 32 hexadecimal digits."""
    digest = blake2b(digest_size=16)
    for series in work.plan.series:
        _add_series(digest, series)
    digest.update(json.dumps(list(_words(work)), sort_keys=True).encode())
    return digest.hexdigest()


@cache
def code_version() -> str:
    """Of every line of ours that runs: a changed strategy makes other trades."""
    root = Path(trader.__file__).parent
    digest = blake2b(digest_size=8)
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{trader.__version__}+{digest.hexdigest()}"


def _words(work: Work) -> Iterator[Any]:
    """Everything besides the candles that a row depends on."""
    yield code_version()
    yield [work.engine, work.objective, work.plan.venue]
    for axis in work.grid.axes:
        yield [axis.key, axis.attribute, list(axis.cells)]
    for base in work.grid.bases:
        yield base.shown()


def _add_series(digest: hashlib.blake2b, series: Series) -> None:
    candles = series.candles
    digest.update(f"{series.key} {candles.timeframe} {series.start_index} {len(candles)}".encode())
    for name in _ARRAYS:
        digest.update(getattr(candles, name).tobytes())
    if series.detail is not None:
        for name in _ARRAYS:
            digest.update(getattr(series.detail, name).tobytes())
    if series.funding is not None:
        digest.update(series.funding.time.tobytes() + series.funding.rate.tobytes())
