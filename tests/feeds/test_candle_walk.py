"""The way of the price through a candle, as page 3.8 draws it."""

import itertools
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.domain.position import Direction
from trader.feeds.candle_walk import entry_levels, next_price, prices_on_leg, walk

LONG, SHORT = Direction.LONG, Direction.SHORT
PRICES = st.floats(1.0, 1_000.0)


@pytest.mark.parametrize(
    ("direction", "first", "high", "low", "close", "way"),
    [
        (LONG, 100, 110, 95, 105, (100, 95, 110, 105)),  # the adverse side first
        (SHORT, 100, 110, 95, 105, (100, 110, 95, 105)),
        (LONG, 108, 110, 95, 105, (108, 95, 110, 105)),  # entered at 108: the walk goes on there
        (SHORT, 97, 110, 95, 105, (97, 110, 95, 105)),
        (LONG, 100, 100, 100, 100, (100, 100, 100, 100)),  # nothing moved
        (LONG, 95, 110, 95, 110, (95, 95, 110, 110)),  # opened at the low, closed at the high
    ],
)
def test_a_position_walks_the_adverse_side_first(
    direction: Direction,
    first: float,
    high: float,
    low: float,
    close: float,
    way: tuple[float, ...],
) -> None:
    legs = walk(direction, first, high, low, close)
    assert (legs[0].start, *(leg.end for leg in legs)) == way
    assert all(one.end == other.start for one, other in itertools.pairwise(legs))


@pytest.mark.parametrize(
    ("start", "end", "levels", "met"),
    [
        (100, 90, (), (90,)),
        (100, 90, (95, 97), (97, 95, 90)),  # on the way down the higher level is met first
        (90, 100, (97, 95), (95, 97, 100)),
        (100, 90, (100, 90), (90,)),  # one was met before, the other is the end
        (100, 90, (95, 95), (95, 90)),  # two orders at one price: one price
        (100, 90, (101, 89, nan), (90,)),  # beyond reach, and none at all
        (100, 100, (100, 95), (100,)),
    ],
)
def test_levels_are_met_in_the_order_of_the_way(
    start: float, end: float, levels: tuple[float, ...], met: tuple[float, ...]
) -> None:
    assert prices_on_leg(start, end, levels) == met
    assert next_price(start, end, levels) == met[0]


@pytest.mark.parametrize(
    ("buy", "short", "tried"),
    [
        (105, nan, (105,)),
        (110, nan, (110,)),  # touching the high counts
        (111, nan, ()),
        (100, nan, ()),  # reached by the open: filled there
        (nan, 95, (95,)),
        (nan, 94, ()),
        (104, 97, (97, 104)),  # the nearer to the open
        (103, 97, (103, 97)),  # equally near: the buy
    ],
)
def test_a_flat_candle_tries_the_nearer_level_first(
    buy: float, short: float, tried: tuple[float, ...]
) -> None:
    assert entry_levels(100, 110, 95, (buy, short)) == tried


@given(PRICES, PRICES, st.lists(PRICES, max_size=6))
def test_a_leg_never_turns_round(start: float, end: float, levels: list[float]) -> None:
    way = (start, *prices_on_leg(start, end, levels))
    assert list(way) == sorted(way, reverse=end < start)
    assert way[-1] == end
