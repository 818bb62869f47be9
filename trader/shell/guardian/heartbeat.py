"""Whether the daemon lives: what it writes, by the guardian's own clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trader.bridge.files import read_whole
from trader.bridge.publisher import STATUS
from trader.shell.lock import OWNER, owner_of

_LARGEST = 32 * 1024 * 1024  # bytes
_STEP = 5.0  # seconds; a longer gap between two looks was our own sleep, not the daemon's silence


@dataclass(frozen=True, slots=True)
class Pulse:
    """The daemon as last seen. `pid` is who owns the data directory, `at` seconds since 1970 of
    its status. `coverage`: venue -> who protects -> share."""

    pid: int | None = None
    at: float = 0.0
    word: str = ""
    settings_fine: bool = True
    coverage: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Heartbeat:
    """Counts silence. It beats with every new status and every touch of the owner's file: the
    latter also works on a full disk."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._seen: tuple[object, ...] = ()
        self._looked: float | None = None
        self.pulse = Pulse()
        self.silent = 0.0

    def look(self, now: float) -> bool:
        """Look once at `now`, in seconds of a clock that never jumps; whether it has beaten."""
        self.pulse = self._pulse()
        seen = (self.pulse.pid, self.pulse.at, self._touched())
        beaten = seen != self._seen
        passed = 0.0 if self._looked is None else now - self._looked
        self.silent = 0.0 if beaten else self.silent + min(passed, _STEP)
        self._seen, self._looked = seen, now
        return beaten

    def forgive(self) -> None:
        """Count anew from here."""
        self.silent = 0.0

    def _touched(self) -> int:
        try:
            return (self._data_dir / OWNER).stat().st_mtime_ns
        except OSError:
            return 0

    def _pulse(self) -> Pulse:
        """What stands in the files; what cannot be read is remembered."""
        pid = owner_of(self._data_dir) or self.pulse.pid
        last = self.pulse
        try:
            said: dict[str, Any] = json.loads(read_whole(self._data_dir / STATUS, _LARGEST))
            return Pulse(
                pid,
                float(said["timestamp"]),
                str(said["status"]),
                said.get("settings_error") is None,
                dict(said.get("coverage", {})),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Pulse(pid, last.at, last.word, last.settings_fine, last.coverage)
