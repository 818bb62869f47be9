"""Trades of another engine beside ours, one by one: equal, or different for a named reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from benchmarks.peers.referee import Departure, Prices, Signals, leave
from benchmarks.peers.theirs.stopwatch import Trade

SAME = 1e-9  # relative
SHOWN = 3
TOGETHER = 2  # departures that may explain one exit

LEFT_OPEN = "what is open at the end is not closed (or not counted) there"
LAST_PRICE = "what is open at the end is closed at another price than the last close"
FOLLOWS = "follows from an earlier difference: one of the two was in a position already"
ROUNDING = "rounding of the indicators decides whether this close is a signal"
UNEXPLAINED = "UNEXPLAINED"


@dataclass(frozen=True, slots=True)
class Difference:
    """A trade that only one side has, or that ends otherwise; None: that side has none."""

    ours: Trade | None
    theirs: Trade | None
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many trades are equal, and every one that is not."""

    ours: int
    theirs: int
    equal: int
    differences: tuple[Difference, ...] = ()

    @property
    def reasons(self) -> Mapping[str, int]:
        """Differences a reason, the most frequent first."""
        return dict(Counter(difference.reason for difference in self.differences).most_common())

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Those that no rule explains."""
        return tuple(each for each in self.differences if each.reason == UNEXPLAINED)


@dataclass(frozen=True, slots=True)
class Market:
    """What a judgement needs to know of the bars."""

    prices: Prices
    signals: Signals


@dataclass(slots=True)
class _Side:
    """Trades of one engine, findable by entry and by the row they lie over."""

    trades: Sequence[Trade]
    by_entry: dict[int, Trade] = field(init=False)

    def __post_init__(self) -> None:
        self.by_entry = {trade[0]: trade for trade in self.trades}

    def over(self, row: int) -> Trade | None:
        """The trade that was open, or ended, in a row, entries at its open not counted."""
        return next((t for t in self.trades if t[0] < row <= t[1]), None)


def compared(
    ours: Sequence[Trade],
    theirs: Sequence[Trade],
    market: Market,
    possible: Collection[Departure] = tuple(Departure),
) -> Comparison:
    """Compare trade for trade. `possible`: the departures that the other engine may make.

    Equal: same rows, prices within 1e-9 relative. A different exit is explained by the fewest
    departures whose walk ends exactly where the other engine did.
    """
    mine, other = _Side(ours), _Side(theirs)
    differences = tuple(_differences(mine, other, market, possible))
    return Comparison(len(ours), len(theirs), _equal(mine, other), differences)


def _equal(ours: _Side, theirs: _Side) -> int:
    pairs = ((trade, theirs.by_entry.get(trade[0])) for trade in ours.trades)
    return sum(other is not None and _same(trade, other) for trade, other in pairs)


def _same(one: Trade, other: Trade) -> bool:
    return one[:2] == other[:2] and _near(one[2], other[2]) and _near(one[3], other[3])


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * abs(one)


def _differences(
    ours: _Side, theirs: _Side, market: Market, possible: Collection[Departure]
) -> Iterator[Difference]:
    for entry in sorted(ours.by_entry.keys() | theirs.by_entry.keys()):
        mine, other = ours.by_entry.get(entry), theirs.by_entry.get(entry)
        if mine is not None and other is not None:
            if not _same(mine, other):
                yield Difference(mine, other, _of_exits(mine, other, market, possible))
        elif mine is not None:
            yield Difference(mine, None, _of_missing(mine, theirs, market, possible))
        else:
            yield Difference(None, other, _of_missing(other, ours, market, ()))


def _of_exits(mine: Trade, other: Trade, market: Market, possible: Collection[Departure]) -> str:
    last = len(market.prices) - 1
    if not _near(mine[2], other[2]):
        return UNEXPLAINED
    if mine[1] == last and _near(mine[3], market.prices.close[last]) and other[1] == last:
        return LAST_PRICE
    for count in range(1, TOGETHER + 1):
        for departures in combinations(possible, count):
            row, price = leave(market.prices, mine[0], departures)
            if row == other[1] and _near(price, other[3]):
                return "; ".join(departures)
    return UNEXPLAINED


def _of_missing(
    trade: Trade | None, others: _Side, market: Market, possible: Collection[Departure]
) -> str:
    """Why the other side has no trade that begins there."""
    if trade is None:
        return UNEXPLAINED
    entry = trade[0]
    if market.signals.close_call[entry - 1]:
        return ROUNDING
    if trade[1] == len(market.prices) - 1:
        return LEFT_OPEN
    if not market.signals.buy[entry - 1]:
        return UNEXPLAINED
    over = others.over(entry)
    if over is not None:
        return FOLLOWS
    lost = any(left == entry - 1 for _, left, _, _ in others.trades)
    if lost and Departure.LOST_SIGNAL in possible:
        return Departure.LOST_SIGNAL
    return UNEXPLAINED


def lines(comparison: Comparison) -> Iterator[str]:
    """What a reader sees of it: counts, reasons, and every unexplained trade."""
    yield f"{comparison.equal:,} of {comparison.ours:,} equal ({comparison.theirs:,} of its own)"
    for reason, count in comparison.reasons.items():
        yield f"{reason}: {count:,}"
    for difference in comparison.unexplained[:SHOWN]:
        yield f"ours {difference.ours}, its {difference.theirs}"
