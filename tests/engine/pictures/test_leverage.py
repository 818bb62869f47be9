"""Leverage of futures: fixed, by formula, and what caps it."""

from collections.abc import Mapping

import pytest

from tests.engine.pictures.drawing import (
    ONE,
    Played,
    Stage,
    on_futures,
    play,
    upside_down,
)


def leverage(played: Played) -> float:
    """Leverage of the only trade."""
    (trade,) = played.trades
    return trade.leverage


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"leverage": 3.0}, 3.0),
        ({"leverage": 0.5}, 1.0),  # at least 1
        ({"leverage": 25.0}, 10.0),  # never over 10
        ({"leverage": 8.0, "max_leverage": 6.0}, 6.0),
        # the guard: 1 / (1 - 0.75 x 0.996) = 3.952569...
        ({"leverage": 8.0, "liquidation_min_distance": 0.2}, 3.95256916996047),
        # lowered knowingly to 10 %: 1 / (1 - 0.875 x 0.996)
        ({"leverage": 8.0, "liquidation_min_distance": 0.1}, 7.782101167315175),
        # the emergency stop at 15 % must come before the guard at 10 %:
        # liquidation / 0.9 <= 0.85: 1 / (1 - 0.765 x 0.996) = 1 / 0.23806
        (
            {
                "leverage": 8.0,
                "liquidation_min_distance": 0.1,
                "emergency_stop_percent": 0.15,
            },
            1 / 0.23806,
        ),
    ],
)
def test_fixed_leverage_and_its_caps(settings: Mapping[str, float], expected: float) -> None:
    assert leverage(on_futures(ONE, **settings)) == pytest.approx(expected, rel=1e-11)


def test_the_shorts_cap_by_the_guard() -> None:
    # 1 / (1.25 x 1.004 - 1) = 3.921568...
    short = on_futures(upside_down(ONE), leverage=8.0, liquidation_min_distance=0.2)
    assert leverage(short) == pytest.approx(1 / 0.255, rel=1e-11)


@pytest.mark.parametrize(("phase", "expected"), [(1, 3.0), (2, 1.5)])
def test_formula_without_regime_is_its_base(phase: int, expected: float) -> None:
    # four hours a candle: ATR% of 2/400 = 0.5 % allows 4; flat candles: sideways, normal
    picture = "400 401 399 400 BUY\n400 401 399 400"
    past = "\n".join(["400 401 399 400"] * 20)
    played = on_futures(past + "\n" + picture, leverage=None, phase=phase, warmup=20)
    assert leverage(played) == pytest.approx(expected)


def test_target_volatility_divides_two_percent_by_the_hours_range() -> None:
    # ATR 2 of 100 is 2 %: 0.02 / 0.02 = 1
    assert leverage(play(ONE, Stage("binance_futures", past=20), leverage=None)) == 1.0


def test_unknown_volatility_is_leverage_one() -> None:
    assert leverage(on_futures(ONE, leverage=None)) == 1.0


def test_spot_has_no_leverage() -> None:
    assert leverage(play(ONE, leverage=5.0)) == 1.0
