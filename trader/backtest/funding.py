"""Funding rates of a perpetual, from a file given by hand or lying beside the candles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from trader.backtest.columns import TIME, read_table
from trader.backtest.names import candle_file, funding_beside
from trader.backtest.plan import Funding, Series
from trader.domain.errors import BadInput
from trader.domain.instrument import BINANCE_FUTURES, venue_of
from trader.domain.rows import MISSING
from trader.domain.time import MINUTE


def read_funding(path: Path) -> Funding:
    """Read `timestamp` (ms UTC, moved down to the full minute) and `rate` (fraction).

    Rows without time or rate are left out, of equal times the later row stays.
    Raises `BadInput` when the file cannot be used.
    """
    table = read_table(path, (TIME, "rate"))
    time, rate = table.times(), table.floats("rate")
    known = (time != MISSING) & np.isfinite(rate)
    time, rate = time[known] - time[known] % MINUTE, rate[known]
    if not len(time):
        raise BadInput(f"{path.name}: no row holds both a time and a rate")
    order = np.argsort(time, kind="stable")
    time, rate = time[order], rate[order]
    last = np.append(np.diff(time) != 0, True)
    return Funding(time[last], rate[last], path.name)


def with_funding(series: tuple[Series, ...], files: list[Path], given: Path | None) -> list[Series]:
    """Series of futures with their funding: from `given` (a file, a folder), else from beside.

    `files` are the candle files of the series, in the same order. Raises `BadInput` when
    `given` cannot belong to them.
    """
    if given is None:
        return [_joined(one, _beside(one, file)) for one, file in zip(series, files, strict=True)]
    if not all(_is_perpetual(one) for one in series):
        raise BadInput("--funding is for binance_futures only: spot markets have no funding")
    found = [_given(one, given, alone=len(series) == 1) for one in series]
    if not any(found):
        raise BadInput(f"{given}: no funding file for {', '.join(one.symbol for one in series)}")
    return [_joined(one, path) for one, path in zip(series, found, strict=True)]


def _joined(series: Series, path: Path | None) -> Series:
    return series if path is None else replace(series, funding=read_funding(path))


def _is_perpetual(series: Series) -> bool:
    return venue_of(series.key) == BINANCE_FUTURES


def _beside(series: Series, file: Path) -> Path | None:
    return funding_beside(file) if _is_perpetual(series) else None


def _given(series: Series, given: Path, *, alone: bool) -> Path | None:
    """The file for one series; the only one takes any file whose name tells no other symbol."""
    if given.is_dir():
        symbol = series.symbol.replace("/", "-")
        found = sorted(given.glob(f"*__{symbol}__funding.parquet"))
        return found[0] if found else None
    named = candle_file(given)
    fits = named.tells_of(series.symbol, series.source.file) if alone else False
    return given if fits or named.symbol == series.symbol else None
