"""Reads whole published files: with their age, the last good one when the newest is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from trader.bridge.commands import in_words
from trader.bridge.files import read_whole
from trader.bridge.schemas import Stamped

_LARGEST = 32 * 1024 * 1024  # bytes of a view
_TRIES = 3
_PAUSE = 0.02  # seconds
_KEPT = 64  # views; charts come and go

View = TypeVar("View", bound=Stamped)
Mark = tuple[int, int, int]  # of one version of a file: when, how long, which


@dataclass(frozen=True, slots=True)
class Reading(Generic[View]):
    """A view as last read. `value` None: never seen. `age` in seconds, None without a value.

    `error` tells why the newest file could not be used; then `value` is the last good one.
    """

    value: View | None
    age: float | None
    error: str | None = None

    def fresh(self, within: float = 10.0) -> bool:
        """Whether the daemon wrote it in the last `within` seconds; else it is not running."""
        return self.age is not None and self.age <= within


class _Good(NamedTuple):
    """The last good version of a file."""

    mark: Mark
    value: Stamped


class Views:
    """The files of one folder; each is parsed again only when it was written again.

    May be asked from several threads.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._sleep = sleep
        self._good: dict[str, _Good] = {}
        self._lock = Lock()

    def reading(self, name: str, model: type[View]) -> Reading[View]:
        """A file as a view, and its age."""
        with self._lock:
            value, error = self._value(name, model)
        if value is None:
            return Reading(None, None, error)
        return Reading(value, max(0.0, self._clock() - value.timestamp), error)

    def _value(self, name: str, model: type[View]) -> tuple[View | None, str | None]:
        error = None
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_PAUSE)
            try:
                return self._read(name, model), None
            except FileNotFoundError:
                error = f"{name} is not there; the bot has not been started with this folder"
                break
            except (OSError, ValidationError) as problem:
                error = f"{name} cannot be read: {_words(problem)}"
        return self._known(name, model), error

    def _read(self, name: str, model: type[View]) -> View:
        """The file as it stands. Raises `OSError`, `ValidationError`."""
        path = self._folder / name
        mark = mark_of(path)
        known = self._good.get(name)
        if known is not None and known.mark == mark and isinstance(known.value, model):
            return known.value
        value = model.model_validate_json(read_whole(path, _LARGEST))
        self._good.pop(name, None)
        self._good[name] = _Good(mark, value)
        if len(self._good) > _KEPT:
            del self._good[next(iter(self._good))]
        return value

    def _known(self, name: str, model: type[View]) -> View | None:
        known = self._good.get(name)
        return known.value if known is not None and isinstance(known.value, model) else None


def mark_of(path: Path) -> Mark:
    """What differs once a file was replaced or written to. Raises `OSError`."""
    found = path.lstat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _words(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return in_words(problem)
    return str(problem)
