"""Copies of the journal, made while it is in use, checked before they count, the oldest removed."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from trader.domain.errors import JournalBroken
from trader.domain.time import Millis
from trader.storage.database import check_file


def back_up(journal: Path, folder: Path, at: Millis, keep: int = 7) -> Path:
    """Copy a SQLite journal to `folder/trader-<UTC>.db` and keep the newest `keep` copies.

    Raises `JournalBroken` when the copy cannot be made or does not pass its check; older copies
    then stay.
    """
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(at // 1000))
    target = folder / f"trader-{stamp}.db"
    draft = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        _copy(journal, draft)
        check_file(draft)
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise JournalBroken(f"the backup {target} cannot be made: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    for old in backups(folder)[:-keep]:
        old.unlink()
    return target


def backups(folder: Path) -> list[Path]:
    """All copies, oldest first."""
    return sorted(folder.glob("trader-*.db"))


def restore(backup: Path, journal: Path) -> None:
    """Put a copy in the place of a journal that is not there (any more); nothing is overwritten.

    Raises `JournalBroken` when the copy is damaged or something is in its place.
    """
    check_file(backup)
    there = [path for path in (journal, journal.with_name(f"{journal.name}-wal")) if path.exists()]
    if there:
        raise JournalBroken(f"{there[0]} is there already; move it elsewhere first")
    draft = journal.with_name(f"{journal.name}.restored")
    _copy(backup, draft)
    draft.replace(journal)


def _copy(source: Path, target: Path) -> None:
    """The one way to copy a database that is in use: page by page, by SQLite itself."""
    if not source.exists():
        raise FileNotFoundError(f"{source} is not there")
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)
        write.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
