"""The newest lines of the bot's log, followed from its end; whatever they hold is plain text."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from dashboard.logbook.line import Line, line_of

FILE = "trading_bot.jsonl"
BYTES = 4_000_000  # how far back is looked, and how long a single line may be
ROWS = 20_000


class Tail:
    """The end of one log, for all who look at it; a line is taken apart once.

    The bot renames a full log to `.1` and begins a new one: what was read stays.
    """

    def __init__(self, folder: Path, most: int = ROWS, reach: int = BYTES) -> None:
        self._path = folder / FILE
        self._lines: deque[Line] = deque(maxlen=most)
        self._reach = reach
        self._file = 0  # the inode that was read
        self._place = 0
        self._torn = b""
        self._lock = Lock()

    def lines(self) -> tuple[Line, ...]:
        """Newest first. Raises `OSError`; `FileNotFoundError` before the first line."""
        with self._lock:
            self._read()
            return tuple(reversed(self._lines))

    def _read(self) -> None:
        with self._path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not self._file:
                self._add(_end(self._path.with_name(f"{FILE}.1"), self._reach - found.st_size))
            elif self._file != found.st_ino:
                self._rest_of_old()
            if self._file != found.st_ino or found.st_size < self._place:
                self._file, self._place, self._torn = found.st_ino, 0, b""
            self._follow(file, found.st_size)

    def _follow(self, file: BinaryIO, size: int) -> None:
        """Take what was written since the last look; of very much only the end."""
        begin = max(self._place, size - self._reach)
        file.seek(begin)
        new = file.read(size - begin)
        if begin > self._place:
            self._torn, new = b"", new.partition(b"\n")[2]
        self._place = size
        whole, _, self._torn = (self._torn + new).rpartition(b"\n")
        self._torn = self._torn[: self._reach]
        self._add(whole.split(b"\n"))

    def _rest_of_old(self) -> None:
        """What was written to the former file after the last look, if it is still there."""
        old = self._path.with_name(f"{FILE}.1")
        try:
            with old.open("rb") as file:
                found = os.fstat(file.fileno())
                if found.st_ino == self._file:
                    self._follow(file, found.st_size)
        except OSError:
            return

    def _add(self, rows: list[bytes] | Iterator[bytes]) -> None:
        room = self._lines.maxlen or 0
        newest = [row for row in rows if row.strip()][-room:]
        self._lines.extend(map(line_of, newest))


def _end(path: Path, most: int) -> list[bytes]:
    """The last lines of a former log; none when it is not there or nothing of it is wanted."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            begin = max(0, size - max(0, most))
            file.seek(begin)
            rows = file.read(max(0, most)).split(b"\n")
    except OSError:
        return []
    return rows[1:] if begin else rows
