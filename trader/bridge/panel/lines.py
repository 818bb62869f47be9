"""Files that grow line by line: read on from where one was, never half a line."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from pydantic import ValidationError

from trader.bridge.files import opened_plain
from trader.bridge.reading import Mark, mark_of
from trader.bridge.schemas import Published

_ROUND = 8 * 1024 * 1024  # bytes read at once
_ANCHOR = 4_096  # bytes before the place, by which a file that was made anew is noticed

Line = TypeVar("Line", bound=Published)


@dataclass(frozen=True, slots=True)
class Lines(Generic[Line]):
    """The newest lines, oldest first. `bad`: how many could not be used.

    `rows` is the same object as long as nothing was added: what was made of it may be kept.
    `version` differs whenever `rows` does. `error`: why the file cannot be read now.
    """

    rows: tuple[Line, ...]
    version: int
    bad: int = 0
    error: str | None = None


class LineFile(Generic[Line]):
    """One growing file. What was read stays, also when the file goes; a new file begins anew.

    May be asked from several threads.
    """

    def __init__(self, path: Path, model: type[Line], newest: int) -> None:
        self._path, self._model = path, model
        self._rows: deque[Line] = deque(maxlen=newest)
        self._lock = Lock()
        self._mark: Mark | None = None
        self._place = 0
        self._before = b""
        self._bad = 0
        self._shown: Lines[Line] = Lines((), 0)

    def lines(self) -> Lines[Line]:
        """All lines so far; only what was added since the last time is read."""
        with self._lock:
            error = self._catch_up()
            shown = self._shown
        return shown if error is None else Lines(shown.rows, shown.version, shown.bad, error)

    def _catch_up(self) -> str | None:
        try:
            mark = mark_of(self._path)
            if mark == self._mark:
                return None
            with opened_plain(self._path) as handle:
                self._read(handle, same=self._mark is not None and self._mark[2] == mark[2])
        except FileNotFoundError:
            return f"{self._path.name} is not there"
        except OSError as problem:
            return f"{self._path.name} cannot be read: {problem.strerror or problem}"
        self._mark = mark
        return None

    def _read(self, handle: int, *, same: bool) -> None:
        anew = self._place > 0 and not (same and self._continues(handle))
        if anew:
            self._place, self._before, self._bad = 0, b"", 0
            self._rows.clear()
        added = self._take(handle)
        if added or anew:
            self._shown = Lines(tuple(self._rows), self._shown.version + 1, self._bad)

    def _continues(self, handle: int) -> bool:
        """Whether the same bytes stand before the place: a file's number is given again to another,
        and somebody may have written into it."""
        start = self._place - len(self._before)
        os.lseek(handle, start, os.SEEK_SET)
        return os.read(handle, len(self._before)) == self._before

    def _take(self, handle: int) -> int:
        """Read whole lines to the end; how many. A torn last one waits for its end."""
        os.lseek(handle, self._place, os.SEEK_SET)
        count, rest = 0, b""
        while part := os.read(handle, _ROUND):
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                self._add(line)
            count += len(whole)
            self._place += sum(map(len, whole)) + len(whole)
        start = os.lseek(handle, max(0, self._place - _ANCHOR), os.SEEK_SET)
        self._before = os.read(handle, self._place - start)
        return count

    def _add(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            self._rows.append(self._model.model_validate_json(line))
        except ValidationError:
            self._bad += 1
