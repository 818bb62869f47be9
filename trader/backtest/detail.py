"""Finer candles, on which a candle that meets something is walked (specification 3.8, rule 9).

One candle misleads in two places: after an entry at a level the adverse side is assumed to come
first, and a tight trail rises and is hit inside. Finer candles know better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trader.backtest.columns import read_table
from trader.backtest.names import SUFFIXES, CandleFile, candle_file
from trader.backtest.plan import Series
from trader.backtest.rows import QUOTE_VOLUME, REQUIRED, candles_of, rows_of
from trader.domain.candles import Candles
from trader.domain.errors import BadInput
from trader.domain.instrument import venue_of
from trader.domain.time import Millis, Timeframe
from trader.storage.repairs import repaired

AUTO = "auto"
NONE = ""  # asked for, and there were none


class Part(NamedTuple):
    """A stretch of a candle that is walked by itself, adverse side first."""

    first: float
    high: float
    low: float
    close: float


class Finer:
    """Finer candles of one symbol."""

    def __init__(self, candles: Candles) -> None:
        self._candles = candles

    def inside(self, start: Millis, end: Millis, first: float) -> list[Part]:
        """Those in [start, end), the first one beginning at a price that was seen already."""
        c = self._candles
        rows = slice(*np.searchsorted(c.time, [start, end]))
        opens = c.open[rows].tolist()
        opens[:1] = [first] * len(opens[:1])
        return list(
            map(
                Part._make,
                zip(
                    opens,
                    c.high[rows].tolist(),
                    c.low[rows].tolist(),
                    c.close[rows].tolist(),
                    strict=True,
                ),
            )
        )


def with_detail(
    series: Sequence[Series], files: Sequence[Path], given: Sequence[str]
) -> list[Series]:
    """Series with their finer candles. `files`: the candle files of the series, in their order.

    `given`: nothing, `auto` (the finest file beside the candles that covers the traded span), or
    files and folders. Raises `BadInput` when what was named does not hold what is needed.
    """
    if not given:
        return list(series)
    if list(given) == [AUTO]:
        return [
            _joined(one, [candle_file(p) for p in _candidates([file.parent])], named=False)
            for one, file in zip(series, files, strict=True)
        ]
    found = [candle_file(path) for path in _candidates([Path(text) for text in given])]
    alone = len(series) == 1 and len(found) == 1
    return [_joined(one, found, named=True, alone=alone) for one in series]


def _candidates(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise BadInput(f"{path}: no such file or folder (--detail)")
        inside = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES) if path.is_dir() else []
        found += inside if path.is_dir() else [path]
    return found


def _joined(
    series: Series, found: Sequence[CandleFile], *, named: bool, alone: bool = False
) -> Series:
    """The series with the finest candles that cover it; without any where none was named."""
    fitting = sorted(
        (file for file in found if _finer(file, series) and _belongs(file, series, alone=alone)),
        key=_length,
    )
    for file in fitting:
        candles = _read(file)
        if _covers(candles, series):
            source = replace(series.source, detail=file.path.name)
            return replace(series, detail=candles, source=source)
    if named:
        why = "do not cover the traded span" if fitting else "are not among the files of --detail"
        raise BadInput(f"finer candles of {series.symbol} {why}; give others or --detail auto")
    return replace(series, source=replace(series.source, detail=NONE))


def _same(file: CandleFile, series: Series) -> bool:
    return file.venue == venue_of(series.key) and file.symbol == series.symbol


def _belongs(file: CandleFile, series: Series, *, alone: bool) -> bool:
    """One file for one series may have any name, but none that tells of another symbol."""
    return _same(file, series) or (alone and file.tells_of(series.symbol, series.source.file))


def _finer(file: CandleFile, series: Series) -> bool:
    length = _length(file)
    return 0 < length < series.candles.timeframe and series.candles.timeframe % length == 0


def _length(file: CandleFile) -> Millis:
    return file.timeframe.ms if file.timeframe else 0


def _read(file: CandleFile) -> Candles:
    timeframe = file.timeframe or Timeframe.parse("1m")
    rows, _ = repaired(rows_of(read_table(file.path, REQUIRED, QUOTE_VOLUME)), timeframe.ms)
    return candles_of(rows, timeframe)


def _covers(fine: Candles, series: Series) -> bool:
    """Whether there are fine candles in the first and in the last candle that is traded."""
    c = series.candles
    first, last = int(c.time[series.start_index]), int(c.time[-1])
    return bool(len(fine) and fine.time[0] < first + c.timeframe and fine.time[-1] >= last)
