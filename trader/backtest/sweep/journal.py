"""What is done of an unfinished sweep, kept line by line, so that no death loses it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any
from zlib import crc32

from trader.backtest.sweep.work import Row
from trader.bridge.files import write_whole
from trader.domain.errors import BadInput

NAME = "grid.partial.jsonl"
_LONGEST = 1 << 16  # bytes of a line; ours have under a thousand


@dataclass(frozen=True, slots=True)
class Header:
    """Which sweep a journal belongs to: nothing of another one is ever taken for it."""

    fingerprint: str
    combinations: int
    columns: tuple[str, ...]

    def line(self) -> str:
        """The first line of the file."""
        content = {"sweep": self.fingerprint, "combinations": self.combinations}
        return json.dumps(content | {"columns": list(self.columns)}) + "\n"


class Journal:
    """The rows of a sweep in the order in which they came. In memory: eight bytes a combination."""

    def __init__(self, path: Path, header: Header) -> None:
        """Open it, or begin one. Raises `BadInput` when it belongs to another sweep, `OSError`."""
        self._path, self._header = path, header
        self._places = array("q", [-1]) * header.combinations
        self.count = 0
        if not path.exists():
            write_whole(path, header.line())
        self._file = path.open("r+b", buffering=0)
        try:
            self._end = self._read()
            self._file.truncate(self._end)
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, number: int) -> bool:
        """Whether a combination is done."""
        return self._places[number] >= 0

    def add(self, rows: tuple[Row, ...]) -> None:
        """Keep rows; they survive the death of this process. Raises `OSError`: disk full."""
        text, places = b"", []
        for row in rows:
            places.append((row.number, self._end + len(text)))
            text += _line(row)
        self._write(text)
        for number, place in places:
            self._note(number, place)

    def rows(self) -> Iterator[Row]:
        """Every row that is kept, by number."""
        with self._path.open("rb") as file:
            for place in self._places:
                if place >= 0:
                    file.seek(place)
                    row = _row(file.readline(_LONGEST), self._header)
                    if row is not None:
                        yield row

    def close(self) -> None:
        """Close the file; it stays."""
        self._file.close()

    def remove(self) -> None:
        """Everything is in `grid.csv` now."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _write(self, text: bytes) -> None:
        self._file.seek(self._end)
        left = memoryview(text)
        while left:
            left = left[self._file.write(left) or 0 :]
        self._end += len(text)

    def _note(self, number: int, place: int) -> None:
        self.count += self._places[number] < 0
        self._places[number] = place

    def _read(self) -> int:
        """Take what is whole and ours; where the last whole line ends."""
        with self._path.open("rb") as file:
            if file.readline(_LONGEST) != self._header.line().encode():
                raise BadInput(
                    f"{self._path} belongs to another sweep, or to the same one of other candles "
                    "or another version: choose another --out, or delete the file"
                )
            place = end = file.tell()
            while line := file.readline(_LONGEST):
                row = _row(line, self._header)
                if row is not None and row.number not in self:
                    self._note(row.number, place)
                place += len(line)
                end = place if line.endswith(b"\n") else end
        return end


def fingerprint_in(path: Path) -> str:
    """The sweep that a journal belongs to; empty when that cannot be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.readline(_LONGEST))
        return str(found["sweep"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _line(row: Row) -> bytes:
    content = {"n": row.number, "value": row.value, "metrics": row.metrics}
    return json.dumps(content | {"crc": _checksum(content)}, allow_nan=False).encode() + b"\n"


def _checksum(content: Mapping[str, Any]) -> int:
    """Tells a line that a disk or an editor has changed from one that we wrote."""
    return crc32(json.dumps(content).encode())


def _row(line: bytes, header: Header) -> Row | None:
    """A line as a row; None for anything that we did not write."""
    try:
        found = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() != {"n", "value", "metrics", "crc"}:
        return None
    if found.pop("crc") != _checksum(found):
        return None
    number, value, metrics = found["n"], found["value"], found["metrics"]
    if type(number) is not int or not 0 <= number < header.combinations:
        return None
    if not (_is_number(value) and _are_metrics(metrics, header.columns)):
        return None
    return Row(number, value, metrics)


def _are_metrics(found: Any, columns: tuple[str, ...]) -> bool:
    return (
        isinstance(found, Mapping)
        and tuple(found) == columns
        and all(map(_is_number, found.values()))
    )


def _is_number(value: Any) -> bool:
    """A number that is finite, or None."""
    return value is None or (type(value) in (int, float) and isfinite(value))
