"""What `health.json` says of this computer, this program and the life before this one."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
from pydantic import ValidationError

import trader
from trader.bridge.files import read_whole
from trader.bridge.publisher import STATUS
from trader.bridge.schemas import BotStatus

_LIBRARIES = ("ccxt", "numpy", "pandas", "SQLAlchemy", "TA-Lib", "streamlit")
_LARGEST = 32 * 1024 * 1024  # bytes of a status
Row = dict[str, Any]


class Machine:
    """The computer as it is now. Asked in a thread, always the same one at a time."""

    def __init__(self, pid: int, data_dir: Path) -> None:
        self._process = psutil.Process(pid)
        self._data_dir = data_dir
        psutil.cpu_percent()  # counts from here on

    def row(self, lag_ms: float | None) -> Row:
        """`machine`: cpu of all cores, memory of the bot and what is free, disk, loop lag."""
        disk = _disk(self._data_dir)
        return {
            "cpu": psutil.cpu_percent(),
            "memory_mb": self._process.memory_info().rss / 1e6,
            "memory_free_mb": psutil.virtual_memory().available / 1e6,
            "disk_free": disk[0],
            "disk_total": disk[1],
            "loop_lag_ms": lag_ms,
        }


def _disk(folder: Path) -> tuple[int | None, int | None]:
    try:
        found = psutil.disk_usage(str(folder))
    except OSError:
        return None, None
    return found.free, found.total


def versions() -> dict[str, str]:
    """This program, Python, the system, and the libraries that are installed."""
    found = {"trader": trader.__version__, "python": platform.python_version()}
    found["system"] = f"{platform.system()} {platform.release()}"
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def life_before(data_dir: Path, pid: int) -> tuple[str | None, float | None]:
    """How the run before this one ended, and when it was last heard of (seconds since 1970).

    clean: told to stop; restart: a new life of the same process; crash: neither; None: there was
    none. To be asked before this life publishes its status.
    """
    try:
        status = BotStatus.model_validate_json(read_whole(data_dir / STATUS, _LARGEST))
    except (OSError, ValidationError):
        return None, None
    if status.status == "stopped":
        return "clean", status.timestamp
    same = status.status == "starting" and status.pid == pid
    return ("restart" if same else "crash"), status.timestamp


def recording_row(folder: Path | None) -> Row:
    """`recording`."""
    if folder is None:
        return {"on": False, "path": None, "bytes": None}
    try:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError:
        return {"on": True, "path": str(folder), "bytes": None}
    return {"on": True, "path": str(folder), "bytes": size}
