"""Recorded trades and a backtest's beside one another: pairs, and what they do not agree on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isclose, nan
from typing import NamedTuple

from trader.domain.position import ClosedTrade, ExitReason, Position
from trader.domain.time import Millis

NEAR = 1e-9  # relative
OPEN = "open"
ENTRY, EXIT, ENTRY_PRICE, EXIT_PRICE, QUANTITY = (
    "entry", "exit", "entry price", "exit price", "quantity",
)  # fmt: skip


class Trip(NamedTuple):
    """A trade as both views know it. Times are candle starts, ms; `exit_reason` `open`: not left,
    then `exit_time` is -1 and `exit_price` NaN."""

    key: str
    strategy: str
    direction: str
    entry_time: Millis
    entry_price: float
    quantity: float
    exit_time: Millis = -1
    exit_price: float = nan
    exit_reason: str = OPEN
    leverage: float = 1.0

    @property
    def name(self) -> tuple[str, str, str, Millis]:
        """What tells trips apart: symbol, strategy, direction, the candle of the entry."""
        return self.key, self.strategy, self.direction, self.entry_time

    def holds(self, at: Millis) -> bool:
        """Whether the position was there at the start of a candle."""
        return self.entry_time < at and (self.exit_time < 0 or at <= self.exit_time)


class Unlike(NamedTuple):
    """One thing that a recorded trip and the backtest's do not agree on; a trip that only one of
    them made has `what` entry and None for the other."""

    what: str
    recorded: Trip | None
    tested: Trip | None

    @property
    def trip(self) -> Trip:
        """The recorded one, or the only one."""
        return next(trip for trip in (self.recorded, self.tested) if trip is not None)

    @property
    def at(self) -> Millis:
        """The candle that it is about: of the exit, whichever comes first, or of the entry."""
        if self.what not in (EXIT, EXIT_PRICE):
            return self.trip.entry_time
        times = [t.exit_time for t in (self.recorded, self.tested) if t and t.exit_time >= 0]
        return min(times, default=self.trip.entry_time)

    @property
    def texts(self) -> tuple[str, str]:
        """Both sides in words."""
        return _text(self.recorded, self.what), _text(self.tested, self.what)


def trip_of(trade: ClosedTrade) -> Trip:
    """A closed trade; `end_of_data` of a backtest is a position that is still open."""
    entered = (
        trade.key, trade.strategy, trade.direction.word, trade.entry_time,
        float(trade.entry_price), float(trade.quantity),
    )  # fmt: skip
    if trade.exit_reason is ExitReason.END_OF_DATA:
        return Trip(*entered, leverage=trade.leverage)
    left = trade.exit_time, float(trade.exit_price), str(trade.exit_reason)
    return Trip(*entered, *left, trade.leverage)


def held_trip(position: Position) -> Trip:
    """A position that was still there when the recording ended."""
    p = position
    price, quantity = float(p.entry_price), float(p.entry_quantity)
    entered = p.key, p.strategy, p.direction.word, p.entry_candle, price, quantity
    return Trip(*entered, leverage=p.leverage)


def unlike(recorded: Iterable[Trip], tested: Iterable[Trip]) -> list[Unlike]:
    """Everything on which they do not agree, in the order of time."""
    ours, theirs = _numbered(recorded), _numbered(tested)
    found: list[Unlike] = []
    for name in ours.keys() | theirs.keys():
        one, other = ours.get(name), theirs.get(name)
        if one is not None and other is not None:
            found += _fields(one, other)
        else:
            found.append(Unlike(ENTRY, one, other))
    return sorted(found, key=lambda u: (u.trip.entry_time, u.trip.key, u.trip.strategy, u.what))


def _numbered(trips: Iterable[Trip]) -> dict[tuple[object, ...], Trip]:
    """Trips by name; a second one of the same candle (a person's) has a number of its own."""
    found: dict[tuple[object, ...], Trip] = {}
    for trip in trips:
        number = 0
        while (*trip.name, number) in found:
            number += 1
        found[*trip.name, number] = trip
    return found


def _fields(one: Trip, other: Trip) -> Iterator[Unlike]:
    if not isclose(one.entry_price, other.entry_price, rel_tol=NEAR):
        yield Unlike(ENTRY_PRICE, one, other)
    if not isclose(one.quantity, other.quantity, rel_tol=NEAR):
        yield Unlike(QUANTITY, one, other)
    if (one.exit_time, one.exit_reason) != (other.exit_time, other.exit_reason):
        yield Unlike(EXIT, one, other)
    elif one.exit_reason != OPEN and not isclose(one.exit_price, other.exit_price, rel_tol=NEAR):
        yield Unlike(EXIT_PRICE, one, other)


def _text(trip: Trip | None, what: str) -> str:
    from trader.backtest import figures

    if trip is None:
        return "no entry"
    left = f"{trip.exit_reason} {figures.moment(trip.exit_time)}" if trip.exit_time >= 0 else OPEN
    return {
        ENTRY: f"{trip.direction} @ {trip.entry_price:.10g}, {left}",
        EXIT: left,
        ENTRY_PRICE: f"{trip.entry_price:.10g}",
        EXIT_PRICE: f"{trip.exit_price:.10g}",
        QUANTITY: f"{trip.quantity:.10g}",
    }[what]
