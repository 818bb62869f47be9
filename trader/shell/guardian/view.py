"""`data/guardian.json`: what the guardian says of itself, also while the daemon is gone."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trader.bridge.files import read_whole, write_whole
from trader.bridge.publisher import GUARDIAN
from trader.shell.guardian.stake import Shares

EVERY = 10.0  # seconds between two writings of the same
_LARGEST = 1_000_000  # bytes
_NOBODY = {"exchange": 0.0, "engine": 0.0, "guardian": 0.0, "nobody": 0.0}


class Face:
    """What is shown. `wall`: seconds since 1970. A disk that refuses changes nothing else."""

    def __init__(self, data_dir: Path, after: float, wall: Callable[[], float]) -> None:
        self._path, self._wall = data_dir / GUARDIAN, wall
        before = read(data_dir)
        now = wall()
        self._said: dict[str, Any] = {
            "state": "", "after": after, "pid": os.getpid(), "since": now, "silent": 0.0,
            "action": str(before.get("action", "")), "acted_at": before.get("acted_at"),
            "restarts": _times(before.get("restarts")), "coverage": {}, "timestamp": 0.0,
        }  # fmt: skip

    def show(self, state: str, silent: float = 0.0, shares: Shares | None = None) -> None:
        """Write when it is news, or old."""
        now = self._wall()
        covered = {venue: {**_NOBODY, **share} for venue, share in (shares or {}).items()}
        news = (state, covered) != (self._said["state"], self._said["coverage"])
        if state != self._said["state"]:
            self._said["since"] = now
        self._said |= {"state": state, "silent": silent, "coverage": covered}
        if news or not 0.0 <= now - self._said["timestamp"] < EVERY:
            self._write(now)

    def acted(self, what: str) -> None:
        """Something was done; `what` is a sentence for people."""
        now = self._wall()
        self._said |= {"action": what, "acted_at": now}
        self._write(now)

    def restarts(self, within: float) -> int:
        """How often the daemon was started anew in the last `within` seconds."""
        now = self._wall()
        self._said["restarts"] = [at for at in self._said["restarts"] if 0 <= now - at < within]
        return len(self._said["restarts"])

    def restarting(self) -> None:
        """One more."""
        self._said["restarts"].append(self._wall())

    def forget_restarts(self) -> None:
        """A person asked for a start: what failed before does not count."""
        self._said["restarts"] = []

    def _write(self, now: float) -> None:
        self._said["timestamp"] = now
        with contextlib.suppress(OSError):
            write_whole(self._path, json.dumps(self._said))


def read(data_dir: Path) -> dict[str, Any]:
    """What stands there; empty when nothing of use does."""
    try:
        found = json.loads(read_whole(data_dir / GUARDIAN, _LARGEST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _times(found: object) -> list[float]:
    return [at for at in found if isinstance(at, float)] if isinstance(found, list) else []
