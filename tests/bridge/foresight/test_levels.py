"""Where a stop goes is where the engine's own watch of the position puts it."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trader.bridge.foresight.levels import Shift, Standing, result_at, shift
from trader.domain.parameters import Parameters
from trader.rules import exits


def watched(d: int, p: Parameters, best: float, atr_stop: float) -> tuple[float, float, float]:
    """Stop loss and emergency stop together, trail, and the nearest, as the engine has them."""
    stop = exits.stop_level(d, 100.0, p.stop_loss_percent, atr_stop)
    emergency = exits.emergency_level(d, 100.0, p.emergency_stop_percent)
    trail = exits.trail_level(d, 100.0, best, p.trailing_stop_percent, p.trailing_activation)
    fixed = exits.nearest_adverse(d, math.nan, emergency, stop, math.nan)
    return fixed, trail, exits.nearest_adverse(d, math.nan, emergency, stop, trail)


def standing(d: int, p: Parameters, best: float, atr_stop: float) -> Standing:
    """The same position as it is published."""
    fixed, trail, _ = watched(d, p, best, atr_stop)
    return Standing(d, 100.0, 2.0, _none(fixed), _none(trail), None)


def _none(level: float) -> float | None:
    return level if math.isfinite(level) else None


@st.composite
def exit_rules(draw: st.DrawFn) -> Parameters:
    return Parameters(
        stop_loss_percent=draw(st.sampled_from([0.0, 0.01, 0.03])),
        emergency_stop_percent=draw(st.sampled_from([0.0, 0.04, 0.06])),
        trailing_stop_percent=draw(st.sampled_from([0.0, 0.01, 0.02])),
        trailing_activation=draw(st.sampled_from([0.0, 0.02, 0.05])),
    )


@given(
    st.sampled_from([1, -1]), exit_rules(), exit_rules(), st.sampled_from([0.0, 0.01, 0.03, 0.1]),
    st.sampled_from([0.02, 0.05, 0.08, math.nan]),
)  # fmt: skip
def test_a_stop_goes_where_the_engine_puts_it_or_nobody_says(
    d: int, before: Parameters, after: Parameters, gain: float, atr: float
) -> None:
    best, atr_stop = 100.0 * (1 + d * gain), 100.0 * (1 - d * atr)
    found = shift(standing(d, before, best, atr_stop), before, after)
    assert found.before == _none(watched(d, before, best, atr_stop)[2])
    if found.unknown:
        assert found.after is None
        assert before != after
        return
    wanted = _none(watched(d, after, best, atr_stop)[2])
    assert found.after == (None if wanted is None else pytest.approx(wanted))


def test_nothing_moves_when_nothing_changes() -> None:
    p = replace(Parameters(), trailing_stop_percent=0.02)
    found = shift(standing(1, p, 103.0, 97.0), p, p)
    assert not found.moves
    assert not found.unknown


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"stop_loss_percent": 0.02}, {"stop_loss_percent": 0.0}, "atr_stop"),
        ({"emergency_stop_percent": 0.02}, {"emergency_stop_percent": 0.04}, "atr_stop"),
        ({"trailing_stop_percent": 0.0}, {"trailing_stop_percent": 0.02}, "best_price"),
    ],
)
def test_what_is_not_published_is_said(
    before: dict[str, float], after: dict[str, float], why: str
) -> None:
    was, then = replace(Parameters(), **before), replace(Parameters(), **after)  # type: ignore[arg-type]
    found = shift(standing(1, was, 101.0, 97.0), was, then)
    assert (found.after, found.unknown, found.moves) == (None, why, True)


def test_the_guard_of_a_leveraged_position_counts() -> None:
    one = Standing(1, 100.0, 2.0, 90.0, None, 80.0)
    was = replace(Parameters(), emergency_stop_percent=0.1, liquidation_min_distance=0.05)
    found = shift(one, was, replace(was, liquidation_min_distance=0.15))
    assert found.before == 90.0
    assert found.after == pytest.approx(exits.guard_level(1, 80.0, 0.15))


def test_results_are_signed_by_the_side() -> None:
    assert result_at(Standing(1, 100.0, 2.0, 95.0, None, None), 95.0) == -10.0
    assert result_at(Standing(-1, 100.0, 2.0, 95.0, None, None), 95.0) == 10.0
    assert result_at(Standing(1, 100.0, 2.0, None, None, None), None) is None
    assert Shift(1.0, None).moves
