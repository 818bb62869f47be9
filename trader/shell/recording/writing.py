"""Puts blocks of lines on disk beside the loop: compressed, by parts, readable after a kill."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from trader.domain.errors import BadInput
from trader.shell.recording.layout import Place, places

PART = 64_000_000  # bytes on disk after which the next part begins
WAITING = 256  # blocks that a slow disk may owe before the recording is given up
CLOSING = 10.0  # seconds that the end of a recording may take
_LEVEL, _GZIP = 6, 31


class _Part:
    """One gzip file, flushed after every block: what a kill leaves can be read up to there."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb", buffering=0)
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self.size = 0

    def write(self, block: bytes) -> None:
        self._put(self._packer.compress(block) + self._packer.flush(zlib.Z_SYNC_FLUSH))

    def finish(self) -> None:
        """The end of the file, safe on disk."""
        try:
            self._put(self._packer.flush(zlib.Z_FINISH))
            os.fsync(self._file.fileno())
        finally:
            self.close()

    def close(self) -> None:
        self._file.close()

    def _put(self, packed: bytes) -> None:
        left = memoryview(packed)
        while left:
            left = left[self._file.write(left) or 0 :]
        self.size += len(packed)


class Writer:
    """Takes blocks without waiting; a thread writes them. `failure` says why it gave up.

    `head` makes the first line of each part.
    """

    def __init__(self, folder: Path, head: Callable[[Place], bytes], part: int = PART) -> None:
        """Begin a new life in the folder. Raises `BadInput` when nothing can be written there."""
        self._folder, self._head, self._most = folder, head, part
        self._blocks: SimpleQueue[bytes | None] = SimpleQueue()
        self.failure = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.place, self._part = self._first()
        except OSError as error:
            raise BadInput(
                f"--record {folder}: {error.strerror}; choose a folder that can be written"
            ) from error
        self._thread = Thread(target=self._work, name="recording", daemon=True)
        self._thread.start()

    def put(self, block: bytes) -> None:
        """One more block; never waits."""
        if self._blocks.qsize() >= WAITING:
            self.failure = self.failure or "the disk is too slow for it"
        if not self.failure:
            self._blocks.put(block)

    def close(self) -> None:
        """Write what waits and end the file; returns after at most `CLOSING` seconds."""
        self._blocks.put(None)
        self._thread.join(CLOSING)

    def _first(self) -> tuple[Place, _Part]:
        """A life of its own, also when another process begins one at the same moment."""
        newest = max((place.life for place in places(self._folder)), default=0)
        while True:
            place = Place(newest := newest + 1, 1)
            try:
                return place, self._opened(place)
            except FileExistsError:
                continue

    def _opened(self, place: Place) -> _Part:
        part = _Part(self._folder / place.name)
        try:
            part.write(self._head(place))
        except BaseException:
            part.close()
            raise
        return part

    def _work(self) -> None:
        try:
            while (block := self._blocks.get()) is not None:
                self._write(block)
            self._part.finish()
        except Exception as error:  # noqa: BLE001  whatever it is, it must not reach the trading
            text = error.strerror if isinstance(error, OSError) else None
            self.failure = text or f"{type(error).__name__}: {error}"
            self._part.close()

    def _write(self, block: bytes) -> None:
        if self._part.size >= self._most:
            self._part.finish()
            self.place = Place(self.place.life, self.place.part + 1)
            self._part = self._opened(self.place)
        self._part.write(block)
