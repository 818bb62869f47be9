"""Candle and funding files as arrays: Parquet, Feather and CSV, or one sentence why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.errors import BadInput
from trader.domain.rows import MISSING

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

_SECONDS_BELOW = 100_000_000_000  # 1e11 ms is March 1973, 1e11 s the year 5138
_MICROSECONDS_FROM = 100_000_000_000_000
_NANOSECONDS_FROM = 100_000_000_000_000_000
_LOOKED_AT = 4_096  # bytes of a CSV file that tell what it is
TIME = "timestamp"


class Table:
    """The columns of one file, found by name in any case, read as numbers when asked for."""

    def __init__(self, path: Path, table: Any) -> None:
        self.path = path
        self._table = table
        self._place = {name.strip().lower(): at for at, name in enumerate(table.column_names)}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def shown_names(self) -> str:
        """The names of its columns, for a message."""
        return ", ".join(self._table.column_names)[:120]

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self._place

    def floats(self, name: str) -> Floats:
        """One column as float64; what is empty becomes NaN. Raises `BadInput` naming the row."""
        column = self._column(name)
        kind = str(column.type)
        if kind.startswith(("string", "large_string")):
            return np.array(self._each(column, name, float, "no number", np.nan))
        if not kind.startswith(("int", "uint", "double", "float", "halffloat", "decimal", "null")):
            raise BadInput(f"{self.path.name}: column '{name}' holds {kind}, numbers are wanted")
        numbers: Floats = _array(column if kind == "double" else column.cast("float64"), np.nan)
        return numbers

    def times(self) -> Ints:
        """Column `timestamp` as int64 ms UTC; what is empty becomes `MISSING`.

        Raises `BadInput` for seconds, microseconds and what is no time, naming the row.
        """
        column = self._column(TIME)
        kind = str(column.type)
        if kind.startswith(("timestamp", "date")):
            return _milliseconds(column)
        if kind.startswith(("string", "large_string")):
            return self._written_times(column)
        whole = not column.null_count and kind == "int64"
        return self._counted_times(_array(column, 0) if whole else self.floats(TIME))

    def _column(self, name: str) -> Any:
        return self._table.column(self._place[name])

    def _written_times(self, column: Any) -> Ints:
        import pyarrow as pa

        try:
            return self._counted_times(_array(column.cast("float64"), np.nan))
        except pa.ArrowInvalid:
            pass  # not numbers written as text, then: ISO 8601, with a zone or without
        for zone in (None, "UTC"):
            try:
                return _milliseconds(column.cast(pa.timestamp("ms", tz=zone)))
            except pa.ArrowInvalid:
                continue
        problem = "no time (ms UTC or ISO 8601)"
        return np.array(self._each(column, TIME, _moment, problem, MISSING), dtype=np.int64)

    def _counted_times(self, values: Any) -> Ints:
        known = np.isfinite(values)
        with np.errstate(invalid="ignore"):
            self._refuse(known & (values < _SECONDS_BELOW), values, "seconds", "multiply by 1000")
            wrong = known & (values >= _NANOSECONDS_FROM)
            self._refuse(wrong, values, "nanoseconds", "divide by 1000000")
            wrong = known & (values >= _MICROSECONDS_FROM)
            self._refuse(wrong, values, "microseconds", "divide by 1000")
        return values if known.all() and values.dtype == np.int64 else _whole(values, known)

    def _refuse(self, wrong: Any, values: Any, unit: str, remedy: str) -> None:
        if wrong.any():
            row = int(np.argmax(wrong))
            raise BadInput(
                f"{self._cell(row, TIME)} {values[row]:.0f} looks like {unit}; "
                f"milliseconds since 1970 (UTC) are wanted: {remedy}"
            )

    def _each(
        self, column: Any, name: str, read: Callable[[str], float], problem: str, empty: float
    ) -> list[float]:
        values = []
        for row, text in enumerate(column.to_pylist()):
            try:
                values.append(read(text) if text and text.strip() else empty)
            except (ValueError, OverflowError):
                hint = "; write it without commas" if _has_commas(text) else ""
                raise BadInput(
                    f"{self._cell(row, name)} '{text[:40]}' is {problem}{hint}"
                ) from None
        return values

    def _cell(self, row: int, name: str) -> str:
        return f"{self.path.name}: row {row + 1}, column '{name}':"


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read these columns of a file. Raises `BadInput` when it cannot be used, saying why."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path.name}: '{path.suffix}' is not read; give .parquet, .feather or .csv")
    table = Table(path, _read(path, reader, {*required, *optional}))
    missing = [name for name in required if not table.has(name)]
    if missing:
        words = "column is" if len(missing) == 1 else "columns are"
        raise BadInput(
            f"{path.name}: the {words} missing: {', '.join(missing)} "
            f"(found: {table.shown_names}){_separated(table.shown_names)}"
        )
    if not len(table):
        raise BadInput(f"{path.name}: the file holds no rows")
    return table


def give_back() -> None:
    """Hand what reading needed back to the system: a backtest has better uses for it."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _read(path: Path, reader: Callable[[Path, set[str]], Any], wanted: set[str]) -> Any:
    import pyarrow as pa

    try:
        table = reader(path, wanted)
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: its letters are not UTF-8; {_AS_CSV}") from None
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path.name}: cannot be read: {_sentence(error)}") from None
    names = [name.strip().lower() for name in table.column_names]
    twice = sorted({name for name in names if name in wanted and names.count(name) > 1})
    if twice:
        raise BadInput(f"{path.name}: column '{twice[0]}' stands there twice")
    return table


def _parquet(path: Path, wanted: set[str]) -> Any:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        names = file.schema_arrow.names
        return file.read(columns=_chosen(names, wanted))


def _feather(path: Path, wanted: set[str]) -> Any:
    from pyarrow.feather import read_table as read_feather

    table = read_feather(path)
    return table.select(_chosen(table.column_names, wanted))


def _csv(path: Path, wanted: set[str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    if path.stat().st_size == 0:
        raise pa.ArrowInvalid("the file is empty")
    _refuse_no_text(path)
    try:
        return csv.read_csv(path)
    except pa.ArrowInvalid as error:
        if "conversion error" not in str(error):
            raise
    with csv.open_csv(path) as stream:
        names = stream.schema.names
    as_text = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    return csv.read_csv(path, convert_options=as_text)  # finds the cell that is no number


def _refuse_no_text(path: Path) -> None:
    """A workbook with another name, and what Excel writes unless it is told `CSV UTF-8`.

    Raises `BadInput` and `UnicodeDecodeError`.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    header = start.partition(b"\n")[0] if b"\n" in start else b""
    if start.startswith(b"PK"):
        raise BadInput(f"{path.name}: is an Excel workbook; {_AS_CSV}")
    header.decode("utf-8")
    if b"\0" in header:
        raise BadInput(f"{path.name}: its letters are not UTF-8; {_AS_CSV}")


def _separated(names: str) -> str:
    """What to do about a header that is one single column."""
    found = next((word for mark, word in _MARKS.items() if mark in names), None)
    return f"; it is separated by {found}: put commas there" if found else ""


def _has_commas(text: str) -> bool:
    return "," in text and text.replace(",", "").replace(".", "").strip().isdecimal()


_AS_CSV = "save it in Excel as 'CSV UTF-8 (comma delimited)'"
_MARKS = {";": "semicolons", "\t": "tabs"}
_READERS: dict[str, Callable[[Path, set[str]], Any]] = {
    ".parquet": _parquet,
    ".feather": _feather,
    ".csv": _csv,
}


def _chosen(names: Sequence[str], wanted: set[str]) -> list[str]:
    """The wanted ones; all of them when none is there, so that the refusal can name them."""
    return [name for name in names if name.strip().lower() in wanted] or list(names)


def _array(column: Any, empty: float) -> Any:
    """One numpy array of a column of numbers, over the door that does not import pandas."""
    column = column.fill_null(empty) if column.null_count else column
    parts = [np.from_dlpack(chunk) for chunk in column.chunks]
    return parts[0] if len(parts) == 1 else np.concatenate(parts or [np.empty(0)])


def _milliseconds(column: Any) -> Ints:
    import pyarrow as pa

    zone = getattr(column.type, "tz", None)
    whole = column.cast(pa.timestamp("ms", tz=zone), safe=False).cast("int64")
    times: Ints = _array(whole, MISSING)
    return times


def _whole(values: Any, known: Any) -> Ints:
    times = np.where(known, values, 0).astype(np.int64)
    times[~known] = MISSING
    return times


def _moment(text: str) -> int:
    """ISO 8601 as ms UTC, without a zone it is UTC; or a number that can be milliseconds."""
    if text.strip().isdecimal() and int(text) >= _SECONDS_BELOW:
        return int(text)
    at = datetime.fromisoformat(text.strip())
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * 1_000)


def _sentence(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    if "magic bytes" in text or "magic number" in text:
        return "it is damaged or not complete; copy or download it again"
    return text.strip().splitlines()[0][:200] if text.strip() else type(error).__name__
