"""Puts blocks of lines on disk beside the loop: compressed, by parts, readable after a kill."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from trader.domain.errors import BadInput
from trader.shell.recording.layout import Place, places

PART = 64_000_000  # bytes on disk after which the next part begins
WAITING = 256  # blocks that a slow disk may owe before the recording is given up
CLOSING = 10.0  # seconds that the end of a recording may take
_LEVEL, _GZIP = 6, 31


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing more is written. `code`: disk_full, disk_slow, folder_gone, folder_closed or
    failed; `text`: what the system said."""

    code: str
    text: str


_CODES = {
    errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.ENOENT: "folder_gone",
    errno.ENOTDIR: "folder_gone", errno.EACCES: "folder_closed", errno.EPERM: "folder_closed",
    errno.EROFS: "folder_closed",
}  # fmt: skip


def failure_of(error: BaseException) -> Failure:
    """An error of the writing thread as what people are told."""
    if isinstance(error, OSError) and error.strerror:
        return Failure(_CODES.get(error.errno or 0, "failed"), error.strerror)
    return Failure("failed", f"{type(error).__name__}: {error}")


class _Part:
    """One gzip file, flushed after every block: what a kill leaves can be read up to there."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb", buffering=0)
        self._named = os.fstat(self._file.fileno()).st_nlink > 0  # some file systems never say
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self.size = 0

    def write(self, block: bytes) -> None:
        """Raises `OSError`, also when the file was deleted: its bytes would go nowhere."""
        if self._named and not os.fstat(self._file.fileno()).st_nlink:
            raise FileNotFoundError(errno.ENOENT, "its file was deleted")
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
        self.failure: Failure | None = None
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
            self.failure = self.failure or Failure("disk_slow", "the disk is too slow for it")
        if self.failure is None:
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
            self.failure = failure_of(error)
            self._part.close()

    def _write(self, block: bytes) -> None:
        if self._part.size >= self._most:
            self._part.finish()
            self.place = Place(self.place.life, self.place.part + 1)
            self._part = self._opened(self.place)
        self._part.write(block)
