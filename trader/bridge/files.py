"""Whole files only: a reader sees the old text or the new one, never half of either."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_TRIES = 5
_PAUSE = 0.02  # seconds; Windows refuses to replace a file while somebody reads it


def write_whole(path: Path, text: str | Iterable[str], *, sync: bool = False) -> None:
    """Replace a file by `text`, or by its parts; `sync`: also survive a power cut.

    Raises `OSError`.
    """
    draft = write_draft(path, text, sync=sync)
    try:
        _replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def write_together(texts: Mapping[Path, str | Iterable[str]]) -> None:
    """Replace several files, none of them before all could be written. Raises `OSError`."""
    drafts: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            drafts[path] = write_draft(path, text)
        for path, draft in drafts.items():
            _replace(draft, path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def write_draft(path: Path, text: str | Iterable[str], *, sync: bool = False) -> Path:
    """Write `text` beside `path` under a name of its own and return that. Raises `OSError`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a handle
            file.writelines((text,) if isinstance(text, str) else text)
            file.flush()
            if sync:
                os.fsync(file.fileno())
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft


def read_whole(path: Path, limit: int) -> bytes:
    """The bytes of a plain file. Raises `OSError`, `NotAFile`, `TooLarge`; never waits.

    Links are not followed and pipes not waited for: anybody may have put the name there.
    """
    with opened_plain(path) as handle:
        size = os.fstat(handle).st_size
        if size > limit:
            raise TooLarge(f"it has {size} bytes, at most {limit} are read")
        return _read(handle, limit)


@contextlib.contextmanager
def opened_plain(path: Path) -> Iterator[int]:
    """A descriptor of a plain file, to read; closed afterwards. Raises `OSError`, `NotAFile`."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotAFile("it is not a plain file")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):  # it was exchanged meanwhile
            raise NotAFile("it is not a plain file")
        yield handle
    finally:
        os.close(handle)


class NotAFile(OSError):
    """A folder, link, pipe or device stands where a file should."""


class TooLarge(OSError):
    """The file is longer than anyone needs."""


def _read(handle: int, limit: int) -> bytes:
    parts: list[bytes] = []
    while part := os.read(handle, limit + 1):
        parts.append(part)
        if sum(map(len, parts)) > limit:
            raise TooLarge(f"it grew beyond {limit} bytes while it was read")
    return b"".join(parts)


def _replace(draft: Path, path: Path) -> None:
    for _ in range(_TRIES - 1):
        try:
            draft.replace(path)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    draft.replace(path)
