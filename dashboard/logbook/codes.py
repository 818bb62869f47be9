"""The log by code: how often, since when, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dashboard.languages import Words
from dashboard.logbook.line import LEVELS, Line
from trader.bridge.words.catalogue import told
from trader.bridge.words.messages import in_korean


@dataclass(frozen=True, slots=True)
class Explained:
    """What a code means and what to do; both empty when no table knows it."""

    cause: str = ""
    remedy: str = ""


@dataclass(slots=True)
class Counted:
    """All entries of one code. `first` and `last` in seconds since 1970, None: without a time."""

    code: str
    level: str
    count: int = 0
    first: float | None = None
    last: float | None = None
    newest: str = ""  # its newest message


def explained(words: Words, code: str, message: str = "") -> Explained:
    """Cause and remedy of a code, in the viewer's language."""
    found = told(code, message)
    if found is None:
        return Explained(words(f"log.{code}") if words.known("log", code) else "")
    if words.language == "ko":
        return Explained(found.cause_ko, found.remedy_ko)
    return Explained(found.cause, found.remedy)


def said(words: Words, message: str) -> str:
    """A message as the terminal of this language says it; unknown ones stay as they are."""
    return _korean(message) if words.language == "ko" else message


def by_code(lines: Iterable[Line]) -> list[Counted]:
    """Most important first, then the most frequent. `lines`: newest first."""
    found: dict[str, Counted] = {}
    for line in lines:
        if line.code:
            one = found.setdefault(line.code, Counted(line.code, line.level, newest=line.message))
            _count(one, line)
    return sorted(found.values(), key=lambda one: (-_weight(one.level), -one.count, one.code))


def _count(one: Counted, line: Line) -> None:
    one.count += 1
    one.level = max(one.level, line.level, key=_weight)
    if line.moment is not None:
        one.first = line.moment if one.first is None else min(one.first, line.moment)
        one.last = line.moment if one.last is None else max(one.last, line.moment)


def _weight(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else -1


@lru_cache(maxsize=40_000)
def _korean(message: str) -> str:
    return in_korean(message) if len(message) < 2_000 else message
