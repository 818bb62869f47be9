"""What lies in the store, file by file, and what of it can be read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trader.backtest.names import candle_file
from trader.domain.errors import BadInput
from trader.domain.spans import Spans
from trader.domain.time import Millis
from trader.storage import parquet
from trader.storage.candles import spans_asked
from trader.storage.cleaning import gaps_of
from trader.storage.kinds import TIME, Columns, Kind, kind_of

_SUFFIX, _PARTS = ".parquet", 3


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the store and what its name says. `kind` None: no name of ours."""

    path: Path
    venue: str
    symbol: str
    what: str
    kind: Kind | None

    @property
    def name(self) -> str:
        """Of the file."""
        return self.path.name

    def columns(self) -> Columns:
        """All rows. Raises `BadInput` when it is damaged or none of ours."""
        if self.kind is None:
            raise BadInput(f"{self.name} is not named VENUE__BASE-QUOTE__TIMEFRAME{_SUFFIX}")
        return parquet.read(self.path, self.kind)

    def asked(self) -> Spans | None:
        """What was asked for; None for a file of another program. Raises `BadInput`."""
        return spans_asked(self.path)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. Times ms UTC, `gaps` missing candles, `size` bytes.

    `problem` tells why a file cannot be read.
    """

    file: str
    venue: str
    symbol: str
    data: str
    first: Millis | None
    last: Millis | None
    rows: int
    gaps: int | None
    size: int
    problem: str | None = None


def stored_in(folder: Path) -> list[Stored]:
    """Every Parquet file of a folder, by name."""
    return [_stored(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]


def lines_of(folder: Path) -> list[Line]:
    """The list: one line a file; only times are read."""
    return [_line(stored) for stored in stored_in(folder)]


def as_json(lines: list[Any]) -> str:
    """Lines of the list or of `verify`, for `--json`."""
    return json.dumps({"files": [asdict(line) for line in lines]}, indent=2) + "\n"


def _stored(path: Path) -> Stored:
    named, parts = candle_file(path), path.stem.split("__")
    if named.venue is None or named.symbol is None or len(parts) != _PARTS:
        return Stored(path, "", "", path.stem, None)
    try:
        return Stored(path, named.venue, named.symbol, parts[2], kind_of(parts[2]))
    except BadInput:
        return Stored(path, named.venue, named.symbol, parts[2], None)


def _line(stored: Stored) -> Line:
    name = (stored.name, stored.venue, stored.symbol, stored.what)
    size = stored.path.stat().st_size
    if stored.kind is None:
        return Line(*name, None, None, 0, None, size)
    try:
        time = stored.columns()[TIME]
    except BadInput as error:
        return Line(*name, None, None, 0, None, size, str(error))
    first, last = (int(time[0]), int(time[-1])) if len(time) else (None, None)
    step = stored.kind.step
    gaps = gaps_of(time, step, ()).missing if step else None
    return Line(*name, first, last, len(time), gaps, size)
