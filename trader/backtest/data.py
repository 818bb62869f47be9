"""From files to series: which files are meant, whose candles they hold, which rows are traded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from trader.backtest import figures
from trader.backtest.columns import give_back, read_table
from trader.backtest.detail import with_detail
from trader.backtest.funding import with_funding
from trader.backtest.names import SUFFIXES, CandleFile, candle_file, symbol_named
from trader.backtest.plan import Series, Source
from trader.backtest.rows import QUOTE_VOLUME, REQUIRED, candles_of, resampled, rows_of
from trader.domain.errors import BadInput
from trader.domain.instrument import VENUES
from trader.domain.time import Millis, Timeframe
from trader.storage.repairs import missing_candles, repaired


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a run, all of one venue, in walking order, and those left aside."""

    venue: str
    files: tuple[CandleFile, ...]
    skipped: tuple[str, ...] = ()
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take of the files. `start` inclusive, `end` exclusive, ms UTC; None: all."""

    symbols: tuple[str, ...] = ()
    timeframe: Timeframe | None = None
    start: Millis | None = None
    end: Millis | None = None
    funding: Path | None = None
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Series ready to be traded, and the names of the files that were left aside."""

    series: tuple[Series, ...]
    timeframe: Timeframe
    skipped: tuple[str, ...] = ()


def find(paths: Sequence[Path], venue: str | None) -> Found:
    """The candle files meant by `--data` and their one venue.

    A folder gives its candle files by name; what else lies there is left aside. `venue` picks
    among files of several venues, and beats the names of files given one by one.
    Raises `BadInput` when nothing is found or the venue is not clear.
    """
    files, skipped = _listed(paths)
    folder = any(path.is_dir() for path in paths)
    if venue is None:
        return Found(_venue_of(files), tuple(files), tuple(skipped), folder)
    picked = [file for file in files if file.venue == venue]
    if folder and not picked:
        raise BadInput(f"{_shown(paths)}: no candle file of {venue}")
    picked = picked or files
    aside = [file.path.name for file in files if file not in picked]
    return Found(venue, tuple(f.placed(venue) for f in picked), (*skipped, *aside), folder)


def load(found: Found, wanted: Wanted) -> Loaded:
    """Read, repair, resample and cut the files that are wanted. Raises `BadInput`."""
    files = _by_symbol(found, wanted.symbols)
    files = _by_timeframe(files, wanted, folder=found.folder)
    timeframe = _one_timeframe(files, wanted.timeframe)
    series = tuple(_series(file, timeframe, wanted) for file in files)
    quotes = sorted({one.symbol.partition("/")[2] for one in series})
    if len(quotes) > 1:
        raise BadInput(
            f"the files are in different currencies ({', '.join(quotes)}) and cannot share one "
            "capital; choose with --symbols"
        )
    paths = [file.path for file in files]
    complete = with_detail(with_funding(series, paths, wanted.funding), paths, wanted.detail)
    left = tuple(name for name in _names(found.files) if name not in _names(files))
    give_back()
    return Loaded(tuple(complete), timeframe, found.skipped + left)


# ------------------------------------------------------------- which files


def _listed(paths: Sequence[Path]) -> tuple[list[CandleFile], list[str]]:
    files: list[CandleFile] = []
    skipped: list[str] = []
    for path in paths:
        if not path.exists():
            raise BadInput(f"{path}: no such file or folder")
        inside = sorted(p for p in path.iterdir() if p.suffix in SUFFIXES) if path.is_dir() else []
        named = [candle_file(p) for p in inside]
        files += [file for file in named if file.complete] if inside else []
        skipped += [file.path.name for file in named if not file.complete]
        if not path.is_dir():
            _refuse_other_kinds(path)
            files.append(candle_file(path))
    if not files:
        raise BadInput(
            f"{_shown(paths)}: no candle file; they are named as upbit__BTC-KRW__1h.parquet"
        )
    return files, skipped


def _refuse_other_kinds(path: Path) -> None:
    """A file whose name says that it holds something else beside candles."""
    kind = [*path.stem.split("__"), "", ""][2].rpartition("_")[2]
    known = {
        "mark": "mark prices",
        "funding": "funding rates",
        "trades": "trades",
        "books": "books",
    }
    if kind in known:
        remedy = "give it to --funding" if kind == "funding" else "leave it away"
        raise BadInput(f"{path.name} holds {known[kind]}, no candles to trade on; {remedy}")


def _venue_of(files: Sequence[CandleFile]) -> str:
    nameless = next((file.path.name for file in files if file.venue is None), None)
    if nameless:
        raise BadInput(
            f"{nameless}: its name does not tell the venue; give --venue {'|'.join(VENUES)}"
        )
    venues = sorted({str(file.venue) for file in files})
    if len(venues) > 1:
        raise BadInput(
            f"files of several venues ({', '.join(venues)}) cannot share one account; "
            "choose one with --venue"
        )
    return venues[0]


def _by_symbol(found: Found, symbols: tuple[str, ...]) -> list[CandleFile]:
    """In the order of `symbols` when given; one file alone takes a given name for its own."""
    files = list(found.files)
    if len(files) == 1 and len(symbols) == 1 and not _is_named(files[0], symbols[0]):
        return [replace(files[0], symbol=symbol_named(symbols[0]))]
    nameless = next((file.path.name for file in files if file.symbol is None), None)
    if nameless:
        raise BadInput(f"{nameless}: its name does not tell the symbol; give --symbols BTC/KRW")
    absent = [s for s in symbols if not any(_is_named(file, s) for file in files)]
    if absent:
        known = {str(file.symbol) for file in files}
        raise BadInput(
            f"no candle file holds {', '.join(absent)}; there are {', '.join(sorted(known))}"
        )
    if not symbols:
        return files
    return [file for symbol in symbols for file in files if _is_named(file, symbol)]


def _is_named(file: CandleFile, symbol: str) -> bool:
    """`BTC/KRW`, `BTC-KRW` or `BTC` alone."""
    word = symbol.strip().upper().replace("-", "/")
    return file.symbol is not None and word in (file.symbol, file.symbol.partition("/")[0])


def _by_timeframe(files: list[CandleFile], wanted: Wanted, *, folder: bool) -> list[CandleFile]:
    """One file a symbol and timeframe; in a folder the wanted timeframe picks among them."""
    if folder and wanted.timeframe:
        return _best(files, wanted.timeframe, wanted.symbols)
    chosen: dict[tuple[str | None, str], CandleFile] = {}
    for file in files:
        key = (file.symbol, str(file.timeframe))
        if key in chosen and not folder:
            raise BadInput(
                f"{chosen[key].path.name} and {file.path.name} both hold {file.symbol}; give one"
            )
        chosen.setdefault(key, file)
    return list(chosen.values())


def _best(
    files: list[CandleFile], timeframe: Timeframe, named: tuple[str, ...]
) -> list[CandleFile]:
    """Of each symbol the longest candles of which the wanted ones can be made; plain names first.

    A symbol without such a file is left aside, unless it was named.
    """
    best: dict[str | None, CandleFile] = {}
    for file in files:
        if timeframe.ms % _length(file) == 0:
            best.setdefault(file.symbol, file)
            best[file.symbol] = max(best[file.symbol], file, key=_length)  # the first of equals
    lost = [file for file in files if file.symbol not in best]
    if lost and (named or not best):
        _check_multiple(lost[0].path.name, lost[0].timeframe or timeframe, timeframe)
    return [file for file in files if best.get(file.symbol) is file]


def _length(file: CandleFile) -> Millis:
    return file.timeframe.ms if file.timeframe else 1


def _one_timeframe(files: list[CandleFile], wanted: Timeframe | None) -> Timeframe:
    own = {file.timeframe.name: file.timeframe for file in files if file.timeframe}
    symbols = [file.symbol for file in files]
    if wanted is None and len(own) > 1:
        raise BadInput(
            f"the files hold several timeframes ({', '.join(sorted(own))}); "
            "choose one with --timeframe"
        )
    if len(set(symbols)) < len(symbols):
        raise BadInput(
            f"several files hold the same symbol: {', '.join(_names(files))}; give one of them"
        )
    timeframe = wanted or next(iter(own.values()), None)
    if timeframe is None:
        raise BadInput(
            f"{files[0].path.name}: its name does not tell the timeframe; give --timeframe 1h"
        )
    return timeframe


# ------------------------------------------------------------- what is in them


def _series(file: CandleFile, timeframe: Timeframe, wanted: Wanted) -> Series:
    own = file.timeframe or timeframe
    _check_multiple(file.path.name, own, timeframe)
    raw = rows_of(read_table(file.path, REQUIRED, QUOTE_VOLUME))
    rows, repairs = repaired(raw, own.ms)
    if not len(rows):
        raise BadInput(f"{file.path.name}: no usable row is left of {len(raw)} ({_why(repairs)})")
    gaps = missing_candles(rows, own.ms)
    rows = rows if own.ms == timeframe.ms else resampled(rows, timeframe.ms)
    if not len(rows):
        raise BadInput(f"{file.path.name}: too short for one whole candle of {timeframe}")
    first, last = int(rows.time[0]), int(rows.time[-1])
    source = Source(file.path.name, own.name, len(raw), len(rows), gaps, first, last, repairs)
    end = len(rows) if wanted.end is None else int(np.searchsorted(rows.time, wanted.end))
    start = 0 if wanted.start is None else int(np.searchsorted(rows.time, wanted.start))
    if start >= end:
        raise BadInput(
            f"{file.path.name}: no candles between --start and --end; "
            f"the file runs from {figures.day(first)} to {figures.day(last)}"
        )
    candles = candles_of(rows.at(slice(end)) if end < len(rows) else rows, timeframe)
    return Series(f"{file.venue}:{file.symbol}", candles, source, start)


def _check_multiple(name: str, own: Timeframe, wanted: Timeframe) -> None:
    if wanted.ms % own.ms:
        raise BadInput(
            f"{name}: its {own} candles cannot be made into {wanted} candles; "
            f"use a file of shorter candles or --timeframe {own}"
        )


def _why(repairs: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in repairs.items() if count)


def _names(files: Iterable[CandleFile]) -> list[str]:
    return [file.path.name for file in files]


def _shown(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)
