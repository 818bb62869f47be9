"""One entry of the log: taken apart, cut to what a page can hold, harmless whatever it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LEVELS = ("debug", "info", "warning", "error", "critical")
LONGEST = 20_000  # characters of a field
_FIELDS = ("at", "level", "component", "message", "code", "venue", "symbol")
_CHAINS = ("order", "command")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `at`: ISO 8601 UTC text, `moment`: the same in seconds since 1970, None: no time.

    `chain`: the order or command that it tells of; `rest`: what else the entry carries.
    """

    at: str = ""
    level: str = ""
    component: str = ""
    message: str = ""
    code: str = ""
    venue: str = ""
    symbol: str = ""
    chain: str = ""
    rest: str = ""
    moment: float | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What a person wants to see; empty values mean everything."""

    level: str = "debug"  # and more important ones
    components: Collection[str] = ()
    text: str = ""
    since: float = 0.0  # seconds since 1970
    shown: Callable[[str], str] = str  # a message as the viewer reads it

    def fits(self, line: Line) -> bool:
        """Whether a line is wanted; lines that are no log entries are never left out by level."""
        if line.level in LEVELS and LEVELS.index(line.level) < LEVELS.index(self.level):
            return False
        if self.components and line.component not in self.components:
            return False
        if line.moment is not None and line.moment < self.since:
            return False
        wanted = self.text.casefold()
        return wanted in searched(line) or wanted in self.shown(line.message).casefold()


def searched(line: Line) -> str:
    """What a search looks through, besides the message in the viewer's words."""
    parts = (line.message, line.component, line.code, line.venue, line.symbol, line.chain)
    return " ".join((*parts, line.rest)).casefold()


def matching(lines: Iterable[Line], sought: Sought) -> list[Line]:
    """The lines that are wanted, in the same order."""
    return [line for line in lines if sought.fits(line)]


def related(lines: Iterable[Line], line: Line, most: int = 30) -> list[Line]:
    """What the log says of the same order or command, else of the same symbol; newest first.

    What a symbol waits for in every candle is left out.
    """
    found = []
    for other in lines:
        same = other.chain == line.chain if line.chain else _same_symbol(other, line)
        if same and other is not line:
            found.append(other)
    return found[:most]


def _same_symbol(other: Line, line: Line) -> bool:
    here = bool(line.symbol) and (other.venue, other.symbol) == (line.venue, line.symbol)
    return here and other.code != "decision"


def line_of(row: bytes) -> Line:
    """Take a row apart; one that is no entry is shown as it stands."""
    text = row.decode("utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Line(message=visible(text[:LONGEST]))
    if not isinstance(found, dict):
        return Line(message=visible(text[:LONGEST]))
    values = {name: _text(found, name) for name in _FIELDS}
    values["level"] = values["level"].lower()
    chain = next((value for name in _CHAINS if (value := _text(found, name))), "")
    known = (*_FIELDS, *_CHAINS)
    rest = "\n".join(f"{visible(key)}: {_text(found, key)}" for key in found if key not in known)
    return Line(**values, chain=chain, rest=rest[:LONGEST], moment=_moment(values["at"]))


def visible(text: str) -> str:
    """Text from outside with its invisible characters (but line ends) written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return "" if value is None else visible(str(value)[:LONGEST])


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
