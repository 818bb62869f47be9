"""Lines of one part, block by block, each checked; a tail that a kill cut off is left out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from trader.domain.errors import BadInput
from trader.shell.recording.layout import CHECK

_CHUNK, _PIECE = 1 << 18, 64
_GZIP = 31
_CHECK_BEGINS = f'["{CHECK}",'.encode()


class Damaged(Exception):
    """A block is not what was written."""


class Lines:
    """One file. `torn`: it may end in the middle, as the newest file of a killed bot does."""

    def __init__(self, path: Path, *, torn: bool) -> None:
        self._path = path
        self._torn = torn

    def head(self) -> dict[str, Any] | None:
        """The first line; None when the file ends before its end. Raises `BadInput`."""
        try:
            first = next(self._lines(), None)
            made = None if first is None else json.loads(first)
        except (Damaged, ValueError) as error:
            raise BadInput(f"{self._path} is no recording, or its head is damaged") from error
        if made is not None and not isinstance(made, dict):
            raise BadInput(f"{self._path} is no recording of run_bot.py --record")
        return made

    def blocks(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """The parsed lines of each block, and its check. Raises `Damaged`."""
        lines = self._lines()
        next(lines, None)  # the head
        waiting: list[bytes] = []
        for line in lines:
            if not line.startswith(_CHECK_BEGINS):
                waiting.append(line)
                continue
            yield _verified(waiting, line)
            waiting = []
        if waiting and not self._torn:
            raise Damaged("its end is missing")

    def _lines(self) -> Iterator[bytes]:
        """Whole lines without their ends. Raises `Damaged`."""
        left, unpacker = b"", zlib.decompressobj(_GZIP)
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                made, wrong = _unpacked(unpacker, chunk)
                *whole, left = (left + made).split(b"\n")
                yield from whole
                if wrong:
                    raise Damaged(wrong)
        if not unpacker.eof and not self._torn:
            raise Damaged("its end is missing")


def _unpacked(unpacker: Any, chunk: bytes) -> tuple[bytes, str]:
    """What a chunk holds as far as it is whole, and what is wrong with it behind that."""
    again = unpacker.copy()
    try:
        made: bytes = unpacker.decompress(chunk)
    except zlib.error:
        return _salvaged(again, chunk), "its bytes cannot be unpacked"
    return made, "there is something behind its end" if unpacker.unused_data else ""


def _salvaged(unpacker: Any, chunk: bytes) -> bytes:
    """What stands before the first byte that cannot be."""
    made = b""
    with suppress(zlib.error):
        for start in range(0, len(chunk), _PIECE):
            made += unpacker.decompress(chunk[start : start + _PIECE])
    return made


def _verified(lines: list[bytes], check: bytes) -> tuple[list[Any], list[Any]]:
    block = b"".join(line + b"\n" for line in lines)
    try:
        told = json.loads(check)
        if told[2] != zlib.crc32(block):
            raise Damaged("a block's check sum is wrong")
        return [json.loads(line) for line in lines], told
    except (ValueError, IndexError, TypeError) as error:
        raise Damaged("a line cannot be read") from error
