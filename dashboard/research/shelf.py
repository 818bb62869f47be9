"""The shelf of finished backtests: what each folder of `data/backtests` holds, read once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any, TypeGuard

from trader.bridge.files import read_whole

RESULT, TRADES, EQUITY, REPORT = "result.json", "trades.csv", "equity.csv", "report.html"
FILES = (RESULT, TRADES, EQUITY, REPORT)
FOLDER = "backtests"
_REMOVED = ".removed-"
_LARGEST = 16 * 1024 * 1024  # bytes of a result
_STAMP, _STAMPED = "%Y-%m-%dT%H-%M-%SZ", 20  # how a run's folder begins
_KINDS: dict[str, type] = {"metrics": dict, "parameters": dict, "symbols": list, "venue": str}
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished backtest. `at`: when it was made, seconds since 1970."""

    folder: Path
    at: float
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The folder's name: it tells one run from another."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What was traded, in a word."""
        return self.text("name") or self.name

    @property
    def metrics(self) -> Mapping[str, float | None]:
        """Figures by the names of `result.json`."""
        found: Mapping[str, float | None] = self.content["metrics"]
        return found

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Every setting of the run."""
        found: Mapping[str, Any] = self.content["parameters"]
        return found

    @property
    def symbols(self) -> tuple[str, ...]:
        """What was traded."""
        return tuple(map(str, self.content["symbols"]))

    @property
    def span(self) -> tuple[float, float] | None:
        """First and last traded candle in seconds since 1970; None when it is not told."""
        data = self.content.get("data", [])
        spans = [one.get("traded_span") for one in data if isinstance(one, dict)]
        found = [one for one in spans if _is_span(one)]
        if not found:
            return None
        return min(one[0] for one in found) / 1000, max(one[1] for one in found) / 1000

    def text(self, key: str) -> str:
        """A text at the top of the result; empty when there is none."""
        found = self.content.get(key)
        return found if isinstance(found, str) else ""

    def texts(self, key: str) -> list[str]:
        """A list of texts at the top of the result."""
        found = self.content.get(key)
        return [str(one) for one in found] if isinstance(found, list) else []

    def counts(self, key: str) -> dict[str, int]:
        """Counts by code at the top of the result, the most frequent first."""
        found = self.content.get(key)
        whole = found.items() if isinstance(found, dict) else ()
        kept = {str(code): n for code, n in whole if isinstance(n, int) and n > 0}
        return dict(sorted(kept.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A folder that holds no run that can be shown. `why`: none, damaged or unreadable."""

    folder: Path
    why: str


class Shelf:
    """All runs of a data folder; a result is parsed only when it was written. Shared by all."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self._known: dict[Path, tuple[Mark, Run | Spoilt]] = {}
        self._lock = Lock()

    def look(self) -> tuple[list[Run], list[Spoilt]]:
        """The runs, the newest first, and the folders that hold none, by name."""
        with self._lock:
            found = {path: self._known_or_read(path) for path in self._folders()}
            self._known = found
        things = [thing for _, thing in found.values()]
        runs = [thing for thing in things if isinstance(thing, Run)]
        spoilt = [thing for thing in things if isinstance(thing, Spoilt)]
        return sorted(runs, key=lambda run: (-run.at, run.name)), spoilt

    def remove(self, run: Run) -> None:
        """Delete a run for good. Raises `OSError`; then it is either whole or no run any more.

        It is first taken off the shelf in one step, so that no half of it is ever shown.
        """
        if run.folder.parent != self.folder or run.folder.is_symlink():
            raise OSError(f"{run.folder}: not a folder of this shelf")
        for left in self.folder.glob(f"{_REMOVED}*"):  # what an earlier one could not finish
            shutil.rmtree(left, ignore_errors=True)
        away = self.folder / f"{_REMOVED}{run.name}"
        run.folder.rename(away)
        shutil.rmtree(away)

    def _folders(self) -> list[Path]:
        try:
            with os.scandir(self.folder) as entries:
                names = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [self.folder / name for name in sorted(names) if not name.startswith(".")]

    def _known_or_read(self, folder: Path) -> tuple[Mark, Run | Spoilt]:
        mark = _mark(folder / RESULT)
        known = self._known.get(folder)
        return known if known and known[0] == mark else (mark, _read(folder))


def _mark(file: Path) -> Mark:
    """Of one version of a file; nothing of a missing one."""
    try:
        found = file.lstat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(folder: Path) -> Run | Spoilt:
    file = folder / RESULT
    if not os.path.lexists(file):
        return Spoilt(folder, "none")
    try:
        text = read_whole(file, _LARGEST)
        at = _stamped(folder.name) or file.lstat().st_mtime
    except OSError:
        return Spoilt(folder, "unreadable")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return Spoilt(folder, "damaged")
    return Run(folder, at, content) if _sound(content) else Spoilt(folder, "damaged")


def _sound(content: Any) -> bool:
    """Whether it is the result of a backtest, by what pages build on."""
    if not isinstance(content, dict):
        return False
    if not all(isinstance(content.get(name), kind) for name, kind in _KINDS.items()):
        return False
    data = content.get("data", [])
    figures = content["metrics"].values()
    return isinstance(data, list) and all(value is None or _is_number(value) for value in figures)


def _is_span(value: Any) -> TypeGuard[list[float]]:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _is_number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and isfinite(value)


def _stamped(name: str) -> float | None:
    """The time at which a run's folder begins: copies and backups keep it, a file's date not."""
    try:
        return datetime.strptime(name[:_STAMPED], _STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
