"""One bot a data directory: the second is told who runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from trader.domain.errors import AlreadyRunning, JournalBroken


@contextmanager
def owned(data_dir: Path, started_at: float) -> Iterator[None]:
    """Own the data directory while inside. Raises `AlreadyRunning`, or `JournalBroken`."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / "bot.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(_who(data_dir)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise JournalBroken(
            f"the data directory {data_dir} cannot be written: {reason}; choose another one with "
            "--data-dir or make it writable"
        ) from error
    try:
        owner = {"pid": os.getpid(), "started_at": started_at}
        (data_dir / "bot.owner.json").write_text(json.dumps(owner), "utf-8")
        yield
    finally:
        lock.release()


def _who(data_dir: Path) -> str:
    try:
        pid = json.loads((data_dir / "bot.owner.json").read_text("utf-8"))["pid"]
        who = f"the bot with process id {pid}"
    except (OSError, ValueError, KeyError):
        who = "another bot"
    return (
        f"{who} already runs on {data_dir}; stop it first (Ctrl-C in its terminal), or give this "
        "one a data directory of its own with --data-dir"
    )
