"""Recorded candles on disk: which files there are, and their rows made fit for a market."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, Instrument
from trader.domain.time import MINUTE, Millis, Timeframe
from trader.feeds.candle_frames import Columns

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints

VENUE_OF_NAME = {"upbit": UPBIT, "binance": BINANCE_SPOT, "binanceusdm": BINANCE_FUTURES} | {
    name: name for name in (BINANCE_SPOT, BINANCE_FUTURES)
}

_NAME = "VENUE__BASE-QUOTE__TIMEFRAME.parquet, for example upbit__BTC-KRW__1m.parquet"
_SECONDS_BELOW = 100_000_000_000  # 1e11 ms is March 1973, 1e11 s the year 5138
_TIME = "timestamp"
_MICROSECONDS_FROM = 100_000_000_000_000
_NUMBERS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Recording:
    """One candle file: what its name says. `timeframe` in ms."""

    path: Path
    key: str
    timeframe: Millis


@dataclass(frozen=True, slots=True)
class Archive:
    """All candle files that were named or found, by name, and the funding files beside them."""

    candles: tuple[Recording, ...]
    funding: tuple[tuple[str, Path], ...]


def find_recordings(paths: tuple[Path, ...]) -> Archive:
    """Look through files and folders. Files of other kinds in a folder are passed over.

    Raises `BadInput` when a path is missing, a file named by hand is no candle file, or there is
    no candle file at all.
    """
    files = [file for path in paths for file in _files(path)]
    candles = [found for file in files if (found := _recording(file))]
    named = [path for path in paths if path.is_file() and _recording(path) is None]
    if named:
        raise BadInput(f"{named[0].name} is not named like a candle file: {_NAME}")
    if not candles:
        raise BadInput(f"no candle file in {paths[0]}; --market wants files named {_NAME}")
    funding = [(key, file) for file in files if (key := _funding_of(file))]
    return Archive(tuple(candles), tuple(funding))


def read_times(recording: Recording) -> Ints:
    """Starts of a file's candles in ms, as they stand. Raises `BadInput`."""
    return _times(recording.path, _table(recording.path, [_TIME]))


def read_candles(recording: Recording, since: Millis) -> Columns:
    """A file's candles from `since` on, repaired as every candle file is (page 2.1 and 2.4).

    Rows that hold no number, no positive price or a negative volume are dropped, times are moved
    down to the timeframe's grid, rows sorted, of equal times the later one kept, high and low
    widened to hold open and close. Raises `BadInput` naming file, and row and column where it can.
    """
    table = _table(recording.path, [_TIME, *_NUMBERS])
    time = _times(recording.path, table)
    wanted = np.flatnonzero(time >= since)
    start = int(wanted[0]) if len(wanted) else len(time)
    time, table = time[start:], table.slice(start)
    values = [_floats(recording.path, table, name) for name in _NUMBERS]
    usable = _usable(recording.path, values)
    rows = np.flatnonzero(usable & (time >= since))
    return _in_order((time[rows] - time[rows] % recording.timeframe, rows, values))


def _in_order(found: tuple[Ints, Ints, list[Floats]]) -> Columns:
    time, rows, values = found
    order = np.argsort(time, kind="stable")
    newest = order[np.append(np.diff(time[order]) > 0, True)[: len(order)]]
    o, h, low, c, v = (column[rows[newest]] for column in values)
    top, bottom = np.maximum(h, np.maximum(o, c)), np.minimum(low, np.minimum(o, c))
    return (time[newest], o, top, bottom, c, v, v * c)


def read_funding(path: Path) -> dict[Millis, float]:
    """Rates by time, moved down to the full minute. Raises `BadInput`."""
    table = _table(path, [_TIME, "rate"])
    times = _times(path, table)
    rates = _floats(path, table, "rate")
    return dict(zip((times - times % MINUTE).tolist(), rates.tolist(), strict=True))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.parquet"))
    if path.is_file():
        return [path]
    raise BadInput(f"{path}: no such file or folder; --market wants files named {_NAME}")


def _parts(path: Path) -> tuple[str, str] | None:
    """Key and third part of a file's name, or None when it names no market of ours."""
    match = re.fullmatch(r"(\w+?)__([A-Z0-9]+)-([A-Z0-9]+)__(\w+?)(__.*)?", path.stem)
    if match is None or match[1] not in VENUE_OF_NAME:
        return None
    return Instrument(VENUE_OF_NAME[match[1]], match[2], match[3]).key, match[4]


def _recording(path: Path) -> Recording | None:
    parts = _parts(path)
    if parts is None or not re.fullmatch(r"[1-9]\d*[smhdw]", parts[1]):
        return None
    return Recording(path, parts[0], Timeframe.parse(parts[1]).ms)


def _funding_of(path: Path) -> str:
    parts = _parts(path)
    return parts[0] if parts and parts[1] == "funding" else ""


def _table(path: Path, names: list[str]) -> Any:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile  # `read_table` would import pandas

    try:
        with ParquetFile(path) as file:
            have = file.schema_arrow.names
            missing = [name for name in names if name not in have]
            if missing:
                raise BadInput(
                    f"{path.name}: column '{missing[0]}' is missing; it has {', '.join(have)}"
                )
            table = file.read(names)
    except (ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise BadInput(f"{path.name} cannot be read as Parquet: {reason}") from error
    if not table.num_rows:
        raise BadInput(f"{path.name} is empty; fetch its candles again or leave it out")
    return table


def _times(path: Path, table: Any) -> Ints:
    column = table[_TIME]
    if str(column.type).startswith("timestamp"):
        column = column.cast("timestamp[ms]", safe=False).cast("int64")
    times = np.asarray(_number(path, column, _TIME, "int64"), dtype=np.int64)
    wrong = np.flatnonzero((times < _SECONDS_BELOW) | (times >= _MICROSECONDS_FROM))
    if len(wrong):
        row = int(wrong[0])
        raise BadInput(
            f"{path.name}, row {row + 1}, column 'timestamp': {times[row]} is not milliseconds "
            "since 1970; multiply seconds by 1000, divide microseconds by it"
        )
    return times


def _floats(path: Path, table: Any, name: str) -> Floats:
    return np.asarray(_number(path, table[name], name, "float64"), dtype=np.float64)


def _number(path: Path, column: Any, name: str, kind: str) -> Any:
    from pyarrow import ArrowException

    try:
        numbers = column.cast(kind)
    except ArrowException as error:
        raise BadInput(
            f"{path.name}: column '{name}' holds {column.type}, numbers are wanted"
        ) from error
    if kind == "int64" and numbers.null_count:
        row = numbers.is_null().to_pylist().index(True)
        raise BadInput(f"{path.name}, row {row + 1}, column '{name}' is empty; fill or remove it")
    whole = numbers.fill_null(nan) if numbers.null_count else numbers
    parts = [np.from_dlpack(chunk) for chunk in whole.chunks]  # `to_numpy` would import pandas
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _usable(path: Path, values: list[Floats]) -> Bools:
    """Rows of numbers that can be candles. Raises `BadInput` when there are rows but none such."""
    o, h, low, c, v = values
    usable: Bools = (v >= 0.0) & (v < inf)
    for price in (o, h, low, c):
        usable &= (price > 0.0) & (price < inf)
    if len(usable) and not usable.any():
        first = {name: float(column[0]) for name, column in zip(_NUMBERS, values, strict=True)}
        bad = next((name for name, x in first.items() if not 0.0 < x < inf), "volume")
        raise BadInput(
            f"{path.name}: no row can be used; row 1, column '{bad}' is {first[bad]}: "
            "fetch its candles again or leave it out"
        )
    return usable
