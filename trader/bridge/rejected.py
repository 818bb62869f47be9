"""Malformed command files are kept aside for a while: a person may want to see what came."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

MOST = 100  # files
_KEPT = 65_536  # bytes of a file that is larger than any command


def keep_aside(path: Path, folder: Path, code: str) -> None:
    """Move a file to `folder`; its new name tells when and why. Raises `OSError`."""
    folder.mkdir(exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    target = folder / f"{stamp}-{time.time_ns() % 10**9:09d}-{code}.json"
    if _huge(path):
        _copy_head(path, target)
        remove(path)
    else:
        path.rename(target)
    _prune(folder)


def remove(path: Path) -> None:
    """Delete whatever has this name; links themselves, never what they point to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _huge(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size > _KEPT


def _copy_head(path: Path, target: Path) -> None:
    """The file itself is not cut short: the name may be a second one of something precious."""
    with path.open("rb") as source, target.open("wb") as kept:
        kept.write(source.read(_KEPT))


def _prune(folder: Path) -> None:
    names = sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    for name in names[: max(0, len(names) - MOST)]:
        remove(folder / name)
