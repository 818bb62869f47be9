"""Exit levels as plain arithmetic: each formula, the order of the list, nothing without a level."""

from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.rules import exits

LONG, SHORT = 1, -1
PRICES = st.floats(1e-8, 1e8)


@pytest.mark.parametrize(
    ("level", "long", "short"),
    [
        (lambda d: exits.emergency_level(d, 100.0, 0.05), 95.0, 105.0),
        (lambda d: exits.stop_level(d, 100.0, 0.03, 50.0), 97.0, 103.0),
        (lambda d: exits.stop_level(d, 100.0, 0.0, 96.0), 96.0, 96.0),
        (lambda d: exits.atr_stop(d, 100.0, 2.0, 2.5), 95.0, 105.0),
        (lambda d: exits.target_level(d, 100.0, 0.05), 105.0, 95.0),
        (lambda d: exits.trail_level(d, 100.0, 100.0, 0.02, 0.0), 98.0, 102.0),
        (lambda d: exits.liquidation_price(d, 100.0, 2.0, 0.0), 50.0, 150.0),
        (lambda d: exits.guard_level(d, 80.0, 0.2), 100.0, 80 / 1.2),
    ],
)
def test_levels(level: object, long: float, short: float) -> None:
    assert callable(level)
    assert (level(LONG), level(SHORT)) == pytest.approx((long, short))


@pytest.mark.parametrize(
    "off",
    [
        exits.emergency_level(1, 100.0, 0.0), exits.target_level(1, 100.0, 0.0),
        exits.trail_level(1, 100.0, 200.0, 0.0, 0.0), exits.guard_level(1, 80.0, 0.0),
        exits.guard_level(1, 0.0, 0.2), exits.guard_level(1, nan, 0.2),
        exits.atr_stop(1, 100.0, nan, 2.0), exits.stop_level(1, 100.0, 0.0, nan),
        exits.trail_level(1, 100.0, 102.9, 0.02, 0.03),
        exits.trail_level(-1, 100.0, 97.1, 0.02, 0.03),
    ],
)  # fmt: skip
def test_what_is_off_or_unknown_is_no_level(off: float) -> None:
    assert isnan(off)


@given(price=PRICES, d=st.sampled_from([1, -1]))
def test_a_level_that_is_not_in_force_is_never_met(price: float, d: int) -> None:
    assert exits.risk_exit(d, price, nan, nan, nan, nan, nan) == exits.NONE
    assert not exits.met(d, price, nan)
    assert not exits.reached(d, price, nan)


ORDER = (exits.GUARD, exits.EMERGENCY, exits.STOP, exits.TRAIL, exits.TARGET)


@pytest.mark.parametrize("place", range(5))
def test_the_first_of_the_list_that_holds_wins(place: int) -> None:
    # every level from this place on is met at 100
    levels = [nan] * place + [100.0] * (5 - place)
    for d in (LONG, SHORT):
        assert exits.risk_exit(d, 100.0, *levels) == ORDER[place]


@given(price=PRICES, level=PRICES)
def test_shorts_mirror_longs(price: float, level: float) -> None:
    assert exits.met(LONG, price, level) == (price <= level) == exits.reached(SHORT, price, level)
    assert exits.met(SHORT, price, level) == (price >= level) == exits.reached(LONG, price, level)


LEVELS = st.one_of(st.just(nan), PRICES)


@given(levels=st.tuples(LEVELS, LEVELS, LEVELS, LEVELS))
def test_the_nearest_adverse_level_is_the_one_met_first(
    levels: tuple[float, float, float, float],
) -> None:
    known = [level for level in levels if not isnan(level)]
    assert exits.nearest_adverse(LONG, *levels) == max(known, default=-inf)
    assert exits.nearest_adverse(SHORT, *levels) == min(known, default=inf)


@given(best=st.lists(st.floats(100.0, 200.0), min_size=2))
def test_a_trail_only_tightens(best: list[float]) -> None:
    trails = [exits.trail_level(1, 100.0, b, 0.02, 0.0) for b in sorted(best)]
    assert trails == sorted(trails)


def test_time_is_up_when_more_than_the_holding_time_has_passed() -> None:
    assert not exits.time_is_up(0, 7_200, 7_200)
    assert exits.time_is_up(0, 7_201, 7_200)
    assert not exits.time_is_up(0, 10**9, 0)


def test_every_code_has_its_word() -> None:
    codes = (exits.GUARD, exits.TIME, exits.LOSS_LIMIT, exits.MANUAL, exits.SIGNAL)
    words = ["liquidation_guard", "time_exit", "loss_limit", "manual", "signal"]
    assert [exits.REASONS[code] for code in codes] == words
    assert exits.REASONS[exits.END_OF_DATA] == "end_of_data"
