"""The newest lines of the bot's log, read from its end; whatever they hold is plain text."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "trading_bot.jsonl"
LEVELS = ("debug", "info", "warning", "error", "critical")
_BYTES = 1_000_000  # how far back is looked
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `at` is ISO 8601 UTC text, `rest` what else the entry carries."""

    at: str
    level: str
    component: str
    message: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a person wants to see; empty values mean everything."""

    level: str = "debug"  # and more important ones
    components: Collection[str] = ()
    text: str = ""

    def fits(self, line: Line) -> bool:
        """Whether a line is wanted; lines that are no log entries are never left out by level."""
        if line.level in LEVELS and LEVELS.index(line.level) < LEVELS.index(self.level):
            return False
        if self.components and line.component not in self.components:
            return False
        return self.text.casefold() in f"{line.message} {line.component} {line.rest}".casefold()


def newest(folder: Path, most: int = _ROWS) -> list[Line]:
    """The last entries, newest first. Raises `OSError`; `FileNotFoundError` before the first."""
    with (folder / FILE).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _BYTES))
        rows = file.read(_BYTES).split(b"\n")
    rows.pop()  # what has no end of line yet is still being written
    if size > _BYTES:
        rows = rows[1:]
    return [line_of(row) for row in reversed(rows[-most:]) if row.strip()]


def matching(lines: Iterable[Line], sought: Sought) -> list[Line]:
    """The lines that are wanted, in the same order."""
    return [line for line in lines if sought.fits(line)]


def line_of(row: bytes) -> Line:
    """Take a row apart; one that is no entry is shown as it stands."""
    text = row.decode("utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Line("", "", "", visible(text))
    if not isinstance(found, dict):
        return Line("", "", "", visible(text))
    at, level, component, message = (_text(found, key) for key in _MAIN)
    rest = "\n".join(f"{key}: {_text(found, key)}" for key in found if key not in _MAIN)
    return Line(at, level.lower(), component, message, rest)


_MAIN = ("at", "level", "component", "message")


def visible(text: str) -> str:
    """Text from outside with its invisible characters (but line ends) written out."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return "" if value is None else visible(str(value))[:20_000]
