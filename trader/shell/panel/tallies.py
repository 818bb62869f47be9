"""Why nothing was bought, counted: by hour, by venue, by symbol, over 24 hours of the market."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from trader.domain.instrument import venue_of
from trader.domain.signal import BIT, codes_of
from trader.domain.time import HOUR, Millis

HOURS = 24
ORDER = -2  # in place of a mask: an entry order was sent
HELD = -1  # in place of a mask: the candle was held through
_RISK = BIT["cooldown"]  # from here on a code is not the strategy's but risk's


class Judged(NamedTuple):
    """What became of one symbol's candle: the mask of what forbade an entry, 0, HELD or ORDER."""

    at: Millis
    key: str
    mask: int


@dataclass(slots=True)
class Cell:
    """One symbol in one hour, or several cells together."""

    first: Counter[str] = field(default_factory=Counter)
    held: int = 0
    passed: int = 0
    orders: int = 0

    @property
    def candles(self) -> int:
        """All that closed."""
        return self.held + self.passed + self.first.total()

    @property
    def signals(self) -> int:
        """Those in which the strategy wished for an entry and nothing of its own was against it."""
        risky = sum(count for code, count in self.first.items() if BIT[code] >= _RISK)
        return self.passed + risky

    def add(self, mask: int) -> None:
        """One more candle, or an order."""
        if mask == ORDER:
            self.orders += 1
        elif mask == HELD:
            self.held += 1
        elif mask == 0:
            self.passed += 1
        else:
            self.first[codes_of(mask & -mask)[0]] += 1

    def join(self, other: Cell) -> None:
        """Another cell's counts besides."""
        mine = self.first
        for code, count in other.first.items():  # Counter.update takes four times as long
            mine[code] += count
        self.held += other.held
        self.passed += other.passed
        self.orders += other.orders

    def row(self) -> list[Any]:
        """As it is kept over a restart."""
        return [dict(self.first), self.held, self.passed, self.orders]


Hour = dict[str, Cell]  # by symbol's key


class Tallies:
    """Not for several threads. `hours` by their start, ms of the market's clock."""

    def __init__(self) -> None:
        self.hours: dict[Millis, Hour] = {}
        self._past: tuple[Millis, ...] = ()  # the hours that `_rows` and `_symbols` are made of
        self._rows: list[dict[str, Any]] = []
        self._symbols: Hour = {}

    def count(self, judged: Iterable[Judged]) -> None:
        """Take in what was noted; what is older than a day goes."""
        for at, key, mask in judged:
            hour = self.hours.setdefault(at - at % HOUR, {})
            cell = hour.get(key)
            if cell is None:
                cell = hour[key] = Cell()
            cell.add(mask)
        oldest = max(self.hours, default=0) - (HOURS - 1) * HOUR
        self.hours = {at: hour for at, hour in self.hours.items() if at >= oldest}

    def document(self, now: float) -> dict[str, Any]:
        """`why.json`. `now` in seconds since 1970."""
        if not self.hours:
            return {"timestamp": now, "hours": [], "symbols": {}}
        *past, newest = sorted(self.hours)
        if tuple(past) != self._past:
            self._sum_up(tuple(past))
        hour = self.hours[newest]
        symbols = self._symbols.keys() | hour.keys()
        shown = {key: _symbol_row(self._whole(key, hour)) for key in sorted(symbols)}
        return {
            "timestamp": now,
            "hours": [*self._rows, *_hour_rows(newest, hour)],
            "symbols": shown,
        }

    def _sum_up(self, past: tuple[Millis, ...]) -> None:
        """Once an hour: what is over does not change any more."""
        self._past, self._rows, self._symbols = past, [], {}
        for at in past:
            self._rows += _hour_rows(at, self.hours[at])
            _join_into(self._symbols, self.hours[at])

    def _whole(self, key: str, hour: Hour) -> Cell:
        whole = Cell()
        for cell in (self._symbols.get(key), hour.get(key)):
            if cell is not None:
                whole.join(cell)
        return whole

    def kept(self, at: Millis) -> dict[str, Any]:
        """One hour as it is kept over a restart."""
        return {key: cell.row() for key, cell in self.hours.get(at, {}).items()}

    def recall(self, at: Millis, kept: Mapping[str, Any]) -> None:
        """Take in what was kept. Raises `ValueError`, `TypeError` when it is spoilt."""
        self.hours[at] = {key: _cell(*row) for key, row in kept.items()}


def _join_into(symbols: Hour, hour: Hour) -> None:
    for key, cell in hour.items():
        symbols.setdefault(key, Cell()).join(cell)


def _cell(first: Mapping[str, int], held: int, passed: int, orders: int) -> Cell:
    known = Counter({code: int(count) for code, count in first.items() if code in BIT})
    return Cell(known, int(held), int(passed), int(orders))


def _hour_rows(at: Millis, hour: Hour) -> list[dict[str, Any]]:
    venues: dict[str, Cell] = {}
    for key, cell in hour.items():
        venues.setdefault(venue_of(key), Cell()).join(cell)
    return [
        {
            "at": at / 1_000,
            "venue": venue,
            "candles": cell.candles,
            "first": dict(cell.first),
            "signals": cell.signals,
            "orders": cell.orders,
            "held": cell.held,
        }
        for venue, cell in venues.items()
    ]


def _symbol_row(cell: Cell) -> dict[str, Any]:
    return {
        "candles": cell.candles,
        "passed": cell.passed,
        "first": dict(cell.first),
        "held": cell.held,
    }
