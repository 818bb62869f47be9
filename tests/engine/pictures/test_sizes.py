"""How large an entry is: each way of sizing, every cap, lots and the exchange's minimum."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.engine.pictures.drawing import ONE, Stage, close_to, on_futures, play

PAST = Stage(past=20)  # ATR14 is 2


def test_turtle_risks_one_percent_at_two_atr() -> None:
    # 10,000 x 0.01 / (2 x 2) = 25
    close_to(play(ONE, PAST, sizing="turtle"), {"quantity": 25})


def test_turtle_without_atr_is_no_entry() -> None:
    played = play(ONE, sizing="turtle")
    assert (played.story, played.reasons["no_atr"]) == ([], 1)


def test_turtles_quantity_does_not_depend_on_leverage() -> None:
    stage = Stage("binance_futures", past=20)
    close_to(play(ONE, stage, sizing="turtle", leverage=3.0), {"quantity": 25})


@pytest.mark.parametrize(
    ("settings", "quantity"),
    [
        ({"stop_loss_percent": 0.02}, 50),  # 100 / 2
        ({"emergency_stop_percent": 0.05}, 25),  # the ATR stop at 4 is nearer than 5
        ({"trailing_stop_percent": 0.01}, 100),  # 100 / 1, all of the cash
        ({"trailing_stop_percent": 0.01, "trailing_activation": 0.01}, 25),  # not in force yet
    ],
)
def test_stop_risk_takes_the_nearest_stop_in_force(
    settings: Mapping[str, float], quantity: float
) -> None:
    close_to(play(ONE, PAST, sizing="stop_risk", **settings), {"quantity": quantity})


def test_stop_risk_without_any_stop_is_no_entry() -> None:
    played = play(ONE, sizing="stop_risk")
    assert (played.story, played.reasons["no_stop"]) == ([], 1)


def test_stop_risk_knows_the_guard() -> None:
    # leverage 3: guard at 83.66800535 (see the exits): 100 / 16.33199465 = 6.12295081
    played = on_futures(ONE, sizing="stop_risk", leverage=3.0, liquidation_min_distance=0.2)
    close_to(played, {"quantity": 6.12295081})


def test_fixed_fraction_is_margin_on_futures() -> None:
    # 10,000 x 0.1 x 2.5 / 100
    close_to(on_futures(ONE, leverage=2.5), {"quantity": 25})


def test_price_of_the_size_is_the_trigger_before_slippage() -> None:
    # level 125: 1,000 / 125 = 8, although it is bought at 125.025
    picture = "100 101 99 100 BUY@125\n100 126 99 125"
    close_to(play(picture, slippage_bps=2.0), {"quantity": 8, "entry_price": 125.025})


CAPS = [
    # 0.05 x 10,000 / 100
    ({"max_position_size": 0.05}, 5, "max_position_size"),
    # the median turnover is 1,000 x 100 = 100,000: 0.4 % of it is 400
    ({"max_turnover_share": 0.004}, 4, "max_turnover_share"),
]


@pytest.mark.parametrize(("cap", "quantity", "code"), CAPS)
def test_each_cap_alone(cap: Mapping[str, float], quantity: float, code: str) -> None:
    close_to(play(ONE, **cap), {"quantity": quantity})
    refused = play(ONE, min_order=600.0, **cap)
    assert refused.story == []
    assert {name for name in refused.reasons if name not in ("no_signal", "insufficient_data")} == {
        code, "min_order",
    }  # fmt: skip


def test_smallest_cap_wins_and_every_cap_under_the_wanted_size_is_named() -> None:
    both = {"max_position_size": 0.05, "max_turnover_share": 0.004}
    close_to(play(ONE, **both), {"quantity": 4})
    refused = play(ONE, min_order=600.0, **both)
    assert {"max_position_size", "max_turnover_share", "min_order"} <= set(refused.reasons)


def test_free_cash_pays_for_fee_and_slippage() -> None:
    # wanted 0.999 x 10,000 / 100 = 99.9 coins; cash pays 10,000 / (100 x 1.0002 x 1.001)
    # = 99.88012387
    played = play(ONE, position_fraction=0.999, slippage_bps=2.0, fee=0.001)
    close_to(played, {"quantity": 99.88012387})


def test_free_cash_on_futures_is_margin_and_fee() -> None:
    # leverage 2: 10,000 / (100 x (1/2 + 0.001)) = 199.6007984 of the wanted 0.999 x 200 = 199.8
    played = on_futures(ONE, position_fraction=0.999, leverage=2.0, fee=0.001)
    close_to(played, {"quantity": 199.60079840})


def test_position_cap_is_margin_on_futures() -> None:
    # wanted 0.1 x 10,000 x 2 / 100 = 20, cap 0.05 x 10,000 x 2 / 100 = 10
    close_to(on_futures(ONE, leverage=2.0, max_position_size=0.05), {"quantity": 10})


@pytest.mark.parametrize(
    ("step", "quantity"), [(0.3, Decimal("9.9")), (3.0, Decimal(9)), (0.1, Decimal("10.0"))]
)
def test_lots_are_rounded_down(step: float, quantity: Decimal) -> None:
    close_to(play(ONE, lot_step=step), {"quantity": float(quantity)})


def test_minimum_is_judged_after_rounding() -> None:
    # 10 coins are 1,000; nine (three lots of three) are 900
    assert play(ONE, min_order=950.0).story
    assert play(ONE, min_order=950.0, lot_step=3.0).reasons["min_order"] == 1
    assert play(ONE, min_order=900.0, lot_step=3.0).story


def test_headroom_multiplies_the_minimum() -> None:
    assert play(ONE, min_order=800.0, min_order_headroom=1.25).story
    assert not play(ONE, min_order=800.0, min_order_headroom=1.2501).story


def test_exits_always_fill_whatever_the_minimum() -> None:
    # bought for 1,000, worth 500 when sold: under the minimum of 900
    picture = "100 101 99 100 BUY\n100 101 50 50 SELL\n50 51 49 50"
    assert play(picture, min_order=900.0).story == ["long 1@100 -> 2@50 signal"]
