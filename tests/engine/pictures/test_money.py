"""Sizes, costs, funding and leverage with every number worked out by hand."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.engine.pictures.drawing import Played, Stage, on_futures, play, upside_down

ROUND_TRIP = """
100 101  99 100 BUY
100 101  99 100 SELL
110 111 109 110
"""
ONE = "100 101 99 100 BUY\n100 101 99 100"
NUMBERS = ("quantity", "entry_price", "exit_price", "fees", "funding", "pnl", "pnl_percent")


def books(played: Played) -> dict[str, Decimal]:
    """The numbers of the only trade."""
    (trade,) = played.trades
    return {name: getattr(trade, name) for name in NUMBERS}


def close_to(played: Played, expected: Mapping[str, float]) -> None:
    """Every number named is the expected one within 1e-12."""
    found = books(played)
    for name, number in expected.items():
        assert float(found[name]) == pytest.approx(number, rel=1e-12, abs=1e-12), name


def test_every_fill_is_moved_against_the_trader_and_pays_a_fee() -> None:
    # 1,000 / 100 = 10 coins at 100 x 1.0002 = 100.02, sold at 110 x 0.9998 = 109.978
    # fees 0.001 x (1000.2 + 1099.78) = 2.09998; pnl 1099.78 - 1000.2 - 2.09998 = 97.48002
    played = play(ROUND_TRIP, slippage_bps=2.0, fee=0.001)
    close_to(played, {
        "quantity": 10, "entry_price": 100.02, "exit_price": 109.978, "fees": 2.09998,
        "pnl": 97.48002, "pnl_percent": 9.7460527894421,
    })  # fmt: skip
    assert played.result.equity[-1] == pytest.approx(10_097.48002, rel=1e-14)
    # short from 100 x 0.9998 = 99.98 to 90 x 1.0002 = 90.018: fees 0.9998 + 0.90018 = 1.89998
    # pnl 999.8 - 900.18 - 1.89998 = 97.72002
    short = on_futures(upside_down(ROUND_TRIP), slippage_bps=2.0, fee=0.001)
    close_to(short, {"quantity": 10, "fees": 1.89998, "pnl": 97.72002})
    assert short.result.equity[-1] == pytest.approx(10_097.72002, rel=1e-14)


@pytest.mark.parametrize(
    ("picture", "settings", "exit_price"),
    [
        # entry 100.02: stop 97.0194, less 2 bps 96.99999612
        ("100 101 99 100 BUY\n100 101 96 97", {"stop_loss_percent": 0.03}, 96.99999612),
        # target 105.021, less 2 bps 104.9999958
        ("100 101 99 100 BUY\n100 106 99 105", {"take_profit_percent": 0.05}, 104.9999958),
        # the last close 101 less 2 bps
        ("100 101 99 100 BUY\n100 102 99 101", {}, 100.9798),
    ],
)
def test_stops_targets_and_the_last_close_slip_too(
    picture: str, settings: Mapping[str, float], exit_price: float
) -> None:
    close_to(play(picture, slippage_bps=2.0, **settings), {"exit_price": exit_price})


def test_fees_of_the_venue_when_none_is_given() -> None:
    # spot 0.1 %: (1000 + 1000) x 0.001; futures taker 0.05 %
    close_to(play(ONE, fee=None), {"fees": 2.0})
    close_to(on_futures(ONE, fee=None), {"fees": 1.0})


# ------------------------------------------------------------------ funding

HELD = """
100 101  99 100 BUY
100 101  99 100
120 121 119 120
110 111 109 110
"""


def funded(picture: str, *funding: tuple[float, float]) -> float:
    """Funding paid by the only trade of a picture on futures."""
    played = play(picture, Stage("binance_futures", funding=funding))
    return float(books(played)["funding"])


def test_a_long_pays_a_positive_rate_at_the_candles_open() -> None:
    # 10 contracts x 120 x 0.001
    assert funded(HELD, (2, 0.001)) == pytest.approx(1.2)
    assert funded(HELD, (2, -0.001)) == pytest.approx(-1.2)


def test_a_short_receives_a_positive_rate() -> None:
    # 10 contracts x 80 x 0.001
    assert funded(upside_down(HELD), (2, 0.001)) == pytest.approx(-0.8)


def test_funding_at_the_entrys_own_start_is_not_paid() -> None:
    assert funded(HELD, (1, 0.001)) == 0.0


def test_funding_inside_a_candle_falls_due_at_the_next_open() -> None:
    # half past one: paid at the open of candle 2
    assert funded(HELD, (1.5, 0.001)) == pytest.approx(1.2)


def test_several_funding_times_are_all_paid() -> None:
    # 10 x 120 x 0.003 + 10 x 110 x 0.004
    assert funded(HELD, (1.5, 0.001), (2, 0.002), (3, 0.004)) == pytest.approx(3.6 + 4.4)


def test_funding_is_paid_before_an_exit_at_the_same_open() -> None:
    sold = HELD.replace("99 100\n120", "99 100 SELL\n120")
    assert funded(sold, (2, 0.001)) == pytest.approx(1.2)
    assert funded(sold, (3, 0.001)) == 0.0


def test_funding_counts_in_the_result() -> None:
    # bought at 100, closed at 110: 100 less 1.2
    played = play(HELD, Stage("binance_futures", funding=[(2, 0.001)]))
    close_to(played, {"pnl": 98.8})
    assert played.result.equity[-1] == pytest.approx(10_098.8)


# ------------------------------------------------------------------ sizes

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


# Each cap alone: wanted are 10 coins; what is left; and its code when the minimum is missed.
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


# ------------------------------------------------------------------ leverage


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
