"""The settings that the daemon last ran with, kept where a broken `.env` cannot reach them."""

from __future__ import annotations

from pathlib import Path


class KnownGood:
    """A copy in memory. `settled`: seconds that the daemon must have lived with a new content."""

    def __init__(self, path: Path, settled: float) -> None:
        self._path, self._settled = path, settled
        self.text = self._read()
        self._draft: bytes | None = None
        self._since = 0.0

    def beat(self, now: float, *, fine: bool) -> None:
        """The daemon lives; `fine`: it has no complaint about its settings."""
        found = self._read()
        if found is None or found == self.text or not fine:
            self._draft = None
        elif found != self._draft:
            self._draft, self._since = found, now
        elif now - self._since >= self._settled:
            self.text = found

    def _read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except OSError:
            return None
