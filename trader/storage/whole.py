"""Files that are replaced whole, by one writer at a time: a cut leaves the old one as it was."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from trader.domain.errors import BadInput

_PATIENCE = 60.0  # seconds; a file of a million rows is written in one
_TRIES = 5
_PAUSE = 0.05  # seconds; Windows refuses to replace a file while somebody reads it


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write the new file; it takes the place of `path` when the block ends well.

    It is on the disk by then, also after a power cut. Raises `OSError`; the old file is whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        yield draft
        _flushed(draft)
        _replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def only_writer(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Nobody else writes in `folder` meanwhile. Raises `BadInput` after `patience` seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=patience):
            yield
    except Timeout:
        raise BadInput(
            f"another program keeps writing in {folder}; wait for it and run the same again"
        ) from None


def _flushed(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(draft: Path, path: Path) -> None:
    for _ in range(_TRIES - 1):
        try:
            draft.replace(path)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    draft.replace(path)
