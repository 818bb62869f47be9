"""One bot a data directory: the second is told who runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from trader.domain.errors import AlreadyRunning, JournalBroken

OWNER = "bot.owner.json"
_LOCK = "bot.lock"
BOT = "bot"
GUARDIAN = "guardian"


@contextmanager
def owned(data_dir: Path, started_at: float, who: str = BOT) -> Iterator[None]:
    """Own the data directory while inside. Raises `AlreadyRunning`, or `JournalBroken`."""
    with quiet(data_dir):
        owner = {"pid": os.getpid(), "started_at": started_at, "who": who}
        try:
            (data_dir / OWNER).write_text(json.dumps(owner), "utf-8")
        except OSError as error:
            raise _unwritable(data_dir, error) from error
        yield


@contextmanager
def quiet(data_dir: Path) -> Iterator[None]:
    """Nobody owns the data directory while inside. Raises `AlreadyRunning`, or `JournalBroken`."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(_who(data_dir)) from None
    except OSError as error:
        raise _unwritable(data_dir, error) from error
    try:
        yield
    finally:
        lock.release()


def taken(data_dir: Path) -> bool:
    """Whether somebody owns the data directory now. Raises `JournalBroken`."""
    if not (data_dir / _LOCK).exists():
        return False  # nobody ever did: a look leaves nothing behind
    try:
        with quiet(data_dir):
            return False
    except AlreadyRunning:
        return True


def owner_of(data_dir: Path) -> int | None:
    """Process id of who owned the data directory last; None when nobody is known."""
    try:
        return int(json.loads((data_dir / OWNER).read_text("utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _unwritable(data_dir: Path, error: OSError) -> JournalBroken:
    reason = error.strerror or str(error)
    return JournalBroken(
        f"the data directory {data_dir} cannot be written: {reason}; choose another one with "
        "--data-dir or make it writable"
    )


def _who(data_dir: Path) -> str:
    pid = owner_of(data_dir)
    if pid is None:
        who = "another bot"
    elif f'"{GUARDIAN}"' in (data_dir / OWNER).read_text("utf-8"):
        return (
            f"the guardian (process {pid}) guards the positions on {data_dir}: send it the command "
            "restart or shutdown from the panel, or end that process, then start again"
        )
    else:
        who = f"the bot with process id {pid}"
    return (
        f"{who} already runs on {data_dir}; stop it first (Ctrl-C in its terminal), or give this "
        "one a data directory of its own with --data-dir"
    )
