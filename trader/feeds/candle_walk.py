"""The way of the price through a candle of which only four prices are known (page 3.8)."""

from collections.abc import Iterable
from typing import NamedTuple

from trader.domain.position import Direction


class Leg(NamedTuple):
    """A stretch that the price goes through continuously, in one direction."""

    start: float
    end: float


def walk(
    direction: Direction, first: float, high: float, low: float, close: float
) -> tuple[Leg, ...]:
    """The legs of a candle for one who holds a position: the adverse side comes first.

    Long: first -> low -> high -> close; short: first -> high -> low -> close. `first` is the open,
    or, after an entry inside the candle, the price of the entry: the walk goes on from there. Legs
    without length are kept, so that there are always three.
    """
    long = direction is Direction.LONG
    adverse, favourable = (low, high) if long else (high, low)
    return (Leg(first, adverse), Leg(adverse, favourable), Leg(favourable, close))


def prices_on_leg(start: float, end: float, levels: Iterable[float]) -> tuple[float, ...]:
    """Levels strictly between `start` and `end`, each once, in the order met; then the end.

    A level at `start` was met before the leg began; one at `end` is the end. NaN is no level.
    """
    near, far = min(start, end), max(start, end)
    inside = sorted({level for level in levels if near < level < far}, reverse=end < start)
    return (*inside, end)


def next_price(start: float, end: float, levels: Iterable[float]) -> float:
    """The first of `prices_on_leg`: for levels that move whenever a price was seen."""
    return prices_on_leg(start, end, levels)[0]


def entry_levels(
    first: float, high: float, low: float, levels: tuple[float, float]
) -> tuple[float, ...]:
    """Where a candle that begins flat can be entered after its open, in the order to be tried.

    `levels`: of a buy and of a short, NaN for none. A buy level is met above the open and up to the
    high, a short level below it and down to the low; levels that the open already reached are
    filled at the open and not named here. The nearer to the open comes first, the buy if equal.
    From the entry on the candle is walked for the side taken.
    """
    buy, short = levels
    reached = []
    if first < buy <= high:
        reached.append(buy)
    if low <= short < first:
        reached.append(short)
    return tuple(sorted(reached, key=lambda level: abs(level - first)))
